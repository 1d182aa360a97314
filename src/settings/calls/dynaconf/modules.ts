import { isSecretName } from '../../../core/secret.ts';
import { boolArg, builtin, isLeftOut, PYTHON, pathArg, textArg, typeObject } from '../../builtins/native.ts';
import { workingFolder } from '../../builtins/path-methods.ts';
import { lookupVariable, recordRead } from '../../environment.ts';
import { callUnknown } from '../../expressions/call.ts';
import { openScope } from '../../imports/imports.ts';
import { folderOf } from '../../imports/libraries.ts';
import { exceptionClass, raise } from '../../raise.ts';
import { forkCases, lift, originAt, PyError, type Run, readSlot, spanOf, unknownAt } from '../../run.ts';
import { itemsOf, listFrom } from '../../values/iterate.ts';
import {
  ABSENT,
  bool,
  type CallArgs,
  type Known,
  known,
  type ModuleObj,
  none,
  type Site,
  type Slot,
  str,
  tuple,
  type Unk,
  type Val,
} from '../../values/object.ts';
import { treePath } from '../../values/paths.ts';
import { writeScope } from '../../values/state.ts';
import type { ModelledModule } from '../registry.ts';
import { since } from '../releases.ts';
import { DEFAULT_FILES } from './files.ts';
import { matchingKey } from './merge.ts';
import { heldValue, isIdle, isOption, load, loadDotenv, nothing, type Options, type Store, variablesNow } from './store.ts';
import { castValue } from './text.ts';

/**
 * dynaconf 3.3 (3.2 does the same but for names of its own), read from its `base.py`, `loaders/` and `contrib/django_dynaconf_v2.py`: the explicit style of Django settings
 * (`settings = dynaconf.DjangoDynaconf(__name__)`) and settings objects (`Dynaconf(…)`). TOML, JSON and plain YAML files, variables, and the
 * tokens that values most often carry are followed; with anything else every key is unknown.
 */

/** Arguments that are options, by the name they are normalised to. */
const ALIASES: Readonly<Record<string, string>> = { SETTINGS_FILES: 'SETTINGS_FILE', ENVIRONMENT: 'ENVIRONMENTS' };

function plainName(name: string): string {
  const upper = name.toUpperCase().replace(/_FOR_DYNACONF$/, '');
  return Object.hasOwn(ALIASES, upper) ? (ALIASES[upper] ?? upper) : upper;
}

interface Asked {
  readonly options: Options;
  /** Arguments that are settings. */
  readonly settings: ReadonlyMap<string, Val>;
  readonly validators: readonly Known[];
}

/** Texts of an option that lists files. */
function fileNames(run: Run, value: Val, site: Site): readonly string[] | undefined {
  if (value.k !== 'known') return undefined;
  if (value.obj.t === 'str') return value.obj.v.split(value.obj.v.includes(';') ? ';' : ',').map((one) => one.trim());
  if (value.obj.t === 'path') return [value.obj.v];
  const names = itemsOf(run, value, site)?.map(pathArg);
  return names?.every((one) => one !== undefined) ? names.flatMap((one) => (one === undefined ? [] : [one])) : undefined;
}

/** The options of a call; undefined where one is given that is not followed. */
function optionsOf(run: Run, kw: ReadonlyMap<string, Val>, start: Options, site: Site): Asked | undefined {
  let options = start;
  const settings = new Map<string, Val>();
  let validators: readonly Known[] = [];
  for (const [name, value] of kw) {
    const plain = plainName(name);
    const text = textArg(value);
    const truth = boolArg(value, false);
    if (plain === 'ENVVAR_PREFIX' && text !== undefined && /^\w+$/.test(text)) options = { ...options, prefix: text };
    else if (plain === 'ENV_SWITCHER' && text !== undefined) options = { ...options, switcher: text };
    else if (plain === 'ENV' && text !== undefined && text !== '') options = { ...options, env: text };
    else if (plain === 'ENVIRONMENTS' && truth !== undefined) options = { ...options, environments: truth };
    else if (plain === 'ENVIRONMENTS' && value.k === 'known' && value.obj.t === 'list') options = { ...options, environments: true };
    else if (plain === 'LOAD_DOTENV' && truth !== undefined) options = { ...options, dotenv: truth };
    else if (plain === 'MERGE_ENABLED' && truth !== undefined) options = { ...options, mergeEnabled: truth };
    else if (plain === 'SETTINGS_FILE') {
      const files = fileNames(run, value, site);
      if (files === undefined) return undefined;
      options = { ...options, files };
    } else if (plain === 'ROOT_PATH') {
      const path = pathArg(value);
      const root = path === undefined ? undefined : treePath(path, workingFolder(run));
      if (root === undefined) return undefined;
      options = { ...options, root };
    } else if (plain === 'VALIDATORS') {
      const items = value.k === 'known' ? itemsOf(run, value, site) : undefined;
      const simple = items?.flatMap((one) => (one.k === 'known' && one.obj.t === 'native' && one.obj.cls === VALIDATOR ? [one] : []));
      if (items === undefined || simple?.length !== items.length) return undefined;
      validators = simple;
    } else if (isOption(plain) || isIdle(plain) || plain.startsWith('_') || plain === 'CORE_LOADERS') return undefined;
    else settings.set(name.toUpperCase(), value);
  }
  return { options, settings, validators };
}

