import { truthOf } from '../../expressions/truth.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { openDict, setItem } from '../../values/containers.ts';
import { dictFrom } from '../../values/iterate.ts';
import { type DictObj, int, type Known, known, type Site, str, type Val } from '../../values/object.ts';
import { hasRoot } from '../../values/text.ts';
import { hostParts, parseQuery, parseUrl, quote, type Url, unparseUrl, unquote, unquotePlus, urlOf } from '../python/urls.ts';
import { since } from '../releases.ts';
import { driverIn, type EnvClass } from './class.ts';
import { castInt, castLiteral } from './options.ts';

/** django-environ 0.4.5 to 0.14: Env.db_url_config. */

const POSTGRES_FAMILY = new Set(['postgres', 'postgresql', 'psql', 'pgsql', 'postgis']);
const PROMETHEUS_FAMILY = new Set(['prometheus_postgresql', 'prometheus_postgis']);
/** Options of Django's own and the first release that knows them. */
const OWN_OPTIONS: Readonly<Record<string, string | null>> = {
  CONN_MAX_AGE: null,
  ATOMIC_REQUESTS: null,
  AUTOCOMMIT: null,
  DISABLE_SERVER_SIDE_CURSORS: '0.5',
  CONN_HEALTH_CHECKS: '0.10',
};

interface Parsing {
  readonly run: Run;
  readonly cls: EnvClass;
  readonly url: Known;
  readonly site: Site;
}

class Doubt extends Error {}

/** What a URL that cannot be read may mean: any keys. */
export function unreadDatabase(run: Run, why: Val, site: Site): Val {
  return why.k === 'unk' ? known(openDict(run, why), originAt(site, undefined, why.origin)) : why;
}

export function databaseConfig(run: Run, cls: EnvClass, url: Val, engine: Val | undefined, site: Site): Val {
  return lift(
    run,
    url,
    (one) => {
      try {
        return configOf({ run, cls, url: one, site }, engine);
      } catch (error) {
        if (!(error instanceof Doubt)) throw error;
        return unreadDatabase(
          run,
          unknownAt(run, 'unsupported-syntax', site, { type: 'dict', names: one.read === null ? [] : [one.read.name] }),
          site,
        );
      }
    },
    (one) => unreadDatabase(run, { ...one, type: 'dict', truth: null, env: null, key: '' }, site),
  );
}

function configOf(parsing: Parsing, engine: Val | undefined): Val {
  const { run, cls, url, site } = parsing;
  const origin = originAt(site, undefined, url.origin);
  const made = urlOf(url);
  // urlparse takes everything that is false for an empty URL.
  if (made === undefined && url.obj.t !== 'str' && truthOf(run, url, site) === false) return nothing(parsing, engine);
  if (made === undefined && url.obj.t !== 'str') return notText(parsing);
  const text = url.obj.t === 'str' ? url.obj.v : '';
  if (made === undefined && text === 'sqlite://:memory:') {
    const driver = driverIn(cls, 'DB_SCHEMES', 'sqlite');
    if (driver === undefined) throw new Doubt();
    if (driver === null) return raise(run, 'KeyError', 'sqlite', site);
    return known(
      dictFrom(
        run,
        [
          ['ENGINE', driver],
          ['NAME', str(':memory:', origin)],
        ],
        site,
      ),
      origin,
    );
  }
  const parsed = requoted(parsing, made ?? firstParse(parsing, text));
  if (hasRoot(text) && parsed.scheme !== 'sqlite') throw new Doubt();
  return filled(parsing, parsed, engine);
}

/** None is read as an empty URL since 0.11. */
function nothing({ run, url, site }: Parsing, engine: Val | undefined): Val {
  if (engine !== undefined && !(engine.k === 'known' && truthOf(run, engine, site) === false)) throw new Doubt();
  const newer = since(run, 'django-environ', '0.11');
  if (newer === undefined) throw new Doubt();
  return newer
    ? known(dictFrom(run, [], site), originAt(site))
    : raise(run, 'TypeError', 'a bytes-like object is required', site, url.read?.name ?? null);
}

