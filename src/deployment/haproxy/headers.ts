import type { Span } from '../../core/span.ts';
import type { HaproxyLine } from '../../syntax/haproxy/index.ts';
import type { CookieFlags, HeaderSet, ProxyLocation } from '../model.ts';
import { conditionOf, holds } from './conditions.ts';
import { optionLine, type Scope } from './scope.ts';

/** What HAProxy computes, in the words that all proxies share. */
function sharedWords(text: string): string {
  if (/^%\[ssl_fc,iif\(https,http\)\]$/.test(text)) return '$scheme';
  if (/^%\[(src|fc_src)\]$|^%ci$/.test(text)) return '$remote_addr';
  const copied = /^%\[(?:req\.)?f?hdr\(([\w-]+)\)\]$/i.exec(text)?.[1]?.toLowerCase();
  if (copied !== undefined) return `$http_${copied.replaceAll('-', '_')}`;
  return /%(\[|\{|[a-zA-Z])/.test(text) || text.includes('$') ? '$computed' : text;
}

interface Change {
  readonly action: string;
  readonly name: string;
  readonly value: string;
  readonly always: boolean;
  readonly plain: 'yes' | 'no' | 'maybe';
  readonly tls: 'yes' | 'no' | 'maybe';
  readonly at: Span;
}

/** Changes of headers in the order in which they are made. `keywords` are the rule sets; `reqadd X:\ y` is the word of before 2.1. */
function changesIn(scope: Scope, keywords: readonly string[], legacy: string): readonly Change[] {
  return [...scope.defaults, ...scope.lines].flatMap((line): readonly Change[] => {
    const [keyword = '', action = '', name = '', value = ''] = line.words.map((word) => word.text);
    if (keyword === legacy) return legacyChange(line, scope);
    if (!keywords.includes(keyword) || !/^(set|add|del|replace)-(header|value)$/.test(action)) return [];
    const condition = conditionOf(line.words.slice(3), scope.acls);
    const written = action.startsWith('replace') ? [value, line.words[4]?.text ?? ''].join('\n') : sharedWords(value);
    const shared = { always: true, plain: holds(condition, 'plain'), tls: holds(condition, 'tls'), at: line.span };
    return [{ ...shared, action: action.split('-')[0] ?? '', name, value: line.words[3]?.hole === true ? '$computed' : written }];
  });
}

function legacyChange(line: HaproxyLine, scope: Scope): readonly Change[] {
  const found = /^([\w-]+):\s*(.*)$/.exec(line.words[1]?.text ?? '');
  if (found === null) return [];
  const condition = conditionOf(line.words.slice(2), scope.acls);
  const shared = { always: true, plain: holds(condition, 'plain'), tls: holds(condition, 'tls'), at: line.span };
  return [{ ...shared, action: 'add', name: found[1] ?? '', value: sharedWords(found[2] ?? '') }];
}

/** Headers of requests that go to a server, as requests over TLS carry them where the frontend ends TLS. */
export function requestHeaders(scopes: readonly Scope[], tls: boolean, at: Span): ReadonlyMap<string, HeaderSet> {
  const headers = new Map<string, HeaderSet>();
  const put = (name: string, value: string, place: Span) => headers.set(name.toLowerCase(), { name, value, always: true, at: place });
  put('Host', '$http_host', at);
  for (const scope of scopes) {
    const forwardfor = optionLine(scope, 'forwardfor');
    if (forwardfor !== null) put(forwardedFor(forwardfor), '$proxy_add_x_forwarded_for', forwardfor.span);
    const forwarded = optionLine(scope, 'forwarded');
    if (forwarded !== null) put('Forwarded', '$computed', forwarded.span);
    for (const one of changesIn(scope, ['http-request'], 'reqadd')) {
      const key = one.name.toLowerCase();
      const answer = tls ? one.tls : one.plain;
      if (answer === 'no') continue;
      if (one.action === 'del' && answer === 'yes') headers.delete(key);
      if (one.action === 'replace') put(one.name, '$computed', one.at);
      if (one.action !== 'set' && one.action !== 'add') continue;
      const before = headers.get(key)?.value;
      put(one.name, answer === 'yes' ? byScheme(one, scopes) : before === one.value ? one.value : '$computed', one.at);
    }
  }
  return headers;
}

function forwardedFor({ words }: HaproxyLine): string {
  const at = words.findIndex((word) => word.text === 'header');
  return at === -1 ? 'X-Forwarded-For' : (words[at + 1]?.text ?? 'X-Forwarded-For');
}

/** `https if { ssl_fc }` beside `http if !{ ssl_fc }` is the scheme of the request. */
function byScheme(change: Change, scopes: readonly Scope[]): string {
  if (change.value !== 'https' || change.plain !== 'no') return change.value;
  const others = scopes.flatMap((scope) => changesIn(scope, ['http-request'], 'reqadd'));
  return others.some((one) => one.name.toLowerCase() === change.name.toLowerCase() && one.value === 'http' && one.plain === 'yes')
    ? '$scheme'
    : 'https';
}

export interface ResponseHeaders {
  readonly sent: readonly HeaderSet[];
  /** Headers of the application that do not reach visitors: deleted or written over. */
  readonly hidden: ReadonlySet<string>;
  readonly cookieFlags: ProxyLocation['cookieFlags'];
  /** A header that is sent under a condition only. */
  readonly doubtful: Span | null;
}

export function responseHeaders(scopes: readonly Scope[], tls: boolean): ResponseHeaders {
  const sent: HeaderSet[] = [];
  const hidden = new Set<string>();
  const cookieFlags: CookieFlags[] = [];
  let doubtful: Span | null = null;
  for (const one of scopes.flatMap((scope) => changesIn(scope, ['http-response', 'http-after-response'], 'rspadd'))) {
    const answer = tls ? one.tls : one.plain;
    if (answer === 'maybe') doubtful ??= one.at;
    if (answer !== 'yes') continue;
    if (one.action === 'set' || one.action === 'add') sent.push({ name: one.name, value: one.value, always: one.always, at: one.at });
    if (one.action === 'set' || one.action === 'del') hidden.add(one.name.toLowerCase());
    if (one.action === 'replace' && one.name.toLowerCase() === 'set-cookie') cookieFlags.push(...flagsOf(one));
  }
  return { sent, hidden, cookieFlags, doubtful };
}

/** `http-response replace-header Set-Cookie (.*) "\1; Secure"`; patterns that leave some cookies out mark none for sure. */
function flagsOf({ value, at }: Change): readonly CookieFlags[] {
  const [pattern = '', replacement = ''] = value.split('\n');
  if (!/^\^?\(\.[*+]\)\$?$/.test(pattern) || (!replacement.startsWith('\\1') && !replacement.startsWith('1;'))) return [];
  const flags = replacement
    .slice(replacement.indexOf('1') + 1)
    .split(';')
    .map((flag) => flag.trim().toLowerCase());
  return [{ cookie: '~.*', flags: flags.filter((flag) => flag !== ''), at }];
}
