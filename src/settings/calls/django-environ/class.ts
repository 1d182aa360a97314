import { truthOf } from '../../expressions/truth.ts';
import type { Run } from '../../run.ts';
import { setItem } from '../../values/containers.ts';
import { dictFrom } from '../../values/iterate.ts';
import { type DictObj, known, type Site, str, type Unk, unk, type Val } from '../../values/object.ts';
import { type Cell, newCell, type ScopeState, writeScope } from '../../values/state.ts';
import { since } from '../releases.ts';

/** django-environ 0.4.5 to 0.14: what stands on the class Env, its tables of schemes above all, which code may change. */

export type TableName = 'DB_SCHEMES' | 'CACHE_SCHEMES' | 'EMAIL_SCHEMES' | 'SEARCH_SCHEMES' | 'CHANNELS_SCHEMES';

export interface EnvClass {
  readonly name: 'Env' | 'FileAwareEnv';
  readonly fileAware: boolean;
  /** Attributes that the code has set on the class itself. */
  readonly own: Cell<ScopeState>;
  readonly base: EnvClass | null;
  readonly tables: Readonly<Record<TableName, Val>>;
}

const SITE: Site = { file: '', start: 0, end: 0 };
const LIBRARY = { step: 'default', of: 'django-environ' } as const;

const POSTGRES = 'django.db.backends.postgresql';

/** Scheme, class, and the first release that has it. */
type Row = readonly [scheme: string, driver: string | null, since?: string];

const DATABASES: readonly Row[] = [
  ['postgres', null],
  ['postgresql', null],
  ['psql', null],
  ['pgsql', null],
  ['postgis', 'django.contrib.gis.db.backends.postgis'],
  ['prometheus_postgresql', 'django_prometheus.db.backends.postgresql', '0.13'],
  ['prometheus_postgis', 'django_prometheus.db.backends.postgis', '0.13'],
  ['cockroachdb', 'django_cockroachdb', '0.12'],
  ['mysql', 'django.db.backends.mysql'],
  ['mysql2', 'django.db.backends.mysql'],
  ['mysql-connector', 'mysql.connector.django'],
  ['mysqlgis', 'django.contrib.gis.db.backends.mysql'],
  ['prometheus_mysql', 'django_prometheus.db.backends.mysql', '0.13'],
  ['mssql', null],
  ['oracle', 'django.db.backends.oracle'],
  ['pyodbc', 'sql_server.pyodbc'],
  ['redshift', 'django_redshift_backend'],
  ['spatialite', 'django.contrib.gis.db.backends.spatialite'],
  ['prometheus_spatialite', 'django_prometheus.db.backends.spatialite', '0.13'],
  ['sqlite', 'django.db.backends.sqlite3'],
  ['prometheus_sqlite', 'django_prometheus.db.backends.sqlite3', '0.13'],
  ['ldap', 'ldapdb.backends.ldap'],
];

const CACHES: readonly Row[] = [
  ['dbcache', 'django.core.cache.backends.db.DatabaseCache'],
  ['dummycache', 'django.core.cache.backends.dummy.DummyCache'],
  ['filecache', 'django.core.cache.backends.filebased.FileBasedCache'],
  ['locmemcache', 'django.core.cache.backends.locmem.LocMemCache'],
  ['memcache', 'django.core.cache.backends.memcached.MemcachedCache'],
  ['pymemcache', null],
  ['pylibmc', 'django.core.cache.backends.memcached.PyLibMCCache', '0.8'],
  ['rediscache', null],
  ['redis', null],
  ['rediss', null, '0.5'],
  ['valkey', null, '0.13'],
  ['valkeys', null, '0.13'],
];

const SMTP = 'django.core.mail.backends.smtp.EmailBackend';
const MAILS: readonly Row[] = [
  ['smtp', SMTP],
  ['smtps', SMTP],
  ['smtp+tls', SMTP],
  ['smtp+ssl', SMTP],
  ['consolemail', 'django.core.mail.backends.console.EmailBackend'],
  ['filemail', 'django.core.mail.backends.filebased.EmailBackend'],
  ['memorymail', 'django.core.mail.backends.locmem.EmailBackend'],
  ['dummymail', 'django.core.mail.backends.dummy.EmailBackend'],
];