function notText({ run, url, site }: Parsing): Val {
  if (['int', 'bool', 'float', 'list', 'dict', 'tuple'].includes(url.obj.t))
    return raise(run, 'AttributeError', "object has no attribute 'decode'", site);
  throw new Doubt();
}

function invalidUrl({ run, url, site }: Parsing): never {
  return raise(run, 'ValueError', 'the URL is not valid', site, url.read?.name ?? null);
}

function firstParse(parsing: Parsing, text: string): Url {
  const parsed = parseUrl(text);
  if (parsed === undefined) throw new Doubt();
  // Such schemes had `;params` cut off before 0.10, which registered them.
  if (parsed?.path.includes(';') && since(parsing.run, 'django-environ', '0.10') !== true) throw new Doubt();
  if (parsed !== null) return parsed;
  const newer = since(parsing.run, 'django-environ', '0.11');
  if (newer === undefined) throw new Doubt();
  if (!newer) return invalidUrl(parsing);
  const again = parseUrl(quote(text, ':/?&=@'));
  if (again === undefined) throw new Doubt();
  return again ?? invalidUrl(parsing);
}

/** Since 0.11 a URL without a path is quoted and read again. */
function requoted(parsing: Parsing, parsed: Url): Url {
  if (parsed.path !== '') return parsed;
  // Whether it has `//` makes no difference to how it is read.
  const written = unparseUrl(parsed.netloc === '' ? { ...parsed, scheme: '' } : parsed);
  const again =
    written === undefined
      ? undefined
      : parseUrl(quote(parsed.netloc === '' && parsed.scheme !== '' ? `${parsed.scheme}:${written}` : written, ':/?&=@'));
  if (again === undefined || parsed.params !== '') throw new Doubt();
  const newer = since(parsing.run, 'django-environ', '0.11');
  if (newer === false || (again !== null && sameUrl(again, parsed))) return parsed;
  if (newer === undefined) throw new Doubt();
  return again ?? invalidUrl(parsing);
}

function sameUrl(a: Url, b: Url): boolean {
  return a.scheme === b.scheme && a.netloc === b.netloc && a.path === b.path && a.query === b.query && a.params === b.params;
}

interface Place {
  readonly hostname: string | null;
  readonly port: Val | null;
}

function filled(parsing: Parsing, parsed: Url, engine: Val | undefined): Val {
  const { run, url, site } = parsing;
  const origin = originAt(site, undefined, url.origin);
  const text = (value: string): Val => str(value, origin);
  const parts = hostParts(parsed.netloc);
  let path = unquotePlus(parsed.path.slice(1).split('?')[0] ?? '');
  if (parsed.scheme === 'sqlite' && path === '') path = ':memory:';
  if (parsed.scheme === 'ldap') {
    if (parts.port === undefined) return invalidUrl(parsing);
    path = `ldap://${parts.hostname ?? 'None'}${parts.port ? `:${parts.port}` : ''}`;
  }
  const place = placeOf(parsing, parsed);
  const config = dictFrom(run, [], site);
  const put = (key: string, value: Val) => setItem(run, config, text(key), value, site);
  const port = place.port ?? text('');
  let host = place.hostname ?? '';
  let name = path;
  if (isSocket(parsing, parsed.scheme, path)) {
    host = path.slice(0, path.lastIndexOf('/'));
    name = path.slice(path.lastIndexOf('/') + 1);
  }
  const isOracle = parsed.scheme === 'oracle';
  if (isOracle && path === '') {
    name = host;
    host = '';
  }
  put('NAME', text(name));
  put('USER', text(userText(parsing, parts.username)));
  put('PASSWORD', str(userText(parsing, parts.password), origin, true));
  put('HOST', text(host));
  if (!isOracle) put('PORT', port);
  else if (place.port?.k === 'known' && place.port.obj.t === 'int') put('PORT', text(String(place.port.obj.v)));
  if (parsed.query !== '') putOptions(parsing, parsed.query, config);
  return withEngine(parsing, parsed.scheme, engine, config);
}

/** Before 0.9 a `+` in user and password was a blank. */
function userText(parsing: Parsing, value: string | null): string {
  if (value === null) return '';
  if (!value.includes('+')) return unquote(value);
  const newer = since(parsing.run, 'django-environ', '0.9');
  if (newer === undefined) throw new Doubt();
  return newer ? unquote(value) : unquotePlus(value);
}

