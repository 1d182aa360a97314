import { builtinName } from '../../builtins/builtins.ts';
import { toFloat, toInt } from '../../builtins/casts.ts';
import { boolArg, builtin, isLeftOut, NO_ARGS, PYTHON, textArg, typeObject } from '../../builtins/native.ts';
import { stripText } from '../../builtins/str-methods.ts';
import { djangoDefault, djangoDefaultNames } from '../../django/defaults.ts';
import { lookupVariable, readAs, readVariable } from '../../environment.ts';
import { attribute } from '../../expressions/attributes.ts';
import { callUnknown, callWith } from '../../expressions/call.ts';
import { instantiate } from '../../expressions/instantiate.ts';
import { choose } from '../../expressions/truth.ts';
import { importData } from '../../imports/import-data.ts';
import { invalid } from '../../imports/libraries.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, PyError, type Run, unknownAt } from '../../run.ts';
import { dictFrom, listFrom, setFrom, withItems } from '../../values/iterate.ts';
import {
  bool,
  type CallArgs,
  type ClassObj,
  type Known,
  known,
  type ModuleObj,
  type NativeObj,
  none,
  type Site,
  type Slot,
  str,
  tuple,
  type Unk,
  type Val,
} from '../../values/object.ts';
import { newCell, type ScopeState, writeScope } from '../../values/state.ts';
import { databaseOptions, parseDatabaseValue } from '../dj-database-url/modules.ts';
import { literal } from '../python/data.ts';
import type { ModelledModule } from '../registry.ts';
import { loadDotenv } from './dotenv.ts';

/** django-configurations 2.5: settings as attributes of a class. */

const VALUE = 'configurations.Value';

/** Settings that the metaclass leaves out of what every class starts with. */
function withheld(names: ReadonlySet<string>): ReadonlySet<string> {
  const out = new Set(['DEFAULT_HASHING_ALGORITHM', 'DEFAULT_CONTENT_TYPE', 'FILE_CHARSET', 'DEFAULT_AUTO_FIELD']);
  if (names.has('PASSWORD_RESET_TIMEOUT')) out.add('PASSWORD_RESET_TIMEOUT_DAYS');
  if (names.has('STORAGES')) for (const one of ['DEFAULT_FILE_STORAGE', 'STATICFILES_STORAGE']) out.add(one);
  return out;
}

/** Marks EmailURLValue, which is not followed but sets several names. */
const SEVERAL = 'configurations.EmailURLValue';
const MAIL_NAMES = (
  'EMAIL_FILE_PATH EMAIL_HOST_USER EMAIL_HOST_PASSWORD EMAIL_HOST EMAIL_PORT EMAIL_BACKEND EMAIL_USE_TLS EMAIL_USE_SSL EMAIL_TIMEOUT ' +
  'SERVER_EMAIL DEFAULT_FROM_EMAIL'
).split(' ');

const bases = new WeakMap<Run, ClassObj>();
/** The class whose settings are loaded: what the class methods of `Configuration` work on. */
const loading = new WeakMap<Run, ClassObj>();

/** Configuration.setup: values become what the environment makes of them. */
function setUp(run: Run, cls: ClassObj, site: Site): void {
  for (const name of upperNames(cls)) {
    const slot = rawAttribute(cls, name);
    if (slot?.k === 'unk' && slot.key.startsWith(SEVERAL))
      for (const each of MAIL_NAMES) writeScope(run.journal, cls.scope).names.set(each, slot);
    if (slot?.k !== 'known' || slot.obj.t !== 'native') continue;
    const value = setups.get(slot.obj)?.setup(name, siteOfSlot(slot, site));
    if (value !== undefined) writeScope(run.journal, cls.scope).names.set(name, { ...value });
  }
}