const SEARCHES: readonly Row[] = [
  ['elasticsearch', 'haystack.backends.elasticsearch_backend.ElasticsearchSearchEngine'],
  ['elasticsearch2', 'haystack.backends.elasticsearch2_backend.Elasticsearch2SearchEngine'],
  ['elasticsearch5', 'haystack.backends.elasticsearch5_backend.Elasticsearch5SearchEngine', '0.7'],
  ['elasticsearch7', 'haystack.backends.elasticsearch7_backend.Elasticsearch7SearchEngine', '0.7'],
  ['solr', 'haystack.backends.solr_backend.SolrEngine'],
  ['whoosh', 'haystack.backends.whoosh_backend.WhooshEngine'],
  ['xapian', 'haystack.backends.xapian_backend.XapianEngine'],
  ['simple', 'haystack.backends.simple_backend.SimpleEngine'],
];

const CHANNELS: readonly Row[] = [
  ['inmemory', 'channels.layers.InMemoryChannelLayer'],
  ['redis', 'channels_redis.core.RedisChannelLayer'],
  ['rediss', 'channels_redis.core.RedisChannelLayer', '0.13'],
  ['redis+pubsub', 'channels_redis.pubsub.RedisPubSubChannelLayer'],
  ['rediss+pubsub', 'channels_redis.pubsub.RedisPubSubChannelLayer', '0.13'],
];

function hidden(scheme: string, why: 'third-party' | 'unsupported-syntax'): Unk {
  return unk(why, LIBRARY, { type: 'str', key: `environ:${scheme}` });
}

/** A table of the class; what a release may lack, or may have otherwise, is unknown. */
function table(run: Run, rows: readonly Row[], driverOf: (scheme: string) => string | null): Val {
  const dict = dictFrom(run, [], SITE);
  for (const [scheme, fixed, from] of rows) {
    const has = from === undefined ? true : since(run, 'django-environ', from);
    if (has === false) continue;
    const driver = fixed ?? driverOf(scheme);
    setItem(
      run,
      dict,
      str(scheme, LIBRARY),
      has === undefined ? hidden(scheme, 'unsupported-syntax') : driver === null ? hidden(scheme, 'third-party') : str(driver, LIBRARY),
      SITE,
    );
  }
  return known(dict, LIBRARY);
}

function postgresDriver(run: Run): string {
  const { exact, before } = run.request.django;
  const isOld = (release: string | null) => release !== null && Number(release.split('.')[0]) < 2;
  return isOld(exact) || before === '2.0' || before === '2' || isOld(before) ? 'django.db.backends.postgresql_psycopg2' : POSTGRES;
}

function mssqlDriver(run: Run): string | null {
  const newer = since(run, 'django-environ', '0.11');
  return newer === undefined ? null : newer ? 'mssql' : 'sql_server.pyodbc';
}

/** Whether Django is at least of a major release. */
function djangoSince(run: Run, release: number): boolean | undefined {
  const { exact, from, before } = run.request.django;
  const major = (text: string) => Number(text.split('.')[0]);
  if (exact !== null) return major(exact) >= release;
  if (from !== null && major(from) >= release) return true;
  return before !== null && (major(before) < release || before === `${release}` || before === `${release}.0`) ? false : undefined;
}

/** Which class the Redis schemes mean hangs on the release, on Django and on what else is installed. */
function redisDriver(run: Run): string | null {
  const own = since(run, 'django-environ', '0.11');
  const core = djangoSince(run, 4);
  const has = (name: string) => run.request.packages?.has(name) ?? 'maybe';
  const pick = (answer: 'yes' | 'no' | 'maybe', yes: string, no: string | null) => (answer === 'yes' ? yes : answer === 'no' ? no : null);
  const builtin = 'django.core.cache.backends.redis.RedisCache';
  const old = pick(has('django-redis-cache'), 'redis_cache.RedisCache', 'django_redis.cache.RedisCache');
  const without = core === undefined ? null : core ? builtin : 'redis_cache.RedisCache';
  const newest = pick(has('django-redis'), 'django_redis.cache.RedisCache', without);
  if (own === true) return newest;
  const ten = core === undefined ? null : core ? builtin : old;
  const since10 = since(run, 'django-environ', '0.10');
  const older = since10 === undefined ? (ten === old ? ten : null) : since10 ? ten : old;
  return own === false ? older : older === newest ? newest : null;
}

