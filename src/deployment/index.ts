import { MAX_DEPLOYMENTS } from '../core/limits.ts';
import { byText } from '../files/paths.ts';
import type { InputProblem, SourceTree } from '../files/tree.ts';
import { parseDockerfile } from '../syntax/dockerfile/index.ts';
import { loadShell } from '../syntax/shell/index.ts';
import { loadToml } from '../syntax/toml/index.ts';
import { loadYaml } from '../syntax/yaml/index.ts';
import { readPlaybooks } from './ansible/playbooks.ts';
import { TEMPLATE_NAME } from './cloudformation/cloudformation.ts';
import { composeDeployments } from './compose/deployments.ts';
import { composeScope } from './compose/scope.ts';
import { declaredIds, leftOut, NOTHING_DECLARED, purposeUnder } from './declared.ts';
import { ecsDeployments } from './ecs/deployments.ts';
import { EMPTY_ENVIRONMENT } from './environment.ts';
import { appOf, type DeploymentReader, type Gathering } from './gathering.ts';
import { imageDeployments } from './image/deployments.ts';
import { imageSources } from './image/sources.ts';
import { readInfrastructure } from './infrastructure/read.ts';
import { kubernetesDeployments } from './kubernetes/deployments.ts';
import { modWsgiDeployments } from './mod-wsgi/deployments.ts';
import type { Command, Deployment, DeploymentModel, Pipeline, Project, SetAside } from './model.ts';
import type { ModelOptions, PythonTools, StartPython } from './model-options.ts';
import { overridden } from './packages/overridden.ts';
import { readPackages } from './packages/packages.ts';
import { CHECKOUT_PATHS } from './path-map.ts';
import { readPipelines } from './pipeline/pipelines.ts';
import { platformDeployments } from './platform/deployments.ts';
import { withProcesses } from './processes.ts';
import { procfileDeployments } from './procfile/deployments.ts';
import { fallbackDeployments, namedDeployment } from './project/deployments.ts';
import { readEntryText } from './project/entry-text.ts';
import { withPipelineSettings, withProduction } from './project/link-settings.ts';
import { type Presumption, pipelineWithPresumed, presumptions, withPresumed } from './project/presumed.ts';
import { type FoundProject, findProjects, wholeTree } from './project/project.ts';
import type { ReadEntry } from './project/settings-choice.ts';
import { proxyReaders } from './proxy/readers.ts';
import { scriptDeployments } from './shell/deployments.ts';
import { supervisorDeployments } from './supervisor/deployments.ts';
import type { Syntaxes } from './syntaxes.ts';
import { systemdDeployments } from './systemd/deployments.ts';

export type { ModelOptions, PythonTools, StartPython } from './model-options.ts';

/** The product of the stage "link". */
export interface BuiltModel {
  readonly model: DeploymentModel;
  readonly problems: readonly InputProblem[];
}

/** Finds out how a repository is put into production. Loads a parser only when there are files for it. */
export async function buildModel(tree: SourceTree, options: ModelOptions, startPython?: StartPython): Promise<BuiltModel> {
  const problems: InputProblem[] = [];
  const syntaxes = await loadSyntaxes(tree);
  const packagesOf = overridden(await readPackages(tree), options);
  const found = findProjects(tree, packagesOf, options.paths ?? []);
  const projects = found.length === 0 && options.settings?.length ? [wholeTree(packagesOf, options.paths ?? [])] : found;
  const python = startPython !== undefined && needsPython(tree, projects) ? await startPython() : null;
  const linking = { tree, projects, readEntry: entryReader(python), appOf: (command: Command) => appOf(command, tree) };
  const declared = options.production ?? NOTHING_DECLARED;
  const gathering: Gathering = {
    tree,
    syntaxes,
    projects,
    options,
    declared,
    purposeOf: purposeUnder(declared),
    evaluate: python?.evaluate ?? null,
    linking,
    proxies: proxyReaders(tree, syntaxes),
    imageSources: imageSources(tree, syntaxes.parseYaml),
    infrastructure: projects.length === 0 ? { facts: null, setAside: [] } : readInfrastructure({ tree, syntaxes, problems }),
    playbooks: readPlaybooks(tree, syntaxes),
    problems,
  };
  const pipelines = readPipelines(tree, syntaxes, problems).map((one) => withPipelineSettings(one, CHECKOUT_PATHS, linking));
  const deployed = options.settings?.length ? named(options.settings, gathering) : discover(gathering, pipelines);
  return { model: assemble(deployed, pipelines, gathering), problems };
}

