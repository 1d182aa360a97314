import { builtinName } from '../../builtins/builtins.ts';
import { encoded } from '../../builtins/codecs.ts';
import { builtin, isNone, PYTHON, typeObject } from '../../builtins/native.ts';
import { attribute } from '../../expressions/attributes.ts';
import { callUnknown } from '../../expressions/call.ts';
import { contains } from '../../expressions/comparison.ts';
import { choose, truthOf } from '../../expressions/truth.ts';
import { exceptionClass, raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { listFrom } from '../../values/iterate.ts';
import { type CallArgs, known, none, type Site, str, tuple, type Val } from '../../values/object.ts';
import { newCell, writeScope } from '../../values/state.ts';
import { hasRoot } from '../../values/text.ts';
import { loads } from '../python/json.ts';
import { parseUrl, urlObject } from '../python/urls.ts';
import { type ModelledModule, nativeModule } from '../registry.ts';
import { since } from '../releases.ts';
import { parseValue } from './casts.ts';
import { classOption, type EnvClass, envClasses, optionOf, setClassOption, type TableName } from './class.ts';
import { databaseConfig } from './databases.ts';
import { readEnv } from './files.ts';
import { environPath } from './path.ts';
import { type Service, serviceConfig } from './services.ts';
import { type Env, getValue, isThere } from './values.ts';

/** django-environ 0.4.5 to 0.14. */

const NOTSET = 'environ.NoValue';

interface Given {
  readonly get: (name: string) => Val | undefined;
}

/** The arguments of a call by the names of the parameters; `NOTSET` counts as left out. */
function given(args: CallArgs, params: readonly string[]): Given {
  return {
    get: (name) => {
      const value = args.kw.get(name) ?? args.pos[params.indexOf(name)];
      return value?.k === 'known' && value.obj.t === 'native' && value.obj.cls === NOTSET ? undefined : value;
    },
  };
}

interface Question {
  readonly cast: Val | null;
  readonly parseDefault?: boolean;
  /** The variable when none is named. */
  readonly preset?: string;
}

/** The value of the variable that `var` names. */
function ask(run: Run, env: Env, from: Given, question: Question, site: Site): Val {
  const variable = from.get('var') ?? str(question.preset ?? '', originAt(site));
  return lift(run, variable, (one) => {
    if (one.obj.t !== 'str') return unknownAt(run, 'unsupported-syntax', site);
    const asked = { name: one.obj.v, cast: question.cast, otherwise: from.get('default'), parseDefault: question.parseDefault ?? false };
    return getValue(run, env, asked, site);
  });
}

type Method = (from: Given, site: Site) => Val;

/** `lift` over the flag that an argument is. */
function flagged(run: Run, value: Val | undefined, site: Site, use: (flag: boolean) => Val): Val {
  if (value === undefined) return use(false);
  return lift(run, value, (one) => {
    const flag = truthOf(run, one, site);
    return flag === undefined ? unknownAt(run, 'dynamic-call', site) : use(flag);
  });
}

const WITH_CAST = ['var', 'cast', 'default', 'parse_default'];
const PLAIN = ['var', 'default'];

/** The methods that read a variable, with their parameters. */
function readers(run: Run, env: Env): Readonly<Record<string, readonly [params: readonly string[], method: Method]>> {
  const type = (name: string) => builtinName(run, name) ?? null;
  const typed = (name: string): readonly [readonly string[], Method] => [
    PLAIN,
    (from, at) => ask(run, env, from, { cast: type(name) }, at),
  ];
  const free: Method = (from, at) =>
    flagged(run, from.get('parse_default'), at, (parseDefault) =>
      ask(run, env, from, { cast: from.get('cast') ?? null, parseDefault }, at),
    );
  const sequence = (name: 'list' | 'tuple'): readonly [readonly string[], Method] => [
    ['var', 'cast', 'default'],
    (from, at) =>
      flagged(run, from.get('cast'), at, (has) => {
        const inner = from.get('cast');
        const cast =
          !has || inner === undefined ? type(name) : known(name === 'list' ? listFrom(run, [inner]) : tuple([inner]), originAt(at));
        return ask(run, env, from, { cast }, at);
      }),
  ];
  const url = (from: Given, at: Site, preset: string) => ask(run, env, from, { cast: urlparse(run), parseDefault: true, preset }, at);
  const service = (name: Service, preset: string, override: string): readonly [readonly string[], Method] => [
    ['var', 'default', override],
    (from, at) => serviceConfig(run, env.cls, name, url(from, at, preset), from.get(override), at),
  ];
  const db: readonly [readonly string[], Method] = [
    ['var', 'default', 'engine'],
    (from, at) => databaseConfig(run, env.cls, ask(run, env, from, { cast: null, preset: 'DATABASE_URL' }, at), from.get('engine'), at),
  ];
  const cache = service('cache', 'CACHE_URL', 'backend');
  const email = service('email', 'EMAIL_URL', 'backend');
  const channels = service('channels', 'CHANNELS_URL', 'backend');
  return {
    __call__: [WITH_CAST, free],
    get_value: [WITH_CAST, free],
    str: [['var', 'default', 'multiline', 'choices'], (from, at) => textReader(run, env, from, at)],
    unicode: typed('str'),
    bytes: [['var', 'default', 'encoding'], (from, at) => bytesReader(run, env, from, at)],
    bool: typed('bool'),
    int: typed('int'),
    float: typed('float'),
    json: [
      PLAIN,
      (from, at) =>
        ask(run, env, from, { cast: builtin('loads', (args, site) => loads(run, args.pos[0] ?? none(originAt(site)), site)) }, at),
    ],
    list: sequence('list'),
    tuple: sequence('tuple'),
    dict: [['var', 'cast', 'default'], (from, at) => ask(run, env, from, { cast: from.get('cast') ?? type('dict') }, at)],
    url: [PLAIN, (from, at) => url(from, at, '')],
    db,
    db_url: db,
    cache,
    cache_url: cache,
    email,
    email_url: email,
    search_url: service('search', 'SEARCH_URL', 'engine'),
    channels,
    channels_url: channels,
    path: [PLAIN, (from, at) => lift(run, ask(run, env, from, { cast: null }, at), (one) => environPath(run, [one], at))],
  };
}

/** urlparse as a cast. */
function urlparse(run: Run): Val {
  return builtin('urlparse', (args, at) =>
    lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
      const url = one.obj.t === 'str' ? parseUrl(one.obj.v) : undefined;
      if (url === null) return raise(run, 'ValueError', 'the URL is not valid', at, one.read?.name ?? null);
      return url === undefined ? unknownAt(run, 'unsupported-syntax', at) : urlObject(run, url, one, at);
    }),
  );
}

