import { MAX_NESTING } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import type { NginxDirective } from '../../syntax/nginx/directive.ts';
import type { Listen, ProxyServer } from '../model.ts';
import type { Destinations, UnlinkedLocation, UnlinkedServer } from '../proxy/unlinked.ts';
import { answering, headersInForce, readLocation } from './location.ts';
import { argumentValue, inForce, type Level, type NginxSource, type NginxSurroundings, own, switchedOn, withIncludes } from './scope.ts';
import { destinationsOf, groupsAround } from './upstream.ts';

/** The servers of one configuration, and whether all of it is in view. */
export interface NginxConfiguration {
  readonly servers: readonly UnlinkedServer[];
  readonly complete: true | { readonly because: string };
}

/** Reads a configuration from the file nginx loads first, or from a file that holds only server blocks. */
export function readNginx(entry: NginxSource, around: NginxSurroundings): NginxConfiguration {
  const directives = withIncludes(entry.document.directives, around);
  const main: Level = { directives, outer: null };
  const blocks = own(main, 'http');
  const levels = blocks.length === 0 ? [main] : blocks.map((http) => ({ directives: http.block ?? [], outer: main }));
  const servers = levels.flatMap((level) =>
    own(level, 'server').flatMap((one) =>
      one.block === null ? [] : [readServer(one, { directives: one.block, outer: level }, around, blocks.length > 0)],
    ),
  );
  return { servers, complete: completeness(entry, levels, servers) };
}

function completeness(entry: NginxSource, levels: readonly Level[], servers: readonly UnlinkedServer[]): NginxConfiguration['complete'] {
  if (entry.document.templated) return { because: `${entry.file} is a template` };
  const include = levels.flatMap((level) => own(level, 'include'))[0];
  if (include !== undefined) return { because: `${include.args[0]?.text ?? 'an included file'} is not in the repository` };
  for (const location of servers.flatMap((server) => server.locations)) {
    if (location.complete !== true) return location.complete;
  }
  return true;
}

function readServer(block: NginxDirective, level: Level, around: NginxSurroundings, whole: boolean): UnlinkedServer {
  const listens = readListens(block, level);
  const protocols = inForce(level, 'ssl_protocols');
  const tokens = inForce(level, 'server_tokens');
  const side = { at: block.nameSpan, tls: listens.some((one) => one.ssl), plain: listens.some((one) => !one.ssl) };
  return {
    software: 'nginx',
    file: block.span.file,
    at: block.nameSpan,
    wholeConfiguration: whole,
    listens,
    names: own(level, 'server_name').flatMap((one) => one.args.map((arg) => ({ text: arg.text, at: arg.span }))),
    certificates: readCertificates(level, around),
    tlsProtocols: protocols === null ? null : { versions: protocols.args.map((arg) => arg.text), at: protocols.span },
    answersAll: answering(level.directives),
    locations: readLocations(level, side, around),
    headers: headersInForce(level, 'add_header'),
    serverTokens: tokens === null ? null : { value: tokens.args[0]?.text ?? '', at: tokens.span },
    rejectsHandshake: inForce(level, 'ssl_reject_handshake')?.args[0]?.text === 'on',
    sendsPlainAway: plainRedirect(level),
    stapling: switchedOn(level, 'ssl_stapling'),
  };
}

function readLocations(level: Level, side: UnlinkedLocation['server'], around: NginxSurroundings, depth = 0): UnlinkedServer['locations'] {
  if (depth > MAX_NESTING) return [];
  return own(level, 'location').flatMap((block) => {
    const inner: Level = { directives: block.block ?? [], outer: level };
    const location = readLocation(block, inner, side, around);
    const destinations: Destinations =
      location.pass === null ? { items: [], complete: true } : destinationsOf(location.pass, groupsAround(inner));
    return [{ ...location, destinations }, ...readLocations(inner, side, around, depth + 1)];
  });
}

function readCertificates(level: Level, around: NginxSurroundings): ProxyServer['certificates'] {
  const kinds = [
    ['ssl_certificate', 'certificate'],
    ['ssl_certificate_key', 'key'],
  ] as const;
  return kinds.flatMap(([name, kind]) => {
    const found = inForce(level, name);
    const path = found?.args[0];
    return found === null || path === undefined ? [] : [{ kind, path: argumentValue(path, level, around), at: found.span }];
  });
}

function readListens(block: NginxDirective, level: Level): readonly Listen[] {
  const sslOn = inForce(level, 'ssl')?.args[0]?.text === 'on';
  const listens = own(level, 'listen').flatMap((one) => {
    const words = one.args.map((arg) => arg.text);
    const where = words[0] === undefined ? null : listenAddress(words[0]);
    if (where === null) return [];
    const ssl = sslOn || words.includes('ssl') || words.includes('quic');
    const defaultServer = words.includes('default_server') || words.includes('default');
    return [{ ...where, ssl, http2: words.includes('http2'), defaultServer, at: one.span }];
  });
  if (listens.length > 0 || own(level, 'listen').length > 0) return listens;
  return [{ address: '*', port: 80, unix: null, ssl: sslOn, http2: false, defaultServer: false, at: block.nameSpan }];
}

function listenAddress(text: string): Pick<Listen, 'address' | 'port' | 'unix'> | null {
  if (text.startsWith('unix:')) return { address: '', port: null, unix: text.slice('unix:'.length) };
  if (/^\d+$/.test(text)) return { address: '*', port: Number(text), unix: null };
  const found = /^(\[[^\]]*\]|[^:]+)(?::(.*))?$/.exec(text);
  const address = found?.[1];
  if (address === undefined) return null;
  if (found?.[2] === undefined) return { address, port: address.includes('$') ? null : 80, unix: null };
  return { address, port: /^\d+$/.test(found[2]) ? Number(found[2]) : null, unix: null };
}

const PLAIN_CONDITION =
  /^\(?\s*\$(scheme\s*(=\s*["']?http["']?|!=\s*["']?https["']?)|https\s*(=\s*["']{2}|!=\s*["']?on["']?)|http_x_forwarded_proto\s*(=\s*["']?http["']?|!=\s*["']?https["']?))\s*\)?$/;

function plainRedirect(level: Level): Span | null {
  for (const condition of own(level, 'if')) {
    const text = condition.args.map((arg) => (arg.text === '' ? '""' : arg.text)).join(' ');
    const answer = PLAIN_CONDITION.test(text) ? answering(condition.block ?? []) : null;
    if (answer?.target?.startsWith('https:')) return answer.at;
  }
  return null;
}
