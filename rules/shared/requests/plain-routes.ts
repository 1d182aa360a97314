import type { ProxyFacts, ProxyServer } from '../../../src/rule.ts';
import { applicationRoutes, listensLocally, listensPlain, listensTls, type Route, shareName } from './proxy.ts';

/**
 * The first route of each server that passes plain HTTP on to the application although the same program ends TLS for the same name.
 * A program of another kind may stand in front of this one: then its own port 80 is what counts.
 */
export function plainRoutesBesideTls(proxy: ProxyFacts): readonly Route[] {
  const secure = proxy.servers.filter((server) => listensTls(server) && !server.rejectsHandshake);
  const seen = new Set<ProxyServer>();
  return applicationRoutes(proxy).flatMap(({ server, location }) => {
    if (seen.has(server) || !listensPlain(server) || listensLocally(server)) return [];
    if (server.answersAll !== null || server.sendsPlainAway !== null || location.answers !== null) return [];
    const beside = secure.some(
      (other) => other.software === server.software && other.process === server.process && shareName(server, other),
    );
    if (!beside) return [];
    seen.add(server);
    return [{ server, location }];
  });
}
