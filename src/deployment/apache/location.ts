import { textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { ProxyLocation } from '../model.ts';
import type { Destination, Destinations, UnlinkedLocation } from '../proxy/unlinked.ts';
import { type Applied, listingOf, restrictedBy } from './applied.ts';
import { isOn, requestHeaders, responseHeaders } from './headers.ts';
import type { Mapping } from './mappings.ts';
import { type ApacheContext, hiddenInWords, last, named, textOf } from './scope.ts';

/** One prefix of a virtual host with what httpd does there. */
export interface Place {
  readonly match: ProxyLocation['match'];
  readonly name: string;
  readonly at: ProxyLocation['at'];
  readonly server: ProxyLocation['server'];
  readonly mapping: Mapping | null;
  readonly applied: Applied;
  /** The file of the configuration says of the whole program, not of a site alone. */
  readonly whole: boolean;
  /** Members of the balancers in view, by name. */
  readonly balancers: ReadonlyMap<string, Destinations>;
}

export function readLocation(place: Place, context: ApacheContext): UnlinkedLocation & { readonly destinations: Destinations } {
  const { mapping, applied, at } = place;
  const { hidden, sometimes } = applied;
  const proxied = mapping?.kind === 'proxy' ? mapping : null;
  const response = responseHeaders(applied, context);
  const changing = sometimes.find((one) =>
    (one.block ?? []).some(({ name }) => /^(header|requestheader|proxypass|proxypassmatch|redirect.*|rewriterule)$/.test(name)),
  );
  const because = hidden !== null ? hiddenInWords(hidden) : changing !== undefined ? 'a section holds for some requests only' : null;
  const pass = passOf(mapping);
  return {
    match: place.match,
    name: place.name,
    at,
    server: place.server,
    pass,
    requestHeaders: proxied === null ? new Map() : requestHeaders(applied, context, at),
    responseHeaders: response.sent,
    shadowedHeaders: [],
    shadowedRequestHeaders: [],
    requestHeadersHidden: hidden?.args[0]?.text ?? (changing === undefined ? null : `<${changing.name}>`),
    hiddenHeaders: response.hidden,
    cookieFlags: response.cookieFlags,
    files: mapping?.kind === 'alias' || mapping?.kind === 'root' ? { kind: mapping.kind, path: mapping.path, at: mapping.at } : null,
    listing: listingOf(applied, mapping)?.span ?? null,
    expires: expires(applied),
    answers: mapping?.kind === 'answer' ? mapping.answer : null,
    readTimeout: readTimeout(place, proxied?.options.get('timeout')),
    bodyLimit: number(place, 'limitrequestbody', usual(DEFAULTS.apache, 'limit_request_body')),
    // Bodies are passed on as they come, in both directions.
    buffering: { responses: false, requests: false },
    compression: compression(place),
    internal: false,
    upgrades: proxied !== null && (proxied.options.has('upgrade') || /^wss?$/.test(pass?.scheme ?? '')),
    proxyProtocol: false,
    restricted: restrictedBy(applied, mapping),
    complete: because !== null ? { because } : response.doubtful === null ? true : { because: 'a header is sent under a condition' },
    destinations: proxied === null ? scriptDestination(mapping) : destinationsOf(proxied, place.balancers),
  };
}

function passOf(mapping: Mapping | null): ProxyLocation['pass'] {
  if (mapping?.kind === 'wsgi') return { scheme: 'wsgi', target: mapping.script, at: mapping.at };
  if (mapping?.kind !== 'proxy') return null;
  return { scheme: mapping.target.kind === 'known' ? schemeOf(mapping.target.value) : 'http', target: mapping.target, at: mapping.at };
}

/** The protocol of a target, `unix:/run/app.sock|http://localhost/` and `balancer://name` included. */
function schemeOf(target: string): string {
  const scheme = /^([a-z0-9]+):\/\//i.exec(target.replace(/^unix:[^|]*\|/i, ''))?.[1]?.toLowerCase() ?? 'http';
  if (scheme === 'fcgi' || scheme === 'ajp') return 'fastcgi';
  return scheme === 'balancer' ? 'http' : scheme;
}

function scriptDestination(mapping: Mapping | null): Destinations {
  if (mapping?.kind !== 'wsgi') return { items: [], complete: true };
  if (mapping.script.kind !== 'known') return { items: [], complete: { because: 'the path of the script is not a plain text' } };
  return { items: [{ address: { kind: 'script', path: mapping.script.value }, at: mapping.at }], complete: true };
}

function destinationsOf({ target, at }: Mapping & { readonly kind: 'proxy' }, balancers: ReadonlyMap<string, Destinations>): Destinations {
  if (target.kind !== 'known') return { items: [], complete: { because: 'the target of the pass is not a plain text' } };
  const balancer = /^balancer:\/\/([^/]+)/i.exec(target.value)?.[1];
  if (balancer !== undefined)
    return balancers.get(balancer.toLowerCase()) ?? { items: [], complete: { because: `the balancer ${balancer} is not in view` } };
  const address = addressOf(target.value);
  return address === null
    ? { items: [], complete: { because: `"${target.value}" is no address` } }
    : { items: [{ address, at }], complete: true };
}

const PORTS: Readonly<Record<string, number>> = { https: 443, wss: 443, fcgi: 8000, ajp: 8009, uwsgi: 3031, scgi: 4000 };

export function addressOf(target: string): Destination['address'] | null {
  const socket = /^unix:([^|]+)(\||$)/i.exec(target)?.[1];
  if (socket !== undefined) return { kind: 'unix', path: socket.replace(/^\/{2,}/, '/') };
  const found = /^([a-z0-9]+):\/\/(?:[^/@]*@)?(\[[0-9a-f:.]+\]|[^/:?#]+)(?::(\d+))?(?:[/?#].*)?$/i.exec(target);
  const host = found?.[2]?.replace(/^\[|\]$/g, '');
  if (found === null || host === undefined || /[$%{}\s]/.test(host)) return null;
  return { kind: 'tcp', host, port: found[3] === undefined ? (PORTS[found[1]?.toLowerCase() ?? ''] ?? 80) : Number(found[3]) };
}

/** The parameter of ProxyPass, else ProxyTimeout, else Timeout: 60 seconds, though packages raise it in a file of their own. */
function readTimeout(place: Place, option: string | undefined): Value<number> {
  const { applied, at, mapping } = place;
  const found = last(applied.directives, 'proxytimeout') ?? last(applied.directives, 'timeout');
  const text = option ?? found?.args[0]?.text;
  const origin = textOrigin(option === undefined ? (found?.span ?? at) : (mapping?.at ?? at));
  if (text === undefined) return place.whole && applied.hidden === null ? usual(DEFAULTS.apache, 'timeout') : unknown('host', origin);
  const digits = /^(\d+)(ms|s|min|h)?$/i.exec(text);
  const unit = { ms: 0.001, s: 1, min: 60, h: 3600 }[digits?.[2]?.toLowerCase() ?? 's'] ?? 1;
  return digits === null || mapping?.kind !== 'proxy' ? unknown('unsupported-syntax', origin) : known(Number(digits[1]) * unit, origin);
}

function number({ applied, whole, at }: Place, name: string, otherwise: Value<number>): Value<number> {
  const found = last(applied.directives, name);
  const text = found?.args[0]?.text ?? '';
  if (found === null) return whole && applied.hidden === null ? otherwise : unknown('host', textOrigin(at));
  return /^\d+$/.test(text) ? known(Number(text), textOrigin(found.span)) : unknown('unsupported-syntax', textOrigin(found.span));
}

/** Packages switch mod_deflate on for text in a file of their own: where that may be, everything counts as compressed. */
function compression({ applied, whole }: Place): ProxyLocation['compression'] {
  const filters = named(applied.directives, 'addoutputfilterbytype', 'setoutputfilter', 'filterprovider', 'addoutputfilter');
  const on = filters.find((one) => /deflate|brotli/i.test(one.rest)) ?? null;
  const byType = on?.name === 'addoutputfilterbytype';
  const types = filters
    .filter((one) => one.name === 'addoutputfilterbytype' && /deflate|brotli/i.test(one.rest))
    .flatMap((one) => one.args.slice(1).map((arg) => arg.text));
  const open = !whole || applied.hidden !== null || applied.sometimes.length > 0;
  return { on: on !== null || open, types: open || (on !== null && !byType) ? ['*'] : types, precompressed: false, at: on?.span ?? null };
}

const UNITS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
  year: 365 * 86_400,
};

/** `ExpiresDefault "access plus 1 year"`, `A604800`. */
function expires({ directives }: Applied): ProxyLocation['expires'] {
  const found = last(directives, 'expiresdefault');
  const text = found?.args.map((arg) => arg.text).join(' ') ?? '';
  if (found === null || !isOn(last(directives, 'expiresactive'))) return null;
  const short = /^[AM](\d+)$/i.exec(text)?.[1];
  if (short !== undefined) return { text, seconds: Number(short), at: found.span };
  const terms = [...text.matchAll(/(\d+)\s+(second|minute|hour|day|week|month|year)s?/gi)];
  const seconds = terms.reduce((sum, one) => sum + Number(one[1]) * (UNITS[(one[2] ?? '').toLowerCase()] ?? 0), 0);
  return { text, seconds: terms.length === 0 ? null : seconds, at: found.span };
}

/** Members of `<Proxy balancer://name>` and `BalancerMember balancer://name http://…`. */
export function balancersOf(levels: Applied['directives'], context: ApacheContext): ReadonlyMap<string, Destinations> {
  const found = new Map<string, { readonly items: Destination[]; complete: Destinations['complete'] }>();
  const add = (name: string, text: string, at: Destination['at']) => {
    const key = name.toLowerCase();
    const group = found.get(key) ?? { items: [], complete: true };
    const address = addressOf(text);
    if (address === null) group.complete = { because: `the address "${text}" is not a plain text` };
    else group.items.push({ address, at });
    found.set(key, group);
  };
  for (const section of named(levels, 'proxy')) {
    const name = /^balancer:\/\/([^/]+)/i.exec(textOf(section.args[0], context))?.[1];
    if (name === undefined) continue;
    for (const one of named(section.block ?? [], 'balancermember')) add(name, textOf(one.args[0], context), one.span);
  }
  for (const one of named(levels, 'balancermember')) {
    const name = /^balancer:\/\/([^/]+)/i.exec(textOf(one.args[0], context))?.[1];
    if (name !== undefined) add(name, textOf(one.args[1], context), one.span);
  }
  return found;
}
