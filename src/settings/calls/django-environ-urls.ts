import { raise } from '../raise.ts';
import { originAt, type Run, unknownAt } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom, listFrom } from '../values/iterate.ts';
import { type DictObj, int, type Known, known, none, type Site, str, unk, type Val } from '../values/object.ts';
import { hasRoot } from '../values/text.ts';
import { literal } from './data.ts';
import { hostParts, parseQuery, parseUrl, quote, type Url, unparseUrl, unquote } from './urls.ts';

/** django-environ 0.14: what its URL readers make of database, cache and mail URLs. */

const POSTGRES = 'django.db.backends.postgresql';
const DB_SCHEMES: Readonly<Record<string, string>> = {
  postgres: POSTGRES,
  postgresql: POSTGRES,
  psql: POSTGRES,
  pgsql: POSTGRES,
  postgis: 'django.contrib.gis.db.backends.postgis',
  prometheus_postgresql: 'django_prometheus.db.backends.postgresql',
  prometheus_postgis: 'django_prometheus.db.backends.postgis',
  cockroachdb: 'django_cockroachdb',
  mysql: 'django.db.backends.mysql',
  mysql2: 'django.db.backends.mysql',
  'mysql-connector': 'mysql.connector.django',
  mysqlgis: 'django.contrib.gis.db.backends.mysql',
  prometheus_mysql: 'django_prometheus.db.backends.mysql',
  mssql: 'mssql',
  oracle: 'django.db.backends.oracle',
  pyodbc: 'sql_server.pyodbc',
  redshift: 'django_redshift_backend',
  spatialite: 'django.contrib.gis.db.backends.spatialite',
  prometheus_spatialite: 'django_prometheus.db.backends.spatialite',
  sqlite: 'django.db.backends.sqlite3',
  prometheus_sqlite: 'django_prometheus.db.backends.sqlite3',
  ldap: 'ldapdb.backends.ldap',
};
const POSTGRES_FAMILY = new Set(['postgres', 'postgresql', 'psql', 'pgsql', 'postgis', 'prometheus_postgresql', 'prometheus_postgis']);
const DB_OPTIONS = new Set(['CONN_MAX_AGE', 'ATOMIC_REQUESTS', 'AUTOCOMMIT', 'DISABLE_SERVER_SIDE_CURSORS', 'CONN_HEALTH_CHECKS']);
const CACHE_SCHEMES: Readonly<Record<string, string | null>> = {
  dbcache: 'django.core.cache.backends.db.DatabaseCache',
  dummycache: 'django.core.cache.backends.dummy.DummyCache',
  filecache: 'django.core.cache.backends.filebased.FileBasedCache',
  locmemcache: 'django.core.cache.backends.locmem.LocMemCache',
  memcache: 'django.core.cache.backends.memcached.MemcachedCache',
  pylibmc: 'django.core.cache.backends.memcached.PyLibMCCache',
  // Which class these mean depends on the packages that are installed.
  pymemcache: null,
  rediscache: null,
  redis: null,
  rediss: null,
  valkey: null,
  valkeys: null,
};
const CACHE_OPTIONS = new Set(['TIMEOUT', 'KEY_PREFIX', 'VERSION', 'KEY_FUNCTION', 'BINARY']);
const EMAIL_SCHEMES: Readonly<Record<string, string>> = {
  smtp: 'django.core.mail.backends.smtp.EmailBackend',
  smtps: 'django.core.mail.backends.smtp.EmailBackend',
  'smtp+tls': 'django.core.mail.backends.smtp.EmailBackend',
  'smtp+ssl': 'django.core.mail.backends.smtp.EmailBackend',
  consolemail: 'django.core.mail.backends.console.EmailBackend',
  filemail: 'django.core.mail.backends.filebased.EmailBackend',
  memorymail: 'django.core.mail.backends.locmem.EmailBackend',
  dummymail: 'django.core.mail.backends.dummy.EmailBackend',
};

interface Writer {
  readonly dict: DictObj;
  text(key: string, value: string): void;
  value(key: string, value: Val): void;
}

function writer(run: Run, from: Known, site: Site): Writer {
  const dict = dictFrom(run, [], site);
  const value = (key: string, one: Val) => setItem(run, dict, str(key, originAt(site)), one, site);
  return { dict, value, text: (key, one) => value(key, str(one, originAt(site, undefined, from.origin), false)) };
}

