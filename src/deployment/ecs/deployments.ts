import { folderOf, joinPath } from '../../files/paths.ts';
import { type FoundDeployments, type Gathering, plainDeployment } from '../gathering.ts';
import { ownImages } from '../kubernetes/images.ts';
import type { Deployment, InfrastructureFacts, InfrastructureResource, Process, SetAside } from '../model.ts';
import { containerProxy, declaredProxy } from '../proxy/attach.ts';
import type { Routed } from '../proxy/link.ts';
import { storeOf } from '../store.ts';
import { balancerProxies } from './balancers.ts';
import { containersOf, isTask, type TaskContainer } from './containers.ts';
import { signOf, taskProcess } from './process.ts';
import { checksOf, replicasOf } from './services.ts';

/** Deployments of ECS: the task definitions of one folder, template or root module are one. */
export function ecsDeployments(gathering: Gathering): FoundDeployments {
  const { facts } = gathering.infrastructure;
  const groups = new Map<string, InfrastructureResource[]>();
  for (const task of facts?.resources.items.filter(isTask) ?? []) groups.set(placeOf(task), [...(groups.get(placeOf(task)) ?? []), task]);
  if (facts === null || groups.size === 0) return { deployments: [], setAside: [] };
  const images = ownImages(gathering);
  const setAside: SetAside[] = [];
  const deployments = [...groups].flatMap(([place, tasks]) => {
    const made = deploymentOf(place, tasks, facts, { gathering, images });
    if (made.processes.some((one) => one.settings !== null)) return [made];
    setAside.push({ id: made.id, because: 'no process of it runs the Django project' });
    return [];
  });
  return {
    deployments,
    setAside,
    builds: deployments.flatMap((one) => one.processes.flatMap(({ image }) => image?.build?.dockerfile ?? [])),
  };
}

/** What belongs together: a folder of JSON files, a template, a root module with the modules that it calls. */
function placeOf({ language, address, file }: InfrastructureResource): string {
  if (language === 'cloudformation') return file;
  if (language === 'ecs') return `${folderOf(file)}/`;
  const called = address.indexOf('/module.');
  return `${address.slice(0, called === -1 ? address.lastIndexOf('/') : called)}/`;
}

interface Making {
  readonly gathering: Gathering;
  readonly images: ReturnType<typeof ownImages>;
}

function deploymentOf(
  place: string,
  tasks: readonly InfrastructureResource[],
  facts: InfrastructureFacts,
  { gathering, images }: Making,
): Deployment {
  const containers = tasks.flatMap(containersOf);
  const context = {
    gathering,
    images,
    signs: containers.map(signOf),
    replicasOf: (one: TaskContainer) => replicasOf(one, facts),
    checksOf: (one: TaskContainer) => checksOf(one, facts),
  };
  const processes = distinct(
    containers.map((one) => taskProcess(one, context)),
    containers,
  );
  const linking = {
    readers: gathering.proxies,
    namesOf: (one: Process) => [one.name],
    namesClosed: false,
    route: (host: string, port: number, viewer: Process | null) => routeTo(host, port, viewer, processes, containers),
  };
  const own = processes.some(({ role }) => role === 'proxy') ? containerProxy(processes, linking) : null;
  const id = idOf(place, tasks, gathering);
  const first = tasks[0];
  const evidence = first === undefined ? [] : [{ at: first.at, text: 'ECS runs its containers' }];
  return {
    ...plainDeployment(id, 'ecs', processes, gathering),
    evidence,
    proxy:
      own ??
      declaredProxy(
        balancerProxies(
          containers.map((one, index) => ({ ...one, host: processes[index]?.name ?? one.name })),
          facts,
        ),
        processes,
        linking,
      ),
    stores: processes.flatMap((one) => storeOf(one, gathering.tree) ?? []),
  };
}

/** A load balancer names a container; containers of one task share their network where the task has one of its own. */
function routeTo(
  host: string,
  port: number,
  viewer: Process | null,
  processes: readonly Process[],
  containers: readonly TaskContainer[],
): Routed | null {
  if (viewer === null) {
    const named = processes.find((one) => one.name === host);
    return named === undefined ? null : { process: named, port, local: false };
  }
  const task = containers[processes.indexOf(viewer)]?.task;
  if (task === undefined || !/^(localhost|127\.\d+\.\d+\.\d+)$/.test(host) || !sharesNetwork(task)) return null;
  const beside = processes.find(
    (one, index) =>
      one !== viewer &&
      containers[index]?.task === task &&
      one.server?.binds.items.some((bind) => bind.kind === 'tcp' && bind.port === port) === true,
  );
  return beside === undefined ? null : { process: beside, port, local: true };
}

function sharesNetwork(task: InfrastructureResource): boolean {
  const mode = task.get(task.language === 'terraform' ? 'network_mode' : task.language === 'ecs' ? 'networkMode' : 'NetworkMode');
  return mode.kind === 'known' && (mode.value === 'awsvpc' || mode.value === 'host');
}

/** Containers of two tasks may have one name: then the family says which is meant. */
function distinct(processes: readonly Process[], containers: readonly TaskContainer[]): readonly Process[] {
  const names = processes.map((one) => one.name);
  return processes.map((one, index) => {
    const task = containers[index]?.task.name ?? '';
    return names.indexOf(one.name) === names.lastIndexOf(one.name) ? one : { ...one, name: `${task}/${one.name}` };
  });
}

function idOf(place: string, tasks: readonly InfrastructureResource[], { tree }: Gathering): string {
  const [first] = tasks;
  if (!place.endsWith('/')) return place;
  const folder = place.slice(0, -1);
  const main = joinPath(folder, 'main.tf');
  return first?.language === 'terraform' && tree.kindOf(main) === 'file' ? main : (first?.file ?? place);
}
