import type { ApacheDirective } from '../../syntax/apache/index.ts';
import type { Listen, ProxyServer } from '../model.ts';
import type { Destinations, UnlinkedServer } from '../proxy/unlinked.ts';
import { appliedAt } from './applied.ts';
import { isOn, responseHeaders } from './headers.ts';
import { balancersOf, type Place, readLocation } from './location.ts';
import { entriesOf, type Mapping, type Mappings, mappingAt, mappingsOf, sectionPrefix } from './mappings.ts';
import { httpsRewrite, unsettledRewrite } from './redirects.ts';
import {
  type ApacheContext,
  type ApacheSource,
  type ApacheSurroundings,
  argumentValue,
  expanded,
  hiddenIn,
  hiddenInWords,
  last,
  named,
  textOf,
} from './scope.ts';

/** The virtual hosts of one configuration, and whether all of it is in view. */
export interface ApacheConfiguration {
  readonly servers: readonly UnlinkedServer[];
  readonly complete: true | { readonly because: string };
}

/** One virtual host, or the main server of a file without any. */
export interface Site {
  readonly at: ApacheDirective['nameSpan'];
  readonly own: readonly ApacheDirective[];
  /** Directives around it, which it inherits. */
  readonly outer: readonly ApacheDirective[];
  /** Addresses of `<VirtualHost …>`; null for the main server. */
  readonly addresses: readonly string[] | null;
  readonly context: ApacheContext;
  readonly whole: boolean;
}

/** Directives of a main server that serve something. */
const SERVING = /^(proxypass|proxypassmatch|alias|wsgiscriptalias|rewriterule|redirect|redirectmatch|documentroot|location)$/;

export function sitesOf(entry: ApacheSource, around: ApacheSurroundings): readonly Site[] {
  const context: ApacheContext = { around, defines: new Map() };
  const main = expanded(entry.document.directives, context);
  const whole = named(main, 'serverroot', 'loadmodule', 'user').length > 0;
  const hosts = named(main, 'virtualhost').filter(({ block }) => block !== null);
  const outer = main.filter((one) => one.name !== 'virtualhost');
  const shared = { context, whole };
  if (hosts.length > 0)
    return hosts.map((one) => ({
      ...shared,
      at: one.nameSpan,
      own: one.block ?? [],
      outer,
      addresses: one.args.map((arg) => textOf(arg, context)),
    }));
  const first = outer.find((one) => SERVING.test(one.name));
  return first === undefined ? [] : [{ ...shared, at: first.nameSpan, own: outer, outer: [], addresses: null }];
}

/** Reads a configuration from the file httpd loads first, or from a file that holds only virtual hosts. */
export function readApache(entry: ApacheSource, around: ApacheSurroundings): ApacheConfiguration {
  const sites = sitesOf(entry, around);
  const servers = sites.map(readSite);
  return { servers, complete: completeness(entry, sites, servers) };
}

function completeness(
  { file, document }: ApacheSource,
  sites: readonly Site[],
  servers: readonly UnlinkedServer[],
): ApacheConfiguration['complete'] {
  if (document.templated) return { because: `${file} is a template` };
  for (const { own, outer } of sites) {
    const hidden = hiddenIn([...outer, ...own]);
    if (hidden !== null) return { because: hiddenInWords(hidden) };
  }
  const open = servers.flatMap((server) => server.locations).find((location) => location.complete !== true);
  return open?.complete ?? true;
}

function readSite(site: Site): UnlinkedServer {
  const { own, outer, context, at, whole } = site;
  const levels = [outer, own];
  const all = [...outer, ...own];
  const ssl = isOn(last(all, 'sslengine'));
  const listens = listensOf(site, ssl);
  const mappings = mappingsOf(own, outer, context);
  const rewrite = httpsRewrite(mappings.rewrites);
  const unsettled = rewrite === null ? unsettledRewrite(mappings.rewrites) : null;
  const root = mappingAt('/', mappings);
  const redirected = root?.kind === 'answer' && root.answer.target !== null ? root.answer : null;
  const protocols = last(all, 'sslprotocol');
  const tokens = last(all, 'servertokens');
  const stapling = last(all, 'sslusestapling');
  const side = { at, tls: listens.some((one) => one.ssl), plain: listens.some((one) => !one.ssl) };
  const locations = locationsOf(site, mappings, levels, side);
  return {
    software: 'apache',
    file: at.file,
    at,
    wholeConfiguration: whole,
    listens,
    names: named(own, 'servername', 'serveralias').flatMap((one) =>
      one.args.map((arg) => ({ text: nameIn(textOf(arg, context)), at: arg.span })),
    ),
    certificates: certificates(all, context),
    tlsProtocols: protocols === null ? null : { versions: enabledVersions(protocols), at: protocols.span },
    answersAll: rewrite?.always === true || (rewrite !== null && !side.tls) ? rewrite.answer : redirected,
    locations:
      unsettled === null ? locations : locations.map((one) => ({ ...one, complete: { because: 'a rewrite rule answers some requests' } })),
    headers: responseHeaders({ directives: all, sometimes: [], hidden: null }, context).sent,
    serverTokens: tokens === null ? null : { value: tokens.args[0]?.text ?? '', at: tokens.span },
    rejectsHandshake: false,
    sendsPlainAway: rewrite?.answer.at ?? null,
    stapling: isOn(stapling) ? (stapling?.span ?? null) : null,
  };
}