/** Before 0.5 env.str cast nothing, so that schemes and defaults of other types decided. */
function plainText(run: Run, env: Env, from: Given, at: Site): Val {
  const otherwise = from.get('default');
  const isPlain =
    env.scheme.size === 0 && (otherwise === undefined || (otherwise.k === 'known' && ['str', 'none'].includes(otherwise.obj.t)));
  const newer = isPlain ? true : since(run, 'django-environ', '0.5');
  if (newer === undefined) return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
  return ask(run, env, from, { cast: newer ? (builtinName(run, 'str') ?? null) : null }, at);
}

function textReader(run: Run, env: Env, from: Given, at: Site): Val {
  const value = plainText(run, env, from, at);
  const choices = from.get('choices');
  return flagged(run, from.get('multiline'), at, (multiline) => {
    if (multiline) return lift(run, value, (one) => newlines(run, one.obj.t === 'str' ? one.obj.v : null, one, at));
    if (choices === undefined) return value;
    return choose(
      run,
      contains(run, choices, value, at),
      at,
      'the value is one of the choices',
      () => value,
      () => raise(run, 'ImproperlyConfigured', 'Invalid value', at),
    );
  });
}

function newlines(run: Run, text: string | null, one: Val, at: Site): Val {
  if (text === null)
    return raise(run, since(run, 'django-environ', '0.8') === false ? 'AttributeError' : 'TypeError', 'expected string', at);
  // Before 0.8 a written \r stayed.
  const newer = text.includes('\\r\\n') ? since(run, 'django-environ', '0.8') : true;
  if (newer === undefined || one.k !== 'known') return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
  return { ...one, obj: { t: 'str', v: text.replace(newer ? /(\\r)?\\n/g : /\\n/g, '\n') } };
}

function bytesReader(run: Run, env: Env, from: Given, at: Site): Val {
  // Before 0.7 the default was not looked at.
  if (from.get('default') !== undefined && since(run, 'django-environ', '0.7') !== true) return unknownAt(run, 'unsupported-syntax', at);
  const value = ask(run, env, from, { cast: builtinName(run, 'str') ?? null }, at);
  return lift(run, value, (one) => {
    if (one.obj.t !== 'str') return one;
    const bytes = from.get('encoding') === undefined && !hasRoot(one.obj.v) ? encoded(one.obj.v, 'utf-8') : undefined;
    return bytes !== undefined ? { ...one, obj: { t: 'bytes', v: bytes } } : unknownAt(run, 'unsupported-syntax', at);
  });
}

const OPTIONS: Readonly<Record<string, boolean | string>> = { prefix: '', smart_cast: true, escape_proxy: false, warn_on_default: false };

function envObject(run: Run, cls: EnvClass, scheme: ReadonlyMap<string, Val>): Val {
  const env: Env = { scheme, cls, options: newCell(run.journal, { k: 'scope', names: new Map(), open: null }) };
  const table = readers(run, env);
  const method = (name: string) => {
    const entry = Object.hasOwn(table, name) ? table[name] : undefined;
    if (entry === undefined) return undefined;
    const [params, make] = entry;
    return (args: CallArgs, at: Site): Val => (args.open === null ? make(given(args, params), at) : callUnknown(run, args.open, args, at));
  };
  const attr = (name: string): Val | undefined => {
    const own = optionOf(env, name);
    if (own !== undefined) return own;
    const plain = OPTIONS[name];
    if (plain !== undefined) return typeof plain === 'string' ? str(plain, PYTHON) : known({ t: 'bool', v: plain }, PYTHON);
    const read = name === '__call__' ? undefined : method(name);
    if (read !== undefined) return builtin(name, read);
    if (name === '__contains__')
      return builtin(name, (args, at) => lift(run, args.pos[0] ?? none(originAt(at)), (one) => isThere(run, env, one, at)));
    return classAttribute(run, cls, name);
  };
  return known(
    {
      t: 'native',
      cls: `environ.${cls.name}`,
      truth: true,
      call: method('__call__') ?? ((args, at) => callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at)),
      attr,
      setAttr: (name, value) => void writeScope(run.journal, env.options).names.set(name, value),
      contains: (key, at) => lift(run, key, (one) => isThere(run, env, one, at)),
    },
    PYTHON,
  );
}

