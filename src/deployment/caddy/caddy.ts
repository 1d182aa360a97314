import type { Span } from '../../core/span.ts';
import type { CaddyDirective, CaddySite } from '../../syntax/caddy/index.ts';
import type { Listen, ProxyServer } from '../model.ts';
import type { LoadedProxy } from '../proxy/reader.ts';
import type { UnlinkedServer } from '../proxy/unlinked.ts';
import { type Address, addressesOf, type CaddyOptions, readOptions } from './addresses.ts';
import { matcherOf, matchersOf } from './matcher.ts';
import { readRoutes } from './routes.ts';
import { type CaddySource, type CaddySurroundings, named, withImports, wordValue } from './scope.ts';

/** Reads a configuration from the file that Caddy is started with. */
export function readCaddy(entry: CaddySource, around: CaddySurroundings): LoadedProxy {
  const { document } = entry;
  const options = readOptions(document.options?.directives ?? [], around);
  const loose = document.loose.map((line) => ({
    line,
    found: line.args[0] === undefined ? null : around.imported(line.args[0].text, entry.file),
  }));
  const files = [document, ...loose.flatMap(({ found }) => (found ?? []).map((one) => one.document))];
  const snippets = new Map(files.flatMap((one) => [...one.snippets]));
  const servers = files.flatMap((one) =>
    one.sites.flatMap((site) => readSite(site, withImports(site.directives, snippets, around), options, around)),
  );
  const missing = loose.find(({ found }) => found === null)?.line;
  return { file: entry.file, servers, complete: completeness(missing, servers) };
}

function completeness(missing: CaddyDirective | undefined, servers: readonly UnlinkedServer[]): LoadedProxy['complete'] {
  if (missing !== undefined) return { because: `${missing.args[0]?.text ?? 'an imported file'} is not in the repository` };
  for (const { complete } of servers.flatMap((one) => one.locations)) if (complete !== true) return complete;
  return true;
}

/** A site is one server for each port that its addresses listen on with different hosts: TLS and plain ones apart. */
function readSite(
  site: CaddySite,
  directives: readonly CaddyDirective[],
  options: CaddyOptions,
  around: CaddySurroundings,
): readonly UnlinkedServer[] {
  const addresses = addressesOf(site, options, around);
  const groups = [addresses.filter((one) => one.listen.ssl), addresses.filter((one) => !one.listen.ssl)].filter((one) => one.length > 0);
  const unknownAddress = addresses.find((one) => one.unknown);
  return groups.map((group) => server(site, group, directives, options, around, unknownAddress));
}

function server(
  site: CaddySite,
  group: readonly Address[],
  directives: readonly CaddyDirective[],
  options: CaddyOptions,
  around: CaddySurroundings,
  unknownAddress: Address | undefined,
): UnlinkedServer {
  const listens: readonly Listen[] = group.map((one) => one.listen);
  const side = { at: site.at, tls: listens.some((one) => one.ssl), plain: listens.some((one) => !one.ssl) };
  const hidden = unknownAddress === undefined ? null : `the address "${unknownAddress.written}" is not known`;
  const locations = readRoutes(directives, { around, side, trusted: options.trustedProxies !== null, hidden });
  const whole = locations.find((one) => one.answers !== null && one.match.path === '/' && !isConditional(one.at, directives, around));
  const all = locations.every((one) => one.pass === null && one.files === null);
  return {
    software: 'caddy',
    file: site.at.file,
    at: site.at,
    wholeConfiguration: true,
    listens,
    names: group.filter((one) => one.host !== '').map((one) => ({ text: one.host, at: one.listen.at })),
    certificates: certificates(directives, around),
    tlsProtocols: tlsProtocols(directives),
    answersAll: whole !== undefined && (all || whole.name === 'redir') ? whole.answers : null,
    locations: locations.filter((one) => one.answers === null || one !== whole),
    headers: locations.find((one) => one.match.path === '/')?.responseHeaders ?? [],
    serverTokens: null,
    rejectsHandshake: false,
    sendsPlainAway: plainRedirect(directives, around),
    stapling: null,
    automaticHttpsOff: options.autoHttps?.value === 'off' ? options.autoHttps.at : null,
  };
}

/** Whether the directive at a place stands in a block or behind a matcher. */
function isConditional(at: Span, directives: readonly CaddyDirective[], around: CaddySurroundings): boolean {
  const line = directives.find((one) => one.nameSpan.start === at.start && one.nameSpan.file === at.file);
  if (line === undefined) return true;
  const { matcher } = matcherOf(line, matchersOf(directives, new Map(), around), around);
  return matcher.conditional || matcher.paths.length > 0 || matcher.without.length > 0 || matcher.hosts.length > 0;
}

function plainRedirect(directives: readonly CaddyDirective[], around: CaddySurroundings): Span | null {
  const matchers = matchersOf(directives, new Map(), around);
  for (const one of named(directives, 'redir')) {
    const { matcher, args } = matcherOf(one, matchers, around);
    if (matcher.plain && matcher.paths.length === 0 && matcher.without.length === 0 && args[0]?.text.startsWith('https:')) return one.span;
  }
  return null;
}

function certificates(directives: readonly CaddyDirective[], around: CaddySurroundings): ProxyServer['certificates'] {
  return named(directives, 'tls').flatMap(({ args: [certificate, key] }) =>
    certificate === undefined || key === undefined
      ? []
      : [
          { kind: 'certificate' as const, path: wordValue(certificate, around), at: certificate.span },
          { kind: 'key' as const, path: wordValue(key, around), at: key.span },
        ],
  );
}

const VERSIONS: Readonly<Record<string, string>> = { 'tls1.0': 'TLSv1', 'tls1.1': 'TLSv1.1', 'tls1.2': 'TLSv1.2', 'tls1.3': 'TLSv1.3' };

/** `protocols <min> [<max>]`. */
function tlsProtocols(directives: readonly CaddyDirective[]): ProxyServer['tlsProtocols'] {
  const line = named(directives, 'tls').flatMap((one) => named(one.block ?? [], 'protocols'))[0];
  if (line === undefined) return null;
  const names = Object.keys(VERSIONS);
  const from = names.indexOf(line.args[0]?.text ?? '');
  const to = line.args[1] === undefined ? names.length - 1 : names.indexOf(line.args[1].text);
  if (from === -1 || to === -1) return null;
  return { versions: names.slice(from, to + 1).map((one) => VERSIONS[one] ?? one), at: line.span };
}
