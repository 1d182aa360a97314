import { arg, builtin, PYTHON, textArg } from '../../builtins/native.ts';
import { readVariable } from '../../environment.ts';
import { callUnknown } from '../../expressions/call.ts';
import { choose } from '../../expressions/truth.ts';
import { exceptionClass } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { openDict, setItem } from '../../values/containers.ts';
import { dictFrom } from '../../values/iterate.ts';
import { type CallArgs, known, none, type Site, str, type Val } from '../../values/object.ts';
import type { ModelledModule } from '../registry.ts';
import { since } from '../releases.ts';
import { parseDatabaseUrl } from './parse.ts';
import { engineTable } from './schemes.ts';

/** dj-database-url 0.5 to 3.1. */

/** Options of `parse`; undefined where releases have them in another order. */
export function databaseOptions(run: Run, args: CallArgs, from: number): ReadonlyMap<string, Val> | undefined {
  const params = ['engine', 'conn_max_age', 'conn_health_checks', 'disable_server_side_cursors', 'ssl_require', 'test_options'];
  if (args.pos.length > from + 2 && since(run, 'dj-database-url', '2.2') !== true) return undefined;
  const values = new Map<string, Val>();
  for (const [i, name] of params.entries()) {
    const value = args.kw.get(name) ?? args.pos[from + i];
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

/** A URL that nobody can read still gives a dict, to which the code may add. */
export function parseDatabaseValue(run: Run, url: Val, options: ReadonlyMap<string, Val> | undefined, site: Site): Val {
  return lift(
    run,
    url,
    (one) => {
      const made = options === undefined ? undefined : parseDatabaseUrl(run, one, options, site);
      return made ?? known(openDict(run, unknownAt(run, 'unsupported-syntax', site)), originAt(site));
    },
    (one) => known(openDict(run, one), originAt(site, undefined, one.origin)),
  );
}

/** dj_database_url.config */
export function databaseFromEnvironment(run: Run, args: CallArgs, at: Site): Val {
  const name = arg(args, 0, 'env') ?? str('DATABASE_URL', originAt(at));
  const otherwise = arg(args, 1, 'default') ?? none(originAt(at));
  const options = databaseOptions(run, args, 2);
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
          () => parseDatabaseValue(run, each, options, at),
          () => known(dictFrom(run, [], at), originAt(at)),
        ),
      (each) => parseDatabaseValue(run, each, options, at),
    );
  });
}

/** register(scheme, backend): what it returns takes a function that changes what is parsed. */
function register(run: Run, args: CallArgs, at: Site): Val {
  const scheme = arg(args, 0, 'scheme') ?? none(originAt(at));
  const table = engineTable(run);
  setItem(run, table, scheme, arg(args, 1, 'backend') ?? none(originAt(at)), at);
  return builtin('inner', (given, where) => {
    setItem(run, table, scheme, unknownAt(run, 'dynamic-call', where), where);
    return given.pos[0] ?? none(originAt(where));
  });
}

export function djDatabaseUrlModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const called = (name: string, use: (args: CallArgs, at: Site) => Val) => () =>
    builtin(name, (args, at) => (args.open === null ? use(args, at) : callUnknown(run, args.open, args, at)));
  const error = (name: string) => () => {
    const cls = exceptionClass(name);
    return cls === undefined ? none(PYTHON) : known(cls, PYTHON);
  };
  return {
    dj_database_url: {
      open: true,
      names: {
        config: called('config', (args, at) => databaseFromEnvironment(run, args, at)),
        parse: called('parse', (args, at) =>
          parseDatabaseValue(run, arg(args, 0, 'url') ?? none(originAt(at)), databaseOptions(run, args, 1), at),
        ),
        register: called('register', (args, at) => register(run, args, at)),
        SCHEMES: () => known(engineTable(run), PYTHON),
        DEFAULT_ENV: () => str('DATABASE_URL', PYTHON),
        ParseError: error('ParseError'),
        UnknownSchemeError: error('UnknownSchemeError'),
      },
    },
  };
}
