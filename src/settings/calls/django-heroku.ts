import { known as knownValue } from '../../core/value.ts';
import { toInt } from '../builtins/casts.ts';
import { builtin, PYTHON, pathArg, typeObject } from '../builtins/native.ts';
import { noteWritten } from '../builtins/path-methods.ts';
import { lookupVariable, readVariable, recordRead } from '../environment.ts';
import { callUnknown } from '../expressions/call.ts';
import { contains } from '../expressions/comparison.ts';
import { setSubscript, subscript } from '../expressions/subscripts.ts';
import { choose } from '../expressions/truth.ts';
import { raise } from '../raise.ts';
import { forkCases, lift, originAt, type Run, unknownAt } from '../run.ts';
import { dictFrom, withItems } from '../values/iterate.ts';
import { bool, type CallArgs, int, type Known, known, none, type Site, str, tuple, type Val } from '../values/object.ts';
import { osJoin } from '../values/paths.ts';
import { fromPlain, type Plain } from '../values/plain.ts';
import { newCell } from '../values/state.ts';
import { databaseFromEnvironment } from './dj-database-url/modules.ts';
import type { ModelledModule } from './registry.ts';
import { since } from './releases.ts';

/** django-heroku 0.3.1 and its successor django-on-heroku 1.1.2: `settings(locals())`. Read from their `core.py`. */

interface Release {
  readonly module: 'django_heroku' | 'django_on_heroku';
  /** The successor takes more options, puts WhiteNoise behind SecurityMiddleware, and reads CONN_MAX_AGE. */
  readonly later: boolean;
}

const OPTIONS = ['db_colors', 'databases', 'test_runner', 'staticfiles', 'allowed_hosts', 'logging', 'secret_key'];
const LATER_OPTIONS = ['geodjango', 'db_ssl_required'];
const SECURITY = 'django.middleware.security.SecurityMiddleware';
const WHITENOISE = 'whitenoise.middleware.WhiteNoiseMiddleware';

const LOGGING: Plain = {
  version: 1,
  disable_existing_loggers: false,
  formatters: {
    verbose: {
      format: '%(asctime)s [%(process)d] [%(levelname)s] pathname=%(pathname)s lineno=%(lineno)s funcname=%(funcName)s %(message)s',
      datefmt: '%Y-%m-%d %H:%M:%S',
    },
    simple: { format: '%(levelname)s %(message)s' },
  },
  handlers: {
    null: { level: 'DEBUG', class: 'logging.NullHandler' },
    console: { level: 'DEBUG', class: 'logging.StreamHandler', formatter: 'verbose' },
  },
  loggers: { testlogger: { handlers: ['console'], level: 'INFO' } },
};

/** One call: the mapping that it fills, and its options. */
interface Call {
  readonly run: Run;
  readonly release: Release;
  readonly config: Val;
  readonly options: ReadonlyMap<string, Val>;
  readonly site: Site;
}

function text(call: Call, value: string): Known {
  return str(value, originAt(call.site));
}

function put(call: Call, name: string, value: Val): Val {
  setSubscript(call.run, call.config, text(call, name), value, call.site);
  return value;
}

function has(call: Call, name: string): Val {
  return contains(call.run, call.config, text(call, name), call.site);
}

function option(call: Call, name: string): Val {
  return call.options.get(name) ?? bool(name !== 'db_colors' && name !== 'geodjango', originAt(call.site));
}

function when(call: Call, test: Val, words: string, yes: () => Val, no: () => Val = () => none(originAt(call.site))): Val {
  return choose(call.run, test, call.site, words, yes, no);
}

