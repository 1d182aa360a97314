import type { Deployment, Process, Upstream } from './model.ts';

/** Replaces processes, also where stores and upstreams refer to them. */
export function withProcesses(deployment: Deployment, by: (process: Process) => Process): Deployment {
  const fresh = new Map(deployment.processes.map((one) => [one, by(one)]));
  const current = <P extends Process | null>(one: P) => (one === null ? one : (fresh.get(one) ?? one));
  const fresher = (one: Upstream): Upstream => {
    const via = one.via === undefined ? {} : { via: current(one.via) };
    return { ...one, process: current(one.process), ...via };
  };
  const { proxy } = deployment;
  const servers = proxy?.servers.map((server) => ({
    ...server,
    process: current(server.process),
    locations: server.locations.map((location) => ({
      ...location,
      upstreams: { ...location.upstreams, items: location.upstreams.items.map(fresher) },
    })),
  }));
  return {
    ...deployment,
    processes: deployment.processes.map(current),
    stores: deployment.stores.map((one) => ({ ...one, process: current(one.process) })),
    proxy:
      proxy === null || servers === undefined
        ? proxy
        : { ...proxy, servers, programs: proxy.programs.map((one) => ({ ...one, process: current(one.process) })) },
  };
}