const SERVER_CONFIGURATION = /(^|\/)[^/]*(gunicorn|hypercorn|uvicorn)[^/]*\.py$|(^|\/)(gunicorn|hypercorn)\/[^/]+\.py$/;

/** Whether a server is configured in Python, or an entry file decides in code which settings it selects. */
function needsPython(tree: SourceTree, projects: readonly FoundProject[]): boolean {
  if (projects.length === 0) return false;
  if (tree.files.some(({ path }) => SERVER_CONFIGURATION.test(path))) return true;
  const celery = tree.files.flatMap(({ path }) => (/(^|\/)celery\w*\.py$/.test(path) ? [path] : []));
  return projects.some(({ entries, managePy, importRoots }) =>
    [...entries, ...celery, ...(managePy === null ? [] : [managePy])].some((file) => {
      const read = readEntryText({ tree, entry: { kind: 'script', file }, importRoots, environment: EMPTY_ENVIRONMENT });
      return read?.kind === 'unknown';
    }),
  );
}

/** The text is enough for nearly every entry file; the rest is interpreted, once for equal environments. */
function entryReader(python: PythonTools | null): ReadEntry {
  const before = new Map<string, ReturnType<ReadEntry>>();
  return (request) => {
    const read = readEntryText(request);
    if (python === null || read?.kind !== 'unknown' || read.why !== 'dynamic-call') return read;
    const { variables, closed } = request.environment;
    const values = [...variables].map(([name, value]) => [name, value.kind === 'known' ? value.value : value.kind]);
    const key = JSON.stringify([request.entry, request.importRoots, values, closed === true]);
    const known = before.get(key);
    if (known !== undefined) return known;
    const value = python.readEntry(request);
    before.set(key, value);
    return value;
  };
}

/** The systems that start a project, beside compose files (which pipelines name) and images (which all of them build). */
const SYSTEMS: readonly DeploymentReader[] = [
  ecsDeployments,
  systemdDeployments,
  procfileDeployments,
  supervisorDeployments,
  kubernetesDeployments,
  modWsgiDeployments,
  platformDeployments,
];

interface Found {
  readonly deployments: readonly Deployment[];
  readonly setAside: readonly SetAside[];
}

function named(modules: readonly string[], gathering: Gathering): Found {
  return { deployments: [namedDeployment(modules, gathering)], setAside: [] };
}

function discover(gathering: Gathering, pipelines: readonly Pipeline[]): Found {
  const { tree, syntaxes, declared } = gathering;
  if (gathering.projects.length === 0) return { deployments: [], setAside: [] };
  const compose = composeDeployments(composeScope(tree, syntaxes.parseYaml, pipelines, gathering.declared), gathering);
  const systems = SYSTEMS.map((read) => read(gathering));
  const builds = new Set([...compose.builds, ...systems.flatMap((one) => one.builds ?? [])]);
  const images = imageDeployments(gathering, builds, compose.developmentBuilds);
  const named = new Set(declaredIds(declared));
  const kept = (one: Deployment) => leftOut(one.id, declared) === null;
  const maybe = [...compose.doubtful, ...systems.flatMap((one) => one.doubtful ?? [])].filter(kept);
  const sure = [...compose.deployments, ...systems.flatMap((one) => one.deployments), ...images.deployments];
  const others = [...sure.filter(kept), ...maybe.filter((one) => named.has(one.id))];
  const isOnly = others.length === 0;
  const unsure = maybe.filter((one) => !named.has(one.id));
  const real = isOnly ? unsure : others;
  const doubtful: readonly SetAside[] = isOnly
    ? []
    : unsure.map(({ id }) => ({ id, because: `it serves for development, ${others[0]?.id ?? ''} does not` }));
  const own = real.length === 0 ? fallbackDeployments(gathering) : [];
  const scripts = scriptDeployments(gathering);
  const dropped = [...sure, ...scripts].flatMap(({ id }) => {
    const because = leftOut(id, declared);
    return because === null ? [] : [{ id, because }];
  });
  return {
    deployments: [...real, ...own, ...scripts.filter(kept)],
    setAside: [...dropped, ...compose.setAside, ...doubtful, ...systems.flatMap((one) => one.setAside), ...images.setAside],
  };
}