/** A load that has ended: null where something is not followed. */
type Ended = Store | PyError | null;

/** Loads for each environment that the switching variable may name. */
function loaded(run: Run, asked: Asked, constants: ReadonlyMap<string, Slot>, site: Site, use: (store: Ended) => Val): Val {
  const { options } = asked;
  const attempt = (env: string): Ended => {
    try {
      const store = load(run, options, constants, env, site);
      if (store !== null) validate(run, store, asked.validators, site);
      return store;
    } catch (error) {
      if (error instanceof PyError) return error;
      throw error;
    }
  };
  if (options.dotenv && !loadDotenv(run, options.root, site)) return use(null);
  if (!options.environments) return use(attempt('main'));
  const otherwise = (): Val => use(attempt(options.env ?? 'development'));
  const next = (names: readonly string[]): Val => {
    const [name, ...rest] = names;
    if (name === undefined) return otherwise();
    const slot = lookupVariable(run, name, site);
    recordRead(run, name, 'dynaconf', site, slot).fallback = rest.length === 0 ? str(options.env ?? 'development', PYTHON) : null;
    const on = (one: Slot): Val => {
      if (one.k === 'absent') return next(rest);
      if (one.k !== 'known' || one.obj.t !== 'str' || !/^[A-Za-z][\w, -]*$/.test(one.obj.v)) return use(null);
      const several = one.obj.v.includes(',') && since(run, 'dynaconf', '3.2.7') !== true;
      return several || /^(true|false|inf|nan)/i.test(one.obj.v) ? use(null) : use(attempt(one.obj.v));
    };
    return slot.k === 'cond' ? forkCases(run, slot.cases, on) : on(slot);
  };
  // A default that is given wins over the variable of the general name.
  const names =
    options.switcher === 'ENV_FOR_DYNACONF' || options.env !== null ? [options.switcher] : [options.switcher, 'ENV_FOR_DYNACONF'];
  return next(names);
}

const VALIDATOR = 'dynaconf.Validator';

/** Validators that set nothing: names that must exist. Others make what they name unknown. */
function validate(run: Run, store: Store, validators: readonly Known[], site: Site): void {
  for (const one of validators) {
    const rule = rules.get(one.obj);
    if (rule === undefined) continue;
    const { args } = rule;
    const names = args.pos.map(textArg);
    const must = boolArg(args.kw.get('must_exist') ?? args.kw.get('required'), false);
    const everywhere = !args.kw.has('env') && !args.kw.has('when');
    for (const name of names) {
      const key = name?.split(/\.|__/)[0]?.toUpperCase();
      if (key === undefined) continue;
      if (args.kw.has('default') || args.kw.has('cast')) store.values.set(key, unknownAt(run, 'unsupported-syntax', site));
      else if (must === true && everywhere && !store.open && !store.values.has(key))
        raise(run, 'ValidationError', `${name} is required`, site, null);
    }
  }
}

const rules = new WeakMap<object, { readonly args: CallArgs }>();

function validator(run: Run, args: CallArgs, at: Site): Val {
  if (args.open !== null) return callUnknown(run, args.open, args, at);
  const obj = {
    t: 'native' as const,
    cls: VALIDATOR,
    binary: (): Val => unknownAt(run, 'unsupported-syntax', at),
  };
  rules.set(obj, { args });
  return known(obj, originAt(at));
}