function lookup(table: Readonly<Record<string, string | null>>, key: string): string | null | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Env.db_url_config for a URL text. */
export function databaseConfig(run: Run, url: Known, engine: string | undefined, site: Site): Val {
  if (url.obj.t !== 'str') return unknownAt(run, 'dynamic-call', site, { type: 'dict' });
  const text = url.obj.v;
  const out = writer(run, url, site);
  if (text === 'sqlite://:memory:') {
    out.text('ENGINE', 'django.db.backends.sqlite3');
    out.text('NAME', ':memory:');
    return known(out.dict, originAt(site, undefined, url.origin));
  }
  let parsed = parseUrl(text);
  if (parsed === undefined) return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  if (parsed.path === '') parsed = parseUrl(quote(unparseUrl(parsed), ':/?&=@')) ?? parsed;
  const whole = unquote((parsed.path.slice(1).split('?')[0] ?? '').replaceAll('+', ' '));
  if (whole === undefined || parsed.scheme === 'ldap' || (hasRoot(text) && parsed.scheme !== 'sqlite'))
    return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  return fillDatabase(run, url, parsed, parsed.scheme === 'sqlite' && whole === '' ? ':memory:' : whole, engine, out, site);
}

function fillDatabase(run: Run, url: Known, parsed: Url, path: string, engine: string | undefined, out: Writer, site: Site): Val {
  const parts = hostParts(parsed.netloc);
  const cluster = POSTGRES_FAMILY.has(parsed.scheme) && parsed.netloc.includes(',');
  const user = unquote(parts.username ?? '');
  const password = unquote(parts.password ?? '');
  if (cluster || user === undefined || password === undefined) return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  if (parts.port === undefined) return raise(run, 'ValueError', 'Port could not be cast to integer value', site, url.read?.name ?? null);
  const socket = (POSTGRES_FAMILY.has(parsed.scheme) && path.startsWith('/')) || (path.includes('cloudsql') && path.startsWith('/'));
  const slash = path.lastIndexOf('/');
  const oracle = parsed.scheme === 'oracle';
  const host = socket ? path.slice(0, slash) : (parts.hostname ?? '');
  const name = socket ? path.slice(slash + 1) : path;
  out.text('NAME', oracle && path === '' ? host : name);
  out.text('USER', user);
  out.text('PASSWORD', password);
  out.text('HOST', oracle && path === '' ? '' : host);
  if (oracle) {
    if (parts.port !== null) out.text('PORT', String(parts.port));
  } else
    out.value(
      'PORT',
      parts.port === null || parts.port === 0 ? str('', originAt(site)) : int(parts.port, originAt(site, undefined, url.origin)),
    );
  if (parsed.query !== '' && !queryOptions(run, url, parsed.query, out, DB_OPTIONS, (key) => key, false, site))
    return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  const scheme = engine ?? parsed.scheme;
  const backend = lookup(DB_SCHEMES, scheme) ?? scheme;
  if (backend === '') return known(dictFrom(run, [], site), originAt(site));
  out.text('ENGINE', backend);
  return known(out.dict, originAt(site, undefined, url.origin));
}

/** Options in the query: those of the config itself go up a level. */
function queryOptions(
  run: Run,
  url: Known,
  query: string,
  out: Writer,
  own: ReadonlySet<string>,
  rename: (key: string) => string,
  castAll: boolean,
  site: Site,
): boolean {
  const pairs = parseQuery(query);
  if (pairs === undefined) return false;
  const options = dictFrom(run, [], site);
  for (const [key, [first = '']] of pairs) {
    const text = str(first, originAt(site, undefined, url.origin));
    const upper = key.toUpperCase();
    if (own.has(upper)) out.value(castAll ? rename(key) : upper, literalOr(run, text, site));
    else setItem(run, options, str(rename(key), originAt(site)), castAll ? literalOr(run, text, site) : digits(text, site), site);
  }
  out.value('OPTIONS', known(options, originAt(site)));
  return true;
}

function digits(text: Known, site: Site): Val {
  return text.obj.t === 'str' && /^\d+$/.test(text.obj.v) ? int(BigInt(text.obj.v), originAt(site, undefined, text.origin)) : text;
}

