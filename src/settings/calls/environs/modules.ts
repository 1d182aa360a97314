import { arg, boolArg, builtin, isLeftOut, PYTHON, typeObject } from '../../builtins/native.ts';
import { callUnknown, callWith } from '../../expressions/call.ts';
import { truthOf } from '../../expressions/truth.ts';
import { exceptionClass, mayRaise, raise } from '../../raise.ts';
import { insideTry, lift, originAt, PyError, type Run, unknownAt } from '../../run.ts';
import { bool, type CallArgs, known, none, type Site, str, type Val } from '../../values/object.ts';
import { newCell, writeScope } from '../../values/state.ts';
import type { ModelledModule } from '../registry.ts';
import { since } from '../releases.ts';
import { environsFields, type Parse, parsedDefault } from './fields.ts';
import { readEnvFile } from './files.ts';
import { ABSENT_VALUE, type Env, prefixOf, rawValue } from './values.ts';

/** environs 9 to 15; what older releases do differently is unknown. */

const FOREIGN = new Set(['dj_db_url', 'dj_email_url', 'dj_cache_url']);

function read(run: Run, env: Env, args: CallArgs, site: Site, method: string, parse: Parse, custom = false): Val {
  if (args.open !== null) return callUnknown(run, args.open, args, site);
  return lift(run, arg(args, 0, 'name') ?? none(originAt(site)), (one) => {
    const prefix = prefixOf(env);
    const name = one.obj.t === 'str' && prefix !== undefined ? prefix + one.obj.v : undefined;
    if (name === undefined) return unknownAt(run, 'dynamic-call', site);
    if (env.state.state.names.has('sealed')) return raise(run, 'EnvSealedError', 'Env has already been sealed.', site);
    const given = args.pos[1] ?? args.kw.get('default');
    const otherwise = given?.k === 'known' && given.obj.t === 'ellipsis' ? undefined : given;
    const through = custom || FOREIGN.has(method);
    const finish = (value: Val): Val => checked(run, env, name, site, () => validate(run, parse(value, args, site), args, site));
    const fallback =
      otherwise === undefined ? undefined : () => (through ? finish(otherwise) : parsedDefault(run, method, otherwise, site));
    return rawValue(run, env, { name, otherwise, fallback, finish, lenient: env.eager ? null : () => noted(run, env, name, site) }, site);
  });
}

/** What is not valid raises, or is noted until `seal`. */
function checked(run: Run, env: Env, name: string, site: Site, body: () => Val): Val {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof PyError) || !['ValidationError', 'EnvError', 'EnvValidationError'].includes(error.type)) throw error;
    // Before 15.0 what is not valid was handed back as it is.
    if (!env.eager) return lenientResult(run, noted(run, env, name, site), name, site);
    return raise(run, 'EnvValidationError', `Environment variable "${name}" invalid`, site, name);
  }
}

function noted(run: Run, env: Env, name: string, site: Site): Val {
  writeScope(run.journal, env.state).names.set(`error:${name}`, bool(true, originAt(site)));
  return none(originAt(site));
}

function lenientResult(run: Run, value: Val, name: string, site: Site): Val {
  return since(run, 'environs', '15.0') === true ? value : unknownAt(run, 'unsupported-syntax', site, { names: [name] });
}

/** Validators of the project are called, those of marshmallow are not followed. */
function validate(run: Run, value: Val, args: CallArgs, site: Site): Val {
  const given = args.kw.get('validate');
  if (isLeftOut(given)) return value;
  if (given.k === 'known' && (given.obj.t === 'func' || given.obj.t === 'bound')) {
    const verdict = callWith(run, given, [value], site);
    // marshmallow 3 takes a false verdict for a failure, marshmallow 4 does not look at it.
    if (verdict.k === 'known' && (truthOf(run, verdict, site) === true || verdict.obj.t === 'none')) return value;
    return unknownAt(run, 'unsupported-syntax', site);
  }
  if (insideTry(run)) mayRaise(run, 'EnvValidationError', 'the value is not valid', site);
  return unknownAt(run, 'unsupported-syntax', site);
}

function seal(run: Run, env: Env, at: Site): Val {
  const failed = [...env.state.state.names].find(([name, slot]) => name.startsWith('error:') && slot.k === 'known');
  const doubtful = [...env.state.state.names].some(([name, slot]) => name.startsWith('error:') && slot.k === 'cond');
  writeScope(run.journal, env.state).names.set('sealed', bool(true, originAt(at)));
  if (failed !== undefined) return raise(run, 'EnvValidationError', 'Environment variables invalid', at, failed[0].slice('error:'.length));
  return doubtful ? unknownAt(run, 'dynamic-call', at) : none(originAt(at));
}

/** `with env.prefixed('X_'):` — the prefix is gone after an exception. */
function prefixed(run: Run, env: Env, args: CallArgs, at: Site, self: Val): Val {
  const added = arg(args, 0, 'prefix') ?? none(originAt(at));
  return known(
    {
      t: 'native',
      cls: 'environs.prefixed',
      truth: true,
      manage: (body) => {
        const old = env.state.state.names.get('prefix') ?? ABSENT_VALUE;
        const before = prefixOf(env);
        const text =
          added.k === 'known' && added.obj.t === 'str' && before !== undefined
            ? str(before + added.obj.v, PYTHON)
            : unknownAt(run, 'dynamic-call', at);
        const set = (value: Val | typeof ABSENT_VALUE) => writeScope(run.journal, env.state).names.set('prefix', value);
        set(text);
        try {
          const left = body(self);
          set(left === null || left.kind !== 'raise' ? (old.k === 'cond' ? unknownAt(run, 'dynamic-call', at) : old) : ABSENT_VALUE);
          return left;
        } catch (error) {
          set(ABSENT_VALUE);
          throw error;
        }
      },
    },
    originAt(at),
  );
}

