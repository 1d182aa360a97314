import type { Span } from '../../core/span.ts';
import type { ApacheDirective } from '../../syntax/apache/index.ts';
import type { CookieFlags, HeaderSet, ProxyLocation } from '../model.ts';
import type { Applied } from './applied.ts';
import { type ApacheContext, last, named, textOf } from './scope.ts';

/** What httpd computes, in the words that all proxies share. */
const COMPUTED: readonly (readonly [RegExp, string])[] = [
  [/^(expr=)?["']?%\{REQUEST_SCHEME\}["']?s?$/i, '$scheme'],
  [/^expr=["']?%\{HTTP:([\w-]+)\}["']?$/i, '$http_'],
  [/^(expr=)?["']?%\{HTTP_HOST\}["']?s?$/i, '$http_host'],
  [/^(expr=)?["']?%\{SERVER_NAME\}["']?s?$/i, '$host'],
  [/^(expr=)?["']?%\{REMOTE_ADDR\}["']?[se]?$/i, '$remote_addr'],
];

function sharedWords(text: string): string {
  for (const [pattern, variable] of COMPUTED) {
    const found = pattern.exec(text);
    if (found !== null) return variable === '$http_' ? `$http_${(found[1] ?? '').toLowerCase().replaceAll('-', '_')}` : variable;
  }
  return /%\{|^expr=/.test(text) ? '$computed' : text;
}

interface Change {
  readonly action: string;
  readonly name: string;
  readonly value: string;
  readonly always: boolean;
  /** Depends on a variable or an expression. */
  readonly conditional: boolean;
  readonly at: Span;
}

function changesIn(
  directives: readonly ApacheDirective[],
  directive: 'header' | 'requestheader',
  context: ApacheContext,
): readonly Change[] {
  return named(directives, directive).flatMap((one): Change[] => {
    const words = one.args.map((arg) => textOf(arg, context));
    const table = directive === 'header' && /^(always|onsuccess)$/i.test(words[0] ?? '') ? words.shift()?.toLowerCase() : undefined;
    const [action, name, ...rest] = words;
    if (action === undefined || name === undefined) return [];
    const takes = /^edit/i.test(action) ? 2 : /^(unset|echo)$/i.test(action) ? 0 : 1;
    const conditional = rest.slice(takes).some((word) => /^(env=|expr=)/i.test(word) && !/^env=HTTPS$/i.test(word));
    const shared = { action: action.toLowerCase(), name: name.replace(/:$/, ''), always: table === 'always', conditional, at: one.span };
    return [{ ...shared, value: takes === 2 ? rest.slice(0, 2).join('\n') : sharedWords(rest[0] ?? '') }];
  });
}

const SETS = /^(set|append|add|merge|setifempty)$/;

/** Headers of requests that are passed on: those that mod_proxy writes by itself, and what the file changes. */
export function requestHeaders({ directives }: Applied, context: ApacheContext, at: Span): ReadonlyMap<string, HeaderSet> {
  const headers = new Map<string, HeaderSet>();
  const put = (name: string, value: string, place: Span) => headers.set(name.toLowerCase(), { name, value, always: true, at: place });
  const preserve = last(directives, 'proxypreservehost');
  put('Host', isOn(preserve) ? '$http_host' : '$proxy_host', preserve?.span ?? at);
  const adds = last(directives, 'proxyaddheaders');
  for (const one of changesIn(directives, 'requestheader', context)) {
    const key = one.name.toLowerCase();
    if (one.action === 'unset') headers.delete(key);
    // Mostly written into the header of the client, which goes on unless it is set.
    else if (one.action === 'setifempty') put(one.name, `$http_${key.replaceAll('-', '_')}`, one.at);
    else if (SETS.test(one.action)) put(one.name, one.value, one.at);
    else if (/^edit/.test(one.action)) put(one.name, '$computed', one.at);
  }
  // mod_proxy adds its own as the request leaves, after mod_headers.
  if (adds === null || isOn(adds)) {
    put('X-Forwarded-For', '$proxy_add_x_forwarded_for', adds?.span ?? at);
    put('X-Forwarded-Host', '$http_host', adds?.span ?? at);
    put('X-Forwarded-Server', '$server_name', adds?.span ?? at);
  }
  return headers;
}

export function isOn(directive: ApacheDirective | null): boolean {
  return directive?.args[0]?.text.toLowerCase() === 'on';
}

export interface ResponseHeaders {
  readonly sent: readonly HeaderSet[];
  /** Headers of the application that do not reach visitors: unset or written over. */
  readonly hidden: ReadonlySet<string>;
  readonly cookieFlags: ProxyLocation['cookieFlags'];
  /** A header that is sent under a condition only. */
  readonly doubtful: Span | null;
}

/**
 * Headers of responses. Run with httpd 2.4: `Header set` writes over what the application sends, error pages of the application included;
 * `Header always set` is a list of its own that is sent beside it.
 */
export function responseHeaders({ directives }: Applied, context: ApacheContext): ResponseHeaders {
  const sent = new Map<string, HeaderSet>();
  const hidden = new Set<string>();
  const cookieFlags: CookieFlags[] = [];
  let doubtful: Span | null = null;
  for (const one of changesIn(directives, 'header', context)) {
    const key = one.name.toLowerCase();
    const place = `${one.always ? 'always' : 'onsuccess'} ${key}`;
    if (one.conditional) {
      doubtful ??= one.at;
      continue;
    }
    if (/^edit/.test(one.action) && key === 'set-cookie') cookieFlags.push(...flagsOf(one));
    if (one.action === 'unset') sent.delete(place);
    if (SETS.test(one.action)) sent.set(place, { name: one.name, value: one.value, always: one.always, at: one.at });
    if (!one.always && (one.action === 'unset' || one.action === 'set')) hidden.add(key);
  }
  return { sent: [...sent.values()], hidden, cookieFlags, doubtful };
}

/** `Header edit Set-Cookie ^(.*)$ $1;HttpOnly;Secure`; patterns that leave some cookies out mark none for sure. */
function flagsOf({ value, at }: Change): readonly CookieFlags[] {
  const [pattern = '', replacement = ''] = value.split('\n');
  if (!/^\^?\(\.[*+]\)\$?$/.test(pattern) || !replacement.startsWith('$1')) return [];
  const flags = replacement
    .slice(2)
    .split(';')
    .map((flag) => flag.trim().toLowerCase());
  return [{ cookie: '~.*', flags: flags.filter((flag) => flag !== ''), at }];
}
