import { builtinName } from '../builtins/builtins.ts';
import { boolArg, builtin, PYTHON, pathArg, textArg, typeObject } from '../builtins/native.ts';
import { lookupVariable, readAs } from '../environment.ts';
import { attribute } from '../expressions/attributes.ts';
import { callUnknown } from '../expressions/call.ts';
import { equal } from '../expressions/comparison.ts';
import { truthOf } from '../expressions/truth.ts';
import { envFileAt, fileVariables, folderOf } from '../imports/libraries.ts';
import { exceptionClass } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { listFrom } from '../values/iterate.ts';
import { bool, type CallArgs, type Known, known, none, type Site, type Slot, str, tuple, type Val } from '../values/object.ts';
import { conditional, writeScope } from '../values/state.ts';
import { parseValue, smartCast } from './django-environ-casts.ts';
import { cacheConfig, databaseConfig, emailConfig } from './django-environ-urls.ts';
import { environPath } from './environ-path.ts';
import { loads } from './json.ts';
import { storeFile } from './python-dotenv.ts';
import type { ModelledModule } from './registry.ts';
import { parseUrl, urlObject } from './urls.ts';

interface Env {
  readonly scheme: ReadonlyMap<string, Val>;
  /** Options that the code has set on the object: prefix, smart_cast, escape_proxy. */
  readonly options: Map<string, Val>;
  readonly fileAware: boolean;
}

interface Asked {
  readonly name: string;
  readonly cast: Val | null;
  readonly otherwise: Val | undefined;
  readonly parseDefault: boolean;
}

export function isNone(value: Val | undefined | null): boolean {
  return value?.k === 'known' && value.obj.t === 'none';
}

/** Env.get_value */
function getValue(run: Run, env: Env, asked: Asked, site: Site, depth = 0): Val {
  const prefix = env.options.get('prefix');
  const lead = prefix === undefined ? '' : textArg(prefix);
  if (lead === undefined || env.options.has('escape_proxy') || depth > 8)
    return unknownAt(run, 'unsupported-syntax', site, { names: [asked.name] });
  const name = lead + asked.name;
  let { cast, otherwise } = asked;
  const info = env.scheme.get(name);
  if (info !== undefined) {
    const pair = info.k === 'known' && info.obj.t === 'tuple' && info.obj.items.length === 2 ? info.obj.items : null;
    if (cast === null || isNone(cast)) cast = pair === null ? info : (pair[0] ?? null);
    if (pair !== null) otherwise ??= pair[1];
  }
  if (isNone(cast)) cast = null;
  const slot = fileAwareSlot(run, env, name, site);
  const smart = env.options.get('smart_cast');
  const fallback = otherwise;
  const typed = smartCast(run, cast, fallback, smart === undefined ? true : boolArg(smart, true));
  const raw = readAs(
    run,
    {
      name,
      library: 'django-environ',
      site,
      fallback: fallback === undefined ? null : () => defaultValue(run, env, { ...asked, cast: typed, otherwise: fallback }, site, depth),
      error: 'ImproperlyConfigured',
      message: `Set the ${name} environment variable`,
    },
    slot.k === 'cond' ? slot : presented(slot),
  );
  // What was read from the environment carries its read or its variable; a default is already finished.
  const finish = (one: Val): Val => present(run, env, one, { ...asked, cast: typed, otherwise }, site, depth);
  return lift(
    run,
    raw,
    (one) => (one.read !== null || fromEnvironment(one, name) ? finish(one) : one),
    (one) => (one.env !== null && one.why !== 'missing-env' ? finish(one) : one),
  );
}

function presented(slot: Slot): Slot {
  return slot;
}

function fromEnvironment(one: Known, name: string): boolean {
  return one.origin.step === 'env' && one.origin.name === name && one.origin.state === 'given';
}