/** Whether Python calls a name upper case. */
function isUpper(name: string): boolean {
  return /[A-Z]/.test(name) && name === name.toUpperCase();
}

/** DjangoDynaconf(__name__, …): takes the constants of the module over and sets them back with what files and variables say. */
function takeOver(run: Run, args: CallArgs, site: Site): Val {
  if (args.open !== null) return callUnknown(run, args.open, args, site);
  return lift(run, args.pos[0] ?? args.kw.get('django_settings_module_name') ?? none(originAt(site)), (one) => {
    const name = textArg(one);
    const module = name === undefined ? undefined : run.modules.get(name)?.obj;
    if (module === undefined || module.scope === null) return callUnknown(run, unknownAt(run, 'dynamic-call', site), args, site);
    return takeOverModule(run, module, args, site);
  });
}

function takeOverModule(run: Run, module: ModuleObj, args: CallArgs, site: Site): Val {
  const { scope } = module;
  const file = module.file ?? site.file;
  const start: Options = {
    prefix: 'DJANGO',
    switcher: 'DJANGO_ENV',
    env: null,
    environments: true,
    files: DEFAULT_FILES,
    root: folderOf(file),
    skip: file,
    dotenv: true,
    mergeEnabled: false,
  };
  const asked = optionsOf(run, new Map([...args.kw].filter(([name]) => name !== 'django_settings_module_name')), start, site);
  if (scope === null) return unknownAt(run, 'dynamic-call', site);
  const constants = new Map<string, Slot>();
  for (const [name, slot] of scope.state.names) if (isUpper(name) && slot.k !== 'absent') constants.set(name, slot);
  for (const [name, value] of asked?.settings ?? []) constants.set(name, value);
  const hooks = run.request.tree.kindOf(`${folderOf(file) === '' ? '' : `${folderOf(file)}/`}dynaconf_hooks.py`) !== null;
  const followed =
    asked !== undefined && !asked.options.mergeEnabled && !hooks && scope.state.open === null && ![...constants.keys()].some(isOption);
  const unfollowed = (): Val => {
    const why = unknownAt(run, 'unsupported-syntax', site);
    openScope(run, scope, why);
    return put(run, module, unknownObject(run, why), site);
  };
  if (!followed || asked === undefined) return unfollowed();
  return loaded(run, asked, constants, site, (store) => {
    if (store === null) return unfollowed();
    if (store instanceof PyError) throw store;
    const { names } = writeScope(run.journal, scope);
    for (const key of store.values.keys()) {
      const value = heldValue(run, store, key, site);
      if (value === undefined) continue;
      names.set(key, value);
      if (store.changed.has(key)) noteAssignment(run, key, site);
    }
    for (const key of store.deleted) names.set(key, unknownAt(run, 'unsupported-syntax', site));
    names.set('LOAD_DOTENV', bool(asked.options.dotenv, originAt(site)));
    names.set(
      'DEFAULT_SETTINGS_PATHS',
      known(
        listFrom(
          run,
          DEFAULT_FILES.map((one) => str(one, originAt(site))),
        ),
        originAt(site),
      ),
    );
    if (store.open) writeScope(run.journal, scope).open = unknownAt(run, 'opaque-env', site);
    // Earlier releases set their own options as well.
    else if (since(run, 'dynaconf', '3.2.7') !== true) writeScope(run.journal, scope).open = unknownAt(run, 'third-party', site);
    return put(
      run,
      module,
      settingsObject(run, store, () => true),
      site,
    );
  });
}

const taken = new WeakMap<Run, ReadonlyMap<string, number>>();

/** Whether a name is assigned behind the call: the module then holds another value than `django.conf.settings`. */
export function isAssignedBehindDynaconf(run: Run, name: string): boolean {
  const counts = taken.get(run);
  return counts !== undefined && (run.assignments.get(name)?.length ?? 0) > (counts.get(name) ?? 0);
}

function noteAssignment(run: Run, key: string, site: Site): void {
  const places = run.assignments.get(key) ?? [];
  places.push(spanOf(site));
  run.assignments.set(key, places);
}

