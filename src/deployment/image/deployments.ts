import { textOrigin } from '../../core/origin.ts';
import { known } from '../../core/value.ts';
import { baseName, folderOf, joinPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { parseDockerfile } from '../../syntax/dockerfile/index.ts';
import { declaredIds } from '../declared.ts';
import { layerOf, withLayers } from '../environment.ts';
import { finished, type Gathering, plainDeployment, releasePinned } from '../gathering.ts';
import type { Deployment, PathMap, Process, SetAside } from '../model.ts';
import { containerPaths, repositoryFile } from '../path-map.ts';
import { plainProcess } from '../plain-process.ts';
import { textAt } from '../project/files.ts';
import { tellingWord } from '../project/naming.ts';
import { containerProxy } from '../proxy/attach.ts';
import { roleOf } from '../role.ts';
import { serverOf } from '../server/server.ts';
import { taskQueueOf } from '../server/task-queue.ts';
import { supervised } from '../supervisor/container.ts';
import { startContainer } from './container.ts';
import { readBuild } from './image.ts';

const NAME = /^(Dockerfile([._-][\w.-]+)?|[\w.-]+\.Dockerfile|[\w-]+-Dockerfile)$/i;

/** Deployments of images that no production manifest of the repository starts: somebody else starts them. */
export function imageDeployments(
  gathering: Gathering,
  used: ReadonlySet<string>,
  developmentBuilds: ReadonlySet<string>,
): { readonly deployments: readonly Deployment[]; readonly setAside: readonly SetAside[] } {
  const deployments: Deployment[] = [];
  const setAside: SetAside[] = [];
  const named = new Set(declaredIds(gathering.declared));
  for (const { path } of gathering.tree.files) {
    if (!NAME.test(baseName(path)) || (used.has(path) && !named.has(path)) || /\.(j2|tpl|md|txt|sh|dockerignore)$/.test(path)) continue;
    const own = processOf(path, gathering);
    const processes = own === null ? [] : supervised(own.process, gathering, own.files);
    const process = processes.find((one) => one.settings !== null && (one.server !== null || one.taskQueue !== null));
    if (process === undefined) continue;
    if (gathering.purposeOf(path) === 'development')
      setAside.push({ id: path, because: `"${tellingWord(path) ?? ''}" names it for another purpose` });
    else if (!named.has(path) && developmentBuilds.has(path) && reloads(process))
      setAside.push({ id: path, because: 'a compose file for development builds it, and it loads changed code while it serves' });
    else deployments.push(deploymentOf(path, process, processes, gathering));
  }
  return { deployments, setAside };
}

function reloads({ server }: Process): boolean {
  return server?.software === 'runserver' || (server?.reload.kind === 'known' && server.reload.value);
}

function deploymentOf(path: string, process: Process, processes: readonly Process[], gathering: Gathering): Deployment {
  const loads = { readers: gathering.proxies, namesOf: (one: Process) => [one.program?.within ?? one.name], namesClosed: false };
  const own = process.image?.base === null ? null : containerProxy(processes, loads);
  const proxy = own?.servers.some((one) => one.process !== null) ? own : null;
  const evidence = [{ at: process.commandAt, text: 'the image starts a server of the project' }];
  return { ...plainDeployment(path, 'image', processes, gathering), evidence, proxy };
}

interface ImageProcess {
  readonly process: Process;
  /** What it sees as long as nobody mounts over it. */
  readonly files: PathMap;
}

function processOf(path: string, gathering: Gathering): ImageProcess | null {
  const { tree, syntaxes, evaluate, projects } = gathering;
  const built = readBuild(tree, { dockerfile: path, context: contextOf(path, tree), target: null, args: new Map() }, syntaxes);
  if (built === null) return null;
  const { image, build, layers } = built;
  const { workdir } = build;
  const open = layerOf([], { because: 'whoever starts the image gives it variables', at: build.at });
  const environment = { ...build.environment, closed: withLayers({ variables: new Map(), closed: true }, [open]).closed };
  const mounts: Process['mounts'] = { items: [], complete: { because: 'whoever starts the image mounts its volumes' } };
  const files = { tree, layers, workdir: workdir.kind === 'known' ? workdir.value : null };
  const paths = containerPaths({ ...files, mounts });
  // Whoever starts the image may replace its command as well: it is judged with the start scripts that it holds.
  const ownFiles = containerPaths({ ...files, mounts: { items: [], complete: true } });
  const none = { set: 'no' } as const;
  const started = startContainer({
    tree,
    syntaxes,
    image,
    paths: ownFiles,
    environment,
    workdir,
    command: none,
    entrypoint: none,
    at: build.at,
  });
  const { main } = started;
  if (main === null && started.steps.length === 0) return null;
  const server =
    main === null
      ? null
      : serverOf(main, { tree, evaluate, locate: (one) => repositoryFile(ownFiles, one), release: releasePinned(projects) });
  const taskQueue = main === null ? null : taskQueueOf(main);
  gathering.problems.push(...built.problems);
  const process: Process = {
    ...plainProcess(nameOf(path), build.at),
    role: roleOf({ name: 'web', server, taskQueue, imageBase: image.base, built: true, argv: main?.argv ?? null }),
    host: 'container',
    image,
    command: started.command,
    commandAt: started.commandAt,
    steps: started.steps,
    environment: main?.environment ?? environment,
    workdir: main?.workdir ?? workdir,
    user: main?.user ?? build.user,
    server,
    taskQueue,
    mounts,
    replicas: known(1, textOrigin(build.at)),
    healthcheck: build.healthcheck,
    probes: build.probe === null ? [] : [build.probe],
    stopSignal: build.stopSignal,
    exposed: build.exposed,
    paths,
  };
  return { process: finished(process, gathering), files: ownFiles };
}

function nameOf(path: string): string {
  return baseName(folderOf(path)) || 'image';
}

/** The folder that `docker build` is most likely given. */
export function contextOf(path: string, tree: SourceTree): string {
  const sources = parseDockerfile(textAt(tree, path), path).stages.flatMap((stage) =>
    stage.instructions.flatMap((one) =>
      (one.kind === 'COPY' || one.kind === 'ADD') && one.from === null ? one.sources.map((source) => source.text) : [],
    ),
  );
  const named = sources
    .map((source) => source.replace(/^\.?\/+/, '').replace(/\/$/, ''))
    .filter((source) => source !== '' && source !== '.' && !/[$*?]|:\/\//.test(source));
  const score = (folder: string) => named.filter((source) => tree.kindOf(joinPath(folder, source)) !== null).length;
  let best = folderOf(path);
  for (let folder = best; folder !== ''; ) {
    folder = folderOf(folder);
    if (score(folder) > score(best)) best = folder;
  }
  return best;
}
