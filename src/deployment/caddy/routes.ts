import type { Answer } from '../../core/data.ts';
import { MAX_NESTING } from '../../core/limits.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { CaddyDirective, CaddyWord } from '../../syntax/caddy/index.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { Answering, ProxyLocation } from '../model.ts';
import type { UnlinkedServer } from '../proxy/unlinked.ts';
import { changeOf, type HeaderChange, headerChanges, headersOn, requestHeadersOn } from './headers.ts';
import { covers, EVERY, type Match, type Matcher, type Matchers, matcherOf, matchersOf } from './matcher.ts';
import { type CaddySurroundings, named, wordText, wordValue } from './scope.ts';
import { readPass } from './upstream.ts';
import { goSeconds, humanBytes } from './values.ts';

type Location = UnlinkedServer['locations'][number];

/** Something that holds for the requests a matcher meets. */
interface Setting<T> {
  readonly matcher: Matcher;
  readonly value: T;
}

/** What the blocks around a directive set, from the outermost to the innermost. */
interface Level {
  readonly route: Match;
  /** The path is taken off before files are looked up (`handle_path`). */
  readonly stripped: boolean;
  readonly label: string | null;
  readonly matchers: Matchers;
  readonly headers: readonly HeaderChange[];
  readonly requestHeaders: readonly HeaderChange[];
  readonly roots: readonly Setting<{ readonly path: Value<string>; readonly at: Span }>[];
  readonly limits: readonly Setting<Value<number>>[];
  readonly guards: readonly Setting<Answer>[];
  readonly compressed: Span | null;
  readonly hidden: string | null;
  readonly upgrades: boolean;
}

/** What all routes of a site share. */
export interface SiteContext {
  readonly around: CaddySurroundings;
  readonly side: ProxyLocation['server'];
  /** Whether an outer proxy is trusted with the forwarded headers. */
  readonly trusted: boolean;
  /** Why not all of the site is in view. */
  readonly hidden: string | null;
}

/** The routes of a site, its `import`s followed. */
export function readRoutes(directives: readonly CaddyDirective[], site: SiteContext): readonly Location[] {
  const level: Level = {
    route: { kind: 'prefix', path: '/' },
    stripped: false,
    label: null,
    matchers: new Map(),
    headers: [],
    requestHeaders: [],
    roots: [],
    limits: [],
    guards: [],
    compressed: null,
    hidden: site.hidden,
    upgrades: false,
  };
  return routesIn(directives, level, site, 0);
}

function routesIn(directives: readonly CaddyDirective[], outer: Level, site: SiteContext, depth: number): readonly Location[] {
  if (depth > MAX_NESTING) return [];
  const level = inner(directives, outer, site.around);
  return directives.flatMap((one) => {
    switch (one.name) {
      case 'handle':
      case 'handle_path':
      case 'route':
        return nested(one, level, site, depth);
      case 'reverse_proxy':
      case 'php_fastcgi':
      case 'file_server':
      case 'redir':
      case 'respond':
        return at(one, level, site).map((route) => location(one, route, site));
      default:
        return [];
    }
  });
}

/** Directives that let only some visitors through. */
const KEEPERS = ['basic_auth', 'basicauth', 'forward_auth', 'authorize', 'authenticate', 'jwtauth'];

function inner(directives: readonly CaddyDirective[], outer: Level, around: CaddySurroundings): Level {
  const matchers = matchersOf(directives, outer.matchers, around);
  const apart = <T>(one: CaddyDirective, read: (args: readonly CaddyWord[]) => T): Setting<T> => {
    const { matcher, args } = matcherOf(one, matchers, around);
    return { matcher, value: read(args) };
  };
  const roots = named(directives, 'root').map((one) =>
    apart(one, ([path]) => ({ path: path === undefined ? known('', textOrigin(one.span)) : wordValue(path, around), at: one.span })),
  );
  const limits = named(directives, 'request_body').map((one) => apart(one, () => bodyLimit(one, around)));
  const guards = [
    ...named(directives, ...KEEPERS).map((one) => apart(one, (): Answer => 'yes')),
    ...named(directives, 'abort', 'error').map((one) => apart(one, (): Answer => 'maybe')),
  ];
  const unread = named(directives, 'import')[0];
  return {
    ...outer,
    matchers,
    headers: [...outer.headers, ...named(directives, 'header').flatMap((one) => headerChanges(one, matchers, around))],
    requestHeaders: [
      ...outer.requestHeaders,
      ...named(directives, 'request_header').flatMap((one) => headerChanges(one, matchers, around)),
    ],
    roots: [...outer.roots, ...roots],
    limits: [...outer.limits, ...limits],
    guards: [...outer.guards, ...guards],
    compressed: named(directives, 'encode')[0]?.span ?? outer.compressed,
    hidden: outer.hidden ?? (unread === undefined ? null : `${unread.args[0]?.text ?? 'an imported file'} is not in the repository`),
  };
}

