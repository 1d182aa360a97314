import { textOrigin } from '../../core/origin.ts';
import { byDefault, unknown } from '../../core/value.ts';
import { folderOf } from '../../files/paths.ts';
import { unknownEnvironment } from '../environment.ts';
import { type FoundDeployments, finished, type Gathering, plainDeployment, releasePinned } from '../gathering.ts';
import type { Deployment, Process, SetAside } from '../model.ts';
import { plainProcess } from '../plain-process.ts';
import { textAt } from '../project/files.ts';
import { tellingWord } from '../project/naming.ts';
import { machineProxy } from '../proxy/attach.ts';
import { fits, includesOf, installedName, type SupervisorFile, sectionsOf, supervisorFiles } from './config.ts';
import { daemonUser, programsOf, type Supervision } from './program.ts';

/** Deployments of machines on which supervisord starts the project. Its files that images copy belong to the containers. */
export function supervisorDeployments(gathering: Gathering): FoundDeployments {
  const files = supervisorFiles(gathering.tree);
  if (files.length === 0 || inImages(gathering)) return { deployments: [], setAside: [] };
  const deployments: Deployment[] = [];
  const setAside: SetAside[] = [];
  for (const set of setsOf(files)) {
    const [first] = set;
    if (first === undefined || set.some(inForeground)) continue;
    const processes = processesOf(set, gathering).map((one) => finished(one, gathering));
    const django = processes.filter((one) => one.settings !== null);
    const main = django.find((one) => one.role === 'web') ?? django[0];
    if (main === undefined) continue;
    const id = set.find((one) => one.main)?.path ?? main.program?.file ?? first.path;
    if (gathering.purposeOf(id) === 'development')
      setAside.push({ id, because: `"${tellingWord(id) ?? ''}" names it for another purpose` });
    else deployments.push(deploymentOf(id, main, processes, gathering));
  }
  return { deployments, setAside };
}

/** Images and their start scripts name supervisord; which of the files they hold is not always written down. */
function inImages({ tree }: Gathering): boolean {
  return tree.files.some(({ path }) => {
    if (/(^|\/)[^/]*(Dockerfile|Containerfile)[^/]*$/i.test(path)) return /supervisor/.test(textAt(tree, path));
    return /\.(sh|bash)$|entrypoint[^/.]*$/.test(path) && /^[ \t]*(exec[ \t]+)?(\S*\/)?supervisord([ \t]|$)/m.test(textAt(tree, path));
  });
}

function inForeground({ document }: SupervisorFile): boolean {
  return document.sections.some(
    (one) =>
      one.name === 'supervisord' && one.entries.some(({ key, value }) => key === 'nodaemon' && /^(true|yes|on|1)$/i.test(value ?? '')),
  );
}

/** What one supervisord reads: a main file with what it includes; else the files of one folder, which are installed together. */
function setsOf(files: readonly SupervisorFile[]): readonly (readonly SupervisorFile[])[] {
  const taken = new Set<SupervisorFile>();
  const sets: (readonly SupervisorFile[])[] = [];
  for (const main of files.filter((one) => one.main)) {
    const parts = files.filter((one) => !one.main && !taken.has(one) && isIncluded(one, main));
    for (const one of [main, ...parts]) taken.add(one);
    sets.push([main, ...parts]);
  }
  const folders = new Map<string, SupervisorFile[]>();
  for (const one of files.filter((file) => !taken.has(file))) {
    const folder = folderOf(one.path);
    folders.set(folder, [...(folders.get(folder) ?? []), one]);
  }
  return [...sets, ...folders.values()];
}

/** By the folder and name that the pattern ends in: where the files stand on the machine is not known. */
function isIncluded(file: SupervisorFile, main: SupervisorFile): boolean {
  return includesOf(main).some((pattern) => {
    const [folder = '', name = ''] = pattern.split('/').slice(-2);
    const own = file.path.split('/');
    const beside = pattern.includes('/') ? own.at(-2) === folder : folderOf(file.path) === folderOf(main.path);
    return beside && fits(installedName(file.path), pattern.includes('/') ? name : pattern);
  });
}

function processesOf(files: readonly SupervisorFile[], { tree, syntaxes, projects, evaluate }: Gathering): readonly Process[] {
  const at = files[0]?.document.sections[0]?.heading ?? { file: files[0]?.path ?? '', start: 0, end: 0 };
  const daemon: Process = {
    ...plainProcess('supervisord', at),
    environment: unknownEnvironment('supervisord hands on the variables that it was started with', at),
    workdir: unknown('host', textOrigin(at), [], 'str'),
    user: byDefault('root', 'supervisord'),
    hostNetwork: 'yes',
  };
  const supervision: Supervision = {
    tree,
    syntaxes,
    projects,
    sections: sectionsOf(files),
    daemon,
    here: () => null,
    server: { evaluate, release: releasePinned(projects) },
    within: null,
  };
  return programsOf({ ...supervision, daemon: { ...daemon, user: daemonUser(supervision) ?? daemon.user } });
}

function deploymentOf(id: string, first: Process, processes: readonly Process[], gathering: Gathering): Deployment {
  const namesOf = (process: Process) => [process.name];
  const proxy = machineProxy(processes, { readers: gathering.proxies, namesOf, namesClosed: false }, true);
  const evidence = [{ at: first.at, text: 'supervisord starts the project' }];
  return { ...plainDeployment(id, 'supervisor', processes, gathering), evidence, proxy };
}