const CONSTANTS: Readonly<Record<string, string>> = {
  DEFAULT_DATABASE_ENV: 'DATABASE_URL',
  DEFAULT_CACHE_ENV: 'CACHE_URL',
  DEFAULT_EMAIL_ENV: 'EMAIL_URL',
  DEFAULT_SEARCH_ENV: 'SEARCH_URL',
  DEFAULT_CHANNELS_ENV: 'CHANNELS_URL',
};

function isTable(name: string): name is TableName {
  return /^(DB|CACHE|EMAIL|SEARCH|CHANNELS)_SCHEMES$/.test(name);
}

const PARSERS: Readonly<Record<string, Service>> = {
  cache_url_config: 'cache',
  email_url_config: 'email',
  search_url_config: 'search',
  channels_url_config: 'channels',
};

/** What stands on the class, and so on its objects as well. */
function classAttribute(run: Run, cls: EnvClass, name: string): Val | undefined {
  const own = classOption(cls, name);
  if (own !== undefined) return own;
  if (isTable(name)) return cls.tables[name];
  const constant = CONSTANTS[name];
  if (constant !== undefined) return str(constant, PYTHON);
  if (name === 'NOTSET') return known({ t: 'native', cls: NOTSET, truth: true }, PYTHON);
  if (name === 'ENVIRON') return environment(run, cls);
  if (name === 'BOOLEAN_TRUE_STRINGS') return known(tuple(['true', 'on', 'ok', 'y', 'yes', '1'].map((one) => str(one, PYTHON))), PYTHON);
  if (name === 'read_env') return builtin(name, (args, at) => readEnv(run, cls, args, at));
  if (name === 'parse_value')
    return builtin(name, (args, at) => {
      const from = given(args, ['value', 'cast']);
      const cast = from.get('cast') ?? null;
      return args.open !== null
        ? callUnknown(run, args.open, args, at)
        : parseValue(run, cls, from.get('value') ?? none(originAt(at)), isNone(cast) ? null : cast, at);
    });
  if (name === 'db_url_config')
    return builtin(name, (args, at) => {
      const from = given(args, ['url', 'engine']);
      return args.open !== null
        ? callUnknown(run, args.open, args, at)
        : databaseConfig(run, cls, from.get('url') ?? none(originAt(at)), from.get('engine'), at);
    });
  const service = Object.hasOwn(PARSERS, name) ? PARSERS[name] : undefined;
  if (service === undefined) return undefined;
  return builtin(name, (args, at) => {
    const from = given(args, ['url', service === 'search' ? 'engine' : 'backend']);
    const override = from.get(service === 'search' ? 'engine' : 'backend');
    return args.open !== null
      ? callUnknown(run, args.open, args, at)
      : serviceConfig(run, cls, service, from.get('url') ?? none(originAt(at)), override, at);
  });
}

function environment(run: Run, cls: EnvClass): Val | undefined {
  const os = nativeModule(run, 'os');
  if (os === undefined || cls.fileAware) return undefined;
  return attribute(run, known(os, PYTHON), 'environ', { file: '', start: 0, end: 0 });
}

function classObject(run: Run, cls: EnvClass): Val {
  const call = (args: CallArgs, at: Site): Val =>
    args.open === null ? envObject(run, cls, args.kw) : callUnknown(run, args.open, args, at);
  return known(
    {
      t: 'builtin',
      name: cls.name,
      call,
      type: true,
      attr: (name) => classAttribute(run, cls, name),
      setAttr: (name, value) => setClassOption(run, cls, name, value),
    },
    PYTHON,
  );
}

export function djangoEnvironModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const improper = exceptionClass('ImproperlyConfigured');
  let classes: ReturnType<typeof envClasses> | undefined;
  const made = () => {
    classes ??= envClasses(run);
    return classes;
  };
  const objects = new Map<string, Val>();
  const one = (name: 'Env' | 'FileAwareEnv') => () => {
    const value = objects.get(name) ?? classObject(run, made()[name]);
    objects.set(name, value);
    return value;
  };
  const names = {
    Env: one('Env'),
    FileAwareEnv: one('FileAwareEnv'),
    Path: () => typeObject('environ.Path', (args, at) => environPath(run, args.pos, at, args.kw)),
    ImproperlyConfigured: () => (improper === undefined ? none(PYTHON) : known(improper, PYTHON)),
  };
  return { environ: { open: true, names }, 'environ.environ': { open: true, names } };
}
