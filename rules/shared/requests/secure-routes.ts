import type { Answer, Process, ProxyFacts } from '../../../src/rule.ts';
import { and } from '../values/answer.ts';
import { applicationUpstream, listensTls, type Route, routesOf } from './proxy.ts';
import { believesForwardedScheme, tellsScheme } from './trust.ts';

/** Names of the header that tells the scheme of the visitor's request. */
const SCHEME_HEADERS = ['x-forwarded-proto', 'x-forwarded-protocol', 'x-forwarded-ssl'];

/** A route on which the proxy ends TLS and passes plain HTTP on to an application process. */
export interface SecureRoute extends Route {
  readonly process: Process;
  /** Whether the application server learns the scheme without any setting of Django. */
  readonly schemeKnown: Answer;
  /** Whether the proxy tells it at all. */
  readonly headerSent: boolean;
  /** Whether the application server takes the scheme from the proxy as soon as the proxy tells it. */
  readonly believes: Answer;
}

/** Every such route to one of the given processes; websocket routes carry no forms and no redirects. */
export function secureRoutes(proxy: ProxyFacts | null, processes: readonly Process[]): readonly SecureRoute[] {
  if (proxy === null) return [];
  return routesOf(proxy).flatMap((route): SecureRoute[] => {
    const { location, server } = route;
    const upstream = applicationUpstream(location);
    if (upstream === null || !listensTls(server) || location.upgrades || location.pass?.scheme !== 'http') return [];
    const process = processes.find(
      (one) => one === upstream.process || (one.name === upstream.process.name && one.at.file === upstream.process.at.file),
    );
    if (process === undefined) return [];
    const headerSent = SCHEME_HEADERS.some((name) => location.requestHeaders.has(name));
    const believes = believesForwardedScheme(upstream, process, server);
    return [{ ...route, process, headerSent, believes, schemeKnown: known(route, process, believes) }];
  });
}

/** Without a header that it understands the server is told nothing, unless an included file sets one. */
function known({ location }: Route, process: Process, believes: Answer): Answer {
  const told = tellsScheme(location, process);
  return and(believes, told === 'no' && location.complete !== true ? 'maybe' : told);
}
