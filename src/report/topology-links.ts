import type { Evaluation } from '../check/result.ts';
import { type StoreLink, storeLinks } from '../check/store-links.ts';
import type { Deployment } from '../deployment/model.ts';

/** One link between the parts of a deployment, by their names. */
export interface TopologyLink {
  /** A process; `proxy N` is the Nth of `proxies`, counted from 1, when no process runs it. */
  readonly from: string;
  /** A process, store or volume. */
  readonly to: string;
  readonly kind: 'route' | 'store' | 'volume' | 'dependency';
  /** The location, setting, mount point or condition that makes it. */
  readonly by: string;
  /** False for what is presumed, or holds under a condition only. */
  readonly proven: boolean;
}

/** Everything that joins the parts of a deployment, in a stable order. */
export function topologyLinks(deployment: Deployment, evaluations: readonly Evaluation[]): readonly TopologyLink[] {
  return distinct([
    ...routes(deployment),
    ...storeLinks(deployment, evaluations).map(ofStore),
    ...volumes(deployment),
    ...dependencies(deployment),
  ]);
}

/** How links and pictures call the Nth proxy. */
export function proxyName(deployment: Deployment, index: number): string {
  return deployment.proxy?.servers[index]?.process?.name ?? `proxy ${index + 1}`;
}

function routes(deployment: Deployment): readonly TopologyLink[] {
  const servers = deployment.proxy?.servers ?? [];
  return servers.flatMap((server, index) =>
    server.locations.flatMap((location) =>
      location.upstreams.items.flatMap((up) =>
        up.process === null || up.process === server.process
          ? []
          : [
              {
                from: proxyName(deployment, index),
                to: up.process.name,
                kind: 'route' as const,
                by: location.match.path,
                proven: up.link === 'proven',
              },
            ],
      ),
    ),
  );
}

function ofStore({ process, store, setting, certain }: StoreLink): TopologyLink {
  return { from: process, to: store, kind: 'store', by: setting, proven: certain };
}

function volumes({ processes }: Deployment): readonly TopologyLink[] {
  return processes.flatMap(({ name, mounts }) =>
    mounts.items.flatMap((mount) =>
      mount.kind === 'named' ? [{ from: name, to: mount.source, kind: 'volume' as const, by: mount.target, proven: true }] : [],
    ),
  );
}

function dependencies({ processes }: Deployment): readonly TopologyLink[] {
  return processes.flatMap(({ name, dependsOn }) =>
    dependsOn.map(({ on, condition }) => ({ from: name, to: on, kind: 'dependency' as const, by: condition, proven: true })),
  );
}

function distinct(links: readonly TopologyLink[]): readonly TopologyLink[] {
  return [...new Map(links.map((one) => [JSON.stringify(one), one])).values()];
}