/** `postgres:////var/run/socket/name` */
function isSocket(parsing: Parsing, scheme: string, path: string): boolean {
  if (!path.startsWith('/')) return false;
  if (scheme === 'postgres') return true;
  const family = POSTGRES_FAMILY.has(scheme)
    ? since(parsing.run, 'django-environ', '0.6')
    : PROMETHEUS_FAMILY.has(scheme)
      ? since(parsing.run, 'django-environ', '0.13')
      : false;
  const cloud = path.includes('cloudsql') ? since(parsing.run, 'django-environ', '0.8') : false;
  if (family === true || cloud === true) return true;
  if (family === undefined || cloud === undefined) throw new Doubt();
  return false;
}

function placeOf(parsing: Parsing, parsed: Url): Place {
  const { run, url, site } = parsing;
  const origin = originAt(site, undefined, url.origin);
  const parts = hostParts(parsed.netloc);
  const hosts = unquote(parsed.netloc.slice(parsed.netloc.lastIndexOf('@') + 1));
  if (hosts.includes(',') && (POSTGRES_FAMILY.has(parsed.scheme) || PROMETHEUS_FAMILY.has(parsed.scheme))) {
    if (since(run, 'django-environ', '0.13') !== true) throw new Doubt();
    return cluster(hosts, origin);
  }
  if (parts.port === undefined) return invalidUrl(parsing);
  return { hostname: parts.hostname, port: parts.port === null || parts.port === 0 ? null : int(parts.port, origin) };
}

/** Several hosts with a port each, since 0.13 with IPv6 addresses among them. */
function cluster(hosts: string, origin: Known['origin']): Place {
  const names: string[] = [];
  const ports: string[] = [];
  for (const host of hosts.split(',')) {
    const bracket = /^(\[[^\]]*\]):(.*)$/.exec(host);
    const plain = host.startsWith('[') ? null : /^(.*):(\d+)$/s.exec(host);
    const found = bracket ?? plain;
    names.push(found?.[1] ?? host);
    if (found?.[2]) ports.push(found[2]);
  }
  const port = ports.join(',');
  return { hostname: names.join(','), port: port === '' ? null : /^\d+$/.test(port) ? int(BigInt(port), origin) : str(port, origin) };
}

function putOptions(parsing: Parsing, query: string, config: DictObj): void {
  const { run, url, site } = parsing;
  const options = dictFrom(run, [], site);
  for (const [key, [first = '']] of parseQuery(query)) {
    const value = str(first, originAt(site, undefined, url.origin));
    const upper = key.toUpperCase();
    const from = Object.hasOwn(OWN_OPTIONS, upper) ? OWN_OPTIONS[upper] : undefined;
    const own = from === undefined ? false : from === null ? true : since(run, 'django-environ', from);
    if (own === undefined) throw new Doubt();
    if (own) setItem(run, config, str(upper, originAt(site)), castLiteral(run, value, site), site);
    else setItem(run, options, str(key, originAt(site)), castInt(run, value, site), site);
  }
  setItem(run, config, str('OPTIONS', originAt(site)), known(options, originAt(site)), site);
}

function withEngine({ run, cls, url, site }: Parsing, scheme: string, engine: Val | undefined, config: DictObj): Val {
  const origin = originAt(site, undefined, url.origin);
  const given = engine ?? str('', origin);
  return lift(run, given, (one) => {
    const named = one.obj.t === 'none' || (one.obj.t === 'str' && one.obj.v === '') ? str(scheme, origin) : one;
    if (named.obj.t !== 'str') return unreadDatabase(run, unknownAt(run, 'unsupported-syntax', site, { type: 'dict' }), site);
    const driver = driverIn(cls, 'DB_SCHEMES', named.obj.v);
    const value = driver === undefined ? unknownAt(run, 'dynamic-call', site, { type: 'str' }) : (driver ?? named);
    if (value.k === 'known' && value.obj.t === 'str' && value.obj.v === '') return known(dictFrom(run, [], site), originAt(site));
    setItem(run, config, str('ENGINE', originAt(site)), value.k === 'known' ? { ...value, origin } : value, site);
    return known(config, origin);
  });
}