/** ast.literal_eval, or the text itself. */
function literalOr(run: Run, text: Known, site: Site): Val {
  const plain = text.obj.t === 'str' ? text.obj.v : '';
  if (!/^[\d'"[({+-]|^(True|False|None)$/.test(plain)) return text;
  if (/^(\d+|True|False|None|\d+\.\d+)$/.test(plain)) return literal(run, text, site);
  return unknownAt(run, 'unsupported-syntax', site);
}

/** Env.cache_url_config */
export function cacheConfig(run: Run, url: Known, backend: string | undefined, site: Site): Val {
  const parsed = url.obj.t === 'str' ? parseUrl(url.obj.v) : undefined;
  if (parsed === undefined) return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  const known_ = lookup(CACHE_SCHEMES, parsed.scheme);
  if (known_ === undefined)
    return raise(run, 'ImproperlyConfigured', `Invalid cache schema ${parsed.scheme}`, site, url.read?.name ?? null);
  const out = writer(run, url, site);
  const driver = backend ?? known_;
  const openBackend: Val = unk('third-party', originAt(site), { type: 'str', key: `environ:${parsed.scheme}` });
  out.value('BACKEND', driver === null ? openBackend : str(driver, originAt(site, undefined, url.origin)));
  const texts = cacheLocations(parsed);
  const values = texts.map((one) => str(one, originAt(site, undefined, url.origin)));
  const [only] = values;
  out.value('LOCATION', values.length === 1 && only !== undefined ? only : known(listFrom(run, values), originAt(site)));
  if (parsed.query !== '') {
    if (driver === null) return unknownAt(run, 'third-party', site, { type: 'dict' });
    const lower = driver === 'django.core.cache.backends.redis.RedisCache';
    if (!queryOptions(run, url, parsed.query, out, CACHE_OPTIONS, (key) => (lower ? key.toLowerCase() : key.toUpperCase()), true, site))
      return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  }
  return known(out.dict, originAt(site, undefined, url.origin));
}

function cacheLocations(url: Url): readonly string[] {
  if (url.scheme === 'filecache') return [url.netloc + url.path];
  if (url.netloc === '' && (url.scheme === 'memcache' || url.scheme === 'pymemcache')) return [`unix:${url.path}`];
  if (url.scheme.startsWith('redis')) {
    const scheme = hostParts(url.netloc).hostname === null ? 'unix' : url.scheme.replace('cache', '');
    return url.netloc.split(',').map((one) => `${scheme}://${one}${url.path}`);
  }
  return url.netloc.split(',');
}

/** Env.email_url_config */
export function emailConfig(run: Run, url: Known, backend: string | undefined, site: Site): Val {
  const parsed = url.obj.t === 'str' ? parseUrl(url.obj.v) : undefined;
  if (parsed === undefined) return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  const parts = hostParts(parsed.netloc);
  const path = unquote((parsed.path.slice(1).split('?')[0] ?? '').replaceAll('+', ' '));
  const driver = backend ?? lookup(EMAIL_SCHEMES, parsed.scheme);
  if (driver === undefined || driver === null)
    return raise(run, 'ImproperlyConfigured', `Invalid email schema ${parsed.scheme}`, site, url.read?.name ?? null);
  if (path === undefined || parts.port === undefined) return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  const out = writer(run, url, site);
  const orNone = (one: string | null): Val => {
    const plain = one === null ? null : unquote(one);
    return plain === null
      ? none(originAt(site))
      : plain === undefined
        ? unknownAt(run, 'unsupported-syntax', site)
        : str(plain, originAt(site, undefined, url.origin));
  };
  out.text('EMAIL_FILE_PATH', path);
  out.value('EMAIL_HOST_USER', orNone(parts.username));
  out.value('EMAIL_HOST_PASSWORD', orNone(parts.password));
  out.value('EMAIL_HOST', orNone(parts.hostname));
  out.value('EMAIL_PORT', parts.port === null ? none(originAt(site)) : int(parts.port, originAt(site, undefined, url.origin)));
  out.text('EMAIL_BACKEND', driver);
  if (parsed.scheme === 'smtps' || parsed.scheme === 'smtp+tls') out.value('EMAIL_USE_TLS', known({ t: 'bool', v: true }, originAt(site)));
  if (parsed.scheme === 'smtp+ssl') out.value('EMAIL_USE_SSL', known({ t: 'bool', v: true }, originAt(site)));
  if (parsed.query !== '') return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  return known(out.dict, originAt(site, undefined, url.origin));
}
