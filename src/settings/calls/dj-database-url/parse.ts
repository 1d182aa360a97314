import { toInt } from '../../builtins/casts.ts';
import { strOf } from '../../builtins/format.ts';
import { truthOf } from '../../expressions/truth.ts';
import { raise } from '../../raise.ts';
import { originAt, PyError, type Run, unknownAt } from '../../run.ts';
import { openMap, setItem } from '../../values/containers.ts';
import { dictFrom, listFrom } from '../../values/iterate.ts';
import { bool, type DictObj, int, type Known, known, type Site, str, type Val } from '../../values/object.ts';
import { hasRoot } from '../../values/text.ts';
import { hostParts, parseQuery, splitUrl, type Url, unquote } from '../python/urls.ts';
import { since } from '../releases.ts';
import { engineTable } from './schemes.ts';

/** dj-database-url 0.5 to 3.1: what `parse` makes of a URL. */

const WITH_SCHEMA = new Set(['postgres', 'postgresql', 'pgsql', 'postgis', 'redshift', 'timescale', 'timescalegis']);
const TEXT_PORT = new Set(['oracle', 'mssql', 'mssqlms']);

interface Parsing {
  readonly run: Run;
  readonly url: Known;
  readonly options: ReadonlyMap<string, Val>;
  readonly site: Site;
}

const PACKAGE = 'dj-database-url';

/** The config; undefined where releases differ in a way that cannot be told apart. */
export function parseDatabaseUrl(run: Run, url: Known, options: ReadonlyMap<string, Val>, site: Site): Val | undefined {
  const parsing: Parsing = { run, url, options, site };
  if (url.obj.t !== 'str') return url.obj.t === 'none' ? unknownScheme(parsing, '') : undefined;
  const text = url.obj.v;
  const origin = originAt(site, undefined, url.origin);
  const table = engineTable(run);
  if (text === 'sqlite://:memory:') {
    const engine = engineIn(table, 'sqlite') ?? unknownAt(run, 'dynamic-call', site, { type: 'str' });
    const entries: [string, Val][] = [
      ['ENGINE', engine],
      ['NAME', str(':memory:', origin)],
    ];
    return known(dictFrom(run, entries, site), origin);
  }
  const parsed = splitUrl(text);
  if (parsed === null) return invalid(parsing);
  if (parsed === undefined || (hasRoot(text) && parsed.scheme !== 'sqlite')) return undefined;
  return filled(parsing, parsed, table);
}

function engineIn(table: DictObj, scheme: string): Val | undefined {
  const slot = table.cell.state.entries.get(`s:${scheme}`)?.value;
  if (slot === undefined || slot.k === 'absent') return table.cell.state.open ?? undefined;
  return slot;
}

function invalid({ run, url, site }: Parsing): never {
  const type = since(run, PACKAGE, '3.0') === false ? 'ValueError' : 'ParseError';
  return raise(run, type, 'This string is not a valid url', site, url.read?.name ?? null);
}

function unknownScheme({ run, url, site }: Parsing, scheme: string): never {
  const type =
    since(run, PACKAGE, '3.0') !== false ? 'UnknownSchemeError' : since(run, PACKAGE, '1.3') !== false ? 'ValueError' : 'KeyError';
  return raise(run, type, `Scheme '${scheme}://' is unknown.`, site, url.read?.name ?? null);
}