function put(run: Run, module: ModuleObj, object: Val, site: Site): Val {
  taken.set(run, new Map([...run.assignments].map(([name, places]) => [name, places.length])));
  if (module.scope === null) return object;
  const { names } = writeScope(run.journal, module.scope);
  names.set('settings', object);
  names.set('DYNACONF', object.k === 'known' ? { ...object, origin: originAt(site) } : object);
  return object;
}

const OBJECT = 'dynaconf.base.LazySettings';

function unknownObject(run: Run, why: Unk): Val {
  const other = (at: Site) => unknownAt(run, why.why, at);
  return known(
    {
      t: 'native',
      cls: OBJECT,
      truth: true,
      attr: (_name, at) => other(at),
      getItem: (_key, at) => other(at),
      setItem: () => undefined,
      setAttr: () => undefined,
      contains: (_key, at) => other(at),
      call: (_args, at) => other(at),
    },
    why.origin,
  );
}

const CASTS: Readonly<Record<string, string>> = { as_bool: '@bool', as_int: '@int', as_float: '@float', as_json: '@json' };
const METHODS =
  /^(as_dict|to_dict|items|keys|values|setdefault|set|update|configure|reload|load_file|from_env|using_env|setenv|validators|current_env|environ|store|settings_module|exists_in_environ|get_environ|get_fresh|fresh|clean|unset|flag|path_for|find_file|populate_obj|loaded_envs|loaders|dynaconf|is_overridden|logger|pre_load|execute_loaders|_.*)$/;

/** A settings object. What code sets on it is not followed: after that everything is unknown. */
function settingsObject(run: Run, made: Store | PyError, isSame: (at: Site) => boolean): Val {
  let changed = false;
  const store: Store =
    made instanceof PyError ? { values: new Map(), changed: new Set(), deleted: new Set(), open: true, marked: false } : made;
  const broken = (at: Site): Val => unknownAt(run, 'unsupported-syntax', at);
  const read = (name: string, at: Site, absent: () => Val): Val => {
    if (changed || !isSame(at)) return broken(at);
    if (made instanceof PyError) return raise(run, made.type, made.message, at, made.variable);
    const [first = '', ...rest] = name.replaceAll('__', '.').split('.');
    const key = first.toUpperCase();
    const held = isOption(key) || isIdle(key) ? broken(at) : heldValue(run, store, key, at);
    if (held === undefined) return store.open ? unknownAt(run, 'opaque-env', at, { names: [key] }) : absent();
    const value = readSlot(run, held, absent);
    return rest.reduce<Val>((sofar, part) => inside(run, sofar, part, at, absent), value);
  };
  const get = (args: CallArgs, at: Site): Val => {
    if (args.open !== null || [...args.kw.keys()].some((name) => !['key', 'default', 'cast'].includes(name)) || args.pos.length > 3)
      return broken(at);
    const cast = args.kw.get('cast') ?? args.pos[2];
    const token = isLeftOut(cast) ? '' : textArg(cast);
    return lift(run, args.pos[0] ?? args.kw.get('key') ?? nothing(at), (one) => {
      const name = textArg(one);
      if (name === undefined || token === undefined || (token !== '' && !Object.values(CASTS).includes(token))) return broken(at);
      const value = read(name, at, () => args.pos[1] ?? args.kw.get('default') ?? none(originAt(at)));
      return token === '' ? value : castValue(run, value, token, at);
    });
  };
  return known(
    {
      t: 'native',
      cls: OBJECT,
      truth: true,
      call: get,
      attr: (name, at) => {
        if (name === 'get') return builtin(name, get);
        const cast = Object.hasOwn(CASTS, name) ? CASTS[name] : undefined;
        if (cast !== undefined)
          return builtin(name, (args, where) => get({ ...args, kw: new Map([...args.kw, ['cast', str(cast, originAt(where))]]) }, where));
        if (name === 'exists') return builtin(name, (args, where) => has(args.pos[0] ?? none(originAt(where)), where));
        if (METHODS.test(name)) {
          changed ||= /^(set|setdefault|update|configure|reload|load_file|setenv|clean|unset|validators)$/.test(name);
          return broken(at);
        }
        return read(name, at, () => raise(run, 'AttributeError', name, at));
      },
      getItem: (key, at) =>
        lift(run, key, (one) => {
          const name = textArg(one);
          return name === undefined ? broken(at) : read(name, at, () => raise(run, 'KeyError', `${name} does not exist`, at));
        }),
      contains: (key, at) => has(key, at),
      setAttr: () => {
        changed = true;
      },
      setItem: () => {
        changed = true;
      },
      delItem: () => {
        changed = true;
      },
      taint: () => {
        changed = true;
      },
    },
    PYTHON,
  );

  function has(key: Val, at: Site): Val {
    const name = textArg(key);
    if (
      name === undefined ||
      changed ||
      !isSame(at) ||
      made instanceof PyError ||
      /[._]{2}|\./.test(name) ||
      store.open ||
      isOption(name.toUpperCase())
    )
      return unknownAt(run, 'dynamic-call', at, { type: 'bool' });
    return bool(store.values.has(name.toUpperCase()), originAt(at));
  }
}

