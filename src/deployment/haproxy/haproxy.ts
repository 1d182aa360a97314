import type { HaproxyFile, HaproxyLine } from '../../syntax/haproxy/index.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { Answering, ProxyLocation } from '../model.ts';
import type { Destinations, UnlinkedServer } from '../proxy/unlinked.ts';
import { readTimeout, serversOf } from './backend.ts';
import { asksWebsocket, conditionOf, holds, pathsOf } from './conditions.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import { certificatesOf, listensOf, tlsVersions } from './listens.ts';
import { type HaproxySource, inForce, modeOf, own, type Scope, scopesOf } from './scope.ts';

/** The frontends of one configuration, and whether all of it is in view. */
export interface HaproxyConfiguration {
  readonly servers: readonly UnlinkedServer[];
  readonly complete: true | { readonly because: string };
}

export function readHaproxy({ file, document }: HaproxySource): HaproxyConfiguration {
  const backends = new Map(scopesOf(document, 'backend', 'listen').map((scope) => [scope.section.name?.text ?? '', scope]));
  const servers = scopesOf(document, 'frontend', 'listen').map((scope) => readFrontend(scope, backends, document));
  const open = servers.flatMap((server) => server.locations).find((location) => location.complete !== true);
  return { servers, complete: document.templated ? { because: `${file} is a template` } : (open?.complete ?? true) };
}

/** Where requests of a frontend may go. */
interface Route {
  readonly match: ProxyLocation['match'];
  readonly at: ProxyLocation['at'];
  /** Null where the name of the backend is computed. */
  readonly backend: Scope | null;
  readonly name: string;
  readonly upgrades: boolean;
}

function readFrontend(scope: Scope, backends: ReadonlyMap<string, Scope>, document: HaproxyFile): UnlinkedServer {
  const { section } = scope;
  const listens = listensOf(scope);
  const side = { at: section.at, tls: listens.some((one) => one.ssl), plain: listens.some((one) => !one.ssl) };
  const routes = routesOf(scope, backends);
  const scopes = [scope, ...routes.flatMap(({ backend }) => (backend === null ? [] : [backend]))];
  const sent = redirectOf(scope) ?? (routes.length === 1 && routes[0]?.backend ? redirectOf(routes[0].backend) : null);
  const unsettled = sent === null && scopes.some(hasRedirect);
  const page = statistics(scope);
  const locations = routes.map((route) => readRoute(route, scope, side, document.templated));
  return {
    software: 'haproxy',
    file: section.at.file,
    at: section.at,
    wholeConfiguration: true,
    listens,
    names: [],
    certificates: certificatesOf(scope, document),
    tlsProtocols: tlsVersions(scope, document),
    answersAll: sent !== null && !side.tls ? sent : null,
    locations: unsettled ? locations.map((one) => ({ ...one, complete: { because: 'a redirect answers some requests' } })) : locations,
    headers: responseHeaders([scope], side.tls).sent,
    serverTokens: null,
    rejectsHandshake: false,
    sendsPlainAway: sent?.at ?? null,
    stapling: null,
    ...(page === null ? {} : { statistics: page }),
  };
}

function routesOf(scope: Scope, backends: ReadonlyMap<string, Scope>): readonly Route[] {
  const chosen = own(scope.lines, 'use_backend').flatMap((line): readonly Route[] => {
    const name = line.words[1]?.text ?? '';
    const condition = conditionOf(line.words.slice(2), scope.acls);
    const shared = { at: line.span, backend: backends.get(name) ?? null, name: `backend ${name}`, upgrades: asksWebsocket(condition) };
    const paths = pathsOf(condition);
    if (paths === null) return [{ ...shared, match: { kind: 'named', path: `@${name}` } }];
    return paths.map((match) => ({ ...shared, match }));
  });
  const line = inForce(scope, 'default_backend');
  const name = line?.words[1]?.text ?? '';
  const root = { kind: 'prefix', path: '/' } as const;
  if (line !== null)
    return [...chosen, { match: root, at: line.span, backend: backends.get(name) ?? null, name: `backend ${name}`, upgrades: false }];
  const [server] = own(scope.lines, 'server');
  if (server === undefined) return chosen;
  return [
    ...chosen,
    { match: root, at: scope.section.at, backend: scope, name: `listen ${scope.section.name?.text ?? ''}`.trim(), upgrades: false },
  ];
}