function fileAwareSlot(run: Run, env: Env, name: string, site: Site): Slot {
  const slot = lookupVariable(run, name, site);
  if (!env.fileAware) return slot;
  const file = lookupVariable(run, `${name}_FILE`, site);
  if (file.k === 'absent') return slot;
  const opaque: Val = { ...unknownAt(run, 'missing-file', site, { type: 'str', names: [`${name}_FILE`], env: name, key: `env:${name}` }) };
  if (file.k !== 'cond') return opaque;
  return conditional(file.cases.map((one) => ({ when: one.when, then: one.then.k === 'absent' ? slot : opaque })));
}

function defaultValue(run: Run, env: Env, asked: Asked, site: Site, depth: number): Val {
  const value = asked.otherwise ?? none(originAt(site));
  if (value.k === 'known' && value.obj.t === 'str' && value.obj.v.startsWith('$')) {
    const inner = getValue(run, env, { ...asked, name: value.obj.v.replace(/^\$+/, ''), parseDefault: false }, site, depth + 1);
    return lift(
      run,
      inner,
      (one) => (equal(run, one, value, site) === true ? one : parseValue(run, one, asked.cast, site)),
      (one) => one,
    );
  }
  return asked.parseDefault && !isNone(value) ? parseValue(run, value, asked.cast, site) : value;
}

function present(run: Run, env: Env, value: Val, asked: Asked, site: Site, depth: number): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t !== 'str') return one;
      if (one.obj.v.startsWith('$')) {
        const inner = getValue(run, env, { ...asked, name: one.obj.v.replace(/^\$+/, ''), parseDefault: false }, site, depth + 1);
        return lift(
          run,
          inner,
          (each) => finished(run, each, asked, site),
          (each) => each,
        );
      }
      return finished(run, one, asked, site);
    },
    (one) => parseValue(run, one, asked.cast, site),
  );
}

function finished(run: Run, one: Known, asked: Asked, site: Site): Val {
  const { otherwise } = asked;
  if (isNone(otherwise) && one.obj.t === 'str' && one.obj.v === '') return none(originAt(site, undefined, one.origin));
  const same = otherwise?.k === 'known' ? equal(run, one, otherwise, site) : otherwise === undefined ? false : undefined;
  if (same === undefined) return unknownAt(run, 'dynamic-call', site);
  return !same || (asked.parseDefault && one.obj.t !== 'none') ? parseValue(run, one, asked.cast, site) : one;
}

/** The arguments of env('X', …) and env.type('X', …). */
function ask(run: Run, env: Env, args: CallArgs, site: Site, forced: Val | null | 'free', names: readonly string[], preset = ''): Val {
  if (args.open !== null) return callUnknown(run, args.open, args, site);
  const at = (name: string): Val | undefined => args.kw.get(name) ?? args.pos[names.indexOf(name)];
  const variable = names.indexOf('var') === -1 ? undefined : (args.pos[0] ?? args.kw.get('var'));
  const cast = forced === 'free' ? (at('cast') ?? null) : forced;
  const parse = boolArg(args.kw.get('parse_default'), false);
  return lift(run, variable ?? str(preset, originAt(site)), (one) => {
    if (one.obj.t !== 'str' || parse === undefined) return unknownAt(run, 'unsupported-syntax', site);
    return getValue(run, env, { name: one.obj.v, cast, otherwise: at('default'), parseDefault: parse }, site);
  });
}