/** One step of a dotted name into a mapping. */
function inside(run: Run, value: Val, name: string, site: Site, absent: () => Val): Val {
  return lift(run, value, (one) => {
    if (one.obj.t !== 'dict') return unknownAt(run, 'unsupported-syntax', site);
    const { entries, open } = one.obj.cell.state;
    const id = matchingKey(entries, name);
    const held = id === undefined ? undefined : entries.get(id)?.value;
    if (held === undefined) return open === null ? absent() : unknownAt(run, open.why, site);
    return readSlot(run, held, absent);
  });
}

/** What stands in a `.env` file reaches the environment with the first read, which may be ahead. */
function blurDotenv(run: Run, before: ReadonlySet<string>, site: Site): void {
  const state = writeScope(run.journal, run.environ);
  for (const [name, slot] of state.names) {
    if (before.has(name) || slot.k !== 'known') continue;
    const guard = { on: 'text' as const, key: `dynaconf:${site.file}:${site.start}`, text: 'dynaconf has read its files' };
    state.names.set(name, {
      k: 'cond',
      cases: [
        { when: [{ ...guard, holds: false }], then: ABSENT },
        { when: [{ ...guard, holds: true }], then: slot },
      ],
    });
  }
}

/** Dynaconf(…) and LazySettings(…) */
function make(run: Run, args: CallArgs, site: Site): Val {
  const start: Options = {
    prefix: 'DYNACONF',
    switcher: 'ENV_FOR_DYNACONF',
    env: null,
    environments: false,
    files: [],
    root: null,
    skip: null,
    dotenv: false,
    mergeEnabled: false,
  };
  const asked = args.open === null && args.pos.length === 0 ? optionsOf(run, args.kw, start, site) : undefined;
  if (asked === undefined) return unknownObject(run, unknownAt(run, 'unsupported-syntax', site));
  const seen = [variablesNow(run, asked.options, site)];
  const names = new Set(run.environ.state.names.keys());
  const object = loaded(run, asked, asked.settings, site, (store) => {
    if (store === null) return unknownObject(run, unknownAt(run, 'unsupported-syntax', site));
    // Python loads when something is read for the first time.
    return settingsObject(run, store, (at) => seen.includes(variablesNow(run, asked.options, at)));
  });
  blurDotenv(run, names, site);
  seen.push(variablesNow(run, asked.options, site));
  return object;
}

export function dynaconfModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const old = (): boolean => since(run, 'dynaconf', '3.2') !== true;
  const outside = () => unknownAt(run, 'third-party', { file: '', start: 0, end: 0 }, { key: 'dynaconf' });
  const failure = exceptionClass('ValidationError');
  const takes = () => (old() ? outside() : builtin('DjangoDynaconf', (args, at) => takeOver(run, args, at)));
  const object = (name: string) => () => (old() ? outside() : typeObject(name, (args, at) => make(run, args, at)));
  return {
    dynaconf: {
      open: true,
      names: {
        DjangoDynaconf: takes,
        Dynaconf: object('Dynaconf'),
        LazySettings: object('LazySettings'),
        Validator: () => typeObject('Validator', (args, at) => validator(run, args, at)),
        ValidationError: () => (failure === undefined ? none(PYTHON) : known(failure, PYTHON)),
        DEFAULT_SETTINGS_FILES: () => known(tuple(DEFAULT_FILES.map((one) => str(one, PYTHON, isSecretName('')))), PYTHON),
      },
    },
    'dynaconf.contrib.django_dynaconf_v2': { open: true, names: { load: takes, DjangoDynaconf: takes } },
    'dynaconf.validator': { open: true, names: {} },
  };
}