function memcacheDriver(run: Run): string | null {
  const libmc = 'django.core.cache.backends.memcached.PyLibMCCache';
  const newer = since(run, 'django-environ', '0.8');
  const has = run.request.packages?.has('pymemcache') ?? 'maybe';
  if (newer === false || has === 'no') return libmc;
  return newer === true && has === 'yes' && djangoSince(run, 4) === true ? 'django.core.cache.backends.memcached.PyMemcacheCache' : null;
}

/** The two classes; both share their tables. */
export function envClasses(run: Run): { readonly Env: EnvClass; readonly FileAwareEnv: EnvClass } {
  const empty = () => newCell<ScopeState>(run.journal, { k: 'scope', names: new Map(), open: null });
  const tables = {
    DB_SCHEMES: table(run, DATABASES, (scheme) => (scheme === 'mssql' ? mssqlDriver(run) : postgresDriver(run))),
    CACHE_SCHEMES: table(run, CACHES, (scheme) => (scheme === 'pymemcache' ? memcacheDriver(run) : redisDriver(run))),
    EMAIL_SCHEMES: table(run, MAILS, () => null),
    SEARCH_SCHEMES: table(run, SEARCHES, () => null),
    CHANNELS_SCHEMES: table(run, CHANNELS, () => null),
  };
  const base: EnvClass = { name: 'Env', fileAware: false, own: empty(), base: null, tables };
  return { Env: base, FileAwareEnv: { name: 'FileAwareEnv', fileAware: true, own: empty(), base, tables } };
}

/** An attribute that code has set on a class or on one above it. */
export function classOption(cls: EnvClass, name: string): Val | undefined {
  for (let at: EnvClass | null = cls; at !== null; at = at.base) {
    const slot = at.own.state.names.get(name);
    if (slot !== undefined && slot.k !== 'absent') return slot;
  }
  return undefined;
}

export function setClassOption(run: Run, cls: EnvClass, name: string, value: Val): void {
  writeScope(run.journal, cls.own).names.set(name, value);
}

interface HasOptions {
  readonly options: Cell<ScopeState>;
}

/** prefix, smart_cast, … as the code has set them on the object. */
export function optionOf(env: HasOptions, name: string): Val | undefined {
  const slot = env.options.state.names.get(name);
  return slot === undefined || slot.k === 'absent' ? undefined : slot;
}

export function flagOf(run: Run, env: HasOptions, name: string, otherwise: boolean, site: Site): boolean | undefined {
  const value = optionOf(env, name);
  if (value === undefined) return otherwise;
  return value.k === 'known' ? truthOf(run, value, site) : undefined;
}

/** A table as it stands now: undefined where it cannot be followed. */
export function tableOf(cls: EnvClass, name: TableName): DictObj | undefined {
  const value = classOption(cls, name) ?? cls.tables[name];
  return value.k === 'known' && value.obj.t === 'dict' ? value.obj : undefined;
}

/** What a scheme stands for: a value, null where the table lacks it, undefined where that is not known. */
export function driverIn(cls: EnvClass, name: TableName, scheme: string): Val | null | undefined {
  const dict = tableOf(cls, name);
  if (dict === undefined) return undefined;
  const { entries, open } = dict.cell.state;
  const found = entries.get(`s:${scheme}`)?.value;
  if (found === undefined) return open === null ? null : undefined;
  return found.k === 'known' || found.k === 'unk' ? found : undefined;
}

/** Whether the table lacks a scheme in some release and has it in another: there it raises. */
export function isDoubtful(driver: Val): boolean {
  return driver.k === 'unk' && driver.why === 'unsupported-syntax';
}
