import type { Context, Deployment, ProxyFacts, ProxyServer } from '../../../src/rule.ts';
import { isOfNoPrivateNetwork } from './address.ts';
import { applicationRoutes, isLoopback, listensLocally, listensTls, shareName } from './proxy.ts';

/** Servers that pass the application on over plain HTTP while nothing in view ends TLS for them; where something else may, it is undecided. */
export function plainOnly(proxy: ProxyFacts, deployment: Deployment, ctx: Context): readonly ProxyServer[] {
  const found: ProxyServer[] = [];
  const seen = new Set<string>();
  for (const { server, location } of applicationRoutes(proxy)) {
    const place = `${server.file}:${server.at.start}`;
    if (seen.has(place) || listensTls(server) || listensLocally(server) || isForTheHouse(server)) continue;
    seen.add(place);
    if (proxy.servers.some((other) => listensTls(other) && !other.rejectsHandshake && shareName(server, other))) continue;
    if (tlsEndsBefore(location.requestHeaders.get('x-forwarded-proto')?.value)) continue;
    const published = server.process?.ports ?? [];
    const contained = server.process?.host === 'container';
    // A container whose ports are not published, or only on loopback, stands behind another proxy.
    if (contained && published.every((port) => port.address.kind === 'known' && isLoopback(port.address.value))) continue;
    // Browsers come in by port 80: whatever stands there in front of another port may end TLS.
    if (contained && !published.some((port) => port.published?.kind === 'known' && port.published.value === '80')) {
      ctx.undecided('The proxy is published on another port than 80, so something else may stand in front of it.', server.at);
      continue;
    }
    if (deployment.processes.some((process) => process !== server.process && isTlsProxy(process.image?.base ?? null))) continue;
    found.push(server);
  }
  return found;
}

/** A header that is copied or fixed to https tells of a proxy in front that ends TLS. */
function tlsEndsBefore(forwardedProto: string | undefined): boolean {
  return forwardedProto !== undefined && forwardedProto !== '$scheme';
}

function isTlsProxy(base: string | null): boolean {
  return (
    base !== null && /^(traefik|caddy|cloudflared|nginx-proxy|swag|haproxy|https-portal|acme-companion|nginx-proxy-manager)$/.test(base)
  );
}

/** Every name is an address of a private network or of this machine; nginx and Apache answer to any name. */
function isForTheHouse({ names, software }: ProxyServer): boolean {
  if (software !== 'caddy' && software !== 'traefik') return false;
  const hosts = names.map(({ text }) => text.toLowerCase());
  return (
    hosts.length > 0 &&
    hosts.every((host) => /(^|\.)(localhost|local|internal|lan)$/.test(host) || (/^[\d.]+$/.test(host) && !isOfNoPrivateNetwork(host)))
  );
}