/** env.add_parser('name', func) and @env.parser_for('name') */
function addParser(run: Run, env: Env, name: Val | undefined, func: Val, at: Site): Val {
  const text = name?.k === 'known' && name.obj.t === 'str' ? name.obj.v : undefined;
  if (text === undefined) return callUnknown(run, unknownAt(run, 'dynamic-call', at), { pos: [], kw: new Map(), open: null }, at);
  writeScope(run.journal, env.state).names.set(`parser:${text}`, func);
  return none(originAt(at));
}

function customParser(run: Run, func: Val): Parse {
  return (value, args, site) => {
    const kw = [...args.kw.keys()].some((name) => name !== 'default' && name !== 'name' && name !== 'validate');
    return kw || args.pos.length > 2 ? unknownAt(run, 'unsupported-syntax', site) : callWith(run, func, [value], site);
  };
}

interface Options {
  readonly eager: boolean;
  readonly expand: boolean;
  readonly prefix: Val | undefined;
  readonly files: { readonly suffix: string; readonly strip: boolean } | null;
}

function envObject(run: Run, options: Options): Val {
  const state = newCell(run.journal, { k: 'scope' as const, names: new Map(), open: null });
  if (options.prefix !== undefined) state.state.names.set('prefix', options.prefix);
  const env: Env = { state, eager: options.eager, expand: options.expand, files: options.files };
  const table = environsFields(run);
  const attr = (name: string): Val | undefined => {
    const parse = name !== '__call__' && Object.hasOwn(table, name) ? table[name] : undefined;
    if (parse !== undefined) return builtin(name, (args, at) => read(run, env, args, at, name, parse));
    const own = state.state.names.get(`parser:${name}`);
    if (own !== undefined && own.k !== 'absent')
      return builtin(name, (args, at) => read(run, env, args, at, name, customParser(run, own), true));
    switch (name) {
      case 'read_env':
        return builtin(name, (args, at) => readEnvFile(run, env, args, at));
      case 'seal':
        return builtin(name, (_args, at) => seal(run, env, at));
      case 'prefixed':
        return builtin(name, (args, at) => prefixed(run, env, args, at, self));
      case 'add_parser':
        return builtin(name, (args, at) => addParser(run, env, arg(args, 0, 'name'), arg(args, 1, 'func') ?? none(originAt(at)), at));
      case 'parser_for':
        return builtin(name, (args, at) =>
          builtin('decorator', (inner, where) => {
            addParser(run, env, arg(args, 0, 'name'), inner.pos[0] ?? none(originAt(where)), at);
            return inner.pos[0] ?? none(originAt(where));
          }),
        );
      case 'eager':
        return bool(env.eager, PYTHON);
      default:
        return undefined;
    }
  };
  const call = table['__call__'];
  const self: Val = known(
    {
      t: 'native',
      cls: 'environs.Env',
      truth: true,
      attr,
      call: (args, at) => (call === undefined ? none(originAt(at)) : read(run, env, args, at, '__call__', call)),
    },
    PYTHON,
  );
  return self;
}

function make(run: Run, args: CallArgs, at: Site, fileAware: boolean): Val {
  const flag = (name: string, otherwise: boolean) => boolArg(args.kw.get(name), otherwise);
  const eager = flag('eager', true);
  const expand = flag('expand_vars', false);
  const strip = flag('strip_whitespace', false);
  const suffix = args.kw.get('file_suffix');
  const ending = suffix === undefined ? '_FILE' : suffix.k === 'known' && suffix.obj.t === 'str' ? suffix.obj.v : undefined;
  if (
    eager === undefined ||
    expand === undefined ||
    strip === undefined ||
    ending === undefined ||
    args.open !== null ||
    args.pos.length > 0
  )
    return callUnknown(run, args.open ?? unknownAt(run, 'unsupported-syntax', at), args, at);
  return envObject(run, { eager, expand, prefix: args.kw.get('prefix'), files: fileAware ? { suffix: ending, strip } : null });
}

export function environsModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const error = (name: string) => () => {
    const cls = exceptionClass(name);
    return cls === undefined ? none(PYTHON) : known(cls, PYTHON);
  };
  return {
    environs: {
      open: true,
      names: {
        Env: () => typeObject('environs.Env', (args, at) => make(run, args, at, false)),
        FileAwareEnv: () => typeObject('environs.FileAwareEnv', (args, at) => make(run, args, at, true)),
        env: () => envObject(run, { eager: true, expand: false, prefix: undefined, files: null }),
        EnvError: error('EnvError'),
        EnvValidationError: error('EnvValidationError'),
        EnvNotSetError: error('EnvNotSetError'),
        EnvSealedError: error('EnvSealedError'),
        ValidationError: error('ValidationError'),
      },
    },
    marshmallow: { open: true, names: { ValidationError: error('ValidationError') } },
  };
}
