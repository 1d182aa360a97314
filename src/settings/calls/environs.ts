import { toFloat, toInt } from '../builtins/casts.ts';
import { arg, boolArg, builtin, PYTHON, pathArg, textArg, typeObject } from '../builtins/native.ts';
import { lookupVariable, readAs } from '../environment.ts';
import { callUnknown, callWith } from '../expressions/call.ts';
import { envFileAt, fileVariables, folderOf, invalid, searchUpwards } from '../imports/libraries.ts';
import { exceptionClass } from '../raise.ts';
import { lift, originAt, PyError, type Run, unknownAt } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom, listFrom } from '../values/iterate.ts';
import { bool, type CallArgs, type Known, known, none, type Site, str, type Val } from '../values/object.ts';
import { purePath } from '../values/paths.ts';
import { writeScope } from '../values/state.ts';
import { parseDatabaseValue } from './dj-database-url.ts';
import { keep } from './django-environ-files.ts';
import { loads } from './json.ts';
import { LOG_LEVELS } from './log-levels.ts';
import type { ModelledModule } from './registry.ts';

/** environs 15. */

const TRUE_WORDS = new Set(['t', 'T', 'true', 'True', 'TRUE', 'on', 'On', 'ON', 'y', 'Y', 'yes', 'Yes', 'YES', '1']);
const FALSE_WORDS = new Set(['f', 'F', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF', 'n', 'N', 'no', 'No', 'NO', '0']);
interface Env {
  readonly prefix: string | undefined;
  readonly expand: boolean;
  /** FileAwareEnv (from 12.0 on): a variable of the name and this names a file with the value. */
  readonly fileSuffix?: string;
}

type Parse = (value: Val, args: CallArgs, name: string, site: Site) => Val;

function validated(run: Run, name: string, site: Site, body: () => Val): Val {
  try {
    return body();
  } catch (error) {
    if (error instanceof PyError && error.type === 'ValueError') return invalid(run, 'EnvValidationError', name, site);
    throw error;
  }
}

function read(run: Run, env: Env, args: CallArgs, site: Site, kind: string, parse: Parse): Val {
  if (args.open !== null || args.kw.has('validate') || env.prefix === undefined)
    return callUnknown(run, args.open ?? unknownAt(run, 'unsupported-syntax', site), args, site);
  const prefix = env.prefix;
  return lift(run, arg(args, 0, 'name') ?? none(originAt(site)), (one) => {
    const name = one.obj.t === 'str' ? prefix + one.obj.v : undefined;
    if (name === undefined) return unknownAt(run, 'dynamic-call', site);
    const inFile = env.fileSuffix === undefined ? undefined : name + env.fileSuffix;
    if (inFile !== undefined && !isUnset(run, inFile, site)) return unknownAt(run, 'opaque-env', site, { names: [inFile] });
    const given = args.pos[1] ?? args.kw.get('default');
    const otherwise = given?.k === 'known' && given.obj.t === 'ellipsis' ? undefined : given;
    const value = readAs(
      run,
      {
        name,
        library: 'environs',
        site,
        // dj_db_url hands its default to the parser, the field readers do not.
        fallback:
          otherwise === undefined
            ? null
            : () => (kind === 'dj_db_url' ? parse(otherwise, args, name, site) : finishDefault(run, otherwise, kind, site)),
        error: 'EnvNotSetError',
        message: `Environment variable "${name}" not set`,
      },
      lookupVariable(run, name, site),
    );
    const own = (each: Known) =>
      each.read !== null || (each.origin.step === 'env' && each.origin.state === 'given' && each.origin.name === name);
    return lift(
      run,
      value,
      (each) => {
        if (!own(each)) return each;
        if (each.obj.t === 'str' && env.expand && each.obj.v.includes('$'))
          return unknownAt(run, 'unsupported-syntax', site, { names: [name] });
        return validated(run, name, site, () => parse(each, args, name, site));
      },
      (each) => (each.env === null ? each : parse(each, args, name, site)),
    );
  });
}

/** Absent, or empty, which counts as absent here. */
function isUnset(run: Run, name: string, site: Site): boolean {
  const slot = lookupVariable(run, name, site);
  return slot.k === 'absent' || (slot.k === 'known' && slot.obj.t === 'str' && slot.obj.v === '');
}

/** Releases differ in whether a default that is text goes through the parser. */
function finishDefault(run: Run, value: Val, kind: string, site: Site): Val {
  const text = value.k === 'known' && value.obj.t === 'str';
  return text && kind !== 'str' && kind !== '' ? unknownAt(run, 'unsupported-syntax', site) : value;
}

function toBool(run: Run, value: Val, name: string, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      const text = one.obj.t === 'str' ? one.obj.v : '';
      if (TRUE_WORDS.has(text)) return bool(true, originAt(site, undefined, one.origin));
      if (FALSE_WORDS.has(text)) return bool(false, originAt(site, undefined, one.origin));
      return invalid(run, 'EnvValidationError', name, site);
    },
    (one) => ({ ...one, type: 'bool', truth: null, env: null, key: one.key === '' ? '' : `environs.bool(${one.key})` }),
  );
}