function filled(parsing: Parsing, parsed: Url, table: DictObj): Val | undefined {
  const { run, url, options, site } = parsing;
  const origin = originAt(site, undefined, url.origin);
  const override = options.get('engine');
  const own = engineIn(table, parsed.scheme);
  const given = override?.k === 'known' ? truthOf(run, override, site) : override === undefined ? false : undefined;
  if (given === undefined || (given === false && override !== undefined && override.k === 'known' && override.obj.t !== 'none'))
    return undefined;
  const newest = since(run, PACKAGE, '3.0');
  // Before 3.0 an engine of one's own went with any scheme.
  if (own === undefined && (!given || newest === true)) return unknownScheme(parsing, parsed.scheme);
  if (own === undefined && newest === undefined) return undefined;
  if (own !== undefined && own.k === 'unk' && !given && own.why === 'dynamic-call') return undefined;
  const parts = hostParts(parsed.netloc);
  if (parts.port === undefined) return invalid(parsing);
  const host = hostOf(parsing, parsed);
  const inner = optionsOf(parsing, parsed);
  if (host === undefined || inner === undefined) return undefined;
  const dict = dictFrom(run, [], site);
  const put = (key: string, value: Val) => setItem(run, dict, str(key, originAt(site)), value, site);
  const name = unquote(parsed.path.slice(1));
  put('ENGINE', given ? (override ?? str('', origin)) : own?.k === 'known' ? { ...own, origin } : (own ?? str('', origin)));
  put('USER', str(unquote(parts.username ?? ''), origin));
  put('PASSWORD', str(unquote(parts.password ?? ''), origin, true));
  put('HOST', str(host, origin));
  put('PORT', portOf(parsing, parsed, parts.port, given));
  put('NAME', str(parsed.scheme === 'sqlite' && name === '' ? ':memory:' : name, origin));
  if (inner === 'doubt') put('OPTIONS', unknownAt(run, 'dynamic-call', site, { type: 'dict' }));
  else if (inner.cell.state.entries.size > 0) put('OPTIONS', known(inner, originAt(site)));
  putSettings(parsing, dict, put);
  return known(dict, origin);
}

/** What is passed on as it is, with the first release that puts it into the config. */
function putSettings({ run, options, site }: Parsing, dict: DictObj, put: (key: string, value: Val) => void): void {
  const origin = originAt(site);
  put('CONN_MAX_AGE', options.get('conn_max_age') ?? int(0, origin));
  for (const [key, param, release] of [
    ['CONN_HEALTH_CHECKS', 'conn_health_checks', '1.2'],
    ['DISABLE_SERVER_SIDE_CURSORS', 'disable_server_side_cursors', '2.2'],
  ] as const) {
    const has = options.has(param) || since(run, PACKAGE, release);
    if (has) put(key, options.get(param) ?? bool(false, origin));
    // Older releases leave the key out: then it says what Django says.
    else openMap(run, dict, unknownAt(run, 'unsupported-syntax', site));
  }
  const test = options.get('test_options');
  const has = test === undefined ? false : test.k === 'known' ? truthOf(run, test, site) : undefined;
  if (has === undefined) openMap(run, dict, unknownAt(run, 'dynamic-call', site));
  else if (has && test !== undefined) put('TEST', test);
}

/** Percent-encoded hosts, sockets above all: each release had a way of its own. */
function hostOf({ run }: Parsing, parsed: Url): string | undefined {
  const hostname = hostParts(parsed.netloc).hostname ?? '';
  if (!hostname.includes('%')) return hostname;
  const raw = parsed.netloc.slice(parsed.netloc.lastIndexOf('@') + 1);
  const bare = raw.split(':')[0] ?? '';
  const slashes = hostname.toLowerCase().includes('%2f') ? bare.replace(/%2f/gi, '/') : hostname;
  const ways: readonly (readonly [from: string | null, before: string | null, host: string])[] = [
    ['3.0', null, unquote(hostname)],
    ['1.3', '3.0', unquote(raw)],
    ['1.2', '1.3', unquote(bare)],
    [null, '1.2', slashes],
  ];
  const possible = ways.filter(
    ([from, before]) => (from === null || since(run, PACKAGE, from) !== false) && (before === null || since(run, PACKAGE, before) !== true),
  );
  const hosts = new Set(possible.map(([, , host]) => host));
  return hosts.size === 1 ? possible[0]?.[2] : undefined;
}

