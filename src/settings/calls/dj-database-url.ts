import { arg, builtin, PYTHON, textArg } from '../builtins/native.ts';
import { readVariable } from '../environment.ts';
import { choose } from '../expressions/truth.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom, listFrom } from '../values/iterate.ts';
import { bool, type CallArgs, int, type Known, known, none, type Site, str, type Val } from '../values/object.ts';
import { hasRoot } from '../values/text.ts';
import type { ModelledModule } from './registry.ts';
import { hostParts, parseQuery, splitUrl, unquote } from './urls.ts';

/** dj-database-url 3.1. */

const ENGINES: Readonly<Record<string, string>> = {
  sqlite: 'django.db.backends.sqlite3',
  spatialite: 'django.contrib.gis.db.backends.spatialite',
  'mysql-connector': 'mysql.connector.django',
  mysqlgis: 'django.contrib.gis.db.backends.mysql',
  oraclegis: 'django.contrib.gis.db.backends.oracle',
  cockroach: 'django_cockroachdb',
  oracle: 'django.db.backends.oracle',
  mssqlms: 'mssql',
  mssql: 'sql_server.pyodbc',
  mysql: 'django.db.backends.mysql',
  mysql2: 'django.db.backends.mysql',
  postgres: 'django.db.backends.postgresql',
  postgresql: 'django.db.backends.postgresql',
  pgsql: 'django.db.backends.postgresql',
  postgis: 'django.contrib.gis.db.backends.postgis',
  redshift: 'django_redshift_backend',
  timescale: 'timescale.db.backends.postgresql',
  timescalegis: 'timescale.db.backends.postgis',
};
const SCHEMA = new Set(['postgres', 'postgresql', 'pgsql', 'postgis', 'redshift', 'timescale', 'timescalegis']);

const PARAMS = ['engine', 'conn_max_age', 'conn_health_checks', 'disable_server_side_cursors', 'ssl_require', 'test_options'];

interface Options {
  readonly values: ReadonlyMap<string, Val>;
}

function optionsOf(args: CallArgs, from: number): Options {
  const values = new Map<string, Val>();
  for (const [i, name] of PARAMS.entries()) {
    const value = args.kw.get(name) ?? args.pos[from + i];
    if (value !== undefined) values.set(name, value);
  }
  return { values };
}

/** dj_database_url.parse */
export function parseDatabaseUrl(run: Run, url: Known, options: Options, site: Site): Val {
  if (url.obj.t !== 'str') return unknownAt(run, 'dynamic-call', site, { type: 'dict' });
  const text = url.obj.v;
  const origin = originAt(site, undefined, url.origin);
  const dict = dictFrom(run, [], site);
  const put = (key: string, value: Val) => setItem(run, dict, str(key, originAt(site)), value, site);
  if (text === 'sqlite://:memory:') {
    put('ENGINE', str(ENGINES['sqlite'] ?? '', origin));
    put('NAME', str(':memory:', origin));
    return known(dict, origin);
  }
  const parsed = splitUrl(text);
  if (parsed === undefined || (hasRoot(text) && parsed.scheme !== 'sqlite'))
    return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  const engine = Object.hasOwn(ENGINES, parsed.scheme) ? ENGINES[parsed.scheme] : undefined;
  if (engine === undefined)
    return raise(run, 'UnknownSchemeError', `Scheme '${parsed.scheme}://' is unknown.`, site, url.read?.name ?? null);
  const host = hostParts(parsed.netloc);
  const query = parseQuery(parsed.query);
  const texts = [host.username ?? '', host.password ?? '', host.hostname ?? '', parsed.path.slice(1)].map(unquote);
  if (query === undefined || texts.includes(undefined)) return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  if (host.port === undefined) return raise(run, 'ParseError', 'This string is not a valid url', site, url.read?.name ?? null);
  const [user = '', password = '', hostname = '', name = ''] = texts;
  put('ENGINE', str(engine, origin));
  put('USER', str(user, origin));
  put('PASSWORD', str(password, origin, true));
  put('HOST', str(hostname, origin));
  const stringPort = parsed.scheme === 'oracle' || parsed.scheme.startsWith('mssql');
  put(
    'PORT',
    host.port === null || host.port === 0 ? str('', origin) : stringPort ? str(String(host.port), origin) : int(host.port, origin),
  );
  put('NAME', str(parsed.scheme === 'sqlite' && name === '' ? ':memory:' : name, origin));
  const inner = optionDict(run, parsed.scheme, query, options, site);
  if (inner === 'unknown') put('OPTIONS', unknownAt(run, 'dynamic-call', site, { type: 'dict' }));
  else if (inner !== null) put('OPTIONS', inner);
  for (const [key, param, otherwise] of [
    ['CONN_MAX_AGE', 'conn_max_age', int(0, origin)],
    ['CONN_HEALTH_CHECKS', 'conn_health_checks', bool(false, origin)],
    ['DISABLE_SERVER_SIDE_CURSORS', 'disable_server_side_cursors', bool(false, origin)],
  ] as const) {
    put(key, options.values.get(param) ?? otherwise);
  }
  const override = options.values.get('engine');
  if (override !== undefined && !(override.k === 'known' && override.obj.t === 'none')) put('ENGINE', override);
  if (options.values.has('test_options')) put('TEST', options.values.get('test_options') ?? none(origin));
  return known(dict, origin);
}

