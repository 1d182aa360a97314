import type { Origin } from '../../core/origin.ts';
import { placeOf, textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, originOf, unknown, type Value } from '../../core/value.ts';
import { folderOf, joinPath, normalPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';
import { textOf } from '../command/command.ts';
import { managementOf, optionOf } from '../command/python.ts';
import { lookUp } from '../environment.ts';
import type { Command, Evidence, SettingsChoice } from '../model.ts';
import { textAt } from './files.ts';
import { isProductionModule } from './naming.ts';
import type { FoundProject } from './project.ts';
import { isOnlyOne, onlySelectable } from './selectable.ts';
import { isHollow, locateModule } from './settings-module.ts';

export const VARIABLE = 'DJANGO_SETTINGS_MODULE';

/** What starts first in a process: a module that a server imports, or a script that Python runs. */
export type Entry = { readonly kind: 'module'; readonly name: string } | { readonly kind: 'script'; readonly file: string };

export interface EntryRequest {
  readonly tree: SourceTree;
  readonly entry: Entry;
  readonly importRoots: readonly string[];
  readonly environment: Environment;
}

/** What DJANGO_SETTINGS_MODULE is once the entry has run, packages imported in their real order; null when nothing sets it. */
export type ReadEntry = (request: EntryRequest) => Value<string> | null;

/** What the choice of a settings module depends on besides the command. */
export interface ChoiceContext {
  readonly tree: SourceTree;
  readonly projects: readonly FoundProject[];
  readonly readEntry: ReadEntry;
  /** The file or folder of the tree at an absolute path of the process or under `<ROOT>`; null when it is not known. */
  locate(path: string): string | null;
  /** The application a server serves or the app a worker loads, when the command is one. */
  readonly app: Value<string> | null;
}

/** A way to Django that a command takes. */
interface Loading {
  readonly entry: Entry | null;
  readonly explicit: Value<string> | null;
  readonly project: FoundProject | null;
  readonly importRoots: readonly string[];
}

/** The settings module a command loads; null when it does not load Django. */
export function chooseSettings(command: Command, context: ChoiceContext): SettingsChoice | null {
  const loading = managementLoading(command, context) ?? applicationLoading(command, context);
  if (loading === null) return null;
  const { tree } = context;
  if (loading.explicit !== null) return choiceOf(loading.explicit, 'the command line names it', command, loading, tree);
  const started = reachedEnvironment(command, tree);
  const environment = lookUp(started, VARIABLE);
  if (loading.entry === null)
    return environment === null ? unset(command, loading) : choiceOf(environment, 'the environment', command, loading, tree);
  const { entry, importRoots } = loading;
  const read = context.readEntry({ tree, entry, importRoots, environment: started });
  const value = read !== null && read.kind !== 'known' ? (byElimination(loading, entry, started, context) ?? read) : read;
  if (value === null) return mentionsDjango(entry, loading, tree) ? unset(command, loading) : null;
  if (value.kind !== 'known' && isOtherProgram(entry, loading, started, context)) return null;
  const fromEnvironment = environment !== null && sameOrigin(value, environment);
  return choiceOf(value, fromEnvironment ? 'the environment' : `${entryInWords(entry)} sets it`, command, loading, tree);
}

/**
 * A source that is not in the repository may name any module, but only one that exists: when one alone is left that production
 * could load, it is the one. Where the source may as well name none, that must also be the entry's own default.
 */
function byElimination(loading: Loading, entry: Entry, environment: Environment, context: ChoiceContext): Value<string> | null {
  if (loading.project === null) return null;
  const only = onlySelectable(loading.project.settingsFiles, context.tree);
  const given = environment.variables.get(VARIABLE);
  if (given !== undefined) return only === null || given.kind !== 'unknown' ? null : known(only.module, given.origin);
  const own = context.readEntry({
    tree: context.tree,
    entry,
    importRoots: loading.importRoots,
    environment: { variables: environment.variables, closed: true },
  });
  if (own?.kind !== 'known') return null;
  if (isProductionModule(own.value) || only?.module === own.value) return own;
  const isThere = locateModule(context.tree, loading.importRoots, own.value).file !== null;
  return isThere && isOnlyOne(own.value, loading.project.settingsFiles, context.tree) ? own : null;
}

/** An ssh session starts without the variables of units and containers; only what its script reads in can name a module. */
function reachedEnvironment(command: Command, tree: SourceTree): Environment {
  if (!command.remote || command.environment.closed === true) return command.environment;
  const before = textAt(tree, command.at.file).slice(Math.max(0, command.at.start - 4000), command.at.start);
  const session = before.slice(before.lastIndexOf('ssh'));
  const reads = [...session.matchAll(/(?:^|[\s;&"'])(?:source|\.)\s+(\S+)/g)].some((one) => !/bin\/activate$/.test(one[1] ?? ''));
  const exports = /\bset -a\b|\bexport\s+\$\(|\benv\s+\$\(|\b(?:bash|sh|zsh)\s+-\w*l|\b(?:docker|podman|kubectl)\b/.test(session);
  return reads || exports ? command.environment : { variables: command.environment.variables, closed: true };
}

function sameOrigin(a: Value<string>, b: Value<string>): boolean {
  return a === b || (a.kind === 'known' && b.kind === 'known' && a.value === b.value && placeOf(a.origin) === placeOf(b.origin));
}

function entryInWords(entry: Entry): string {
  return entry.kind === 'script' ? entry.file : `importing ${entry.name}`;
}

function managementLoading(command: Command, context: ChoiceContext): Loading | null {
  const management = managementOf(command.argv, command.at);
  if (management === null) return null;
  const explicit = optionOf(management.args, '--settings');
  if (management.script === null) {
    const project = context.projects[0] ?? null;
    return { entry: null, explicit, project, importRoots: rootsOf(command, project, context) };
  }
  const folder = workingFolder(command, context);
  const located = absolute(management.script)
    ? context.locate(management.script)
    : folder === null
      ? null
      : joinPath(folder, management.script);
  const file = located !== null && context.tree.kindOf(located) === 'file' ? located : fallbackScript(management.script, context);
  if (file === null) return null;
  const project = projectOf(file, context);
  const roots = [folderOf(file), ...rootsOf(command, project, context)];
  return { entry: { kind: 'script', file }, explicit, project, importRoots: [...new Set(roots)] };
}

function absolute(path: string): boolean {
  return path.startsWith('/') || path.startsWith('<ROOT>');
}

/** The manage.py that is meant when the folder is not known: of the only project that has one. */
function fallbackScript(script: string, context: ChoiceContext): string | null {
  const files = context.projects.flatMap((one) => one.managePy ?? []);
  const suffix = script.replace(/^(\.\/)+/, '');
  const fitting = files.filter((file) => file === suffix || file.endsWith(`/${suffix}`));
  const candidates = fitting.length > 0 ? fitting : files;
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

function projectOf(file: string, context: ChoiceContext): FoundProject | null {
  const holds = context.projects.filter((one) => one.root === '' || file.startsWith(`${one.root}/`));
  return holds.sort((a, b) => b.root.length - a.root.length)[0] ?? null;
}

function applicationLoading(command: Command, context: ChoiceContext): Loading | null {
  const app = context.app;
  if (app === null) return null;
  if (app.kind !== 'known') return byEnvironment(command, context);
  const name = app.value.split(':')[0] ?? '';
  const explicit = serverVariable(command) ?? uwsgiVariable(command, context);
  for (const project of nearestFirst(command, context)) {
    const importRoots = rootsOf(command, project, context);
    const module = appModule(name, importRoots, context.tree);
    if (module !== null) return { entry: module, explicit, project, importRoots };
  }
  const loading = byEnvironment(command, context) ?? byPackage(name, command, context);
  return loading === null ? null : { ...loading, explicit };
}

/** A module that a package of a project lacks: the project is meant all the same. */
function byPackage(name: string, command: Command, context: ChoiceContext): Loading | null {
  const [first = '', ...rest] = name.split('.');
  if (rest.length === 0 || first === '') return null;
  for (const project of nearestFirst(command, context)) {
    const importRoots = rootsOf(command, project, context);
    if (project !== null && locateModule(context.tree, importRoots, first).file !== null)
      return { entry: null, explicit: null, project, importRoots };
  }
  return null;
}

/** An application that is not in the tree, or not known: only the environment can tell that it is Django. */
function byEnvironment(command: Command, context: ChoiceContext): Loading | null {
  const value = command.environment.variables.get(VARIABLE);
  if (value === undefined) return null;
  const project = nearestFirst(command, context)[0] ?? null;
  return { entry: null, explicit: null, project, importRoots: rootsOf(command, project, context) };
}

/** `gunicorn -e NAME=value`: set before the application is imported. */
function serverVariable(command: Command): Value<string> | null {
  let found: Value<string> | null = null;
  command.argv.forEach((word, index) => {
    const text = textOf(word);
    const inline = text === null ? null : /^(?:-e|--env=)?DJANGO_SETTINGS_MODULE=(.*)$/.exec(text);
    const before = textOf(command.argv[index - 1]);
    if (inline === null || word.kind !== 'known') return;
    if (text?.startsWith('-') || before === '-e' || before === '--env') found = known(inline[1] ?? '', word.origin);
  });
  return found;
}

/** `env = NAME=value` in the ini file that a uwsgi command names. */
function uwsgiVariable(command: Command, context: ChoiceContext): Value<string> | null {
  if (command.argv[0] === undefined || !/(^|\/)uwsgi$/.test(textOf(command.argv[0]) ?? '')) return null;
  for (const word of command.argv.slice(1)) {
    const path = (textOf(word) ?? '').replace(/^--ini[= ]/, '').replace(/:[\w-]+$/, '');
    if (!path.endsWith('.ini')) continue;
    const file = context.locate(absolute(path) ? path : `${textOf(command.workdir) ?? ''}/${path}`);
    if (file === null) continue;
    const found = /^([ \t]*env[ \t]*=[ \t]*DJANGO_SETTINGS_MODULE[ \t]*=[ \t]*)([\w.]+)[ \t]*\r?$/m.exec(textAt(context.tree, file));
    if (found?.[1] === undefined || found[2] === undefined) continue;
    const start = found.index + found[1].length;
    return known(found[2], textOrigin({ file, start, end: start + found[2].length }));
  }
  return null;
}

/** The module a name stands for: uvicorn and gunicorn import it as it is, celery also looks for a module `celery` in a package. */
function appModule(name: string, roots: readonly string[], tree: SourceTree): Entry | null {
  if (name.endsWith('.py')) {
    const file = roots.map((root) => normalPath(joinPath(root, name))).find((path) => path !== null && tree.kindOf(path) === 'file');
    return file === undefined || file === null ? null : { kind: 'script', file };
  }
  const found = locateModule(tree, roots, name);
  if (found.file === null) return null;
  const inner = locateModule(tree, roots, `${name}.celery`);
  return { kind: 'module', name: found.file.endsWith('/__init__.py') && inner.file !== null ? `${name}.celery` : name };
}

function nearestFirst(command: Command, context: ChoiceContext): readonly (FoundProject | null)[] {
  const folder = workingFolder(command, context);
  const within = (one: FoundProject) => folder !== null && (one.root === folder || one.root === '' || folder.startsWith(`${one.root}/`));
  const sorted = [...context.projects].sort((a, b) => Number(within(b)) - Number(within(a)));
  return sorted.length === 0 ? [null] : sorted;
}

/** The folder of the tree in which a command runs. */
function workingFolder(command: Command, context: ChoiceContext): string | null {
  const chdir = optionOf(command.argv, '--chdir');
  const base = textOf(command.workdir);
  if (chdir !== null) {
    const path = textOf(chdir);
    if (path === null) return null;
    return absolute(path) ? context.locate(path) : base === null ? null : context.locate(`${base}/${path}`);
  }
  return base === null ? null : context.locate(base);
}

function rootsOf(command: Command, project: FoundProject | null, context: ChoiceContext): readonly string[] {
  const folder = workingFolder(command, context);
  const pythonPath = textOf(command.environment.variables.get('PYTHONPATH'))?.split(':') ?? [];
  const added = pythonPath.flatMap((path) =>
    path === '' ? [] : (context.locate(absolute(path) ? path : `${textOf(command.workdir) ?? ''}/${path}`) ?? []),
  );
  return [...new Set([...(folder === null ? [] : [folder]), ...added, ...(project?.importRoots ?? [''])])];
}

/** Only a source that is not in view could make it a Django program: its own code names no settings and does not mention Django. */
function isOtherProgram(entry: Entry, loading: Loading, { variables }: Environment, { tree, readEntry }: ChoiceContext): boolean {
  if (variables.has(VARIABLE) || mentionsDjango(entry, loading, tree)) return false;
  return readEntry({ tree, entry, importRoots: loading.importRoots, environment: { variables, closed: true } }) === null;
}

function mentionsDjango(entry: Entry, loading: Loading, tree: SourceTree): boolean {
  const file = entry.kind === 'script' ? entry.file : locateModule(tree, loading.importRoots, entry.name).file;
  return file !== null && /\bdjango\b/.test(textAt(tree, file));
}

function unset(command: Command, loading: Loading): SettingsChoice {
  const at = loading.entry?.kind === 'script' ? { file: loading.entry.file, start: 0, end: 0 } : command.at;
  const origin: Origin = { step: 'env', name: VARIABLE, state: 'absent', read: at };
  return { module: unknown('missing-env', origin, [VARIABLE], 'str'), file: null, fault: 'unset', presumed: null, evidence: [] };
}

function choiceOf(value: Value<string>, how: string, command: Command, loading: Loading, tree: SourceTree): SettingsChoice {
  const at = placeOf(originOf(value)) ?? command.at;
  const evidence = evidenceOf(value, at, how);
  if (value.kind !== 'known') return { module: value, file: null, fault: null, presumed: null, evidence };
  if (value.value === '') return unset(command, loading);
  const found = locateModule(tree, loading.importRoots, value.value);
  const fault = found.file === null ? (found.missing ? 'missing' : null) : isHollow(tree, found.file) ? 'empty' : null;
  return { module: value, file: found.file, fault, presumed: null, evidence };
}

function evidenceOf(value: Value<string>, at: Span, how: string): readonly Evidence[] {
  if (value.kind === 'known') return [{ at, text: `${how}: ${value.value}` }];
  return [{ at, text: `${how}, but its value is not known` }];
}
