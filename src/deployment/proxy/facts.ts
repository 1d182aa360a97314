import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { Process, ProxyFacts, ProxyLocation, ProxyServer } from '../model.ts';
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
  return {
    servers,
    complete,
    provides: (header) => over(() => everyRouteSends(toApplication, header.toLowerCase(), certain)),
    redirectsToHttps: () => over(() => onlyHttps(servers, toApplication, plainAway)),
    terminatesTls: () => over(() => tlsEnds(toApplication, certain)),
  };
}

function leadsToApplication(upstream: { readonly process: Process | null; readonly link: string }): boolean {
  return upstream.process !== null && upstream.link !== 'none';
}

function everyRouteSends(routes: readonly Route[], header: string, certain: boolean): Answered {
  let first: Span | null = null;
  for (const { location } of routes) {
    const sent = location.responseHeaders.find((one) => one.name.toLowerCase() === header && one.value !== '');
    if (sent === undefined) return { answer: certain && location.complete === true ? 'no' : 'maybe', at: location.at };
    first ??= sent.at;
  }
  return { answer: 'yes', at: first };
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
  return listen.unix !== null || /^(127\.|localhost$|\[::1\]$)/.test(listen.address);
}
