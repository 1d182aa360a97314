import { ROOT } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import { baseName, folderOf } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { Gathering } from '../gathering.ts';
import { givenEnvironment, plainDeployment } from '../gathering.ts';
import type { Command, Deployment, Evidence, Process, SettingsChoice } from '../model.ts';
import { plainProcess } from '../plain-process.ts';
import { fileProxy } from '../proxy/attach.ts';
import { singleModule, textAt } from './files.ts';
import { isTestProject, purposeOf, speaksOfDevelopment } from './naming.ts';
import type { FoundProject } from './project.ts';
import { projectAt } from './project.ts';
import { chooseSettings, type Entry } from './settings-choice.ts';
import { locateModule } from './settings-module.ts';

/** The deployment of `--settings`: the named modules under the given environment. */
export function namedDeployment(modules: readonly string[], gathering: Gathering): Deployment {
  const processes = modules.map((module) => namedProcess(module, gathering));
  const project = projectFor(processes, gathering);
  return { ...plainDeployment('--settings', 'settings', processes, gathering), project, proxy: fileProxy(gathering.proxies) };
}

function namedProcess(module: string, { tree, projects, options }: Gathering): Process {
  const roots = [...new Set([...(options.paths ?? []), ...projects.flatMap((one) => one.importRoots), ''])];
  const { file } = locateModule(tree, roots, module);
  const at: Span = { file: file ?? projects[0]?.managePy ?? tree.files[0]?.path ?? '', start: 0, end: 0 };
  const choice: SettingsChoice = {
    module: known(module, textOrigin(at, 'named by --settings')),
    file,
    fault: file === null ? 'missing' : null,
    presumed: null,
    evidence: [{ at, text: '--settings names it' }],
  };
  return {
    ...plainProcess(module, at),
    role: 'web',
    environment: givenEnvironment(options.environment, at),
    settings: choice,
    workdir: known(ROOT, textOrigin(at)),
  };
}

/** The project that holds the first of the modules. */
function projectFor(processes: readonly Process[], { projects }: Gathering): FoundProject | null {
  const file = processes.find((one) => one.settings?.file)?.settings?.file ?? null;
  return (file === null ? null : projectAt(projects, file)) ?? projects[0] ?? null;
}

/** With no way into production found: each project's own default, under the closed environment that options give. */
export function fallbackDeployments(gathering: Gathering): readonly Deployment[] {
  return gathering.projects.flatMap((project) => {
    const found = fallbackChoice(project, gathering);
    if (found === null) return [];
    const { choice, at, id } = found;
    const environment = givenEnvironment(gathering.options.environment, at);
    const process: Process = {
      ...plainProcess(baseName(id), at),
      role: 'web',
      environment,
      settings: choice,
      user: unknown('host', textOrigin(at), [], 'str'),
      workdir: known(ROOT, textOrigin(at)),
    };
    const plain = plainDeployment(id, 'settings', [process], gathering);
    return [{ ...plain, project, evidence: choice.evidence, proxy: fileProxy(gathering.proxies) }];
  });
}

interface Fallback {
  readonly id: string;
  readonly at: Span;
  readonly choice: SettingsChoice;
}

/** Settings in a folder for development or tests, or that say so of themselves: the environment of a server would not select them. */
function isAside(file: string | null, entry: string, tree: SourceTree): boolean {
  if (file === null) return false;
  if (isTestProject(folderOf(entry))) return true;
  const folder = purposeOf(folderOf(file)) === 'development' && purposeOf(folderOf(entry)) !== 'development';
  return folder || docstrings(textAt(tree, file)).some(speaksOfDevelopment);
}

/** Texts at the head of the module and under the heads of its classes. */
function docstrings(text: string): readonly string[] {
  const module = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*("""|''')([^"']{0,2000})\1/.exec(text);
  const classes = text.matchAll(/^class [^\n]*:[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]+("""|''')([^"']{0,2000})\1/gm);
  return [...(module === null ? [] : [module]), ...classes].map((one) => one[2] ?? '');
}

/** wsgi.py or asgi.py, as servers load them, then manage.py, then the only settings module that fits. */
function fallbackChoice(project: FoundProject, gathering: Gathering): Fallback | null {
  const entries = [...project.entries].sort((a, b) => Number(baseName(a) !== 'wsgi.py') - Number(baseName(b) !== 'wsgi.py'));
  for (const file of [...entries, ...(project.managePy === null ? [] : [project.managePy])]) {
    const choice = choiceOf(file, project, gathering);
    if (choice !== null && choice.fault !== 'unset' && !isAside(choice.file, file, gathering.tree))
      return { id: file, at: top(file), choice };
  }
  const single = singleModule(project.settingsFiles, gathering.tree);
  if (single === null || isAside(single.path, `${project.root}/`, gathering.tree)) return null;
  const evidence: Evidence = { at: top(single.path), text: `${single.module} is the settings module of the project` };
  const module = known(single.module, textOrigin(top(single.path)));
  return {
    id: single.path,
    at: top(single.path),
    choice: { module, file: single.path, fault: null, presumed: null, evidence: [evidence] },
  };
}

function top(file: string): Span {
  return { file, start: 0, end: 0 };
}

/** What an entry file selects when nothing is set: a command that imports it, without any environment. */
function choiceOf(file: string, project: FoundProject, gathering: Gathering): SettingsChoice | null {
  const { tree, linking, projects, options } = gathering;
  const at = top(file);
  const entry = entryOf(file, project);
  const app: Value<string> = known(entry.kind === 'module' ? entry.name : file, textOrigin(at));
  const argv: readonly Value<string>[] =
    file === project.managePy ? [known(`${ROOT}/${file}`, textOrigin(at)), known('check', textOrigin(at))] : [];
  const command: Command = {
    name: null,
    argv,
    at,
    environment: givenEnvironment(options.environment, at),
    workdir: known(project.root === '' ? ROOT : `${ROOT}/${project.root}`, textOrigin(at)),
    conditional: false,
    failureIgnored: false,
    remote: false,
    management: null,
    settings: null,
  };
  const locate = (path: string) => (path === ROOT ? '' : path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length + 1) : null);
  return chooseSettings(command, { tree, projects, readEntry: linking.readEntry, locate, app: argv.length > 0 ? null : app });
}

function entryOf(file: string, project: FoundProject): Entry {
  const root = project.importRoots.find((one) => one === '' || file.startsWith(`${one}/`)) ?? '';
  const inside = root === '' ? file : file.slice(root.length + 1);
  if (folderOf(inside) === '') return { kind: 'module', name: inside.replace(/\.py$/, '') };
  return { kind: 'module', name: inside.replace(/\.py$/, '').replaceAll('/', '.') };
}