function readRoute(
  route: Route,
  frontend: Scope,
  server: ProxyLocation['server'],
  templated: boolean,
): UnlinkedServer['locations'][number] {
  const { backend, match, name, at, upgrades } = route;
  const scopes = backend === null || backend === frontend ? [frontend] : [frontend, backend];
  const target = backend === null ? null : serversOf(backend, templated);
  const response = responseHeaders(scopes, server.tls);
  const tcp = modeOf(frontend) !== 'http' || (backend !== null && modeOf(backend) !== 'http');
  const scheme = tcp ? 'tcp' : target?.fastcgi ? 'fastcgi' : target?.tls ? 'https' : 'http';
  const place = target?.first?.span ?? at;
  const destinations: Destinations = target?.destinations ?? { items: [], complete: { because: `${name} is not in view` } };
  return {
    match,
    name,
    at,
    server,
    pass: {
      scheme,
      target: { kind: 'known', value: target?.first?.words[2]?.text ?? name, origin: { step: 'text', at: place } },
      at: place,
    },
    requestHeaders: tcp ? new Map() : requestHeaders(scopes, server.tls, at),
    responseHeaders: response.sent,
    shadowedHeaders: [],
    shadowedRequestHeaders: [],
    requestHeadersHidden: templated ? 'a template statement' : null,
    hiddenHeaders: response.hidden,
    cookieFlags: response.cookieFlags,
    files: null,
    listing: null,
    expires: null,
    answers: null,
    readTimeout: readTimeout(backend ?? frontend, templated),
    bodyLimit: usual(DEFAULTS.haproxy, 'body_limit'),
    // Bodies are passed on as they come; what fits one buffer is little.
    buffering: { responses: false, requests: false },
    compression: { on: false, types: [], precompressed: false, at: null },
    internal: false,
    upgrades,
    proxyProtocol: target?.proxyProtocol ?? false,
    restricted: scopes.some(refuses) ? 'maybe' : 'no',
    complete: templated
      ? { because: 'template statements stand in the file' }
      : response.doubtful === null
        ? true
        : { because: 'a header is sent under a condition' },
    destinations,
  };
}

/** `stats enable` and any other `stats` line of HTTP switch the page on; only `stats auth` keeps everybody out for sure. */
function statistics(scope: Scope): NonNullable<UnlinkedServer['statistics']> | null {
  const lines = [...scope.defaults, ...scope.lines].filter(({ words }) => words[0]?.text === 'stats');
  const kinds = lines.map(({ words }) => words[1]?.text ?? '');
  const first = lines.find(({ words }) => /^(enable|uri|admin|auth)$/.test(words[1]?.text ?? ''));
  if (first === undefined || modeOf(scope) !== 'http') return null;
  const guarded = kinds.includes('auth') ? 'yes' : kinds.includes('http-request') || refuses(scope) ? 'maybe' : 'no';
  return { at: first.span, guarded, admin: kinds.includes('admin') };
}

/** Whether rules keep some requests out: for whom and for which paths is not followed. */
function refuses({ lines, defaults }: Scope): boolean {
  return [...lines, ...defaults].some(({ words }) => {
    const [first, second, third] = words.map((word) => word.text);
    const rule = first === 'http-request' || first === 'tcp-request' ? (first === 'tcp-request' ? third : second) : undefined;
    return first === 'block' || /^(deny|tarpit|reject|silent-drop|auth)$/.test(rule ?? '');
  });
}

function redirectLines({ lines, defaults }: Scope): readonly (HaproxyLine & { readonly rule: readonly string[] })[] {
  return [...defaults, ...lines].flatMap((line) => {
    const texts = line.words.map((word) => word.text);
    const at = texts[0] === 'redirect' ? 0 : texts[0] === 'http-request' && texts[1] === 'redirect' ? 1 : -1;
    return at === -1 ? [] : [{ ...line, rule: texts.slice(at + 1) }];
  });
}

function isToHttps([kind, target]: readonly string[]): boolean {
  return (kind === 'scheme' && (target === 'https' || target?.includes('https') === true)) || /^https:\/\//.test(target ?? '');
}

function hasRedirect(scope: Scope): boolean {
  return redirectLines(scope).some(({ rule }) => isToHttps(rule));
}

/** The rule that sends every plain request to HTTPS; those for ACME and health checks may be left out. */
function redirectOf(scope: Scope): Answering | null {
  for (const { rule, words, span } of redirectLines(scope)) {
    if (!isToHttps(rule) || holds(conditionOf(words, scope.acls), 'plain') !== 'yes') continue;
    const code = Number(rule[rule.indexOf('code') + 1]);
    const target = rule[0] === 'scheme' ? 'https://$host$request_uri' : (rule[1] ?? null);
    return { code: rule.includes('code') && Number.isInteger(code) ? code : 302, target, at: span };
  }
  return null;
}
