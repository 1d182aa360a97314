import type { Answer } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { NginxDirective } from '../../syntax/nginx/directive.ts';
import { variablesOf } from '../../syntax/nginx/index.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { Answering, HeaderSet, ProxyLocation } from '../model.ts';
import type { UnlinkedLocation } from '../proxy/unlinked.ts';
import { argumentValue, hiddenBy, inForce, type Level, levelOf, type NginxSurroundings, own, switchedOn } from './scope.ts';
import { groupsAround } from './upstream.ts';
import { expiresSeconds, nginxBytes, nginxSeconds } from './values.ts';

const PASSES = ['proxy_pass', 'uwsgi_pass', 'fastcgi_pass', 'grpc_pass', 'scgi_pass'] as const;

/** Reads one location block. `server` is the block around it. */
export function readLocation(
  block: NginxDirective,
  level: Level,
  server: ProxyLocation['server'],
  around: NginxSurroundings,
): UnlinkedLocation {
  const pass = readPass(level, around);
  const hidden = hiddenBy(level);
  return {
    match: locationMatch(block),
    at: block.nameSpan,
    server,
    pass,
    httpVersion: httpVersion(level),
    lookup: lookupOf(level, around),
    requestHeaders: new Map(headersInForce(level, 'proxy_set_header').map((one) => [one.name.toLowerCase(), one])),
    responseHeaders: headersInForce(level, 'add_header'),
    shadowedHeaders: shadowed(level, 'add_header'),
    shadowedRequestHeaders: shadowed(level, 'proxy_set_header'),
    requestHeadersHidden: hidesHeaders(level),
    hiddenHeaders: hiddenHeaders(level),
    cookieFlags: cookieFlags(level),
    files: readFiles(level, around),
    listing: switchedOn(level, 'autoindex'),
    expires: readExpires(level),
    answers: answering(level.directives),
    readTimeout: duration(level, `${readTimeoutPrefix(pass?.scheme)}_read_timeout`, hidden),
    bodyLimit: bodyLimit(level, hidden),
    buffering: { responses: !isOff(level, 'proxy_buffering'), requests: !isOff(level, 'proxy_request_buffering') },
    compression: compression(level),
    internal: own(level, 'internal').length > 0,
    upgrades: headersInForce(level, 'proxy_set_header').some((one) => one.name.toLowerCase() === 'upgrade' && one.value !== ''),
    proxyProtocol: switchedOn(level, 'proxy_protocol') !== null,
    restricted: restriction(level, hidden),
    complete: hidden === null ? true : { because: `${hidden.args[0]?.text ?? 'an included file'} is not in the repository` },
  };
}

function readTimeoutPrefix(scheme: string | undefined): string {
  return scheme === 'uwsgi' || scheme === 'fastcgi' || scheme === 'grpc' || scheme === 'scgi' ? scheme : 'proxy';
}

function locationMatch(block: NginxDirective): ProxyLocation['match'] {
  const words = block.args.map((arg) => arg.text);
  const joined = /^(=|~\*|~|\^~)(.*)$/.exec(words[0] ?? '');
  const modifier = joined?.[1] ?? '';
  const path = joined === null ? (words[0] ?? '') : joined[2] !== '' ? (joined[2] ?? '') : (words[1] ?? '');
  if (modifier === '=') return { kind: 'exact', path };
  if (modifier.startsWith('~')) return { kind: 'regex', path, ...(modifier === '~*' ? { caseless: true } : {}) };
  if (path.startsWith('@')) return { kind: 'named', path };
  return { kind: 'prefix', path, ...(modifier === '^~' ? { preferred: true } : {}) };
}

function readPass(level: Level, around: NginxSurroundings): ProxyLocation['pass'] {
  for (const name of PASSES) {
    const found = own(level, name)[0] ?? passInCondition(level, name);
    const target = found?.args[0];
    if (found === undefined || target === undefined) continue;
    const scheme = name === 'proxy_pass' ? schemeOf(target.text) : name.slice(0, -'_pass'.length);
    return { scheme, target: argumentValue(target, level, around), at: found.span };
  }
  return null;
}

function httpVersion(level: Level): NonNullable<ProxyLocation['httpVersion']> | null {
  const found = inForce(level, 'proxy_http_version');
  const text = found?.args[0]?.text;
  return found === null || text === undefined ? null : { text, at: found.span };
}

/**
 * With a variable anywhere in proxy_pass nginx looks the host up while it runs, unless an upstream block has that name (seen with nginx
 * 1.22: "no resolver defined").
 */
