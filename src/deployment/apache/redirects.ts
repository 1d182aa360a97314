import type { ApacheDirective } from '../../syntax/apache/index.ts';
import type { Answering } from '../model.ts';
import { prefixOfPattern } from './paths.ts';
import { type ApacheContext, named, textOf } from './scope.ts';

/** A RewriteRule with the conditions before it. */
export interface Rewrite {
  readonly rule: ApacheDirective;
  readonly pattern: string;
  readonly target: string;
  readonly flags: readonly string[];
  readonly conditions: readonly string[];
}

export function rewritesOf(directives: readonly ApacheDirective[], context: ApacheContext): readonly Rewrite[] {
  const rules: Rewrite[] = [];
  let conditions: string[] = [];
  for (const one of named(directives, 'rewritecond', 'rewriterule')) {
    const [first, second, third] = one.args.map((arg) => textOf(arg, context));
    if (one.name === 'rewritecond') conditions.push(`${first ?? ''} ${second ?? ''} ${third ?? ''}`.trim());
    else {
      const flags = (third ?? '').replace(/^\[|\]$/g, '').split(',');
      rules.push({ rule: one, pattern: first ?? '', target: second ?? '', flags: flags.map((flag) => flag.trim()), conditions });
      conditions = [];
    }
  }
  return rules;
}

export function hasFlag({ flags }: Rewrite, ...names: readonly string[]): boolean {
  return flags.some((flag) => names.includes((flag.split('=')[0] ?? '').toLowerCase()));
}

export function isCatchAll(pattern: string): boolean {
  return pattern === '^' || pattern === '' || prefixOfPattern(pattern) === '/';
}

/** Conditions that hold for every plain request, or leave only the paths of ACME and of health checks out. */
const HOLDS_PLAIN =
  /^(%\{HTTPS\} (!=\s?["']?on["']?|=?off|!\^?on\$?|\^?off\$?|!on|=off)|%\{REQUEST_SCHEME\} (!=?\^?https\$?|=?\^?http\$?)|%\{SERVER_PORT\} (\^?80\$?|=80|!=?\^?443\$?)|%\{SERVER_NAME\} =.*|%\{REQUEST_URI\} !\S*(acme-challenge|well-known|health|ping|status)\S*)( \[[^\]]*\])?$/i;
const ASKS_SCHEME = /^%\{(HTTPS|REQUEST_SCHEME|SERVER_PORT)\}/i;

/** The rule that sends every plain request to HTTPS; `always` when TLS ones are sent on as well. */
export interface HttpsRewrite {
  readonly answer: Answering;
  readonly always: boolean;
}

export function httpsRewrite(rewrites: readonly Rewrite[]): HttpsRewrite | null {
  for (const one of rewrites) {
    if (!/^https:\/\//i.test(one.target) || !isCatchAll(one.pattern) || hasFlag(one, 'p', 'proxy')) continue;
    if (!one.conditions.every((condition) => HOLDS_PLAIN.test(condition))) continue;
    const code = Number(
      one.flags
        .map((flag) => /^r(?:edirect)?=(\d{3}|permanent)$/i.exec(flag)?.[1])
        .find(Boolean)
        ?.replace('permanent', '301') ?? 302,
    );
    return { answer: { code, target: one.target, at: one.rule.span }, always: !one.conditions.some((text) => ASKS_SCHEME.test(text)) };
  }
  return null;
}

/** A rule that sends some requests to HTTPS under conditions that are not understood. */
export function unsettledRewrite(rewrites: readonly Rewrite[]): ApacheDirective | null {
  return rewrites.find((one) => /^https:\/\//i.test(one.target) && !hasFlag(one, 'p', 'proxy'))?.rule ?? null;
}

/** `Redirect permanent / https://…` and its kin, with the prefix they answer for; null for a pattern that stands for none. */
export interface Redirect {
  readonly prefix: string | null;
  readonly answer: Answering;
  readonly directive: ApacheDirective;
}

const CODES: Readonly<Record<string, number>> = { permanent: 301, temp: 302, seeother: 303, gone: 410 };

export function redirectsOf(directives: readonly ApacheDirective[], context: ApacheContext): readonly Redirect[] {
  return named(directives, 'redirect', 'redirectpermanent', 'redirecttemp', 'redirectmatch').map((directive) => {
    const words = directive.args.map((arg) => textOf(arg, context));
    const status = /^(permanent|temp|seeother|gone|\d{3})$/i.test(words[0] ?? '') ? words.shift() : undefined;
    const code = directive.name === 'redirectpermanent' ? 301 : (CODES[status?.toLowerCase() ?? 'temp'] ?? Number(status));
    const [from = '', target = null] = words;
    // Inside of `<Location>` the path is left out.
    const given = words.length === 1 && !from.startsWith('/') && !from.startsWith('^') ? '/' : from;
    const prefix = directive.name === 'redirectmatch' ? prefixOfPattern(given) : given;
    return { prefix, answer: { code, target: given === from ? target : from, at: directive.span }, directive };
  });
}