/** The class `Configuration`, made once a run: it holds Django's defaults. */
function configurationClass(run: Run): ClassObj {
  const old = bases.get(run);
  if (old !== undefined) return old;
  const names = new Map<string, Slot>();
  const all = djangoDefaultNames(run.request.django);
  const without = withheld(new Set(all));
  for (const name of all) {
    const value = without.has(name) ? undefined : djangoDefault(name, run.request.django);
    if (value !== undefined) names.set(name, importData(run, value));
  }
  names.set('DOTENV_LOADED', none(PYTHON));
  const hook = (name: string, use: (cls: ClassObj, at: Site) => void) =>
    names.set(
      name,
      builtin(name, (_args, at) => {
        const loaded = loading.get(run);
        if (loaded !== undefined) use(loaded, at);
        return none(originAt(at));
      }),
    );
  hook('pre_setup', (one, at) => loadDotenv(run, one, at));
  hook('load_dotenv', (one, at) => loadDotenv(run, one, at));
  hook('setup', (one, at) => setUp(run, one, at));
  hook('post_setup', () => undefined);
  const mro: ClassObj[] = [];
  const cls: ClassObj = {
    t: 'class',
    name: 'Configuration',
    module: 'configurations.base',
    bases: [],
    open: null,
    scope: newCell<ScopeState>(run.journal, { k: 'scope', names, open: null }),
    mro,
    native: false,
  };
  mro.push(cls);
  bases.set(run, cls);
  return cls;
}

/** What the metaclass does to a class with several bases: each base's attributes are copied down, the first base last. */
export function adoptConfiguration(run: Run, cls: ClassObj): void {
  const base = bases.get(run);
  if (base === undefined || cls.bases.length < 2 || !cls.mro.includes(base)) return;
  const copied = new Map<string, Slot>();
  for (const one of [base, ...[...cls.bases].reverse()]) {
    for (const name of upperNames(one)) {
      const slot = rawAttribute(one, name);
      if (slot !== undefined) copied.set(name, slot);
    }
  }
  const own = writeScope(run.journal, cls.scope).names;
  for (const [name, slot] of copied) if (!own.has(name)) own.set(name, slot);
}

function rawAttribute(cls: ClassObj, name: string): Slot | undefined {
  for (const one of cls.mro) {
    const slot = one.scope.state.names.get(name);
    if (slot !== undefined && slot.k !== 'absent') return slot;
  }
  return undefined;
}

function upperNames(cls: ClassObj): readonly string[] {
  const names = new Set<string>();
  for (const one of cls.mro)
    for (const name of one.scope.state.names.keys())
      if (!name.startsWith('_') && !name.startsWith(' ') && name === name.toUpperCase()) names.add(name);
  return [...names].sort();
}

interface ValueKind {
  readonly cast: (value: Val, args: CallArgs, name: string, site: Site) => Val;
  /** What a default becomes before it is used. */
  readonly prepare: (value: Val, args: CallArgs, site: Site) => Val;
  readonly environName?: string;
  readonly late?: boolean;
  readonly secret?: boolean;
}

interface Setup {
  readonly setup: (name: string, site: Site) => Val;
}
const setups = new WeakMap<NativeObj, Setup>();

