import { textOrigin } from '../../core/origin.ts';
import { known } from '../../core/value.ts';
import { baseName } from '../../files/paths.ts';
import { type FoundDeployments, type Gathering, plainDeployment } from '../gathering.ts';
import type { Command, Deployment, Evidence, Process, PublishedPort, SetAside, Store } from '../model.ts';
import { containerProxy, declaredProxy, joinedProxy } from '../proxy/attach.ts';
import { storeOf } from '../store.ts';
import { type OwnImages, ownImages } from './images.ts';
import { ingressProxies } from './ingress.ts';
import { itemsOfNode, type ManifestMap, nameOfNode, nodeAt, textOfNode } from './node.ts';
import { factOf, type ManifestObject } from './object.ts';
import { type Container, containersIn, type Pods, podsOf } from './pods.ts';
import { containerProcess, imageSign, initCommands, type ProcessContext } from './process.ts';
import { type KubernetesPlan, kubernetesPlans } from './scope.ts';
import { type Endpoint, namesOfService, selects, serviceNamed, targetOf } from './services.ts';

/** Deployments of Kubernetes manifests: overlays, charts, and folders of plain ones. */
export function kubernetesDeployments(gathering: Gathering): FoundDeployments {
  const plans = kubernetesPlans(gathering);
  if (plans.production.length === 0) return { deployments: [], setAside: plans.setAside };
  const images = ownImages(gathering);
  const setAside: SetAside[] = [...plans.setAside];
  const deployments = plans.production.flatMap((plan) => {
    if (neverPulls(plan.set.objects)) {
      setAside.push({ id: plan.id, because: 'its images are never pulled: they are of the machine on which they were built' });
      return [];
    }
    const made = deploymentOf(plan, gathering, images);
    if (made.processes.some((one) => one.settings !== null)) return [made];
    setAside.push({ id: plan.id, because: 'no process of it runs the Django project' });
    return [];
  });
  const builds = deployments.flatMap((one) => one.processes.flatMap((process) => process.image?.build?.dockerfile ?? []));
  return { deployments, setAside, builds };
}

/** Clusters on the machine of a developer run the images that were loaded into them: nothing else can. */
function neverPulls(objects: readonly ManifestObject[]): boolean {
  const containers = podsOf(objects).flatMap((pods) => (pods.isTask ? [] : containersIn(pods.spec, 'containers')));
  const started = containers.filter((one) => imageSign(one).startsPython);
  return started.length > 0 && started.every(({ node }) => textOfNode(nodeAt(node, 'imagePullPolicy')) === 'Never');
}

interface Started {
  readonly process: Process;
  readonly pods: Pods;
  readonly container: ManifestMap;
}

function deploymentOf(plan: KubernetesPlan, gathering: Gathering, images: OwnImages): Deployment {
  const { objects, open, files } = plan.set;
  const all = podsOf(objects);
  const endpoints = all.flatMap((pods) => containersIn(pods.spec, 'containers').map((one) => endpointOf(one.node, pods, one.node)));
  const signs = all.flatMap((pods) =>
    (['containers', 'initContainers'] as const).flatMap((key) => containersIn(pods.spec, key).map(imageSign)),
  );
  const context: ProcessContext = {
    gathering,
    images,
    signs,
    sources: { objects },
    published: (container) => publishedPorts(container, objects, endpoints),
    isServed: ({ labels, owner }) => objects.some((one) => one.kind === 'Service' && selects(one, { labels, namespace: owner.namespace })),
  };
  const started = distinct(all.flatMap((pods) => processesOf(pods, all, context)));
  const processes = started.map((one) => one.process);
  const plain = plainDeployment(plan.id, 'kubernetes', processes, gathering);
  const evidence: Evidence = { at: plan.at, text: plan.because };
  return {
    ...plain,
    evidence: [evidence],
    proxy: proxyOf(started, objects, gathering),
    stores: started.flatMap((one) => storeAt(one, objects, gathering)),
    kubernetes: { files: [...new Set(files)], objects: { items: objects.map(factOf), complete: open === null ? true : { because: open } } },
  };
}

