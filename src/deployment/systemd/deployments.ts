import { folderOf } from '../../files/paths.ts';
import { finished, type Gathering, plainDeployment, releasePinned } from '../gathering.ts';
import type { Deployment, Process, Server, SetAside } from '../model.ts';
import { repositoryFile } from '../path-map.ts';
import { tellingWord } from '../project/naming.ts';
import { machineProxy } from '../proxy/attach.ts';
import { roleOf } from '../role.ts';
import { serverOf } from '../server/server.ts';
import { taskQueueOf } from '../server/task-queue.ts';
import { runArgv } from '../shell/run.ts';
import { unitProcess } from './systemd.ts';
import { serviceUnits, type UnitFile } from './unit.ts';

/** Deployments of systemd units: those of one folder are installed together. */
export function systemdDeployments(gathering: Gathering): {
  readonly deployments: readonly Deployment[];
  readonly setAside: readonly SetAside[];
} {
  const setAside: SetAside[] = [];
  const folders = new Map<string, Process[]>();
  for (const unit of serviceUnits(gathering.tree)) {
    const process = finished(processOf(unit, gathering), gathering);
    if (gathering.purposeOf(unit.path) === 'development') {
      if (process.settings !== null)
        setAside.push({ id: unit.path, because: `"${tellingWord(unit.path) ?? ''}" names it for another purpose` });
      continue;
    }
    const folder = folderOf(unit.path);
    folders.set(folder, [...(folders.get(folder) ?? []), process]);
  }
  const deployments = [...folders.values()].flatMap((processes) => {
    const django = processes.filter((one) => one.settings !== null);
    const first = django.find((one) => one.role === 'web') ?? django[0];
    return first === undefined ? [] : [deploymentOf(first, processes, gathering)];
  });
  return { deployments, setAside };
}

function deploymentOf(first: Process, processes: readonly Process[], gathering: Gathering): Deployment {
  const id = first.unit?.file ?? first.name;
  const namesOf = (process: Process) => [process.name];
  const proxy = machineProxy(processes, { readers: gathering.proxies, namesOf, namesClosed: false }, true);
  const evidence = [{ at: first.at, text: 'it is a service unit that starts the project' }];
  return { ...plainDeployment(id, 'systemd', processes, gathering), evidence, proxy };
}

function processOf(unit: UnitFile, gathering: Gathering): Process {
  const { tree, syntaxes, projects, evaluate } = gathering;
  const { process, main } = unitProcess(unit, {
    tree,
    projects,
    runArgv: (argv, at, { environment, workdir, paths }) =>
      runArgv(argv, at, { tree, syntaxes, environment, workdir, locate: (path) => repositoryFile(paths, path) }),
  });
  if (main === null) return process;
  const started = serverOf(main, {
    tree,
    evaluate,
    locate: (path) => repositoryFile(process.paths, path),
    release: releasePinned(projects),
  });
  const server = started !== null && process.unit?.socketActivated === true ? inheriting(started) : started;
  const taskQueue = taskQueueOf(main);
  const role = roleOf({ name: process.name, server, taskQueue, imageBase: null, built: false, argv: main.argv });
  return { ...process, server, taskQueue, role, environment: main.environment, workdir: main.workdir };
}

/** gunicorn listens on what systemd hands it instead of its own addresses; one that is written out still tells where that is meant to be. */
function inheriting(server: Server): Server {
  if (server.software !== 'gunicorn') return server;
  const { items, complete } = server.binds;
  return { ...server, binds: { items: [...items.filter((one) => one.at !== null), { kind: 'fd', at: null }], complete } };
}
