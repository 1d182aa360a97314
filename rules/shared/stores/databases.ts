import type { Answer, Data, SettingsFacts, Value } from '../../../src/rule.ts';
import { isText, keysInAnyCase } from '../values/data.ts';

/** One entry of DATABASES. */
export interface Database {
  readonly alias: string;
  /** "DATABASES.default": what findings are about. */
  readonly subject: string;
  get(...path: readonly string[]): Value<Data | undefined>;
}

/** The entries that DATABASES has in some case, in order. */
export function databasesOf(settings: SettingsFacts): readonly Database[] {
  return keysInAnyCase(settings.get('DATABASES')).map((alias) => ({
    alias,
    subject: `DATABASES.${alias}`,
    get: (...path) => settings.get('DATABASES', alias, ...path),
  }));
}

const SERVER = /(postgres|postgis|mysql|mariadb|oracle|mssql|sql_server|cockroach|psycopg)/i;

/** Whether the engine talks to a database server over the network. */
export function isServerEngine(engine: Data | undefined): Answer {
  if (typeof engine !== 'string') return engine === undefined ? 'no' : 'maybe';
  if (/sqlite|spatialite|dummy/i.test(engine)) return 'no';
  return SERVER.test(engine) ? 'yes' : 'maybe';
}

export function isSqlite(engine: Data | undefined): Answer {
  return isOneOf(engine, /^(sqlite3|spatialite)$/);
}

export function isPostgres(engine: Data | undefined): Answer {
  return isOneOf(engine, /^(postgresql|postgresql_psycopg2|postgis)$/);
}

/** Engines that keep a pool of their own. */
export function poolsItself(engine: Data | undefined): boolean {
  return typeof engine === 'string' && /pool|gevent/i.test(engine);
}

/** A pooler in front of the server, known by its name or its usual port. */
export function isPooler(host: Data | undefined, port: Data | undefined): boolean {
  const name = isText(host) ? host.toString() : '';
  return /bouncer|pgcat|odyssey|pool|proxy/i.test(name) || String(port) === '6432';
}

function isOneOf(engine: Data | undefined, names: RegExp): Answer {
  if (typeof engine !== 'string') return engine === undefined ? 'no' : 'maybe';
  const own = /^django\.(?:contrib\.gis\.)?db\.backends\.(\w+)$/.exec(engine);
  return own !== null && names.test(own[1] ?? '') ? 'yes' : 'no';
}

export function isMysql(engine: Data | undefined): Answer {
  return isOneOf(engine, /^mysql$/);
}

export function isOracle(engine: Data | undefined): Answer {
  return isOneOf(engine, /^oracle$/);
}

/** An engine that Django brings along: others may judge their options by themselves. */
export function isDjangoEngine(engine: Data | undefined): Answer {
  return isOneOf(engine, /./);
}

/** A SQLite name that stands for no file. */
export function isInMemory(name: string): boolean {
  return /^:memory:|mode=memory/.test(name);
}