function lookupOf(level: Level, around: NginxSurroundings): NonNullable<ProxyLocation['lookup']> | null {
  const target = own(level, 'proxy_pass')[0]?.args[0];
  const left = variablesOf(target?.text ?? '').filter(({ name }) => around.substituted(name) === null);
  if (target === undefined || left.length === 0) return null;
  const whole = argumentValue(target, level, around);
  const text = whole.kind === 'known' ? whole.value.replace(/^(?!https?:)/, 'http://') : target.text;
  const host = /^https?:\/\/(\[[^\]]*\]|unix:.*|[^/:$]+)(?=[:/$]|$)/.exec(text)?.[1];
  if (host === undefined) return { host: whole, resolver: resolverIn(level) };
  if (/^(\[|unix:|\d+\.\d+\.\d+\.\d+$)/.test(host) || groupsAround(level).has(host)) return null;
  return { host: known(host, textOrigin(target.span)), resolver: resolverIn(level) };
}

function resolverIn(level: Level): Answer {
  if (inForce(level, 'resolver') !== null) return 'yes';
  return hiddenBy(level) === null ? 'no' : 'maybe';
}

/** `if (!-f $request_filename) { proxy_pass …; }`, the pattern of gunicorn's old documentation. */
function passInCondition(level: Level, name: string): NginxDirective | undefined {
  return own(level, 'if')
    .flatMap((one) => one.block ?? [])
    .find((one) => one.name === name);
}

function schemeOf(target: string): string {
  return /^([a-z]+):\/\//.exec(target)?.[1] ?? 'http';
}

/** Headers of an all-or-nothing directive in force in a block. */
export function headersInForce(level: Level, name: 'add_header' | 'proxy_set_header'): readonly HeaderSet[] {
  if (name === 'add_header' && inForce(level, 'add_header_inherit')?.args[0]?.text === 'merge') return mergedHeaders(level, name);
  const from = levelOf(level, name);
  return from === null ? [] : own(from, name).flatMap(headerSet);
}

function mergedHeaders(level: Level, name: string): readonly HeaderSet[] {
  const out: HeaderSet[] = [];
  for (let at: Level | null = level; at !== null; at = at.outer) out.unshift(...own(at, name).flatMap(headerSet));
  return out;
}

function headerSet(directive: NginxDirective): readonly HeaderSet[] {
  const [name, value, option] = directive.args;
  if (name === undefined) return [];
  return [{ name: name.text, value: value?.text ?? '', always: option?.text === 'always', at: directive.span }];
}

/** Headers of outer blocks that are lost because this block sets some of its own and does not repeat them. */
function shadowed(level: Level, name: 'add_header' | 'proxy_set_header'): readonly HeaderSet[] {
  const mine = own(level, name).flatMap(headerSet);
  if (mine.length === 0 || level.outer === null) return [];
  const kept = new Set(headersInForce(level, name).map((one) => one.name.toLowerCase()));
  return headersInForce(level.outer, name).filter((one) => !kept.has(one.name.toLowerCase()));
}

/** An include beside or within the block whose proxy_set_header counts; one further out cannot add to it. */
function hidesHeaders(level: Level): string | null {
  for (let at: Level | null = level; at !== null; at = at.outer) {
    const [include] = own(at, 'include');
    if (include !== undefined) return include.args[0]?.text ?? 'an included file';
    if (own(at, 'proxy_set_header').length > 0) return null;
  }
  return null;
}

function hiddenHeaders(level: Level): ReadonlySet<string> {
  const names = new Set<string>();
  for (const directive of ['proxy_hide_header', 'uwsgi_hide_header', 'fastcgi_hide_header']) {
    const from = levelOf(level, directive);
    if (from === null) continue;
    for (const one of own(from, directive)) names.add((one.args[0]?.text ?? '').toLowerCase());
  }
  return names;
}

function cookieFlags(level: Level): ProxyLocation['cookieFlags'] {
  const from = levelOf(level, 'proxy_cookie_flags');
  if (from === null) return [];
  return own(from, 'proxy_cookie_flags').flatMap(({ args: [cookie, ...flags], span }) =>
    cookie === undefined || cookie.text === 'off'
      ? []
      : [{ cookie: cookie.text, flags: flags.map(({ text }) => text.toLowerCase()), at: span }],
  );
}

function readFiles(level: Level, around: NginxSurroundings): ProxyLocation['files'] {
  for (let at: Level | null = level; at !== null; at = at.outer) {
    for (const kind of ['alias', 'root'] as const) {
      const found = own(at, kind)[0];
      const path = found?.args[0];
      if (found !== undefined && path !== undefined) return { kind, path: argumentValue(path, at, around), at: found.span };
    }
  }
  return null;
}

function readExpires(level: Level): ProxyLocation['expires'] {
  const found = inForce(level, 'expires');
  const words = found?.args.map((arg) => arg.text) ?? [];
  if (found === null || words[0] === 'off') return null;
  return { text: words.join(' '), seconds: expiresSeconds(words), at: found.span };
}