function makeValue(run: Run, kind: ValueKind, args: CallArgs, at: Site): Val {
  if (args.open !== null) return callUnknown(run, args.open, args, at);
  const option = (index: number, name: string): Val | undefined => args.kw.get(name) ?? args.pos[index];
  const environ = kind.secret === true ? true : boolArg(option(1, 'environ'), true);
  const nameValue = option(2, 'environ_name');
  const environName = isLeftOut(nameValue) ? kind.environName : textArg(nameValue);
  const prefixValue = option(3, 'environ_prefix');
  const fallbackPrefix = kind.environName === undefined ? 'DJANGO' : '';
  const prefix = prefixValue === undefined ? fallbackPrefix : prefixText(prefixValue);
  const required = kind.secret === true ? true : boolArg(option(4, 'environ_required'), false);
  const late = kind.late === true || boolArg(args.kw.get('late_binding'), false) === true;
  if (environ === undefined || prefix === undefined || required === undefined || (!isLeftOut(nameValue) && environName === undefined))
    return unknownAt(run, 'dynamic-call', at);
  const given = option(0, 'default');
  const otherwise = kind.prepare(given ?? none(originAt(at)), args, at);
  const setup = (name: string, site: Site): Val => {
    if (!environ) return otherwise;
    const bare = environName ?? name.toUpperCase();
    const variable = prefix === '' ? bare : `${prefix}_${bare}`;
    const reading = {
      name: variable,
      library: 'django-configurations',
      site,
      fallback: required ? null : () => otherwise,
      error: 'ValueError',
      message: `Value '${name}' is required to be set as the environment variable '${variable}'`,
    };
    const raw = kind.secret === true ? readVariable(run, reading) : readAs(run, reading, lookupVariable(run, variable, site));
    const fromText = (one: Known) => one.read !== null || (one.origin.step === 'env' && one.origin.state === 'given');
    const value = lift(
      run,
      raw,
      (one) => (fromText(one) ? kind.cast(one, args, variable, site) : one),
      (one) => (one.env === null ? one : kind.cast(one, args, variable, site)),
    );
    if (kind.secret !== true) return value;
    return choose(
      run,
      value,
      site,
      variable,
      () => value,
      () => raise(run, 'ValueError', `Secret value '${name}' is not set`, site, variable),
    );
  };
  const direct = !late && ((environ && environName !== undefined) || (!environ && given !== undefined && !isLeftOut(given)));
  if (direct) return setup(environName ?? '', at);
  const obj: NativeObj = {
    t: 'native',
    cls: VALUE,
    attr: (name) => (name === 'value' ? unknownAt(run, 'unsupported-syntax', at) : undefined),
  };
  setups.set(obj, { setup });
  return known(obj, originAt(at));
}

/** Undefined: not known. */
function prefixText(value: Val): string | undefined {
  if (isLeftOut(value)) return '';
  return textArg(value)?.replace(/_$/, '');
}

function failing(run: Run, variable: string, site: Site, body: () => Val): Val {
  try {
    return body();
  } catch (error) {
    if (error instanceof PyError && (error.type === 'ValueError' || error.type === 'TypeError'))
      return invalid(run, 'ValueError', variable, site);
    throw error;
  }
}

function sequence(run: Run, value: Val, args: CallArgs, make: (items: readonly Val[], site: Site) => Val, site: Site): Val {
  const separator = args.kw.has('separator') ? textArg(args.kw.get('separator')) : ',';
  const converter = args.kw.get('converter');
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t !== 'str' || separator === undefined || separator === '')
        return unknownAt(run, 'unsupported-syntax', site, { type: 'list' });
      const parts = stripText(one.obj.v, null, 'both')
        .split(separator)
        .map((part) => stripText(part, null, 'both'));
      const items = parts
        .filter((part) => part !== '')
        .map((part): Val => {
          const item = str(part, originAt(site, undefined, one.origin), one.secret);
          return converter === undefined || isLeftOut(converter) ? item : callWith(run, converter, [item], site);
        });
      return make(items, site);
    },
    (one) => ({ ...one, type: 'list', truth: null, env: null, key: '' }),
  );
}

