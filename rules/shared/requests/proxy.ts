import type { HeaderSet, Process, ProxyFacts, ProxyLocation, ProxyServer, Upstream } from '../../../src/rule.ts';

/** A location together with the server block it stands in. */
export interface Route {
  readonly server: ProxyServer;
  readonly location: ProxyLocation;
}

export function routesOf(proxy: ProxyFacts): readonly Route[] {
  return proxy.servers.flatMap((server) => server.locations.map((location) => ({ server, location })));
}

/** The upstream of a location that is a process of this deployment, by proof or by presumption. */
export function applicationUpstream(location: ProxyLocation): (Upstream & { readonly process: Process }) | null {
  for (const upstream of location.upstreams.items) {
    if (upstream.process !== null && upstream.link !== 'none') return { ...upstream, process: upstream.process };
  }
  return null;
}

/** Routes that lead to an application server of this deployment. */
export function applicationRoutes(proxy: ProxyFacts): readonly (Route & { readonly process: Process })[] {
  return routesOf(proxy).flatMap((route) => {
    const upstream = applicationUpstream(route.location);
    return upstream === null ? [] : [{ ...route, process: upstream.process }];
  });
}

/** It passes on only what asks for one of its names; nginx and Apache take any request that no other server has. */
export function asksForItsNames({ software, names }: ProxyServer): boolean {
  const strict = software === 'caddy' || software === 'traefik' || software === 'ingress';
  return strict && names.length > 0 && names.every(({ text }) => text !== '*' && text !== '');
}

/** Reached only through another proxy of the deployment. */
export function standsBehind({ process }: ProxyServer, proxy: ProxyFacts): boolean {
  if (process === null || process.ports.length > 0) return false;
  return routesOf(proxy).some(({ location }) => location.upstreams.items.some(({ via }) => via === process));
}

/** Routes that lead to the application, also through another proxy of the deployment. */
export function frontRoutes(proxy: ProxyFacts): readonly Route[] {
  const serving = new Set(applicationRoutes(proxy).map(({ server }) => server.process));
  return routesOf(proxy).filter(
    ({ location }) =>
      applicationUpstream(location) !== null || location.upstreams.items.some(({ via }) => via !== undefined && serving.has(via)),
  );
}

/** The first route that waits for each gunicorn behind the proxy; upgraded connections have no answer to wait for. */
export function gunicornRoutes(proxy: ProxyFacts) {
  const seen = new Set<string>();
  return applicationRoutes(proxy).flatMap(({ location, process, server: front }) => {
    const { server } = process;
    if (server?.software !== 'gunicorn' || seen.has(process.name) || location.upgrades) return [];
    seen.add(process.name);
    return [{ front, location, process, server }];
  });
}

export function listensTls(server: ProxyServer): boolean {
  return server.listens.some((listen) => listen.ssl);
}

export function listensPlain(server: ProxyServer): boolean {
  return server.listens.length === 0 || server.listens.some((listen) => !listen.ssl);
}

/** Only this machine can reach it: every listen is a loopback address or a unix socket. */
export function listensLocally(server: ProxyServer): boolean {
  return server.listens.length > 0 && server.listens.every((listen) => listen.unix !== null || isLoopback(listen.address));
}

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address === '[::1]' || /^127\./.test(address);
}

export function headerNamed(headers: readonly HeaderSet[], name: string): HeaderSet | undefined {
  return headers.find((header) => header.name.toLowerCase() === name);
}

/** "location /static/" as the subject and in messages. */
export function locationName(location: ProxyLocation): string {
  if (location.name !== undefined) return location.name;
  const sign = location.match.kind === 'exact' ? '= ' : location.match.kind === 'regex' ? '~ ' : '';
  return `location ${sign}${location.match.path}`;
}

/** Two server blocks that answer for a common name; an empty list or "_" answers for any. */
export function shareName(a: ProxyServer, b: ProxyServer): boolean {
  const names = (server: ProxyServer) => server.names.map((name) => name.text).filter((name) => name !== '_' && name !== '');
  const left = names(a);
  const right = names(b);
  return left.length === 0 || right.length === 0 || left.some((name) => right.includes(name));
}

/** The code that a server answers with by itself when it is the one for host names that no other server has; null when it passes them on. */
export function answerToUnknownHosts(server: ProxyServer): number | null {
  if (server.rejectsHandshake) return 444;
  const isDefault =
    server.listens.some((listen) => listen.defaultServer) || server.names.some((name) => name.text === '_' || name.text === '');
  if (!isDefault) return null;
  return server.answersAll?.code ?? server.locations.find((one) => one.match.path === '/')?.answers?.code ?? null;
}