/** A module that is named for development is not what production is meant to load, unless an option says so. */
function told(deployment: Deployment): Deployment {
  const { id, project } = deployment;
  return id === '--settings' || project === null ? deployment : withProcesses(deployment, (process) => withProduction(process, project));
}

function assemble({ deployments: found, setAside }: Found, pipelines: readonly Pipeline[], gathering: Gathering): DeploymentModel {
  const { projects, options } = gathering;
  const deployments = found.map(told);
  const presumed = presumptions(
    deployments.filter((one) => !one.alternative),
    projects,
    gathering.tree,
  );
  const mended = deployments.map((one) => relinked(one, presumed(one.project?.root ?? '', one.id)));
  const wanted = options.deployment;
  const kept = wanted === undefined || wanted.length === 0 ? mended : mended.filter((one) => wanted.includes(one.id));
  const only: Project | undefined = projects.length === 1 ? projects[0] : undefined;
  const sorted = [...kept].sort((a, b) => byText(a.id, b.id));
  const dropped = sorted[MAX_DEPLOYMENTS];
  if (dropped !== undefined) gathering.problems.push(tooMany(dropped, sorted.length));
  return {
    projects,
    deployments: sorted.slice(0, MAX_DEPLOYMENTS),
    setAside: [...new Map([...setAside, ...gathering.infrastructure.setAside].map((one) => [one.id, one])).values()].sort((a, b) =>
      byText(a.id, b.id),
    ),
    infrastructure: gathering.infrastructure.facts,
    playbooks: gathering.playbooks,
    pipelines: only === undefined ? pipelines : pipelines.map((one) => pipelineWithPresumed(one, presumed(only.root, one.file))),
  };
}

function tooMany(first: Deployment, found: number): InputProblem {
  const [file = ''] = first.id.split('+');
  const message = `${found} deployments were found; ${first.id} and those after it are not judged (limit ${MAX_DEPLOYMENTS}): check a smaller folder at a time.`;
  return { id: 'input/limit', file, at: 0, message };
}

function relinked(deployment: Deployment, presumed: Presumption): Deployment {
  return withProcesses(deployment, (process) => withPresumed(process, presumed));
}

/** JSON is read as YAML as well. */
const YAML_FILES = /\.(ya?ml|tf|tf\.json)$|(^|\/)(app|railway)\.json$|(^|\/)[\w.-]*task[-_]?def[\w.-]*\.json$/i;

const SHELL_FILES =
  /\.(sh|bash|service|ya?ml)$|supervisor|jenkinsfile|task[-_]?def|\.tf$|(^|\/)(fly(\.[\w-]+)?|railway)\.(toml|json)$|(^|\/)(Procfile[^/]*|[^/]*Dockerfile[^/]*|bin\/[^/]+)$/i;

/** Manifests in TOML, package files apart. */
const TOML_FILES = /(^|\/)(fly(\.[\w-]+)?|railway)\.toml$/;

async function loadSyntaxes(tree: SourceTree): Promise<Syntaxes> {
  const hasYaml = tree.files.some(({ path }) => YAML_FILES.test(path) || TEMPLATE_NAME.test(path));
  const hasShell = tree.files.some(({ path }) => SHELL_FILES.test(path));
  const parseYaml: Syntaxes['parseYaml'] = hasYaml
    ? await loadYaml()
    : () => ({ documents: [], comments: [], problems: [], template: 'none' });
  const parseShell: Syntaxes['parseShell'] = hasShell
    ? await loadShell()
    : () => ({ shebang: null, commands: [], functions: [], comments: [], problems: [] });
  const toml = tree.files.some(({ path }) => TOML_FILES.test(path)) ? { parseToml: (await loadToml()).parse } : {};
  return { parseYaml: parsedOnce(parseYaml), parseShell, parseDockerfile, ...toml };
}

/** Several readers ask for the same manifest: it is parsed once. */
function parsedOnce(parse: Syntaxes['parseYaml']): Syntaxes['parseYaml'] {
  const files = new Map<string, { readonly text: string; readonly parsed: ReturnType<typeof parse> }>();
  return (text, file, dialect) => {
    const key = `${dialect}:${file}`;
    const old = files.get(key);
    if (old?.text === text) return old.parsed;
    const parsed = parse(text, file, dialect);
    files.set(key, { text, parsed });
    return parsed;
  };
}
