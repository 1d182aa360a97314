import { textOrigin } from '../../core/origin.ts';
import { known, type Value } from '../../core/value.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { Answering, HeaderSet, Listen, ProxyLocation } from '../model.ts';
import type { LoadedProxy } from '../proxy/reader.ts';
import type { UnlinkedServer } from '../proxy/unlinked.ts';
import { effectsOf, type MiddlewareEffects, type Middlewares } from './middleware.ts';
import type { Dynamic, Router } from './routers.ts';
import { type RouterRule, readRule } from './rule-text.ts';
import type { EntryPoint, StaticConfiguration } from './static.ts';

/** A Traefik with all routes that are in view: a server for each router, and one for each entry point that only redirects. */
export function traefikProxy(configuration: StaticConfiguration, dynamic: readonly Dynamic[], hidden: string | null): LoadedProxy {
  const middlewares: Middlewares = new Map(dynamic.flatMap((one) => [...one.middlewares]));
  const routers = dynamic.flatMap((one) => one.routers);
  const servers = [
    ...configuration.entryPoints.flatMap((one) => redirecting(one, configuration)),
    ...routers.flatMap((one) => routerServers(one, configuration, middlewares)),
  ];
  return {
    file: configuration.file,
    servers,
    complete: completeness(configuration, servers, routers, hidden),
    program: programOf(configuration),
  };
}

function completeness(
  { complete }: StaticConfiguration,
  servers: readonly UnlinkedServer[],
  routers: readonly Router[],
  hidden: string | null,
): LoadedProxy['complete'] {
  if (complete !== true) return complete;
  const doubt = hidden ?? routers.find((one) => one.doubt !== null)?.doubt ?? null;
  if (doubt !== null) return { because: doubt };
  for (const location of servers.flatMap((one) => one.locations)) if (location.complete !== true) return location.complete;
  return true;
}

function programOf(configuration: StaticConfiguration): NonNullable<LoadedProxy['program']> {
  const port = configuration.entryPoints.find((one) => one.name === 'traefik')?.port ?? 8080;
  return {
    software: 'traefik',
    file: configuration.file,
    at: configuration.at,
    openApi: configuration.openApi === null ? null : { at: configuration.openApi, port },
    entryPoints: configuration.entryPoints.map(({ name, port, at, believesAnyone }) => ({ name, port, at, believesAnyone })),
    certificateStores: configuration.resolvers.flatMap((one) => [
      { path: one.storage ?? usual(DEFAULTS.traefik, 'acme_storage'), at: one.at },
    ]),
    exposesByDefault: configuration.docker?.exposedByDefault === 'yes' ? configuration.docker.at : null,
  };
}

const EMPTY = {
  software: 'traefik',
  wholeConfiguration: true,
  certificates: [],
  tlsProtocols: null,
  serverTokens: null,
  rejectsHandshake: false,
  sendsPlainAway: null,
  stapling: null,
} as const;

function redirecting(entry: EntryPoint, { file }: StaticConfiguration): readonly UnlinkedServer[] {
  if (entry.redirects === null) return [];
  const answersAll: Answering = { code: entry.redirects.code, target: 'https:', at: entry.redirects.at };
  return [{ ...EMPTY, file, at: entry.at, listens: [listenOf(entry, false)], names: [], headers: [], locations: [], answersAll }];
}

function listenOf(entry: EntryPoint, ssl: boolean): Listen {
  return { address: entry.address, port: entry.port, unix: null, ssl, http2: false, defaultServer: false, at: entry.at };
}

/** Entry points of one router with and without TLS are servers of their own; one that sends everything to HTTPS passes nothing on. */
function routerServers(router: Router, configuration: StaticConfiguration, middlewares: Middlewares): readonly UnlinkedServer[] {
  const { entryPoints } = configuration;
  const points = entryPoints.filter((one) => (router.entryPoints === null ? one.byDefault : router.entryPoints.includes(one.name)));
  const open = points.filter((one) => one.redirects === null);
  const rule = readRule(router.rule ?? '');
  return [true, false].flatMap((ssl) => {
    const mine = open.filter((one) => (router.tls || one.tls) === ssl);
    return mine.length === 0 ? [] : [routerServer(router, rule, mine, ssl, middlewares)];
  });
}

