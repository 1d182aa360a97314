import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { Process, ProxyFacts, ProxyLocation, ProxyProgram, ProxyServer } from '../model.ts';
import type { UnlinkedServer } from './unlinked.ts';

interface Answered {
  readonly answer: Answer;
  readonly at: Span | null;
}

interface Route {
  readonly server: ProxyServer;
  readonly location: ProxyLocation;
}

/** The proxies of one deployment as rules ask about them. `plainAway` holds the servers that redirect plain HTTP by condition. */
export function proxyFacts(
  servers: readonly ProxyServer[],
  complete: ProxyFacts['complete'],
  plainAway: ReadonlyMap<Span, NonNullable<UnlinkedServer['sendsPlainAway']>>,
  programs: readonly ProxyProgram[] = [],
): ProxyFacts {
  const routes = servers.flatMap((server) => server.locations.map((location) => ({ server, location })));
  const toApplication = routes.filter(
    ({ location, server }) => server.answersAll === null && location.upstreams.items.some(leadsToApplication),
  );
  const certain = complete === true && !routes.some(({ location }) => location.pass !== null && location.upstreams.complete !== true);
  const over = (judge: () => Answered): Answered => {
    if (toApplication.length === 0) return { answer: 'maybe', at: null };
    const found = judge();
    return certain || found.answer === 'no' ? found : { answer: 'maybe', at: found.at };
  };
  const outermost = toApplication.flatMap((one) => outermostOf(one, routes, 0));
  return {
    servers,
    programs,
    complete,
    provides: (header) => over(() => everyRouteSends(toApplication, routes, header.toLowerCase(), certain)),
    redirectsToHttps: () => over(() => onlyHttps(servers, outermost, plainAway)),
    terminatesTls: () => over(() => tlsEnds(outermost, certain)),
  };
}

/** Proxies may stand behind each other: so many are followed. */
const MAX_PROXIES = 4;

/** Routes of other proxies that lead to this one, when it cannot be reached without them. */
function frontsOf({ server }: Route, routes: readonly Route[]): readonly Route[] {
  const { process } = server;
  if (process === null || process.ports.some(({ address }) => !(address.kind === 'known' && isLoopback(address.value)))) return [];
  return routes.filter(
    (one) =>
      one.server.process !== process && one.server.answersAll === null && one.location.upstreams.items.some(({ via }) => via === process),
  );
}

function outermostOf(route: Route, routes: readonly Route[], depth: number): readonly Route[] {
  const fronts = depth > MAX_PROXIES ? [] : frontsOf(route, routes);
  return fronts.length === 0 ? [route] : fronts.flatMap((one) => outermostOf(one, routes, depth + 1));
}

function leadsToApplication(upstream: { readonly process: Process | null; readonly link: string }): boolean {
  return upstream.process !== null && upstream.link !== 'none';
}

function everyRouteSends(toApplication: readonly Route[], routes: readonly Route[], header: string, certain: boolean): Answered {
  let first: Span | null = null;
  for (const route of toApplication) {
    const sent = sentOn(route, routes, header, 0);
    if (sent === null) return { answer: certain && route.location.complete === true ? 'no' : 'maybe', at: route.location.at };
    first ??= sent;
  }
  return { answer: 'yes', at: first };
}

/** Where the header is set on a route, or on every route to it. */
function sentOn(route: Route, routes: readonly Route[], header: string, depth: number): Span | null {
  const own = route.location.responseHeaders.find((one) => one.name.toLowerCase() === header && one.value !== '');
  if (own !== undefined) return own.at;
  const fronts = depth > MAX_PROXIES ? [] : frontsOf(route, routes);
  const sent = fronts.map((one) => sentOn(one, routes, header, depth + 1));
  return sent.length > 0 && !sent.includes(null) ? (sent[0] ?? null) : null;
}

function onlyHttps(servers: readonly ProxyServer[], routes: readonly Route[], plainAway: ReadonlyMap<Span, Span>): Answered {
  for (const { server } of routes) {
    const plain = server.listens.find((one) => !one.ssl && !isLocal(one));
    if (plain !== undefined && !plainAway.has(server.at)) return { answer: 'no', at: plain.at };
  }
  const tls = routes.flatMap(({ server }) => server.listens).find((one) => one.ssl);
  // Only local listeners: something else stands in front.
  if (tls === undefined) return { answer: 'maybe', at: null };
  const redirect = servers.find((one) => one.answersAll?.target?.startsWith('https:'))?.answersAll?.at;
  return { answer: 'yes', at: redirect ?? [...plainAway.values()][0] ?? tls.at };
}

function tlsEnds(routes: readonly Route[], certain: boolean): Answered {
  const listens = routes.flatMap(({ server }) => server.listens);
  const tls = listens.find((one) => one.ssl);
  if (tls !== undefined) return { answer: 'yes', at: tls.at };
  return { answer: certain ? 'no' : 'maybe', at: listens[0]?.at ?? null };
}

function isLocal(listen: ProxyServer['listens'][number]): boolean {
  return listen.unix !== null || isLoopback(listen.address);
}

function isLoopback(address: string): boolean {
  return /^(127\.|localhost$|\[?::1\]?$)/.test(address);
}
