import type { Span } from '../../core/span.ts';
import { baseName, folderOf, joinPath, normalPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { entriesOf, get, type ParseYaml } from '../../syntax/yaml/index.ts';
import { type DeclaredProduction, declaredIds, filesOfId, leftOut } from '../declared.ts';
import type { Evidence, Job, Pipeline, SetAside } from '../model.ts';
import { textAt } from '../project/files.ts';
import { purposeOf, tellingWord } from '../project/naming.ts';

/** Compose files that are loaded together, with the reason why that counts as production. */
export interface ComposeSetPlan {
  readonly files: readonly string[];
  readonly evidence: Evidence;
  /** The configuration names it: no sign of development speaks against it. */
  readonly declared?: boolean;
}

export interface ComposeScope {
  /** Sets that a name or a deploy job makes production. */
  readonly production: readonly ComposeSetPlan[];
  /** Sets that count only when no other is production: nothing names their purpose. */
  readonly neutral: readonly ComposeSetPlan[];
  readonly setAside: readonly SetAside[];
}

/** Id of a deployment made of compose files. */
export function composeId(files: readonly string[]): string {
  return files.join('+');
}

/** Which compose files of a tree are loaded together for production, development and tests. */
export function composeScope(
  tree: SourceTree,
  parseYaml: ParseYaml,
  pipelines: readonly Pipeline[],
  declared: DeclaredProduction,
): ComposeScope {
  const files = composeFiles(tree, parseYaml, new Set(declaredIds(declared).flatMap(filesOfId)));
  const known = new Set(files.map((one) => one.path));
  const named = namedSets(tree, known, pipelines);
  const production: ComposeSetPlan[] = [];
  const neutral: ComposeSetPlan[] = [];
  const setAside: SetAside[] = [];
  for (const set of named) {
    const word = set.files.find((path) => purposeOf(path) === 'development');
    if (word !== undefined) setAside.push({ id: composeId(set.files), because: `"${tellingWord(word) ?? word}" names it for development` });
    else if (set.deploys || set.files.some((path) => purposeOf(path) === 'production'))
      production.push(plan(set.files, set.at, 'a command of the repository starts it', set.deploys));
    else neutral.push(plan(set.files, set.at, 'a command of the repository starts it'));
  }
  const used = new Set(named.flatMap((one) => one.files));
  for (const file of files) {
    if (used.has(file.path) && !isLoneBase(file.path, named)) continue;
    placeAlone(file, files, { production, neutral, setAside });
  }
  const told = declaredSets(declared, known);
  const wanted = (one: ComposeSetPlan) => leftOut(composeId(one.files), declared) === null;
  const distinct = unique([...told, ...production]).filter(wanted);
  return {
    production: distinct,
    neutral: unique(neutral).filter((one) => wanted(one) && !distinct.some((other) => composeId(other.files) === composeId(one.files))),
    setAside: [
      ...setAside.filter((one) => !told.some(({ files: of }) => composeId(of) === one.id)),
      ...excluded([...production, ...neutral], declared),
    ],
  };
}

/** Sets that the configuration names: production whatever they are called. */
function declaredSets(declared: DeclaredProduction, known: ReadonlySet<string>): readonly ComposeSetPlan[] {
  return declaredIds(declared).flatMap((id) => {
    const files = filesOfId(id);
    const [first] = files;
    if (first === undefined || !files.every((file) => known.has(file))) return [];
    return [{ ...plan(files, { file: first, start: 0, end: 0 }, 'the configuration names it'), declared: true }];
  });
}

function excluded(plans: readonly ComposeSetPlan[], declared: DeclaredProduction): readonly SetAside[] {
  return plans.flatMap(({ files }) => {
    const because = leftOut(composeId(files), declared);
    return because === null ? [] : [{ id: composeId(files), because }];
  });
}

/** A base file that is only ever loaded with files for development still stands for production by itself. */
function isLoneBase(path: string, named: readonly NamedSet[]): boolean {
  const sets = named.filter((one) => one.files.includes(path));
  return isBase(path) && sets.every((one) => one.files.some((file) => purposeOf(file) === 'development'));
}

interface Placing {
  readonly production: ComposeSetPlan[];
  readonly neutral: ComposeSetPlan[];
  readonly setAside: SetAside[];
}

function placeAlone(file: ComposeFile, files: readonly ComposeFile[], { production, neutral, setAside }: Placing): void {
  const top = { file: file.path, start: 0, end: 0 };
  const purpose = purposeOf(file.path);
  const base = files.find((one) => one.path !== file.path && isBase(one.path) && folderOf(one.path) === folderOf(file.path));
  const word = tellingWord(file.path) ?? '';
  if (purpose === 'development') setAside.push({ id: file.path, because: `"${word}" names it for development` });
  else if (purpose === 'production') {
    const together = file.standalone || base === undefined ? [file.path] : [base.path, file.path];
    production.push(plan(together, top, `"${word}" names it for production`));
  } else if (isBase(file.path) || base === undefined)
    neutral.push(plan([file.path], top, 'it is the compose file that names no other purpose'));
  else setAside.push({ id: file.path, because: 'no command of the repository loads it' });
}

function plan(files: readonly string[], at: Span, text: string, deploys = false): ComposeSetPlan {
  return { files, evidence: { at, text, ...(deploys ? { deploys } : {}) } };
}

function unique(plans: readonly ComposeSetPlan[]): readonly ComposeSetPlan[] {
  const seen = new Map<string, ComposeSetPlan>();
  for (const one of plans) if (!seen.has(composeId(one.files))) seen.set(composeId(one.files), one);
  return [...seen.values()];
}

function isBase(path: string): boolean {
  return /^(docker-)?compose\.ya?ml$/.test(baseName(path));
}

interface ComposeFile {
  readonly path: string;
  /** Each service names an image or a build: the file needs no other. */
  readonly standalone: boolean;
}

const COMPOSE_NAME =
  /(^|\/)[^/]*(compose|docker|stack|swarm|services|prod|production|staging|stage|deploy|live|local|dev|development|test)[^/]*\.ya?ml$/i;
const SERVICE_KEYS = [
  'image',
  'build',
  'command',
  'entrypoint',
  'environment',
  'env_file',
  'volumes',
  'ports',
  'expose',
  'extends',
  'restart',
  'deploy',
  'depends_on',
  'networks',
  'healthcheck',
  'profiles',
];
const OTHERS = /(^|\/)(\.github|\.gitlab|\.circleci|node_modules|k8s|kubernetes|helm|charts|ansible|roles|playbooks)\//;

function composeFiles(tree: SourceTree, parseYaml: ParseYaml, declared: ReadonlySet<string>): readonly ComposeFile[] {
  return tree.files.flatMap((file) => {
    const { path } = file;
    const named = declared.has(path) ? /\.ya?ml$/.test(path) : COMPOSE_NAME.test(path) && !OTHERS.test(path);
    if (!named || file.bytes > 500_000) return [];
    const text = textAt(tree, path);
    if (!/^["']?services["']?\s*:/m.test(text)) return [];
    const services = parseYaml(text, path, 'go').documents.flatMap((one) => entriesOf(get(one.root, 'services')));
    const bodies = services.map((one) => one.value).filter((one) => one.kind === 'map');
    const keyed = bodies.some((one) => SERVICE_KEYS.some((key) => get(one, key) !== undefined));
    if (!keyed) return [];
    return [
      {
        path,
        standalone: bodies.every(
          (one) => get(one, 'image') !== undefined || get(one, 'build') !== undefined || get(one, 'extends') !== undefined,
        ),
      },
    ];
  });
}

interface NamedSet {
  readonly files: readonly string[];
  readonly at: Span;
  /** The command stands in a deploy job or in a script named for production. */
  readonly deploys: boolean;
}

const SCRIPT =
  /(^|\/)(Makefile|makefile|GNUmakefile|justfile|Justfile|Taskfile\.ya?ml|Jenkinsfile|fabfile\.py|tasks\.py|package\.json|\.env|[^/]*\.(sh|bash|mk|service))$|^\.github\/workflows\/|^\.gitlab-ci\.yml$|^bitbucket-pipelines\.yml$|^\.circleci\/config\.yml$/;
const CALL =
  /docker(?:-|\s+)compose((?:\s+(?:-p\s+\S+|--project-name[ =]\S+|--env-file[ =]\S+|--profile[ =]\S+))*(?:\s+(?:-f|--file)[ =]?\s*\S+)(?:\s+(?:-[fp]|--file|--project-name|--env-file|--profile)[ =]?\s*\S+)*)/g;
const BARE = /docker(?:-|\s+)compose\s+(?:up|pull|build|down|restart|run|exec)\b/g;

function namedSets(tree: SourceTree, known: ReadonlySet<string>, pipelines: readonly Pipeline[]): readonly NamedSet[] {
  if (known.size === 0) return [];
  const sets: NamedSet[] = [];
  for (const file of tree.files) {
    const { path } = file;
    if (!SCRIPT.test(path) || file.bytes > 500_000) continue;
    const text = textAt(tree, path).replace(/\\\r?\n/g, (all) => ' '.repeat(all.length));
    sets.push(...setsIn(text, path, known, pipelines));
  }
  return sets;
}

function setsIn(text: string, path: string, known: ReadonlySet<string>, pipelines: readonly Pipeline[]): readonly NamedSet[] {
  const sets: NamedSet[] = [];
  const add = (names: readonly string[], start: number, length: number) => {
    const files = names.map((name) => resolveName(name, path, known));
    const found = files.filter((one) => one !== null);
    if (found.length === 0 || found.length < files.length) return;
    const at = { file: path, start, end: start + length };
    sets.push({ files: found, at, deploys: isDeploying(path, start, pipelines) });
  };
  for (const call of text.matchAll(CALL)) {
    const names = [...(call[1] ?? '').matchAll(/\s(?:-f|--file)[ =]?\s*["']?([^\s"']+)/g)].map((one) => one[1] ?? '');
    add(names, call.index, call[0].length);
  }
  for (const [all, value] of text.matchAll(/^\s*(?:export\s+)?COMPOSE_FILE=["']?([^\s"'#]+)/gm))
    add((value ?? '').split(/[:;]/), text.indexOf(all), all.length);
  // Beside a file for production a bare command says nothing: a variable of the machine may name the set.
  const isOnly = ![...known].some((file) => purposeOf(file) === 'production');
  for (const call of isOnly ? text.matchAll(BARE) : []) {
    const base = [...known].filter(isBase);
    if (isDeploying(path, call.index, pipelines) && !onlyBuilds(path, call.index, pipelines) && base.length === 1)
      add(base, call.index, call[0].length);
  }
  return sets;
}

/** A name as the command sees it: beside the script, from the root, or the only file of that name. */
function resolveName(name: string, script: string, known: ReadonlySet<string>): string | null {
  const beside = normalPath(joinPath(folderOf(script), name));
  const fromRoot = normalPath(name);
  if (fromRoot !== null && known.has(fromRoot)) return fromRoot;
  if (beside !== null && known.has(beside)) return beside;
  const same = [...known].filter((path) => baseName(path) === baseName(name));
  return same.length === 1 ? (same[0] ?? null) : null;
}

function isDeploying(path: string, offset: number, pipelines: readonly Pipeline[]): boolean {
  if (!pipelines.some(({ jobs }) => jobs.some(({ at }) => at.file === path))) return purposeOf(path) === 'production';
  return (jobAt(path, offset, pipelines)?.deploys ?? null) !== null;
}

/** What a job starts that pushes an image and no more, it starts to build or to test. */
function onlyBuilds(path: string, offset: number, pipelines: readonly Pipeline[]): boolean {
  return jobAt(path, offset, pipelines)?.deploysBy === 'image';
}

function jobAt(path: string, offset: number, pipelines: readonly Pipeline[]): Job | undefined {
  const before = pipelines.flatMap(({ jobs }) => jobs).filter(({ at }) => at.file === path && at.start <= offset);
  return before.sort((a, b) => b.at.start - a.at.start)[0];
}
