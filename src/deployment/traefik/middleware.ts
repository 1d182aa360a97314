import type { Answer } from '../../core/data.ts';
import { MAX_NESTING } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import type { Answering, HeaderSet } from '../model.ts';
import { children, isTrue, list, type Option, option, text } from './options.ts';

/** What the middlewares of a router do to its requests and answers. */
export interface MiddlewareEffects {
  readonly redirects: Answering | null;
  readonly requestHeaders: readonly HeaderSet[];
  readonly responseHeaders: readonly HeaderSet[];
  /** Null: no limit. */
  readonly bodyLimit: { readonly bytes: number; readonly at: Span } | null;
  readonly compresses: Span | null;
  readonly restricted: Answer;
  /** A middleware that is not in view may do anything. */
  readonly missing: string | null;
}

/** The middlewares that one provider or several define, by name in small letters. */
export type Middlewares = ReadonlyMap<string, Option>;

/** `names` in order, those of the entry point first. `tls`: the router answers over HTTPS. */
export function effectsOf(names: readonly string[], defined: Middlewares, tls: boolean): MiddlewareEffects {
  const found: Option[] = [];
  const seen = new Set<string>();
  let missing: string | null = null;
  const follow = (name: string): void => {
    const key = name.toLowerCase().replace(/@.*$/, '');
    const middleware = defined.get(key);
    // Chains may lead in circles.
    if (seen.has(key)) return;
    seen.add(key);
    const chained = list(middleware, 'chain', 'middlewares');
    if (middleware === undefined || seen.size > MAX_NESTING) missing ??= name;
    else if (chained.length > 0) for (const one of chained) follow(one);
    else found.push(middleware);
  };
  for (const name of names) follow(name);
  const headers = found.flatMap((one) => option(one, 'headers') ?? []);
  const keeps = found.some((one) => KEEPERS.some((name) => option(one, name) !== null));
  const opaque = found.some((one) => option(one, 'plugin') !== null);
  const [limit] = found.flatMap((one) => option(one, 'buffering', 'maxrequestbodybytes') ?? []);
  const bytes = Number(text(limit));
  return {
    redirects: tls ? null : (found.map(redirectOf).find((one) => one !== null) ?? null),
    requestHeaders: headers.flatMap((one) => custom(option(one, 'customrequestheaders'))),
    responseHeaders: headers.flatMap((one) => [...secureHeaders(one, tls), ...custom(option(one, 'customresponseheaders'))]),
    bodyLimit: limit === undefined || !(bytes > 0) ? null : { bytes, at: limit.at },
    compresses: found.flatMap((one) => option(one, 'compress') ?? [])[0]?.at ?? null,
    restricted: keeps ? 'yes' : missing !== null || opaque ? 'maybe' : 'no',
    missing: missing ?? (opaque ? 'a plugin' : null),
  };
}

const KEEPERS = ['basicauth', 'digestauth', 'forwardauth', 'ipallowlist', 'ipwhitelist'];

function redirectOf(middleware: Option): Answering | null {
  const scheme = option(middleware, 'redirectscheme');
  const isHttps = text(scheme, 'scheme')?.toLowerCase() === 'https';
  if (scheme !== null && isHttps) return { code: isTrue(scheme, 'permanent') ? 301 : 302, target: 'https:', at: scheme.at };
  const regex = option(middleware, 'redirectregex');
  const target = text(regex, 'replacement') ?? '';
  if (regex !== null && target.startsWith('https:') && /^\^?http:/.test(text(regex, 'regex') ?? ''))
    return { code: isTrue(regex, 'permanent') ? 301 : 302, target, at: regex.at };
  const headers = option(middleware, 'headers');
  return isTrue(headers, 'sslredirect') && headers !== null ? { code: 301, target: 'https:', at: headers.at } : null;
}

function custom(tree: Option | null): readonly HeaderSet[] {
  return children(tree).map((one) => ({
    name: one.name,
    value: text(one) ?? (one.value === null ? '' : '$unknown'),
    always: true,
    at: one.at,
  }));
}

/** Options that name the whole value of a header. */
const TEXTS: readonly (readonly [string, string])[] = [
  ['customframeoptionsvalue', 'X-Frame-Options'],
  ['contentsecuritypolicy', 'Content-Security-Policy'],
  ['referrerpolicy', 'Referrer-Policy'],
  ['permissionspolicy', 'Permissions-Policy'],
];

/** Options that send a fixed value. */
const SWITCHES: readonly (readonly [string, string, string])[] = [
  ['framedeny', 'X-Frame-Options', 'DENY'],
  ['contenttypenosniff', 'X-Content-Type-Options', 'nosniff'],
  ['browserxssfilter', 'X-XSS-Protection', '1; mode=block'],
];

function secureHeaders(tree: Option, tls: boolean): readonly HeaderSet[] {
  const set = (name: string, value: string, from: string): HeaderSet => ({
    name,
    value,
    always: true,
    at: option(tree, from)?.at ?? tree.at,
  });
  const texts = TEXTS.flatMap(([from, name]) => {
    const given = option(tree, from);
    return given === null ? [] : [set(name, text(given) ?? '$unknown', from)];
  });
  const framed = texts.some((one) => one.name === 'X-Frame-Options');
  const switches = SWITCHES.flatMap(([from, name, value]) =>
    isTrue(tree, from) && !(framed && name === 'X-Frame-Options') ? [set(name, value, from)] : [],
  );
  return [...texts, ...switches, ...strictTransport(tree, tls)];
}

/** Sent over TLS only, unless it is forced. */
function strictTransport(tree: Option, tls: boolean): readonly HeaderSet[] {
  const seconds = option(tree, 'stsseconds');
  const age = Number(text(seconds));
  if (seconds === null || !(age > 0) || !(tls || isTrue(tree, 'forcestsheader'))) return [];
  const more = `${isTrue(tree, 'stsincludesubdomains') ? '; includeSubDomains' : ''}${isTrue(tree, 'stspreload') ? '; preload' : ''}`;
  return [{ name: 'Strict-Transport-Security', value: `max-age=${age}${more}`, always: true, at: seconds.at }];
}