function envObject(run: Run, env: Env): Val {
  const typed = (name: string, cast: () => Val | null, params: readonly string[] = ['var', 'default']) =>
    builtin(name, (args, at) => ask(run, env, args, at, cast(), params));
  const urls = (name: string, preset: string, make: (url: Known, override: string | undefined, site: Site) => Val, parse: boolean) =>
    builtin(name, (args, at) => {
      const key = args.kw.get('engine') ?? args.kw.get('backend') ?? args.pos[2];
      const override = key === undefined || isNone(key) ? undefined : textArg(key);
      if (key !== undefined && !isNone(key) && override === undefined) return unknownAt(run, 'dynamic-call', at, { type: 'dict' });
      const url = ask(
        run,
        env,
        parse ? { ...args, kw: new Map([...args.kw].filter(([one]) => one !== 'parse_default')) } : args,
        at,
        null,
        ['var', 'default'],
        preset,
      );
      return lift(
        run,
        url,
        (one) => (one.obj.t === 'str' ? make(one, override, at) : unknownAt(run, 'dynamic-call', at)),
        (one) => ({ ...one, type: 'dict', truth: null, env: null, key: '' }),
      );
    });
  const attr = (name: string): Val | undefined => {
    switch (name) {
      case 'str':
        return builtin('str', (args, at) => {
          if (args.kw.has('multiline') || args.kw.has('choices') || args.pos.length > 2)
            return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
          return ask(run, env, args, at, builtinName(run, 'str') ?? null, ['var', 'default']);
        });
      case 'bool':
      case 'int':
      case 'float':
        return typed(name, () => builtinName(run, name) ?? null);
      case 'json':
        return typed(name, () => builtin('loads', (args, at) => loads(run, args.pos[0] ?? none(originAt(at)), at)));
      case 'list':
      case 'tuple':
        return builtin(name, (args, at) => {
          const cast = args.kw.get('cast') ?? args.pos[1];
          const given = cast === undefined || isNone(cast) ? null : cast;
          const truth = given?.k === 'known' ? truthOf(run, given, at) : undefined;
          if (given !== null && truth === undefined) return unknownAt(run, 'dynamic-call', at);
          const inner = truth === false ? null : given;
          const form =
            inner === null
              ? (builtinName(run, name) ?? null)
              : known(name === 'list' ? listFrom(run, [inner]) : tuple([inner]), originAt(at));
          return ask(run, env, args, at, form, ['var', 'cast', 'default']);
        });
      case 'dict':
        return builtin(name, (args, at) =>
          ask(run, env, args, at, args.kw.get('cast') ?? args.pos[1] ?? builtinName(run, 'dict') ?? null, ['var', 'cast', 'default']),
        );
      case 'bytes':
        return typed(name, () => builtinName(run, 'str') ?? null);
      case 'url':
        return builtin(name, (args, at) =>
          lift(run, ask(run, env, args, at, null, ['var', 'default']), (one) => {
            const url = one.obj.t === 'str' ? parseUrl(one.obj.v) : undefined;
            return url === undefined ? (one.obj.t === 'none' ? one : unknownAt(run, 'dynamic-call', at)) : urlObject(run, url, one, at);
          }),
        );
      case 'db':
      case 'db_url':
        return urls(name, 'DATABASE_URL', (url, engine, site) => databaseConfig(run, url, engine, site), false);
      case 'cache':
      case 'cache_url':
        return urls(name, 'CACHE_URL', (url, backend, site) => cacheConfig(run, url, backend, site), true);
      case 'email':
      case 'email_url':
        return urls(name, 'EMAIL_URL', (url, backend, site) => emailConfig(run, url, backend, site), true);
      case 'path':
        return builtin(name, (args, at) =>
          lift(run, ask(run, env, args, at, null, ['var', 'default']), (one) => environPath(run, [one], at)),
        );
      case 'get_value':
        return builtin(name, (args, at) => ask(run, env, args, at, 'free', ['var', 'cast', 'default', 'parse_default']));
      case '__contains__':
        return builtin(name, (args, at) => lift(run, args.pos[0] ?? none(originAt(at)), (one) => isThere(run, one, at)));
      case 'ENVIRON':
        return attribute(run, envModule(run), 'environ', { file: '', start: 0, end: 0 });
      default:
        return env.options.get(name) ?? classAttribute(run, name);
    }
  };
  return known(
    {
      t: 'native',
      cls: 'environ.Env',
      truth: true,
      call: (args, at) => ask(run, env, args, at, 'free', ['var', 'cast', 'default', 'parse_default']),
      attr,
      setAttr: (name, value) => {
        if (name !== 'warn_on_default') env.options.set(name, value);
      },
      contains: (key, at) => lift(run, key, (one) => isThere(run, one, at)),
    },
    PYTHON,
  );
}

function envModule(run: Run): Val {
  const module = run.natives.get('os');
  return module === undefined || module === null ? unknownAt(run, 'dynamic-call', { file: '', start: 0, end: 0 }) : known(module, PYTHON);
}