function settings(run: Run, release: Release, args: CallArgs, site: Site): Val {
  const config = args.pos[0] ?? args.kw.get('config');
  const allowed = ['config', ...OPTIONS, ...(release.later ? LATER_OPTIONS : [])];
  if (args.open !== null) return callUnknown(run, args.open, args, site);
  if (config === undefined || args.pos.length > 1 || [...args.kw.keys()].some((name) => !allowed.includes(name)))
    return raise(run, 'TypeError', 'settings() got other arguments than it takes', site);
  const call: Call = { run, release, config, options: args.kw, site };
  when(call, option(call, 'databases'), 'databases', () => databases(call));
  when(call, option(call, 'test_runner'), 'test_runner', () =>
    ifSet(call, 'CI', () => put(call, 'TEST_RUNNER', text(call, `${release.module}.HerokuDiscoverRunner`))),
  );
  when(call, option(call, 'staticfiles'), 'staticfiles', () => staticFiles(call));
  when(call, option(call, 'allowed_hosts'), 'allowed_hosts', () => put(call, 'ALLOWED_HOSTS', fromPlain(run, ['*'], site)));
  when(call, option(call, 'logging'), 'logging', () => put(call, 'LOGGING', fromPlain(run, LOGGING, site)));
  when(call, option(call, 'secret_key'), 'secret_key', () =>
    ifSet(call, 'SECRET_KEY', () => put(call, 'SECRET_KEY', given(call, 'SECRET_KEY'))),
  );
  return none(originAt(site));
}

/** `if name in os.environ` */
function ifSet(call: Call, name: string, yes: () => Val): Val {
  const { run, site } = call;
  const slot = lookupVariable(run, name, site);
  recordRead(run, name, 'django-heroku', site, slot);
  const no = () => none(originAt(site));
  if (slot.k === 'absent') return no();
  return slot.k === 'cond' ? forkCases(run, slot.cases, (then) => (then.k === 'absent' ? no() : yes())) : yes();
}

/** A variable that is set on the branch that runs: the read of it has been noted. */
function given(call: Call, name: string): Val {
  const slot = lookupVariable(call.run, name, call.site);
  return slot.k === 'absent' ? none(originAt(call.site)) : slot;
}

function databases(call: Call): Val {
  const { run, site } = call;
  const nothing = none(originAt(site));
  when(
    call,
    has(call, 'DATABASES'),
    'DATABASES is set',
    () => nothing,
    () => put(call, 'DATABASES', known(dictFrom(run, [['default', nothing]], site), originAt(site))),
  );
  const age = call.release.later ? laterAge(call) : int(600, originAt(site));
  when(call, option(call, 'db_colors'), 'db_colors', () => colours(call));
  return ifSet(call, 'DATABASE_URL', () => {
    const ssl = call.release.later ? option(call, 'db_ssl_required') : bool(true, originAt(site));
    const kw = new Map([
      ['conn_max_age', age],
      ['ssl_require', ssl],
    ]);
    const database = databaseFromEnvironment(run, { pos: [], kw, open: null }, site);
    when(call, option(call, 'geodjango'), 'geodjango', () => geographic(call, database));
    const all = subscript(run, call.config, text(call, 'DATABASES'), site);
    setSubscript(run, all, text(call, 'default'), database, site);
    return ifSet(call, 'CI', () => testDatabase(call, database));
  });
}

/** config.get('CONN_MAX_AGE', int(os.environ.get('CONN_MAX_AGE', 600))) */
function laterAge(call: Call): Val {
  const { run, site } = call;
  const reading = { name: 'CONN_MAX_AGE', library: 'django-heroku', site, error: '', message: '' };
  const fromEnvironment = toInt(run, readVariable(run, { ...reading, fallback: () => int(600, originAt(site)) }), 10, site);
  return when(
    call,
    has(call, 'CONN_MAX_AGE'),
    'CONN_MAX_AGE is set',
    () => subscript(run, call.config, text(call, 'CONN_MAX_AGE'), site),
    () => fromEnvironment,
  );
}

/** Every variable that starts with HEROKU_POSTGRESQL becomes a database: which there are is not asked here. */
function colours(call: Call): Val {
  const all = subscript(call.run, call.config, text(call, 'DATABASES'), call.site);
  const why = unknownAt(call.run, 'opaque-env', call.site);
  setSubscript(call.run, all, why, why, call.site);
  return why;
}