function portOf({ run, url, site }: Parsing, parsed: Url, port: number | null, overridden: boolean): Val {
  const origin = originAt(site, undefined, url.origin);
  if (port === null || port === 0) return str('', origin);
  const asText = TEXT_PORT.has(parsed.scheme);
  // Before 3.0 the engine decided, not the scheme; before 1.0 only that of Oracle.
  const same = overridden ? since(run, PACKAGE, '3.0') : asText && parsed.scheme !== 'oracle' ? since(run, PACKAGE, '1.0') : true;
  if (same !== true) return unknownAt(run, 'unsupported-syntax', site);
  return asText ? str(String(port), origin) : int(port, origin);
}

/** OPTIONS; `doubt` where they hang on an argument that is not known, undefined where they hang on the release. */
function optionsOf(parsing: Parsing, parsed: Url): DictObj | 'doubt' | undefined {
  const { run, options, site } = parsing;
  const query = parseQuery(parsed.query);
  const newest = since(run, PACKAGE, '3.0');
  const made = dictFrom(run, [], site);
  const put = (key: string, value: Val) => setItem(run, made, str(key, originAt(site)), value, site);
  for (const [key, values] of query) {
    if (values.length > 1 && newest === undefined) return undefined;
    const value = newest === false ? optionValue(parsing, values.at(-1) ?? '') : several(parsing, values);
    if (value === undefined) return undefined;
    if (key === 'ssl-ca' && (parsed.scheme === 'mysql' || parsed.scheme === 'mysql2')) {
      if (newest !== true) return undefined;
      if (value.k === 'known' && truthOf(run, value, site) !== false)
        put('ssl', known(dictFrom(run, [['ca', value]], site), originAt(site)));
    } else if (key === 'currentSchema' && WITH_SCHEMA.has(parsed.scheme)) {
      if (newest !== true && options.has('engine')) return undefined;
      const schema = value.k === 'known' && truthOf(run, value, site) === false && newest === true ? undefined : strOf(run, value, site);
      if (schema?.k === 'known' && schema.obj.t === 'str') put('options', str(`-c search_path=${schema.obj.v}`, schema.origin));
      else if (schema !== undefined) return undefined;
    } else put(key, value);
  }
  const ssl = options.get('ssl_require');
  const required = ssl === undefined ? false : ssl.k === 'known' ? truthOf(run, ssl, site) : undefined;
  if (required === undefined) return 'doubt';
  if (required) put('sslmode', str('require', originAt(site)));
  return made;
}

function several(parsing: Parsing, values: readonly string[]): Val | undefined {
  const parts = values.map((one) => optionValue(parsing, one));
  const made = parts.flatMap((one) => (one === undefined ? [] : [one]));
  if (made.length !== parts.length) return undefined;
  const [only] = made;
  return made.length === 1 ? only : known(listFrom(parsing.run, made), originAt(parsing.site));
}

/** Since 2.2 digits are numbers and true and false are truth values; 2.1 took all that `int` takes, and before that all was text. */
function optionValue({ run, url, site }: Parsing, value: string): Val | undefined {
  const text = str(value, originAt(site, undefined, url.origin));
  const digits = /^\d+$/.test(value);
  const word = /^(true|false)$/i.test(value);
  if (/[^\x00-\x7f]/.test(value) && /^[\p{Nd}\p{No}]+$/u.test(value)) return undefined;
  const newer = since(run, PACKAGE, '2.2');
  if (newer === true) return digits ? int(BigInt(value), text.origin) : word ? bool(value.toLowerCase() === 'true', text.origin) : text;
  const number = intOrNull(run, text, site);
  const middle = since(run, PACKAGE, '2.1');
  if (newer === false && middle === true) return number ?? text;
  if (middle === false) return text;
  return number === null && !word ? text : undefined;
}

function intOrNull(run: Run, text: Known, site: Site): Val | null {
  try {
    return toInt(run, text, 10, site);
  } catch (error) {
    if (error instanceof PyError) return null;
    throw error;
  }
}