/** `ServerName https://example.com:443`. */
function nameIn(text: string): string {
  return text.replace(/^https?:\/\//, '').replace(/:\d+$/, '');
}

function listensOf({ addresses, own, outer, at, context }: Site, ssl: boolean): readonly Listen[] {
  const opened = named([...outer, ...own], 'listen').map((one) => ({
    ...addressOf(textOf(one.args[0], context)),
    at: one.span,
  }));
  if (addresses === null) return opened.map(({ address, port, at: place }) => listen(address, port, ssl || port === 443, place));
  return addresses.flatMap((text) => {
    const { address, port } = addressOf(text);
    const same = opened.filter((one) => port === null || one.port === port);
    // A virtual host answers where httpd listens: `Listen 127.0.0.1:8080` with `<VirtualHost *:8080>` is local.
    const places = address === '*' && same.length > 0 ? same : [{ address, port }];
    // `SSLEngine` may stand in a file that is not in view; without it port 443 serves nothing that a browser asks for.
    return places.map((one) => listen(one.address, one.port, ssl || one.port === 443, at));
  });
}

function listen(address: string, port: number | null, ssl: boolean, at: Listen['at']): Listen {
  return { address, port, unix: null, ssl, http2: false, defaultServer: false, at };
}

function addressOf(text: string): { readonly address: string; readonly port: number | null } {
  const found = /^(\[[^\]]*\]|[^:]*?)(?::?(\d+|\*))?$/.exec(text);
  const address = found?.[1] ?? '';
  return {
    address: address === '' || address === '_default_' ? '*' : address,
    port: /^\d+$/.test(found?.[2] ?? '') ? Number(found?.[2]) : null,
  };
}

function certificates(directives: readonly ApacheDirective[], context: ApacheContext): ProxyServer['certificates'] {
  const kinds = [
    ['sslcertificatefile', 'certificate'],
    ['sslcertificatekeyfile', 'key'],
  ] as const;
  return kinds.flatMap(([name, kind]) => {
    const found = last(directives, name);
    const path = found?.args[0];
    return found === null || path === undefined ? [] : [{ kind, path: argumentValue(path, context), at: found.span }];
  });
}

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** What is left on after `all -SSLv3`, `-all +TLSv1.2`: SSLv2 and SSLv3 are in no current build. */
function enabledVersions({ args }: ApacheDirective): readonly string[] {
  let enabled: readonly string[] = [];
  for (const { text } of args) {
    const sign = /^[+-]/.exec(text)?.[0] ?? '';
    const word = text.replace(/^[+-]/, '');
    const versions = word.toLowerCase() === 'all' ? VERSIONS : [word];
    const others = enabled.filter((one) => !versions.some((version) => version.toLowerCase() === one.toLowerCase()));
    // A bare version after another one is added in 2.4; alone it stands for itself.
    enabled = sign === '-' ? others : [...others, ...versions];
  }
  return enabled;
}

function locationsOf(
  site: Site,
  mappings: Mappings,
  levels: readonly (readonly ApacheDirective[])[],
  server: Place['server'],
): UnlinkedServer['locations'] {
  const { context, whole, own, outer } = site;
  const balancers: ReadonlyMap<string, Destinations> = balancersOf([...outer, ...own], context);
  const shared = { server, whole, balancers };
  const read = (match: Place['match'], at: Place['at'], mapping: Mapping | null, name: string) =>
    readLocation({ ...shared, match, at, mapping, name, applied: appliedAt(match.path, mapping, levels, context) }, context);
  const seen = new Set<string>();
  const out: UnlinkedServer['locations'][number][] = [];
  const add = (prefix: string, at: Place['at'], title: string | null) => {
    const key = prefix.replace(/\/+$/, '');
    if (seen.has(key)) return;
    seen.add(key);
    const mapping = mappingAt(prefix, mappings);
    out.push(read({ kind: 'prefix', path: prefix }, at, mapping, title ?? mapping?.name ?? `Location ${prefix}`));
  };
  for (const { prefix, pattern, at, mapping } of entriesOf(mappings)) {
    const inForce = prefix === null ? mapping : mappingAt(prefix, mappings);
    if (mapping !== 'through' && prefix === null) out.push(read({ kind: 'regex', path: pattern }, at, mapping, mapping.name));
    // What another directive takes away has no place of its own.
    if (prefix === null || inForce === 'through') continue;
    if (mapping === 'through' ? inForce?.kind !== 'proxy' : inForce === mapping)
      add(prefix, mapping === 'through' ? (inForce?.at ?? at) : at, null);
  }
  for (const section of named([...own, ...outer], 'location', 'locationmatch')) {
    const prefix = sectionPrefix(section);
    if (prefix !== null) add(prefix, section.nameSpan, `<Location ${prefix}>`);
  }
  if (mappings.root !== null) add('/', mappings.root.at, null);
  return out;
}