/** The engine is looked up in `dj_database_url.SCHEMES`, which later releases of that package no longer have. */
function geographic(call: Call, database: Val): Val {
  setSubscript(call.run, database, text(call, 'ENGINE'), unknownAt(call.run, 'third-party', call.site, { type: 'str' }), call.site);
  return database;
}

/** The test database is the database itself, an endless nesting; the successor takes a copy. */
function testDatabase(call: Call, database: Val): Val {
  const { run, site } = call;
  return lift(run, database, (one) => {
    const state = one.obj.t === 'dict' ? one.obj.cell.state : null;
    const copy =
      state === null || !call.release.later
        ? unknownAt(run, 'unsupported-syntax', site, { type: 'dict' })
        : known({ t: 'dict', factory: null, cell: newCell(run.journal, { ...state, entries: new Map(state.entries) }) }, originAt(site));
    setSubscript(run, one, text(call, 'TEST'), copy, site);
    return one;
  });
}

function staticFiles(call: Call): Val {
  const { run, site } = call;
  const root = lift(run, subscript(run, call.config, text(call, 'BASE_DIR'), site), (one) => {
    const base = one.obj.t === 'native' && one.obj.cls === 'environ.Path' ? one.obj.text : pathArg(one);
    if (base !== undefined) return str(osJoin([base, 'staticfiles']), originAt(site, undefined, one.origin));
    return one.obj.t === 'none'
      ? raise(run, 'TypeError', 'expected str, bytes or os.PathLike object', site)
      : unknownAt(run, 'dynamic-call', site, { type: 'str' });
  });
  put(call, 'STATIC_ROOT', root);
  put(call, 'STATIC_URL', text(call, '/static/'));
  lift(run, root, (one) => {
    const path = pathArg(one);
    noteWritten(run, path);
    if (path !== undefined) run.creates.push(knownValue(path, originAt(site)));
    return one;
  });
  when(
    call,
    has(call, 'MIDDLEWARE_CLASSES'),
    'MIDDLEWARE_CLASSES is set',
    () => middleware(call, 'MIDDLEWARE_CLASSES'),
    () => middleware(call, 'MIDDLEWARE'),
  );
  return put(call, 'STATICFILES_STORAGE', text(call, 'whitenoise.storage.CompressedManifestStaticFilesStorage'));
}

function middleware(call: Call, name: string): Val {
  const { run, site } = call;
  const old = subscript(run, call.config, text(call, name), site);
  const made = withItems(run, old, site, (items) => {
    const at = call.release.later ? behindSecurity(items) : 0;
    if (at === undefined) return unknownAt(run, 'dynamic-call', site);
    return known(tuple([...items.slice(0, at), text(call, WHITENOISE), ...items.slice(at)]), originAt(site));
  });
  return put(call, name, made);
}

/** The place behind the first SecurityMiddleware, or the front; undefined when an unknown item may be it. */
function behindSecurity(items: readonly Val[]): number | undefined {
  for (const [i, item] of items.entries()) {
    if (item.k !== 'known') return undefined;
    if (item.obj.t === 'str' && item.obj.v === SECURITY) return i + 1;
  }
  return 0;
}

function moduleFor(run: Run, release: Release): ModelledModule {
  return {
    open: true,
    names: {
      settings: () =>
        release.later && since(run, 'django-on-heroku', '1.1') === false
          ? unknownAt(run, 'third-party', { file: '', start: 0, end: 0 }, { key: release.module })
          : builtin('settings', (args, at) => settings(run, release, args, at)),
      HerokuDiscoverRunner: () => typeObject('HerokuDiscoverRunner', (_args, at) => unknownAt(run, 'third-party', at)),
      ...(release.later ? {} : { MAX_CONN_AGE: () => int(600, PYTHON) }),
    },
  };
}

export function djangoHerokuModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const first = moduleFor(run, { module: 'django_heroku', later: false });
  const later = moduleFor(run, { module: 'django_on_heroku', later: true });
  return { django_heroku: first, 'django_heroku.core': first, django_on_heroku: later, 'django_on_heroku.core': later };
}
