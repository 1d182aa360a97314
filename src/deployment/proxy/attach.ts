import type { Span } from '../../core/span.ts';
import type { ReleaseRange } from '../../settings/model.ts';
import type { Process, ProxyFacts, ProxyProgram, ProxyServer } from '../model.ts';
import { proxyFacts } from './facts.ts';
import { linkServers, type ProxySurroundings, type Routed } from './link.ts';
import type { LoadedProxy, ProxyReader } from './reader.ts';
import type { UnlinkedServer } from './unlinked.ts';

/** What attaching proxies to a deployment needs. */
export interface ProxyLinking {
  readonly readers: readonly ProxyReader[];
  /** Names under which other containers reach a process. */
  namesOf(process: Process): readonly string[];
  /** False when containers of other manifests share a network. */
  readonly namesClosed: boolean;
  /** Where the network itself takes an address; null when it says nothing of it. */
  route?(host: string, port: number, viewer: Process | null): Routed | null;
}

interface Attached {
  readonly servers: readonly ProxyServer[];
  readonly raw: readonly UnlinkedServer[];
  readonly complete: ProxyFacts['complete'];
  readonly program: ProxyProgram | null;
}

/** The proxies of a deployment of containers: those that its proxy processes load, else a machine's own in front of published ports. */
export function containerProxy(processes: readonly Process[], linking: ProxyLinking): ProxyFacts | null {
  // Of several programs of one container only the proxy itself loads what its files say.
  const viewers = processes.filter((one) => (one.program?.within ?? null) === null || one.role === 'proxy');
  const attached = viewers.flatMap((viewer) =>
    linking.readers.flatMap((reader) => reader.loadedBy(viewer, processes)).map((one) => attach(one, viewer, processes, linking)),
  );
  if (attached.length > 0) return combined(attached);
  return processes.some((one) => one.role === 'proxy') ? null : machineProxy(processes, linking, false);
}

/**
 * The proxies of a machine in front of the processes: configurations whose upstream is a bind of theirs, else the only one of
 * the repository when `presume` allows that.
 */
export function machineProxy(processes: readonly Process[], linking: ProxyLinking, presume: boolean): ProxyFacts | null {
  const attached = onMachine(linking).map((one) => attach(one, null, processes, linking));
  const proven = attached.filter((one) => reaches(one.servers));
  if (proven.length > 0) return combined(proven);
  const [only] = attached;
  return presume && only !== undefined && attached.length === 1 ? combined([only]) : null;
}

/** The configurations of a repository that says nothing of who runs them: linked to no process, so that they silence nothing. */
export function fileProxy(readers: readonly ProxyReader[]): ProxyFacts | null {
  const linking: ProxyLinking = { readers, namesOf: () => [], namesClosed: false };
  const attached = onMachine(linking).map((one) => attach(one, null, [], linking));
  return attached.length === 0 ? null : combined(attached.map((one) => ({ ...one, servers: one.servers.map(withoutMismatch) })));
}

/** Proxies that a manifest itself declares (an Ingress, a load balancer), in front of the processes it names. */
export function declaredProxy(loaded: readonly LoadedProxy[], processes: readonly Process[], linking: ProxyLinking): ProxyFacts | null {
  return loaded.length === 0 ? null : combined(loaded.map((one) => attach(one, null, processes, linking)));
}

/** A proxy behind another one: what the inner one listens on is reached through the outer one only, which decides about TLS. */
export function joinedProxy(front: ProxyFacts | null, inside: ProxyFacts | null): ProxyFacts | null {
  if (inside === null) return front;
  const servers = inside.servers.map((one) => ((one.process?.ports.length ?? 0) > 0 ? one : reachedFromInside(one)));
  const before = { because: 'what stands in front of the proxy is not in the repository' };
  if (front === null) {
    const open = servers.every((one) => (one.process?.ports.length ?? 0) > 0);
    return open ? inside : { ...proxyFacts(servers, before, new Map()), provides: inside.provides };
  }
  return {
    servers: [...front.servers, ...servers],
    programs: [...front.programs, ...inside.programs],
    complete: front.complete === true ? inside.complete : front.complete,
    provides: (header) => {
      const [outer, inner] = [front.provides(header), inside.provides(header)];
      if (outer.answer === 'yes') return outer;
      return inner.answer === 'no' && outer.answer !== 'no' ? outer : inner;
    },
    redirectsToHttps: front.redirectsToHttps,
    terminatesTls: front.terminatesTls,
  };
}

function reachedFromInside(server: ProxyServer): ProxyServer {
  return { ...server, listens: server.listens.map((one) => (one.unix === null ? { ...one, address: '127.0.0.1' } : one)) };
}

function onMachine({ readers }: ProxyLinking): readonly LoadedProxy[] {
  return readers.flatMap((reader) => reader.onMachine());
}

function reaches(servers: readonly ProxyServer[]): boolean {
  return servers.some((server) => server.locations.some((location) => location.upstreams.items.some((one) => one.link === 'proven')));
}

function attach(loaded: LoadedProxy, viewer: Process | null, processes: readonly Process[], linking: ProxyLinking): Attached {
  const surroundings: ProxySurroundings = {
    viewer,
    processes,
    namesOf: linking.namesOf,
    namesClosed: linking.namesClosed,
    ...(linking.route === undefined ? {} : { route: linking.route }),
    release: releaseOf(viewer),
  };
  const program = loaded.program === undefined ? null : { ...loaded.program, process: viewer };
  return { servers: linkServers(loaded.servers, surroundings), raw: loaded.servers, complete: loaded.complete, program };
}

function combined(attached: readonly Attached[]): ProxyFacts {
  const plainAway = new Map<Span, Span>();
  for (const server of attached.flatMap((one) => one.raw))
    if (server.sendsPlainAway !== null) plainAway.set(server.at, server.sendsPlainAway);
  const incomplete = attached.find((one) => one.complete !== true);
  return proxyFacts(
    attached.flatMap((one) => one.servers),
    incomplete?.complete ?? true,
    plainAway,
    attached.flatMap((one) => one.program ?? []),
  );
}

/** The release of nginx that an image tag names: "1.25.3-alpine", "1.27"; mutable tags are the newest ones. */
function releaseOf(viewer: Process | null): ReleaseRange | null {
  const image = viewer?.image ?? null;
  if (viewer === null || image === null || !/^nginx(-unprivileged)?$/.test(image.base ?? '')) return null;
  const origin = { step: 'text' as const, at: image.build?.at ?? viewer.at };
  const number = /^(\d+\.\d+(?:\.\d+)?)/.exec(image.tag ?? '')?.[1];
  const [major = 0, minor = 0, patch] = (number ?? '').split('.').map(Number);
  if (number !== undefined && patch !== undefined) return { from: number, before: `${major}.${minor}.${patch + 1}`, exact: number, origin };
  if (number !== undefined) return { from: number, before: `${major}.${minor + 1}`, exact: null, origin };
  return { from: '1.29', before: null, exact: null, origin };
}

/** Without processes in view nothing can be said to miss them. */
function withoutMismatch(server: ProxyServer): ProxyServer {
  const locations = server.locations.map((location) => ({
    ...location,
    upstreams: { ...location.upstreams, items: location.upstreams.items.map((one) => ({ ...one, mismatch: null })) },
  }));
  return { ...server, locations };
}