/** What a block answers to every request by itself; null when it goes on to serve something. */
export function answering(directives: readonly NginxDirective[]): Answering | null {
  let conditional: Answering | null = null;
  for (const one of directives) {
    const answer = answerOf(one);
    if (one.name === 'if') conditional ??= hostRedirect(one);
    // certbot writes `if ($host = name) { return 301 https://…; }` for each name and `return 404;` for the rest.
    else if (answer !== null) return conditional !== null && answer.code >= 400 ? conditional : answer;
  }
  return null;
}

function answerOf(directive: NginxDirective): Answering | null {
  const words = directive.args.map((arg) => arg.text);
  const at = directive.span;
  if (directive.name === 'return') return returned(words, at);
  if (directive.name !== 'rewrite') return null;
  const [pattern, target, flag] = words;
  if (pattern === undefined || target === undefined || !/^\^?(\/?\(?\.\*\)?)?\$?$/.test(pattern)) return null;
  if (flag === 'permanent') return { code: 301, target, at };
  return flag === 'redirect' || /^https?:/.test(target) ? { code: 302, target, at } : null;
}

function returned(words: readonly string[], at: Span): Answering | null {
  const [first, second] = words;
  if (first === undefined) return null;
  const code = /^\d{3}$/.test(first) ? Number(first) : 302;
  return { code, target: /^\d{3}$/.test(first) ? (second ?? null) : first, at };
}

function hostRedirect(condition: NginxDirective): Answering | null {
  if (condition.args[0]?.text.replace(/^\(/, '') !== '$host') return null;
  const answer = (condition.block ?? []).map(answerOf).find((one) => one !== null);
  return answer?.target?.startsWith('https:') ? answer : null;
}

/** Directives that let only some visitors through. */
const KEEPERS = [
  'auth_basic',
  'auth_request',
  'auth_jwt',
  'auth_oidc',
  'deny',
  'access_by_lua_block',
  'access_by_lua_file',
  'ssl_verify_client',
];

function restriction(level: Level, hidden: NginxDirective | null): Answer {
  const keeps = KEEPERS.some((name) => {
    const found = inForce(level, name);
    return found !== null && !/^(off|optional|optional_no_ca)$/.test(found.args[0]?.text ?? '');
  });
  if (keeps || own(level, 'internal').length > 0) return 'yes';
  const refuses = (one: NginxDirective) =>
    (one.block ?? []).some((inner) => inner.name === 'return' && /^4/.test(inner.args[0]?.text ?? ''));
  for (let at: Level | null = level; at !== null; at = at.outer) if (own(at, 'if').some(refuses)) return 'maybe';
  return hidden === null ? 'no' : 'maybe';
}

function duration(level: Level, name: string, hidden: NginxDirective | null): Value<number> {
  const found = inForce(level, name);
  const text = found?.args[0]?.text;
  if (found === null || text === undefined) return defaultOr(usual(DEFAULTS.nginx, 'proxy_read_timeout'), hidden);
  const seconds = nginxSeconds(text);
  return seconds === null || seconds === 0 ? unknown('unsupported-syntax', textOrigin(found.span)) : known(seconds, textOrigin(found.span));
}

function bodyLimit(level: Level, hidden: NginxDirective | null): Value<number> {
  const found = inForce(level, 'client_max_body_size');
  const text = found?.args[0]?.text;
  if (found === null || text === undefined) return defaultOr(usual(DEFAULTS.nginx, 'client_max_body_size'), hidden);
  const bytes = nginxBytes(text);
  return bytes === null ? unknown('unsupported-syntax', textOrigin(found.span)) : known(bytes, textOrigin(found.span));
}

function defaultOr(value: Value<number>, hidden: NginxDirective | null): Value<number> {
  return hidden === null ? value : unknown('missing-file', textOrigin(hidden.span));
}

function isOff(level: Level, name: string): boolean {
  return inForce(level, name)?.args[0]?.text === 'off';
}

function compression(level: Level): ProxyLocation['compression'] {
  const gzip = ['gzip', 'brotli', 'zstd'].map((name) => inForce(level, name)).find((one) => one?.args[0]?.text === 'on') ?? null;
  const types = ['gzip_types', 'brotli_types', 'zstd_types'].map((name) => inForce(level, name)).find((one) => one !== null);
  const precompressed = ['gzip_static', 'brotli_static', 'zstd_static'].some((name) =>
    /^(on|always)$/.test(inForce(level, name)?.args[0]?.text ?? ''),
  );
  return {
    on: gzip !== null,
    types: ['text/html', ...(types?.args.map((arg) => arg.text) ?? [])],
    precompressed,
    at: gzip?.span ?? null,
  };
}