function endpointOf<P>(process: P, pods: Pods, container: ManifestMap): Endpoint<P> {
  const ports = nodeAt(container, 'ports');
  return { process, labels: pods.labels, namespace: pods.owner.namespace, ports, serves: ports !== null };
}

function processesOf(pods: Pods, all: readonly Pods[], context: ProcessContext): readonly Started[] {
  const containers = containersIn(pods.spec, 'containers');
  const inits = containersIn(pods.spec, 'initContainers');
  const same = all.filter((one) => one.owner.name === pods.owner.name).length > 1;
  const base = same ? `${pods.owner.name}-${pods.owner.kind.toLowerCase()}` : pods.owner.name;
  const sidecars = inits.filter((one) => textOfNode(nodeAt(one.node, 'restartPolicy')) === 'Always');
  const before = inits.filter((one) => !sidecars.includes(one));
  const main = mainContainer(containers, before);
  return [...containers, ...sidecars].flatMap((container) => {
    const name =
      containers.length + sidecars.length === 1 ? readable(base, container, pods) : `${readable(base, container, pods)}/${container.name}`;
    const steps: readonly Command[] = container === main ? before.flatMap((one) => initCommands(one, pods, context)) : [];
    return containerProcess(container, name, pods, steps, context).map((process) => ({ process, pods, container: container.node }));
  });
}

/** A name that a template makes says less than that of the file. */
function readable(name: string, container: Container, pods: Pods): string {
  if (!/[{}]/.test(name)) return name;
  const rest = pods.owner.name.replace(/\{\{.*?\}\}/g, '').replace(/^[-.]+|[-.]+$/g, '');
  if (rest !== '') return rest;
  const { file } = pods.owner.root.at;
  const stem = baseName(file)
    .replace(/\.ya?ml$/, '')
    .replace(/[-_.]?(deployment|deploy|pod|statefulset)$/i, '');
  return stem !== '' || /[{}]/.test(container.name) ? stem : container.name;
}

/** Names of processes are their own: the same one again is told apart by a number. */
function distinct(started: readonly Started[]): readonly Started[] {
  const seen = new Map<string, number>();
  return started.map((one) => {
    const { name } = one.process;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? one : { ...one, process: { ...one.process, name: `${name}-${count}` } };
  });
}

/** The container that the earlier ones prepare: the one of their image, else the first. */
function mainContainer(containers: readonly Container[], before: readonly Container[]): Container | undefined {
  const images = before.map((one) => nameOfNode(nodeAt(one.node, 'image')));
  return containers.find((one) => images.includes(nameOfNode(nodeAt(one.node, 'image')))) ?? containers[0];
}

const INTERNAL = /internal|load-balancer-type$|load-balancer-scheme$|source-ranges/i;

/** Ports that a service of type LoadBalancer, or the node itself, opens to the outside. */
function publishedPorts(
  container: ManifestMap,
  objects: readonly ManifestObject[],
  endpoints: readonly Endpoint<ManifestMap>[],
): readonly PublishedPort[] {
  const own = itemsOfNode(nodeAt(container, 'ports')).flatMap((one): readonly PublishedPort[] => {
    const host = nodeAt(one, 'hostPort');
    const target = Number(textOfNode(nodeAt(one, 'containerPort')) ?? Number.NaN);
    const published = textOfNode(host);
    if (host === null || published === null || Number.isNaN(target)) return [];
    const address = textOfNode(nodeAt(one, 'hostIP')) ?? '';
    return [portOf(address, published, target, host.at)];
  });
  const balanced = objects.filter(
    (one) => one.kind === 'Service' && textOfNode(nodeAt(one.root, 'spec', 'type')) === 'LoadBalancer' && !isInternal(one),
  );
  return [
    ...own,
    ...balanced.flatMap((service) =>
      itemsOfNode(nodeAt(service.root, 'spec', 'ports')).flatMap((port): readonly PublishedPort[] => {
        const number = textOfNode(nodeAt(port, 'port'));
        const target = number === null ? null : targetOf(service, number, endpoints);
        return number === null || target?.process !== container || target.port === null ? [] : [portOf('', number, target.port, port.at)];
      }),
    ),
  ];
}

