import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { CaddyDirective, CaddyWord } from '../../syntax/caddy/index.ts';
import type { HeaderSet } from '../model.ts';
import { covers, EVERY, type Match, type Matcher, type Matchers, matcherOf } from './matcher.ts';
import { type CaddySurroundings, wordText } from './scope.ts';
import { inModelWords } from './values.ts';

/** One change of a header. `late` changes are made after the upstream has answered, and so replace what it sent. */
export interface HeaderChange {
  readonly matcher: Matcher;
  readonly name: string;
  readonly action: 'set' | 'add' | 'default' | 'remove';
  readonly value: string;
  readonly late: boolean;
  readonly at: Span;
}

/** The `header` lines of a block. */
export function headerChanges(directive: CaddyDirective, matchers: Matchers, around: CaddySurroundings): readonly HeaderChange[] {
  const { matcher, args } = matcherOf(directive, matchers, around);
  const deferred = directive.block?.some((one) => one.name === 'defer') === true;
  const inline = change(args, directive.span, matcher, false, around);
  const lines = (directive.block ?? []).flatMap((line) => {
    if (line.name === 'defer' || line.name === 'match') return [];
    const name: CaddyWord = { text: line.name, span: line.nameSpan, quote: null };
    return change([name, ...line.args], line.span, matcher, deferred, around);
  });
  return [...inline, ...lines];
}

/** `header_down` and `header_up` of a reverse_proxy. */
export function changeOf(directive: CaddyDirective, matcher: Matcher, around: CaddySurroundings): readonly HeaderChange[] {
  return change(directive.args, directive.span, matcher, true, around);
}

function change(
  words: readonly CaddyWord[],
  at: Span,
  matcher: Matcher,
  deferred: boolean,
  around: CaddySurroundings,
): readonly HeaderChange[] {
  const [head, value, replacement] = words;
  if (head === undefined) return [];
  const sign = /^[+\-?>]/.exec(head.text)?.[0] ?? '';
  const name = head.text.slice(sign.length).replace(/:$/, '');
  // Two values replace one text by another in what is there.
  if (replacement !== undefined && !/^[{}]$/.test(replacement.text)) return [];
  const action = sign === '+' ? 'add' : sign === '-' ? 'remove' : sign === '?' ? 'default' : 'set';
  if (action === 'remove' && name.includes('*')) return [];
  const text = wordText(value, around) ?? value?.text ?? '';
  return [
    {
      matcher,
      name,
      action,
      value: inModelWords(text.replace(/;$/, '')),
      late: deferred || sign === '>' || sign === '-' || sign === '?',
      at,
    },
  ];
}

export interface HeadersInForce {
  readonly sent: readonly HeaderSet[];
  readonly hidden: ReadonlySet<string>;
  /** `maybe` when a change is made under a condition. */
  readonly certain: Answer;
}

/** Values of one header that are kept; more say nothing new. */
const MAX_SENT = 100;

/** The headers that a route sends, of changes from the outermost block to the innermost one. */
export function headersOn(route: Match, changes: readonly HeaderChange[]): HeadersInForce {
  const sent = new Map<string, readonly HeaderSet[]>();
  const hidden = new Set<string>();
  let certain: Answer = 'yes';
  for (const one of changes) {
    const applies = covers(one.matcher, route);
    if (applies === 'maybe') certain = 'maybe';
    if (applies !== 'yes') continue;
    const name = one.name.toLowerCase();
    const before = sent.get(name) ?? [];
    const header: HeaderSet = { name: one.name, value: one.value, always: true, at: one.at };
    // What is set again comes last.
    sent.delete(name);
    if (one.action === 'set' || (one.action === 'default' && before.length === 0)) sent.set(name, [header]);
    else if (one.action === 'add') sent.set(name, before.length > MAX_SENT ? before : [...before, header]);
    else if (one.action === 'default') sent.set(name, before);
    if (one.late && one.action !== 'add' && one.action !== 'default') hidden.add(name);
  }
  return { sent: [...sent.values()].flat(), hidden, certain };
}

/** What Caddy tells the upstream by itself (since 2.5: a client's own X-Forwarded headers are dropped unless `trusted_proxies` names it). */
export function requestHeadersOn(
  route: Match,
  directive: CaddyDirective,
  changes: readonly HeaderChange[],
  trusted: boolean,
  around: CaddySurroundings,
): ReadonlyMap<string, HeaderSet> {
  const own = (name: string, value: string): HeaderSet => ({ name, value, always: true, at: directive.nameSpan });
  const headers = new Map<string, HeaderSet>([
    ['host', own('Host', '$http_host')],
    ['x-forwarded-for', own('X-Forwarded-For', '$proxy_add_x_forwarded_for')],
    ['x-forwarded-proto', own('X-Forwarded-Proto', trusted ? '$trusted_x_forwarded_proto' : '$scheme')],
    ['x-forwarded-host', own('X-Forwarded-Host', trusted ? '$trusted_x_forwarded_host' : '$http_host')],
  ]);
  const mine = (directive.block ?? []).filter((one) => one.name === 'header_up').flatMap((one) => changeOf(one, EVERY, around));
  for (const one of [...changes, ...mine]) {
    if (covers(one.matcher, route) !== 'yes') continue;
    const name = one.name.toLowerCase();
    headers.set(name, { name: one.name, value: one.action === 'remove' ? '' : one.value, always: true, at: one.at });
  }
  return headers;
}