function toList(run: Run, value: Val, args: CallArgs, site: Site): Val {
  const cast = args.kw.get('subcast') ?? args.pos[2];
  const delimiter = args.kw.has('delimiter') ? textArg(args.kw.get('delimiter')) : ',';
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t !== 'str' || delimiter === undefined || delimiter === '')
        return unknownAt(run, 'unsupported-syntax', site, { type: 'list' });
      const parts = one.obj.v === '' ? [] : one.obj.v.split(delimiter);
      const plain =
        cast === undefined || (cast.k === 'known' && (cast.obj.t === 'none' || (cast.obj.t === 'builtin' && cast.obj.name === 'str')));
      const items = parts.map((part): Val => {
        const item = str(part, originAt(site, undefined, one.origin), one.secret);
        if (plain || cast === undefined) return item;
        return cast.k === 'known' && cast.obj.t === 'builtin' && cast.obj.type && cast.obj.name !== 'int' && cast.obj.name !== 'float'
          ? unknownAt(run, 'unsupported-syntax', site)
          : callWith(run, cast, [item], site);
      });
      return known(listFrom(run, items), originAt(site, undefined, one.origin));
    },
    (one) => ({ ...one, type: 'list', truth: null, env: null, key: '' }),
  );
}

function toDict(run: Run, value: Val, args: CallArgs, site: Site): Val {
  if ([...args.kw.keys()].some((name) => name !== 'default' && name !== 'name'))
    return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  return lift(
    run,
    value,
    (one) => {
      const dict = dictFrom(run, [], site);
      if (one.obj.t !== 'str') return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
      for (const pair of one.obj.v === '' ? [] : one.obj.v.split(',')) {
        const at = pair.indexOf('=');
        if (at === -1) return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
        setItem(
          run,
          dict,
          str(pair.slice(0, at).trim(), originAt(site)),
          str(pair.slice(at + 1).trim(), originAt(site, undefined, one.origin)),
          site,
        );
      }
      return known(dict, originAt(site));
    },
    (one) => ({ ...one, type: 'dict', truth: null, env: null, key: '' }),
  );
}

function parsers(run: Run): Readonly<Record<string, Parse>> {
  return {
    str: (value) => value,
    int: (value, _args, _name, site) => toInt(run, value, 10, site),
    float: (value, _args, _name, site) => toFloat(run, value, site),
    bool: (value, _args, name, site) => toBool(run, value, name, site),
    list: (value, args, _name, site) => toList(run, value, args, site),
    dict: (value, args, _name, site) => toDict(run, value, args, site),
    json: (value, _args, _name, site) => loads(run, value, site),
    path: (value, _args, _name, site) =>
      lift(run, value, (one) =>
        one.obj.t === 'str'
          ? known({ t: 'path', v: purePath(one.obj.v) }, originAt(site, undefined, one.origin))
          : unknownAt(run, 'dynamic-call', site),
      ),
    log_level: (value, _args, name, site) =>
      lift(run, value, (one) => {
        const level = one.obj.t === 'str' ? LOG_LEVELS[one.obj.v.toUpperCase()] : undefined;
        return level === undefined ? toInt(run, one, 10, site) : known({ t: 'int', v: BigInt(level) }, originAt(site, name, one.origin));
      }),
    dj_db_url: (value, args, _name, site) => {
      const values = new Map([...args.kw].filter(([name]) => name !== 'default' && name !== 'name'));
      return parseDatabaseValue(run, value, values, site);
    },
  };
}