function kinds(run: Run): Readonly<Record<string, ValueKind>> {
  const same = (value: Val) => value;
  const plain: ValueKind = { cast: same, prepare: same };
  // A validator refuses the rest, or takes it: what it surely takes, and surely refuses, is known.
  const checked = (surely: RegExp, never: RegExp): ValueKind => {
    const check = (value: Val, empty: boolean, name: string, site: Site): Val =>
      lift(run, value, (one) => {
        if (one.obj.t === 'none' || (empty && one.obj.t === 'str' && one.obj.v === '')) return one;
        if (one.obj.t !== 'str') return unknownAt(run, 'unsupported-syntax', site);
        if (never.test(one.obj.v)) return invalid(run, 'ValueError', name, site);
        return surely.test(one.obj.v) ? one : unknownAt(run, 'unsupported-syntax', site);
      });
    return {
      cast: (value, _args, name, site) => check(value, false, name, site),
      prepare: (value, _args, site) => check(value, true, 'the default', site),
    };
  };
  const list = (items: readonly Val[], site: Site): Val => known(listFrom(run, items), originAt(site));
  const tupled = (items: readonly Val[], site: Site): Val => known(tuple(items), originAt(site));
  const set = (items: readonly Val[], site: Site): Val => setFrom(run, items, false, site);
  const sequenceKind = (make: (items: readonly Val[], site: Site) => Val): ValueKind => ({
    cast: (value, args, _name, site) => sequence(run, value, args, make, site),
    prepare: (value, args, site) => {
      const converter = args.kw.get('converter');
      if (isLeftOut(value)) return make([], site);
      return withItems(run, value, site, (items) =>
        make(converter === undefined || isLeftOut(converter) ? items : items.map((item) => callWith(run, converter, [item], site)), site),
      );
    },
  });
  const database = (value: Val, alias: string, args: CallArgs, site: Site): Val =>
    lift(
      run,
      value,
      (one) =>
        known(
          dictFrom(run, [[alias, parseDatabaseValue(run, one, databaseOptions(run, { ...args, pos: [] }, 0), site)]], site),
          originAt(site, undefined, one.origin),
        ),
      (one) => ({ ...one, type: 'dict', truth: null, env: null, key: '' }),
    );
  const aliasOf = (args: CallArgs) => textArg(args.kw.get('alias')) ?? 'default';
  return {
    Value: plain,
    BooleanValue: {
      prepare: (value, _args, site) =>
        value.k === 'known' && value.obj.t !== 'bool' && value.obj.t !== 'int'
          ? raise(run, 'ValueError', 'Default value is not a boolean value', site)
          : value,
      cast: (value, _args, name, site) =>
        lift(
          run,
          value,
          (one) => {
            const text = one.obj.t === 'str' ? stripText(one.obj.v, null, 'both').toLowerCase() : '?';
            if (['yes', 'y', 'true', '1'].includes(text)) return bool(true, originAt(site, undefined, one.origin));
            if (['no', 'n', 'false', '0', ''].includes(text)) return bool(false, originAt(site, undefined, one.origin));
            return invalid(run, 'ValueError', name, site);
          },
          (one) => ({ ...one, type: 'bool', truth: null, env: null, key: one.key === '' ? '' : `configurations.bool(${one.key})` }),
        ),
    },
    IntegerValue: { prepare: same, cast: (value, _args, name, site) => failing(run, name, site, () => toInt(run, value, 10, site)) },
    PositiveIntegerValue: {
      prepare: same,
      cast: (value, _args, name, site) => failing(run, name, site, () => toInt(run, value, 10, site)),
    },
    FloatValue: { prepare: same, cast: (value, _args, name, site) => failing(run, name, site, () => toFloat(run, value, site)) },
    ListValue: sequenceKind(list),
    TupleValue: sequenceKind(tupled),
    SetValue: sequenceKind(set),
    DictValue: {
      prepare: (value, _args, site) =>
        isLeftOut(value) ? known(dictFrom(run, [], site), originAt(site)) : callWith(run, builtinName(run, 'dict') ?? value, [value], site),
      cast: (value, _args, name, site) =>
        choose(
          run,
          value,
          site,
          'the text is empty',
          () =>
            lift(
              run,
              failing(run, name, site, () => literal(run, value, site)),
              (one) => (one.obj.t === 'dict' ? one : invalid(run, 'ValueError', name, site)),
            ),
          () => known(dictFrom(run, [], site), originAt(site)),
        ),
    },
    EmailValue: checked(/^[A-Za-z0-9]+(?:[.+_-][A-Za-z0-9]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,10}$/, /^[^@]*$/),
    URLValue: checked(/^https?:\/\/(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,10}(?::\d{2,4})?(?:\/[\w./-]*)?$/, /^(?!.*:\/\/)/s),
    IPValue: checked(/^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/, /^[^.:]*$/),
    SecretValue: { ...plain, secret: true },
    DatabaseURLValue: {
      environName: 'DATABASE_URL',
      late: true,
      prepare: (value, args, site) =>
        isLeftOut(value) ? known(dictFrom(run, [], site), originAt(site)) : database(value, aliasOf(args), args, site),
      cast: (value, args, _name, site) => database(value, aliasOf(args), args, site),
    },
  };
}