function bodyLimit(directive: CaddyDirective, around: CaddySurroundings): Value<number> {
  const size = named(directive.block ?? [], 'max_size')[0]?.args[0];
  const text = wordText(size, around);
  const bytes = text === null ? null : humanBytes(text);
  return bytes === null ? unknown('unsupported-syntax', textOrigin(directive.span)) : known(bytes, textOrigin(directive.span));
}

function nested(block: CaddyDirective, level: Level, site: SiteContext, depth: number): readonly Location[] {
  return at(block, level, site).flatMap((one) =>
    routesIn(
      block.block ?? [],
      { ...one, stripped: one.stripped || block.name === 'handle_path', label: block.args.length > 0 ? labelOf(block) : one.label },
      site,
      depth + 1,
    ),
  );
}

/** The level of a directive for each path that its matcher names. */
function at(directive: CaddyDirective, level: Level, site: SiteContext): readonly Level[] {
  const { matcher } = matcherOf(directive, level.matchers, site.around);
  const upgrades = level.upgrades || matcher.upgrades;
  if (matcher.paths.length === 0) return [{ ...level, upgrades }];
  return matcher.paths.map((path) => ({ ...level, upgrades, route: joined(level, path) }));
}

/** Behind `handle_path` a path is seen without the prefix of the block around it. */
function joined(level: Level, path: Match): Match {
  if (!level.stripped || path.kind === 'regex') return path;
  return { kind: path.kind, path: `${level.route.path.replace(/\/$/, '')}${path.path}` };
}

