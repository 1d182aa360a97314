import type { Span } from '../../core/span.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { ReleaseRange } from '../../settings/model.ts';
import type { Process, ProxyFacts, ProxyServer } from '../model.ts';
import { purposeOf } from '../project/naming.ts';
import { isSnippet, type LoadedNginx, loadedBy, machineSurroundings } from './files.ts';
import { linkServers, type ProxySurroundings } from './link.ts';
import { type NginxConfiguration, readNginx, type UnlinkedServer } from './nginx.ts';
import { proxyFacts } from './proxy.ts';
import type { NginxSource } from './scope.ts';

/** What attaching proxies to a deployment needs. */
export interface ProxyLinking {
  readonly tree: SourceTree;
  readonly files: ReadonlyMap<string, NginxSource>;
  /** Names under which other containers reach a process. */
  namesOf(process: Process): readonly string[];
  /** False when containers of other manifests share a network. */
  readonly namesClosed: boolean;
}

interface Attached {
  readonly servers: readonly ProxyServer[];
  readonly raw: readonly UnlinkedServer[];
  readonly complete: ProxyFacts['complete'];
}

/** The proxies of a deployment of containers: those that its proxy processes load, else a machine's own in front of published ports. */
export function containerProxy(processes: readonly Process[], linking: ProxyLinking): ProxyFacts | null {
  const attached = processes.flatMap((viewer) => {
    const loaded = viewer.role === 'proxy' || viewer.image?.build ? loadedBy(viewer, linking.files) : [];
    return loaded.map((one) => attach(one, viewer, processes, linking));
  });
  if (attached.length > 0) return combined(attached);
  return processes.some((one) => one.role === 'proxy') ? null : machineProxy(processes, linking, false);
}

/**
 * The proxies of a machine in front of the processes: configurations whose upstream is a bind of theirs, else the only one of
 * the repository when `presume` allows that.
 */
export function machineProxy(processes: readonly Process[], linking: ProxyLinking, presume: boolean): ProxyFacts | null {
  const candidates = machineConfigurations(linking);
  const attached = candidates.map((one) => attach(one, null, processes, linking));
  const proven = attached.filter((one) => reaches(one.servers));
  if (proven.length > 0) return combined(proven);
  const [only] = attached;
  return presume && only !== undefined && attached.length === 1 ? combined([only]) : null;
}

function machineConfigurations({ tree, files }: ProxyLinking): readonly LoadedNginx[] {
  const entries = [...files.values()].filter((one) => !isSnippet(one) && purposeOf(one.file) !== 'development');
  const loaded = entries.map((entry) => ({ entry, around: machineSurroundings(entry, files), stock: false }));
  const nested = new Set(
    loaded
      .filter((one) => one.entry.document.directives.some((top) => top.name === 'http'))
      .flatMap((one) => filesOf(readNginx(one.entry, one.around), one.entry.file)),
  );
  return loaded.filter((one) => !nested.has(one.entry.file) && tree.kindOf(one.entry.file) === 'file');
}

function filesOf(configuration: NginxConfiguration, entry: string): readonly string[] {
  return configuration.servers.map((one) => one.file).filter((file) => file !== entry);
}

function reaches(servers: readonly ProxyServer[]): boolean {
  return servers.some((server) => server.locations.some((location) => location.upstreams.items.some((one) => one.link === 'proven')));
}

function attach(loaded: LoadedNginx, viewer: Process | null, processes: readonly Process[], linking: ProxyLinking): Attached {
  const configuration = readNginx(loaded.entry, loaded.around);
  const surroundings: ProxySurroundings = {
    viewer,
    processes,
    namesOf: linking.namesOf,
    namesClosed: linking.namesClosed,
    release: releaseOf(viewer),
  };
  const raw = loaded.stock ? configuration.servers.map((one) => ({ ...one, wholeConfiguration: true })) : configuration.servers;
  return { servers: linkServers(raw, surroundings), raw, complete: configuration.complete };
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

/** The configurations of a repository that says nothing of who runs them: linked to no process, so that they silence nothing. */
export function fileProxy(tree: SourceTree, files: ReadonlyMap<string, NginxSource>): ProxyFacts | null {
  const linking: ProxyLinking = { tree, files, namesOf: () => [], namesClosed: false };
  const attached = machineConfigurations(linking).map((one) => attach(one, null, [], linking));
  return attached.length === 0 ? null : combined(attached.map((one) => ({ ...one, servers: one.servers.map(withoutMismatch) })));
}

/** Without processes in view nothing can be said to miss them. */
function withoutMismatch(server: ProxyServer): ProxyServer {
  const locations = server.locations.map((location) => ({
    ...location,
    upstreams: { ...location.upstreams, items: location.upstreams.items.map((one) => ({ ...one, mismatch: null })) },
  }));
  return { ...server, locations };
}