/** Loads a class as the importer does: its upper-case attributes become the module's settings. */
export function loadConfiguration(run: Run, module: ModuleObj, className: string, site: Site): void {
  const { scope } = module;
  if (scope === null) return;
  const found = attribute(run, known(module, originAt(site)), className, site);
  if (found.k !== 'known' || found.obj.t !== 'class') {
    blur(run, module, found.k === 'unk' ? found : unknownAt(run, 'dynamic-call', site));
    return;
  }
  const cls = found.obj;
  const open = cls.mro.find((one) => one.open !== null)?.open;
  const target = () => writeScope(run.journal, scope).names;
  loading.set(run, cls);
  callWith(run, attribute(run, found, 'pre_setup', site), [], site);
  callWith(run, attribute(run, found, 'setup', site), [], site);
  const instance = instantiate(run, cls, NO_ARGS, site);
  for (const name of upperNames(cls)) {
    let value = attribute(run, instance, name, site);
    if (value.k === 'known' && (value.obj.t === 'bound' || value.obj.t === 'func' || value.obj.t === 'builtin' || value.obj.t === 'class'))
      value = callWith(run, value, [], site);
    if (value.k === 'known' && value.obj.t === 'native') value = setups.get(value.obj)?.setup(name, site) ?? value;
    target().set(name, value);
  }
  target().set('CONFIGURATION', str(`${module.name}.${className}`, PYTHON));
  if (open !== undefined && open !== null) blur(run, module, open);
  callWith(run, attribute(run, found, 'post_setup', site), [], site);
}

/** Without the name of a class, which an entry file may set, a module of such classes may have any setting. */
export function leaveUnchosen(run: Run, { scope, ...rest }: ModuleObj, site: Site): void {
  const base = bases.get(run);
  if (base === undefined || scope === null) return;
  const isSetting = (slot: Slot) => slot.k === 'known' && slot.obj.t === 'class' && slot.obj !== base && slot.obj.mro.includes(base);
  if ([...scope.state.names.values()].some(isSetting)) blur(run, { ...rest, scope }, unknownAt(run, 'missing-env', site));
}

function siteOfSlot(slot: Known, otherwise: Site): Site {
  return slot.origin.step === 'text' ? { file: slot.origin.at.file, start: slot.origin.at.start, end: slot.origin.at.end } : otherwise;
}

function blur(run: Run, module: ModuleObj, why: Unk): void {
  if (module.scope !== null) writeScope(run.journal, module.scope).open = { ...why, key: '', truth: null };
}

export function configurationsModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const table = kinds(run);
  const values = Object.fromEntries(
    Object.entries(table).map(([name, kind]) => [name, () => typeObject(`values.${name}`, (args, at) => makeValue(run, kind, args, at))]),
  );
  const severalNames = (_args: CallArgs, at: Site): Val => unknownAt(run, 'third-party', at, { key: `${SEVERAL}:${at.file}:${at.start}` });
  const base = {
    Configuration: () => known(configurationClass(run), PYTHON),
    Settings: () => known(configurationClass(run), PYTHON),
    pristinemethod: () => builtin('pristinemethod', (args, at) => args.pos[0] ?? none(originAt(at))),
  };
  return {
    configurations: { open: true, names: base },
    'configurations.base': { open: true, names: base },
    'configurations.values': { open: true, names: { ...values, EmailURLValue: () => typeObject('values.EmailURLValue', severalNames) } },
  };
}