function optionDict(
  run: Run,
  scheme: string,
  query: readonly (readonly [string, readonly string[]])[],
  options: Options,
  site: Site,
): Val | null | 'unknown' {
  const origin = originAt(site);
  const plain = (text: string): Val =>
    /^\d+$/.test(text)
      ? int(BigInt(text), origin)
      : /^(true|false)$/i.test(text)
        ? bool(text.toLowerCase() === 'true', origin)
        : str(text, origin);
  const entries: [string, Val][] = [];
  let last: [string, Val] | null = null;
  for (const [key, values] of query) {
    const parts = values.map(plain);
    const [only] = parts;
    const value: Val = parts.length === 1 && only !== undefined ? only : known(listFrom(run, parts), origin);
    if (SCHEMA.has(scheme) && key === 'currentSchema') last = ['options', str(`-c search_path=${values[0] ?? ''}`, origin)];
    else if ((scheme === 'mysql' || scheme === 'mysql2') && key === 'ssl-ca')
      last = ['ssl', known(dictFrom(run, [['ca', value]], site), origin)];
    else entries.push([key, value]);
  }
  if (last !== null) entries.push(last);
  const ssl = options.values.get('ssl_require');
  if (ssl !== undefined) {
    if (ssl.k !== 'known' || ssl.obj.t !== 'bool') return 'unknown';
    if (ssl.obj.v) entries.push(['sslmode', str('require', origin)]);
  }
  return entries.length === 0 ? null : known(dictFrom(run, entries, site), origin);
}

/** dj_database_url.config */
export function databaseFromEnvironment(run: Run, args: CallArgs, at: Site): Val {
  const name = arg(args, 0, 'env') ?? str('DATABASE_URL', originAt(at));
  const otherwise = arg(args, 1, 'default') ?? none(originAt(at));
  const options = optionsOf(args, 2);
  return lift(run, name, (one) => {
    const key = textArg(one);
    if (key === undefined) return unknownAt(run, 'dynamic-call', at, { type: 'dict' });
    const url = readVariable(run, { name: key, library: 'dj-database-url', site: at, fallback: () => otherwise, error: '', message: '' });
    return lift(
      run,
      url,
      (each) =>
        choose(
          run,
          each,
          at,
          key,
          () => parseDatabaseUrl(run, each, options, at),
          () => known(dictFrom(run, [], at), originAt(at)),
        ),
      (each) => ({ ...each, type: 'dict', truth: null, env: null, key: '' }),
    );
  });
}

export function djDatabaseUrlModules(run: Run): Readonly<Record<string, ModelledModule>> {
  return {
    dj_database_url: {
      open: true,
      names: {
        config: () => builtin('config', (args, at) => databaseFromEnvironment(run, args, at)),
        parse: () =>
          builtin('parse', (args, at) =>
            lift(
              run,
              arg(args, 0, 'url') ?? none(originAt(at)),
              (one) => {
                if (one.obj.t === 'none') return raise(run, 'TypeError', 'the URL is None', at, one.read?.name ?? null);
                return parseDatabaseUrl(run, one, optionsOf(args, 1), at);
              },
              (one) => ({ ...one, type: 'dict', truth: null, env: null, key: '' }),
            ),
          ),
        DEFAULT_ENV: () => str('DATABASE_URL', PYTHON),
      },
    },
  };
}
