import type { ReleaseRange } from '../../settings/model.ts';
import type { Location, Process, ProxyLocation, ProxyServer, Upstream } from '../model.ts';
import { bindInWords } from '../server/bind.ts';
import type { Destination, UnlinkedServer } from './unlinked.ts';

/** What surrounds a proxy: who runs it and whom it can reach. */
export interface ProxySurroundings {
  /** The process that runs the proxy; null when it runs on a machine outside the manifest. */
  readonly viewer: Process | null;
  readonly processes: readonly Process[];
  /** Names under which other containers reach a process. */
  namesOf(process: Process): readonly string[];
  /** True when a host name that belongs to no process of the deployment cannot be resolved. */
  readonly namesClosed: boolean;
  /** Where the network itself takes an address (a service of a cluster); null when it says nothing of it. */
  route?(host: string, port: number, viewer: Process | null): Routed | null;
  readonly release: ReleaseRange | null;
}

/** A process to which a network leads, and on which of its ports; null for one that is not known. */
export interface Routed {
  readonly process: Process;
  readonly port: number | null;
  /** In the same network namespace: an address of the loopback is reached as well. */
  readonly local: boolean;
}

/** What one address turns out to be. */
interface Reach {
  readonly process: Process | null;
  readonly proven: boolean;
  readonly mismatch: string | null;
  /** True when the address was meant for the application, so that its only web process may be presumed. */
  readonly meant: boolean;
  /** True when something that is not in view (another program of the machine) may well listen there. */
  readonly others?: boolean;
  /** Another proxy of the deployment, which passes it on. */
  readonly via?: Process;
}

const ELSEWHERE: Reach = { process: null, proven: false, mismatch: null, meant: false };

/** Links the upstreams of every location to the processes of a deployment. */
export function linkServers(servers: readonly UnlinkedServer[], around: ProxySurroundings): readonly ProxyServer[] {
  const places = servers.flatMap((server) =>
    server.locations.flatMap((location) => location.destinations.items.map((destination) => ({ location, destination }))),
  );
  const reached = new Map(
    places.map(({ location, destination }) => [destination, isForeign(location) ? ELSEWHERE : reach(destination.address, around)]),
  );
  const presumed = presumedAddress(places, reached, around);
  return servers.map((server) => ({
    ...server,
    process: around.viewer,
    release: around.release,
    locations: server.locations.map(({ destinations, ...location }) => ({
      ...location,
      upstreams: {
        items: destinations.items.map((one) => upstreamOf(one, reached.get(one) ?? ELSEWHERE, presumed)),
        complete: destinations.complete,
      },
    })),
  }));
}

/** PHP and CGI programs speak these; no Django server does. */
function isForeign(location: Pick<ProxyLocation, 'pass'>): boolean {
  return location.pass?.scheme === 'fastcgi' || location.pass?.scheme === 'scgi';
}

interface Presumption {
  readonly address: string;
  readonly process: Process;
}

function upstreamOf({ address, at }: Destination, found: Reach, presumption: Presumption | null): Upstream {
  if (found.process !== null)
    return { address, at, process: found.process, link: found.proven ? 'proven' : 'presumed', mismatch: found.mismatch };
  if (found.meant && presumption?.address === addressInWords(address)) {
    return { address, at, process: presumption.process, link: 'presumed', mismatch: found.mismatch };
  }
  const via = found.via === undefined ? {} : { via: found.via };
  return { address, at, process: null, link: 'none', ...via, mismatch: found.others ? null : found.mismatch };
}

/** Of the addresses that reach nothing, the one that is meant for the only web process: no route reaches that process otherwise. */
function presumedAddress(
  places: readonly { readonly location: Pick<ProxyLocation, 'match'>; readonly destination: Destination }[],
  reached: ReadonlyMap<Destination, Reach>,
  around: ProxySurroundings,
): Presumption | null {
  const web = applicationsOf(around.processes);
  const [process] = web;
  if (process === undefined || web.length > 1) return null;
  if ([...reached.values()].some((one) => one.process === process)) return null;
  const open = places.filter(({ destination }) => reached.get(destination)?.meant === true);
  const addresses = new Set(open.map(({ destination }) => addressInWords(destination.address)));
  const [only] = addresses;
  if (only === undefined) return null;
  if (addresses.size === 1) return { address: only, process };
  const atRoot = new Set(
    open.filter(({ location }) => coversAll(location.match)).map(({ destination }) => addressInWords(destination.address)),
  );
  const [root] = atRoot;
  return root !== undefined && atRoot.size === 1 ? { address: root, process } : null;
}

function coversAll(match: ProxyLocation['match']): boolean {
  return match.kind === 'named' || (match.kind === 'prefix' && match.path === '/');
}