function routerServer(
  router: Router,
  rule: RouterRule,
  points: readonly EntryPoint[],
  ssl: boolean,
  middlewares: Middlewares,
): UnlinkedServer {
  const names = [...new Set(points.flatMap((one) => one.middlewares)), ...router.middlewares];
  const effects = effectsOf(names, middlewares, ssl);
  const side = { at: router.at, tls: ssl, plain: !ssl };
  return {
    ...EMPTY,
    file: router.at.file,
    at: router.at,
    listens: points.map((one) => listenOf(one, ssl)),
    names: rule.hosts.map((text) => ({ text, at: router.ruleAt })),
    answersAll: effects.redirects,
    headers: effects.responseHeaders,
    locations: rule.paths.map((match) => location(router, match, side, points, effects)),
  };
}

function location(
  router: Router,
  match: ProxyLocation['match'],
  server: ProxyLocation['server'],
  points: readonly EntryPoint[],
  effects: MiddlewareEffects,
): UnlinkedServer['locations'][number] {
  const { target } = router;
  const because = effects.missing === null ? router.doubt : `the middleware "${effects.missing}" is not in view`;
  return {
    match,
    name: `router ${router.name}`,
    at: router.at,
    server,
    pass: target === null ? null : { scheme: target.scheme, target: target.value ?? known('', textOrigin(target.at)), at: target.at },
    destinations: router.destinations,
    requestHeaders: requestHeaders(router, points, effects),
    responseHeaders: effects.responseHeaders.filter((one) => one.value !== ''),
    shadowedHeaders: [],
    shadowedRequestHeaders: [],
    requestHeadersHidden: effects.missing,
    hiddenHeaders: new Set(effects.responseHeaders.map((one) => one.name.toLowerCase())),
    cookieFlags: [],
    files: null,
    listing: null,
    expires: null,
    answers: null,
    readTimeout: usual(DEFAULTS.traefik, 'response_header_timeout'),
    bodyLimit: bodyLimit(effects),
    buffering: { responses: false, requests: false },
    compression: {
      on: effects.compresses !== null,
      types: effects.compresses === null ? [] : COMPRESSED,
      precompressed: false,
      at: effects.compresses,
    },
    internal: false,
    upgrades: false,
    proxyProtocol: false,
    restricted: effects.restricted,
    complete: because === null ? true : { because },
  };
}

const COMPRESSED = [
  'text/html',
  'text/css',
  'text/plain',
  'text/javascript',
  'application/javascript',
  'application/json',
  'image/svg+xml',
];

function bodyLimit({ bodyLimit: limit }: MiddlewareEffects): Value<number> {
  return limit === null ? usual(DEFAULTS.traefik, 'body_limit') : known(limit.bytes, textOrigin(limit.at));
}

/** What Traefik tells the upstream by itself; it drops what clients say of these unless an entry point is told to believe them. */
function requestHeaders(router: Router, points: readonly EntryPoint[], effects: MiddlewareEffects): ReadonlyMap<string, HeaderSet> {
  const own = (name: string, value: string): HeaderSet => ({ name, value, always: true, at: router.at });
  const copied = points.some((one) => one.believesAnyone !== null) ? '$http_' : points.some((one) => one.believesSome) ? '$trusted_' : null;
  const headers = new Map<string, HeaderSet>([
    ['host', own('Host', router.target?.keepsHost === false ? '$proxy_host' : '$http_host')],
    ['x-forwarded-for', own('X-Forwarded-For', '$proxy_add_x_forwarded_for')],
    ['x-forwarded-proto', own('X-Forwarded-Proto', copied === null ? '$scheme' : `${copied}x_forwarded_proto`)],
    ['x-forwarded-host', own('X-Forwarded-Host', copied === null ? '$http_host' : `${copied}x_forwarded_host`)],
    ['x-forwarded-port', own('X-Forwarded-Port', copied === null ? '$server_port' : `${copied}x_forwarded_port`)],
    ['x-real-ip', own('X-Real-Ip', '$remote_addr')],
  ]);
  for (const one of effects.requestHeaders) headers.set(one.name.toLowerCase(), one);
  return headers;
}
