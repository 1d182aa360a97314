import { compareRelease } from '../../core/guard.ts';
import { toInt } from '../builtins/casts.ts';
import { builtin, PYTHON } from '../builtins/native.ts';
import { raise } from '../raise.ts';
import { originAt, type Run, unknownAt } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom } from '../values/iterate.ts';
import { type DictObj, type Known, known, type Site, str, type Val } from '../values/object.ts';
import { hasRoot } from '../values/text.ts';
import { type HostParts, hostParts, parseQuery, parseUrl, type Url } from './python/urls.ts';
import type { ModelledModule } from './registry.ts';
import { since } from './releases.ts';
import { configFromUrl, parsedUrl, type UrlLibrary } from './url-config.ts';

/** django-cache-url 3.4.6, read from its `__init__.py`. Releases before 3.4.4 write other locations. */

const REDIS_CACHE = 'redis-cache';
const DJANGO_REDIS = 'django.core.cache.backends.redis.RedisCache';
const BACKENDS: Readonly<Record<string, string>> = {
  db: 'django.core.cache.backends.db.DatabaseCache',
  dummy: 'django.core.cache.backends.dummy.DummyCache',
  elasticache: 'django_elasticache.memcached.ElastiCache',
  file: 'django.core.cache.backends.filebased.FileBasedCache',
  locmem: 'django.core.cache.backends.locmem.LocMemCache',
  uwsgicache: 'uwsgicache.UWSGICache',
  memcached: 'django.core.cache.backends.memcached.PyLibMCCache',
  djangopylibmc: 'django_pylibmc.memcached.PyLibMCCache',
  pymemcached: 'django.core.cache.backends.memcached.MemcachedCache',
  pymemcache: 'django.core.cache.backends.memcached.PyMemcacheCache',
  [REDIS_CACHE]: 'redis_cache.RedisCache',
  redis: DJANGO_REDIS,
  rediss: DJANGO_REDIS,
  hiredis: DJANGO_REDIS,
};
const MEMCACHED = new Set(['memcached', 'pymemcached', 'pymemcache', 'djangopylibmc']);

function backendOf(name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(BACKENDS, name) ? BACKENDS[name] : undefined;
}

/** One URL on its way to a mapping. */
interface Reading {
  readonly run: Run;
  readonly url: Known;
  readonly parsed: Url;
  readonly host: HostParts;
  readonly backend: string;
  readonly query: Map<string, string>;
  readonly site: Site;
}

function text(one: Reading, value: string, secret = false): Val {
  return str(value, originAt(one.site, undefined, one.url.origin), secret);
}

function put(one: Reading, dict: DictObj, key: string, value: Val): void {
  setItem(one.run, dict, str(key, originAt(one.site)), value, one.site);
}

function whole(one: Reading, value: string): Val {
  return toInt(one.run, text(one, value), 10, one.site);
}

/** A location without a host: a socket, a folder or nothing. */
function localLocation(one: Reading): string {
  const { scheme, path } = one.parsed;
  if (MEMCACHED.has(scheme)) return `unix://${path}`;
  if (scheme !== 'redis' && scheme !== 'hiredis') return path;
  const database = /^.+?(\d+)/.exec(path)?.[1];
  const socket = database === undefined ? path : path.slice(0, path.lastIndexOf('/'));
  return `unix://${socket}?db=${database ?? '0'}`;
}

function isRedis(scheme: string): boolean {
  return scheme === 'redis' || scheme === 'rediss' || scheme === 'hiredis';
}