/** A load balancer that only the private network, or named addresses, reach. */
function isInternal({ root }: ManifestObject): boolean {
  const annotations = nodeAt(root, 'metadata', 'annotations');
  if (
    annotations !== null &&
    (annotations.kind !== 'map' || annotations.open !== null || [...annotations.entries.keys()].some((key) => INTERNAL.test(key)))
  )
    return true;
  return nodeAt(root, 'spec', 'loadBalancerSourceRanges') !== null;
}

function portOf(address: string, published: string, target: number, at: PublishedPort['at']): PublishedPort {
  const origin = textOrigin(at);
  return { address: known(address, origin), published: known(published, origin), target: known(target, origin), at };
}

/** A store is reached under the name of its service. */
function storeAt({ process, pods }: Started, objects: readonly ManifestObject[], { tree }: Gathering): readonly Store[] {
  const store = storeOf(process, tree);
  if (store === null) return [];
  const service = objects.find((one) => one.kind === 'Service' && selects(one, { labels: pods.labels, namespace: pods.owner.namespace }));
  return [service === undefined || /[{}]/.test(service.name) ? store : { ...store, name: service.name }];
}

function proxyOf(started: readonly Started[], objects: readonly ManifestObject[], gathering: Gathering): Deployment['proxy'] {
  const processes = started.map((one) => one.process);
  const endpoints = started.map((one) => ({
    ...endpointOf(one.process, one.pods, one.container),
    serves: one.process.server !== null || one.process.role === 'proxy',
  }));
  const linking = {
    readers: gathering.proxies,
    namesOf: (process: Process) => namesOf(process, started, objects),
    namesClosed: false,
    route: (host: string, port: number, viewer: Process | null) => routeTo(host, port, viewer, { started, objects, endpoints }),
  };
  const front = declaredProxy(ingressProxies(objects), processes, linking);
  const inside = processes.some((one) => one.role === 'proxy') ? containerProxy(processes, linking) : null;
  return joinedProxy(front, inside);
}

function namesOf(process: Process, started: readonly Started[], objects: readonly ManifestObject[]): readonly string[] {
  const found = started.find((one) => one.process === process);
  if (found === undefined) return [];
  const { labels, owner } = found.pods;
  return objects.flatMap((one) =>
    one.kind === 'Service' && selects(one, { labels, namespace: owner.namespace }) ? namesOfService(one) : [],
  );
}

interface Network {
  readonly started: readonly Started[];
  readonly objects: readonly ManifestObject[];
  readonly endpoints: readonly Endpoint<Process>[];
}

/** Where an address of the cluster leads: to a container of the same pod, or through a service. */
function routeTo(host: string, port: number, viewer: Process | null, { started, objects, endpoints }: Network) {
  const own = started.find((one) => one.process === viewer);
  if (own !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0)$/.test(host)) {
    const beside = started.filter((one) => one.pods === own.pods && one.process !== viewer);
    const listening = beside.find((one) => one.process.server?.binds.items.some((bind) => bind.kind === 'tcp' && bind.port === port));
    const [found] = listening === undefined ? beside.filter((one) => one.process.role === 'web') : [listening];
    return found === undefined ? null : { process: found.process, port, local: true };
  }
  const service = serviceNamed(host, objects);
  return service === null ? null : serviceTarget(service, port, endpoints);
}

function serviceTarget(service: ManifestObject, port: number, endpoints: readonly Endpoint<Process>[]) {
  // A port that is written by its name: the only one of the service, or the one that leads to an application.
  const ports = itemsOfNode(nodeAt(service.root, 'spec', 'ports')).flatMap((one) => textOfNode(nodeAt(one, 'port')) ?? []);
  const wanted = port === -1 ? (ports.length === 1 ? (ports[0] ?? null) : null) : String(port);
  const found = wanted === null ? null : targetOf(service, wanted, endpoints);
  return found === null ? null : { ...found, local: false };
}
