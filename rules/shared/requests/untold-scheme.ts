import type { HeaderSet, ProxyFacts } from '../../../src/rule.ts';
import { applicationRoutes, listensTls, type Route } from './proxy.ts';

/** Headers that tell an application the scheme of the visitor's request. */
const TELLING = ['x-forwarded-proto', 'x-forwarded-protocol', 'x-forwarded-ssl', 'x-scheme', 'forwarded'];

/** A route on which TLS ends and nothing tells the application so. */
export interface UntoldScheme extends Route {
  /** The file that is not in the repository and may tell it; null when all is in view. */
  readonly hidden: string | null;
  /** Where an outer level tells it, in vain. */
  readonly lost: HeaderSet | undefined;
}

/** Routes to the application over plain HTTP whose TLS ends at the proxy without a word of it. */
export function routesWithoutScheme(proxy: ProxyFacts): readonly UntoldScheme[] {
  return applicationRoutes(proxy).flatMap(({ server, location, process }): UntoldScheme[] => {
    const speaks = location.pass?.scheme.startsWith('http') === true && !location.upgrades && process.server?.software !== 'uwsgi';
    if (!listensTls(server) || !speaks || TELLING.some((name) => location.requestHeaders.has(name))) return [];
    const lost = location.shadowedRequestHeaders.find((header) => TELLING.includes(header.name.toLowerCase()));
    return [{ server, location, hidden: location.requestHeadersHidden, lost }];
  });
}
