import { ROOT } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import { known, unknown } from '../../core/value.ts';
import { baseName, folderOf } from '../../files/paths.ts';
import { givenBy, layerOf, unknownEnvironment, withLayers } from '../environment.ts';
import { finished, type Gathering, plainDeployment, releasePinned } from '../gathering.ts';
import type { Deployment, PathMap, Process, SetAside } from '../model.ts';
import { CHECKOUT_PATHS, repositoryFile } from '../path-map.ts';
import { plainProcess } from '../plain-process.ts';
import { textAt } from '../project/files.ts';
import { tellingWord } from '../project/naming.ts';
import { roleOf } from '../role.ts';
import { serverOf } from '../server/server.ts';
import { taskQueueOf } from '../server/task-queue.ts';
import { runText } from '../shell/run.ts';

/** Deployments of Procfiles: a platform starts each line and gives variables that the repository does not show. */
export function procfileDeployments(gathering: Gathering): {
  readonly deployments: readonly Deployment[];
  /** Procfiles that serve with runserver: production only when there is no other, for local starters read them too. */
  readonly doubtful: readonly Deployment[];
  readonly setAside: readonly SetAside[];
} {
  const deployments: Deployment[] = [];
  const doubtful: Deployment[] = [];
  const setAside: SetAside[] = [];
  for (const { path } of gathering.tree.files) {
    if (!/^Procfile(\.[\w-]+)?$/.test(baseName(path))) continue;
    const processes = linesOf(path, gathering).map((one) => finished(one, gathering));
    const first = processes.find((one) => one.settings !== null);
    if (first === undefined) continue;
    if (gathering.purposeOf(path) === 'development')
      setAside.push({ id: path, because: `"${tellingWord(path) ?? ''}" names it for another purpose` });
    else {
      const evidence = [{ at: first.at, text: 'a platform starts the lines of the Procfile' }];
      const serves = processes.flatMap(({ server }) => (server === null ? [] : [server.software]));
      const develops = serves.length > 0 && serves.every((one) => one === 'runserver');
      (develops ? doubtful : deployments).push({ ...plainDeployment(path, 'procfile', processes, gathering), evidence });
    }
  }
  return { deployments, doubtful, setAside };
}

function linesOf(path: string, gathering: Gathering): readonly Process[] {
  const text = textAt(gathering.tree, path);
  return [...text.matchAll(/^([A-Za-z0-9_-]+):[ \t]*(\S.*?)[ \t]*\r?$/gm)].map((found) => {
    const [all, name = '', command = ''] = found;
    return processOf(path, name, command, found.index, all, gathering);
  });
}

/** Like a checkout, but in a container whose files are lost when it is restarted. */
const SLUG_PATHS: PathMap = {
  runtimePath: CHECKOUT_PATHS.runtimePath,
  locate(path) {
    const found = CHECKOUT_PATHS.locate(path);
    return found.in === 'machine' ? { in: 'container', path: found.path, repository: found.repository } : found;
  },
};

function processOf(path: string, name: string, command: string, start: number, line: string, gathering: Gathering): Process {
  const { tree, syntaxes, evaluate, projects } = gathering;
  const at = { file: path, start, end: start + line.trimEnd().length };
  const offset = start + line.indexOf(command, name.length + 1);
  const port = givenBy('PORT', unknown('opaque-env', textOrigin(at), ['PORT'], 'str'), at, 'the platform');
  const open = layerOf([['PORT', port]], null);
  const environment = withLayers(unknownEnvironment('the platform gives variables', at), [open]);
  const folder = folderOf(path);
  const workdir = known(folder === '' ? ROOT : `${ROOT}/${folder}`, textOrigin(at));
  const started = runText(
    command,
    { file: path, place: offset },
    { tree, syntaxes, environment, workdir, locate: (one) => repositoryFile(SLUG_PATHS, one) },
  );
  const { main } = started;
  const plain: Process = {
    ...plainProcess(name, at),
    host: 'container',
    commandAt: { file: path, start: offset, end: offset + command.length },
    environment,
    workdir,
    paths: SLUG_PATHS,
  };
  if (main === null) return { ...plain, steps: started.commands };
  const server = serverOf(main, { tree, evaluate, locate: (one) => repositoryFile(SLUG_PATHS, one), release: releasePinned(projects) });
  const taskQueue = taskQueueOf(main);
  return {
    ...plain,
    role: name === 'release' ? 'task' : roleOf({ name, server, taskQueue, imageBase: null, built: true, argv: main.argv }),
    command: known(main.argv, textOrigin(main.at)),
    steps: started.commands.filter((one) => one !== main),
    environment: main.environment,
    user: known('app', textOrigin(at)),
    server,
    taskQueue,
    mounts: { items: [], complete: true },
  };
}