function labelOf(directive: CaddyDirective): string {
  const head = directive.args[0]?.text;
  return head !== undefined && /^[/*@]/.test(head) ? `${directive.name} ${head}` : directive.name;
}

/** The last setting that holds for every request of a route; `doubtful` when a later one may. */
function inForce<T>(settings: readonly Setting<T>[], route: Match): { readonly value: T | null; readonly doubtful: boolean } {
  let value: T | null = null;
  let doubtful = false;
  for (const one of settings) {
    const answer = covers(one.matcher, route);
    if (answer === 'yes') value = one.value;
    if (answer !== 'no') doubtful = answer === 'maybe';
  }
  return { value, doubtful };
}

function location(directive: CaddyDirective, level: Level, site: SiteContext): Location {
  const { around } = site;
  const { route } = level;
  const { args } = matcherOf(directive, level.matchers, around);
  const proxied = directive.name === 'reverse_proxy' || directive.name === 'php_fastcgi' ? readPass(directive, args, around) : null;
  const down = named(directive.block ?? [], 'header_down').flatMap((one) => changeOf(one, EVERY, around));
  const headers = headersOn(route, [...level.headers, ...down]);
  const hidden = level.hidden ?? (headers.certain === 'maybe' ? 'a header is set under a condition' : null);
  const limit = inForce(level.limits, route);
  const trusted = site.trusted || named(directive.block ?? [], 'trusted_proxies').length > 0;
  return {
    match: route,
    name: level.label ?? labelOf(directive),
    at: directive.nameSpan,
    server: site.side,
    pass: proxied?.pass ?? null,
    destinations: proxied?.destinations ?? { items: [], complete: true },
    requestHeaders: proxied === null ? new Map() : requestHeadersOn(route, directive, level.requestHeaders, trusted, around),
    responseHeaders: headers.sent,
    shadowedHeaders: [],
    shadowedRequestHeaders: [],
    requestHeadersHidden: level.hidden,
    hiddenHeaders: headers.hidden,
    cookieFlags: [],
    files: directive.name === 'file_server' ? filesOf(directive, level, around) : null,
    listing: directive.name === 'file_server' ? listingOf(directive, args) : null,
    expires: null,
    answers: answerOf(directive, args, around),
    readTimeout: readTimeout(directive, around),
    ...keptOpen(directive, around),
    bodyLimit: limit.doubtful
      ? unknown('unsupported-syntax', textOrigin(directive.span))
      : (limit.value ?? usual(DEFAULTS.caddy, 'body_limit')),
    buffering: { responses: false, requests: false },
    compression: compressionOf(directive, level),
    internal: false,
    upgrades: level.upgrades,
    proxyProtocol: named(named(directive.block ?? [], 'transport')[0]?.block ?? [], 'proxy_protocol').length > 0,
    restricted: restriction(level, hidden),
    complete: hidden === null ? true : { because: hidden },
  };
}

/** `file_server` and its block may name a root of their own. */
function filesOf(directive: CaddyDirective, level: Level, around: CaddySurroundings): ProxyLocation['files'] {
  const own = named(directive.block ?? [], 'root')[0];
  const path = own?.args[0];
  const set = inForce(level.roots, level.stripped ? { kind: 'prefix', path: '/' } : level.route);
  const found = own !== undefined && path !== undefined ? { path: wordValue(path, around), at: own.span } : set.doubtful ? null : set.value;
  if (found === null) return null;
  if (!level.stripped) return { kind: 'root', ...found };
  const ended = found.path.kind === 'known' ? known(`${found.path.value.replace(/\/+$/, '')}/`, found.path.origin) : found.path;
  return { kind: 'alias', path: ended, at: found.at };
}

function listingOf(directive: CaddyDirective, args: readonly CaddyWord[]): Span | null {
  return args.find((one) => one.text === 'browse')?.span ?? named(directive.block ?? [], 'browse')[0]?.nameSpan ?? null;
}

/** What Caddy's `encode` compresses when nothing else is said. */
const COMPRESSED = [
  'text/html',
  'text/css',
  'text/plain',
  'text/javascript',
  'application/javascript',
  'application/json',
  'image/svg+xml',
];

function compressionOf(directive: CaddyDirective, level: Level): ProxyLocation['compression'] {
  const precompressed = named(directive.block ?? [], 'precompressed').length > 0;
  return { on: level.compressed !== null, types: level.compressed === null ? [] : COMPRESSED, precompressed, at: level.compressed };
}

/** Seconds; Caddy waits for ever when nothing is said. */
function readTimeout(directive: CaddyDirective, around: CaddySurroundings): Value<number> {
  const lines = named(named(directive.block ?? [], 'transport')[0]?.block ?? [], 'response_header_timeout', 'read_timeout');
  const [first] = lines;
  if (first === undefined) return usual(DEFAULTS.caddy, 'read_timeout');
  const times = lines.map((one) => goSeconds(wordText(one.args[0], around) ?? ''));
  if (times.some((one) => one === null)) return unknown('unsupported-syntax', textOrigin(first.span));
  return known(Math.min(...times.map((one) => one || Number.MAX_SAFE_INTEGER)), textOrigin(first.span));
}

/** Two minutes when nothing is said; `keepalive off` keeps nothing. */
function keptOpen(directive: CaddyDirective, around: CaddySurroundings): Pick<ProxyLocation, 'idleTimeout'> {
  const transport = named(directive.block ?? [], 'transport')[0];
  if (directive.name !== 'reverse_proxy' || (transport !== undefined && transport.args[0]?.text !== 'http')) return {};
  const line = named(transport?.block ?? [], 'keepalive')[0];
  if (line === undefined) return { idleTimeout: usual(DEFAULTS.caddy, 'keepalive') };
  const text = wordText(line.args[0], around);
  if (text === 'off') return { idleTimeout: null };
  const seconds = text === null ? null : goSeconds(text);
  return { idleTimeout: seconds === null ? unknown('unsupported-syntax', textOrigin(line.span)) : known(seconds, textOrigin(line.span)) };
}

function restriction(level: Level, hidden: string | null): Answer {
  const answers = level.guards.map(({ matcher, value }) => {
    const covered = covers(matcher, level.route);
    return covered === 'yes' ? value : covered === 'maybe' ? 'maybe' : 'no';
  });
  if (answers.includes('yes')) return 'yes';
  return answers.includes('maybe') || hidden !== null ? 'maybe' : 'no';
}

const CODES: Readonly<Record<string, number>> = { permanent: 301, temporary: 302, html: 200 };

function answerOf(directive: CaddyDirective, args: readonly CaddyWord[], around: CaddySurroundings): Answering | null {
  const words = args.map((word) => wordText(word, around) ?? word.text);
  if (directive.name === 'redir') {
    const [target, code] = words;
    const written = target ?? directive.args[0]?.text;
    if (written === undefined) return null;
    return { code: code === undefined ? 302 : (CODES[code] ?? (Number(code) || 302)), target: written, at: directive.span };
  }
  if (directive.name !== 'respond') return null;
  const code = words.map(Number).find((one) => one >= 100 && one < 600);
  return { code: code ?? 200, target: null, at: directive.span };
}