function isThere(run: Run, name: Known, site: Site): Val {
  if (name.obj.t !== 'str') return unknownAt(run, 'dynamic-call', site, { type: 'bool' });
  const slot = lookupVariable(run, name.obj.v, site);
  return slot.k === 'cond'
    ? unknownAt(run, 'opaque-env', site, { type: 'bool', names: [name.obj.v] })
    : bool(slot.k !== 'absent', originAt(site));
}

/** Env.read_env */
function readEnv(run: Run, args: CallArgs, at: Site): Val {
  const given = args.pos[0] ?? args.kw.get('env_file');
  const overwrite = boolArg(args.kw.get('overwrite') ?? args.pos[1], false);
  const parseComments = boolArg(args.kw.get('parse_comments') ?? args.pos[2], false);
  const extra = [...args.kw.keys()].some(
    (name) => !['env_file', 'overwrite', 'parse_comments', 'encoding', 'recurse', 'override'].includes(name),
  );
  const folder = folderOf(at.file);
  const path = given === undefined || isNone(given) ? str(`<ROOT>/${folder === '' ? '' : `${folder}/`}.env`, originAt(at)) : given;
  const opened = (): Val => {
    writeScope(run.journal, run.environ).open = unknownAt(run, 'missing-file', at, { type: 'str' });
    return none(originAt(at));
  };
  if (overwrite === undefined || parseComments === undefined || extra || args.open !== null) return opened();
  return lift(
    run,
    path,
    (one) => {
      const text = one.obj.t === 'native' && one.obj.cls === 'environ.Path' ? one.obj.text : pathArg(one);
      const file = text === undefined ? undefined : envFileAt(run, text);
      if (file === undefined) return opened();
      if (file === null) return none(originAt(at));
      const last = new Map<string, Val>();
      for (const each of fileVariables(run, file, 'django-environ', at, { parseComments }))
        if (each.value !== null) last.set(each.name, each.value);
      for (const [name, value] of last) keep(run, name, value, overwrite, at);
      return none(originAt(at));
    },
    () => opened(),
  );
}

/** setdefault, or a store with `overwrite`. */
export function keep(run: Run, name: string, value: Val, overwrite: boolean, at: Site): void {
  const slot = lookupVariable(run, name, at);
  if (overwrite || slot.k === 'absent') storeFile(run, name, value);
  else if (slot.k === 'cond')
    writeScope(run.journal, run.environ).names.set(
      name,
      conditional(slot.cases.map((one) => ({ when: one.when, then: one.then.k === 'absent' ? value : one.then }))),
    );
}

function classAttribute(run: Run, name: string): Val | undefined {
  if (name === 'read_env') return builtin(name, (args, at) => readEnv(run, args, at));
  if (name === 'db_url_config' || name === 'cache_url_config' || name === 'email_url_config') {
    return builtin(name, (args, at) =>
      lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
        if (one.obj.t !== 'str' || args.pos.length > 1 || args.kw.size > 0)
          return unknownAt(run, 'unsupported-syntax', at, { type: 'dict' });
        return name === 'db_url_config'
          ? databaseConfig(run, one, undefined, at)
          : name === 'cache_url_config'
            ? cacheConfig(run, one, undefined, at)
            : emailConfig(run, one, undefined, at);
      }),
    );
  }
  return undefined;
}

export function djangoEnvironModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const make = (fileAware: boolean, name: string) => () =>
    typeObject(
      name,
      (args, at) =>
        args.open === null ? envObject(run, { scheme: args.kw, options: new Map(), fileAware }) : callUnknown(run, args.open, args, at),
      (attr) => classAttribute(run, attr),
    );
  const improper = exceptionClass('ImproperlyConfigured');
  const names = {
    Env: make(false, 'Env'),
    FileAwareEnv: make(true, 'FileAwareEnv'),
    Path: () => typeObject('environ.Path', (args, at) => environPath(run, args.pos, at, args.kw)),
    ImproperlyConfigured: () => (improper === undefined ? none(PYTHON) : known(improper, PYTHON)),
  };
  return { environ: { open: true, names }, 'environ.environ': { open: true, names } };
}