function envObject(run: Run, env: Env): Val {
  const table = parsers(run);
  const attr = (name: string): Val | undefined => {
    const parse = Object.hasOwn(table, name) ? table[name] : undefined;
    if (parse !== undefined) {
      return builtin(name, (args, at) => read(run, env, args, at, name, parse));
    }
    if (name === 'read_env') return builtin(name, (args, at) => readEnv(run, args, at));
    if (name === 'seal') return builtin(name, (_args, at) => none(originAt(at)));
    if (name === 'prefixed') {
      return builtin(name, (args) => {
        const prefix = textArg(args.pos[0]);
        return envObject(run, { ...env, prefix: prefix === undefined || env.prefix === undefined ? undefined : env.prefix + prefix });
      });
    }
    return undefined;
  };
  return known(
    { t: 'native', cls: 'environs.Env', truth: true, call: (args, at) => read(run, env, args, at, '', (value) => value), attr },
    PYTHON,
  );
}

function readEnv(run: Run, args: CallArgs, at: Site): Val {
  const path = arg(args, 0, 'path');
  const recurse = boolArg(args.kw.get('recurse') ?? args.pos[1], true);
  const override = boolArg(args.kw.get('override'), false);
  const opened = (): Val => {
    writeScope(run.journal, run.environ).open = unknownAt(run, 'missing-file', at, { type: 'str' });
    return unknownAt(run, 'missing-file', at, { type: 'bool' });
  };
  if (recurse === undefined || override === undefined || args.open !== null) return opened();
  const load = (file: string | null | undefined): Val => {
    if (file === undefined) return opened();
    if (file === null) return bool(false, originAt(at));
    const last = new Map<string, Val>();
    for (const one of fileVariables(run, file, 'python-dotenv', at, { override })) if (one.value !== null) last.set(one.name, one.value);
    for (const [name, value] of last) keep(run, name, value, override, at);
    return bool(true, originAt(at));
  };
  if (path === undefined || (path.k === 'known' && path.obj.t === 'none'))
    return load(searchUpwards(run, folderOf(at.file), ['.env']) ?? null);
  return lift(
    run,
    path,
    (one) => {
      const text = pathArg(one);
      const file = text === undefined ? undefined : envFileAt(run, text);
      if (file !== null || !recurse || text === undefined) return load(file);
      const slash = text.lastIndexOf('/');
      const folder = slash === -1 ? '' : text.slice(0, slash).replace(/^<ROOT>\/?/, '');
      return load(searchUpwards(run, folder, [text.slice(slash + 1)]) ?? null);
    },
    () => opened(),
  );
}

export function environsModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const error = (name: string) => () => {
    const cls = exceptionClass(name);
    return cls === undefined ? none(PYTHON) : known(cls, PYTHON);
  };
  const make = (isFileAware: boolean) => () =>
    typeObject(isFileAware ? 'environs.FileAwareEnv' : 'environs.Env', (args, at) => {
      const eager = boolArg(args.kw.get('eager'), true);
      const expand = boolArg(args.kw.get('expand_vars'), false);
      const prefix = args.kw.has('prefix') ? textArg(args.kw.get('prefix')) : '';
      if (eager !== true || expand === undefined || args.open !== null) return unknownAt(run, 'unsupported-syntax', at);
      if (!isFileAware) return envObject(run, { prefix, expand });
      const fileSuffix = args.kw.has('file_suffix') ? textArg(args.kw.get('file_suffix')) : '_FILE';
      return fileSuffix === undefined ? unknownAt(run, 'unsupported-syntax', at) : envObject(run, { prefix, expand, fileSuffix });
    });
  return {
    environs: {
      open: true,
      names: {
        Env: make(false),
        FileAwareEnv: make(true),
        env: () => envObject(run, { prefix: '', expand: false }),
        EnvError: error('EnvError'),
        EnvValidationError: error('EnvValidationError'),
        EnvNotSetError: error('EnvNotSetError'),
      },
    },
  };
}