/** Processes that serve the Django application. */
function applicationsOf(processes: readonly Process[]): readonly Process[] {
  const web = processes.filter((one) => one.role === 'web');
  const serving = web.filter((one) => one.server !== null);
  return serving.length > 0 ? serving : web;
}

function reach(address: Upstream['address'], around: ProxySurroundings): Reach {
  if (address.kind === 'unix') return reachSocket(address.path, around);
  if (address.kind === 'script') return reachScript(address.path, around);
  const { viewer } = around;
  const routed = around.route?.(address.host, address.port, viewer) ?? null;
  if (routed !== null) return reachRouted(address.host, routed);
  const onMachine = viewer === null || viewer.host === 'machine' || viewer.hostNetwork === 'yes';
  if (isLoopback(address.host)) {
    if (onMachine) return reachMachinePort(address.port, around);
    return viewer.hostNetwork === 'maybe' ? ELSEWHERE : reachOwnContainer(address.port, viewer, around);
  }
  if (/^(host\.docker\.internal|172\.17\.0\.1)$/.test(address.host)) return reachMachinePort(address.port, around);
  // A machine does not resolve the names of services.
  const named =
    viewer === null
      ? undefined
      : servingOn(
          address.port,
          around.processes.filter((one) => around.namesOf(one).includes(address.host)),
        );
  if (named !== undefined) return reachService(address.host, address.port, named);
  if (/[.:]/.test(address.host) || onMachine || !around.namesClosed) return ELSEWHERE;
  return { process: null, proven: false, mismatch: `no service of this deployment is named "${address.host}"`, meant: true };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '0.0.0.0' || host === '::1' || host === '::' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function reachRouted(host: string, { process, port, local }: Routed): Reach {
  if (process.role === 'proxy') return { process, proven: true, mismatch: null, meant: true };
  if (port === null) return process.role === 'web' ? { process, proven: false, mismatch: null, meant: true } : ELSEWHERE;
  return reachService(host, port, process, local);
}

function reachService(host: string, port: number, process: Process, local = false): Reach {
  if (process.role === 'proxy') return { ...ELSEWHERE, via: process };
  if (process.role !== 'web') return ELSEWHERE;
  if (process.server === null) return { process, proven: false, mismatch: null, meant: true };
  const { items, complete } = process.server.binds;
  const match = items.find((one) => one.kind === 'tcp' && one.port === port);
  if (match?.kind === 'tcp' && (local || !isLoopbackBind(match.address))) return { process, proven: true, mismatch: null, meant: true };
  if (complete !== true) return { process, proven: false, mismatch: null, meant: true };
  const binds = items.map(bindInWords).join(', ') || 'nothing';
  const mismatch =
    match === undefined
      ? `${host} listens on ${binds}, not on port ${port}`
      : `${host} listens on ${binds} only, which no other container reaches`;
  return { process, proven: false, mismatch, meant: true };
}

function isLoopbackBind(address: string): boolean {
  return address !== '0.0.0.0' && address !== '::' && isLoopback(address);
}

function reachMachinePort(port: number, around: ProxySurroundings): Reach {
  let doubtful = false;
  for (const process of around.processes) {
    if (process.role !== 'web') continue;
    const answer = listensOnMachine(process, port);
    if (answer === 'yes') return { process, proven: true, mismatch: null, meant: true };
    if (answer === 'maybe') doubtful = true;
  }
  if (around.processes.some((one) => one.role !== 'web' && publishes(one, port))) return ELSEWHERE;
  if (doubtful) return { process: null, proven: false, mismatch: null, meant: true };
  return { process: null, proven: false, mismatch: `nothing in this deployment listens on port ${port}`, meant: true, others: true };
}

function listensOnMachine(process: Process, port: number): 'yes' | 'no' | 'maybe' {
  if (process.host === 'container' && process.hostNetwork !== 'yes') {
    if (publishes(process, port)) return 'yes';
    return process.ports.some((one) => one.published === null || one.published.kind !== 'known') || process.hostNetwork === 'maybe'
      ? 'maybe'
      : 'no';
  }
  if (process.server === null) return 'maybe';
  const { items, complete } = process.server.binds;
  if (items.some((one) => one.kind === 'tcp' && one.port === port)) return 'yes';
  return complete === true && !items.some((one) => one.kind === 'fd') ? 'no' : 'maybe';
}

function publishes(process: Process, port: number): boolean {
  return process.ports.some((one) => one.published?.kind === 'known' && one.published.value === String(port));
}

function reachOwnContainer(port: number, viewer: Process, around: ProxySurroundings): Reach {
  if (viewer.role === 'web' && viewer.server !== null) return reachService(viewer.name, port, viewer);
  const beside = servingOn(
    port,
    around.processes.filter((one) => one.role === 'web' && one.server !== null && sharesContainer(one, viewer)),
  );
  if (beside !== undefined) return reachOwn(port, beside);
  // A container that is built here may run the application beside the proxy.
  if (viewer.image === null || viewer.image.build !== null) return ELSEWHERE;
  const mismatch = `localhost is the container of ${viewer.name} itself, where nothing listens on port ${port}`;
  return { process: null, proven: false, mismatch, meant: around.processes.length > 1 };
}

/** Of the programs of one container the one that listens on a port, else the one that serves at all. */
function servingOn(port: number, processes: readonly Process[]): Process | undefined {
  const web = processes.filter((one) => one.role === 'web');
  return web.find((one) => one.server?.binds.items.some((bind) => bind.kind === 'tcp' && bind.port === port)) ?? web[0] ?? processes[0];
}

function sharesContainer(one: Process, other: Process): boolean {
  const within = one.program?.within ?? null;
  return within !== null && within === other.program?.within;
}

/** Two programs of one container: the loopback of one is that of the other. */
function reachOwn(port: number, process: Process): Reach {
  const listens = process.server?.binds.items.some((bind) => bind.kind === 'tcp' && bind.port === port) === true;
  return { process: listens ? process : null, proven: listens, mismatch: null, meant: true };
}

/** httpd starts the process itself, so that nothing can miss it; a file that no process of the deployment runs is another site. */
function reachScript(path: string, around: ProxySurroundings): Reach {
  const process = around.processes.find((one) => one.server?.binds.items.some((bind) => bind.kind === 'script' && bind.path === path));
  return process === undefined ? ELSEWHERE : { process, proven: true, mismatch: null, meant: true };
}

function reachSocket(path: string, around: ProxySurroundings): Reach {
  const place = placeOfSocket(path, around.viewer);
  let doubtful = place === null;
  for (const process of around.processes) {
    if (process.role !== 'web') continue;
    if (process.server === null) {
      doubtful = true;
      continue;
    }
    for (const bind of process.server.binds.items) {
      if (bind.kind === 'fd' && process.unit?.socketPaths.some((one) => sameSocket(one, path)))
        return { process, proven: true, mismatch: null, meant: true };
      // The socket unit may be elsewhere, and then any path may be its.
      if (bind.kind === 'fd' && (process.unit?.socketPaths ?? []).length === 0) doubtful = true;
      if (bind.kind !== 'unix') continue;
      const other = placeOfSocket(bind.path, process);
      if (other === null) doubtful = true;
      else if (place === other || (process === around.viewer && sameSocket(bind.path, path)))
        return { process, proven: true, mismatch: null, meant: true };
    }
    if (process.server.binds.complete !== true) doubtful = true;
  }
  const others = place?.startsWith('machine:') === true && !/gunicorn|uvicorn|daphne|uwsgi|hypercorn|django|[aw]sgi/i.test(path);
  return { process: null, proven: false, mismatch: doubtful ? null : socketMismatch(path, place, around), meant: true, others };
}

function socketMismatch(path: string, place: string | null, around: ProxySurroundings): string {
  if (place?.startsWith('container:'))
    return `${path} lies in the container of ${around.viewer?.name ?? 'the proxy'} itself: no volume shares it`;
  return `nothing in this deployment listens on ${path}`;
}

/** A name for the place of a socket that is equal for all who see the same file; null when it is not known. */
function placeOfSocket(path: string, process: Process | null): string | null {
  if (process === null) return `machine:${normal(path)}`;
  const found: Location = process.paths.locate(normal(path));
  switch (found.in) {
    case 'volume':
      if (found.kind === 'bind') return bindPlace(found.volume, found.subpath);
      return found.kind === 'named'
        ? `volume:${found.volume}:${found.subpath}`
        : `container:${process.program?.within ?? process.name}:${normal(path)}`;
    case 'container':
      return `container:${process.program?.within ?? process.name}:${normal(path)}`;
    case 'machine':
      return `machine:${normal(path)}`;
    case 'unknown':
      return process.host === 'machine' ? `machine:${normal(path)}` : null;
  }
}

function bindPlace(source: string, subpath: string): string {
  const whole = subpath === '' ? source : `${source.replace(/\/$/, '')}/${subpath.replace(/^\//, '')}`;
  return whole.startsWith('/') ? `machine:${normal(whole)}` : `repository:${whole}`;
}

function sameSocket(a: string, b: string): boolean {
  return normal(a) === normal(b);
}

/** /var/run is a link to /run on every distribution with systemd. */
function normal(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/^\/var\/run\//, '/run/');
}

/** An address as a person writes it. */
function addressInWords(address: Upstream['address']): string {
  if (address.kind === 'script') return address.path;
  return address.kind === 'unix' ? `unix:${normal(address.path)}` : `${address.host}:${address.port}`;
}