function location(one: Reading): Val {
  const { parsed, host } = one;
  const { scheme, netloc } = parsed;
  if (netloc === '') {
    const path = localLocation(one);
    return text(one, scheme === 'uwsgicache' && path === '' ? 'default' : path);
  }
  if (!isRedis(scheme)) return text(one, netloc.split(',').join(';'), netloc.includes('@'));
  const { password } = host;
  const shown = password !== null && password !== '' && (one.query.get('LIB') === REDIS_CACHE || one.backend === DJANGO_REDIS);
  const port = host.port === undefined || host.port === null || host.port === 0 ? 6379 : host.port;
  const database = parsed.path.slice(1) === '' ? '0' : parsed.path.slice(1);
  const user = shown ? `:${password}@` : '';
  const at = `${scheme === 'rediss' ? 'rediss' : 'redis'}://${user}${host.hostname ?? 'None'}:${port}/${database}`;
  // Output masks the user part of URLs; a password that ends it early would not be found.
  return text(one, at, shown && /[\s@/?#]/.test(password));
}

/** The options that a redis client is made with. */
function redisOptions(one: Reading, options: DictObj): void {
  const { parsed, host, query } = one;
  const lib = query.get('LIB');
  if (parsed.scheme === 'hiredis') put(one, options, 'PARSER_CLASS', text(one, 'redis.connection.HiredisParser'));
  if (parsed.netloc === '' || !isRedis(parsed.scheme)) return;
  if (host.password !== null && host.password !== '' && lib !== REDIS_CACHE && one.backend !== DJANGO_REDIS)
    put(one, options, 'PASSWORD', text(one, host.password, true));
  if (lib !== REDIS_CACHE) return;
  for (const key of ['PARSER_CLASS', 'CONNECTION_POOL_CLASS']) {
    const value = query.get(key);
    if (value !== undefined) put(one, options, key, text(one, value));
  }
  const [most, timeout] = [query.get('MAX_CONNECTIONS'), query.get('TIMEOUT')];
  if (most === undefined && timeout === undefined) return;
  const pool = dictFrom(one.run, [], one.site);
  put(one, options, 'CONNECTION_POOL_CLASS_KWARGS', known(pool, originAt(one.site)));
  if (most !== undefined) put(one, pool, 'max_connections', whole(one, most));
  if (timeout !== undefined) put(one, pool, 'timeout', whole(one, timeout));
}

function filled(one: Reading): Val {
  const { run, site } = one;
  const dict = dictFrom(run, [], site);
  const options = dictFrom(run, [], site);
  put(one, dict, 'BACKEND', text(one, one.backend));
  put(one, dict, 'LOCATION', location(one));
  redisOptions(one, options);
  for (const key of ['MAX_ENTRIES', 'CULL_FREQUENCY']) {
    const value = one.query.get(key);
    one.query.delete(key);
    if (value !== undefined) put(one, options, key, whole(one, value));
  }
  if (options.cell.state.entries.size > 0) put(one, dict, 'OPTIONS', known(options, originAt(site)));
  for (const [key, value] of one.query) put(one, dict, key, text(one, value));
  return known(dict, originAt(site, undefined, one.url.origin));
}

/** Releases of 3.4 before the last took another redis backend under Django 3. */
function isOlder(run: Run, scheme: string): boolean {
  if (since(run, 'django-cache-url', '3.4.4') !== true) return true;
  const { from } = run.request.django;
  const early = from === null || compareRelease(from, '4') < 0;
  return early && scheme.includes('redis') && since(run, 'django-cache-url', '3.4.6') !== true;
}

function parse(run: Run, url: Known, site: Site): Val {
  const variable = url.read?.name ?? null;
  if (url.obj.t === 'none') return raise(run, 'Exception', 'Unknown backend', site, variable);
  const parsed = url.obj.t === 'str' && !hasRoot(url.obj.v) ? parseUrl(url.obj.v) : undefined;
  if (parsed === null) return raise(run, 'ValueError', 'the URL is not valid', site, variable);
  const pairs = parsed === undefined ? undefined : parseQuery(parsed.query);
  const open = () => unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  if (parsed === undefined || pairs === undefined || /[^\x00-\x7f]/.test(parsed.path) || isOlder(run, parsed.scheme)) return open();
  const query = new Map(pairs.map(([key, values]) => [key.toUpperCase(), values.join(';')]));
  const own = backendOf(parsed.scheme);
  if (own === undefined) return raise(run, 'Exception', `Unknown backend: "${parsed.scheme}"`, site, variable);
  const backend = (parsed.scheme.includes('redis') ? backendOf(query.get('LIB')) : undefined) ?? own;
  const host = hostParts(parsed.netloc);
  if (host.port === undefined && isRedis(parsed.scheme) && parsed.netloc !== '')
    return raise(run, 'ValueError', 'Port could not be cast to integer value', site, variable);
  return filled({ run, url, parsed, host, backend, query, site });
}

export function djangoCacheUrlModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const library: UrlLibrary = {
    name: 'django-cache-url',
    variable: 'CACHE_URL',
    otherwise: str('locmem://', PYTHON),
    parse: (url, site) => parse(run, url, site),
  };
  return {
    django_cache_url: {
      open: true,
      names: {
        config: () => builtin('config', (args, at) => configFromUrl(run, library, args, at)),
        parse: () => builtin('parse', (args, at) => parsedUrl(run, library, args, at)),
        DEFAULT_ENV: () => str('CACHE_URL', PYTHON),
      },
    },
  };
}
