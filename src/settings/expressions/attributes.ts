import { bytesMethod } from '../builtins/bytes-methods.ts';
import { DICT_METHODS, moveEntry } from '../builtins/dict-methods.ts';
import { dunder } from '../builtins/dunders.ts';
import { LIST_METHODS, onList } from '../builtins/list-methods.ts';
import { refusesCount } from '../builtins/method-arity.ts';
import { builtin, positional } from '../builtins/native.ts';
import { pathAttribute } from '../builtins/path-methods.ts';
import { SET_METHODS } from '../builtins/set-methods.ts';
import { STR_METHODS } from '../builtins/str-methods.ts';
import { mayHave } from '../builtins/type-attributes.ts';
import { tupleAttribute } from '../calls/python/typing.ts';
import { moduleAttribute } from '../imports/imports.ts';
import { raise } from '../raise.ts';
import { demand, lift, originAt, type Run, readSlot, unknownAt } from '../run.ts';
import { taint } from '../values/containers.ts';
import {
  bool,
  type CallArgs,
  type DictObj,
  type FuncObj,
  int,
  type Known,
  known,
  type NativeCall,
  type Obj,
  type Site,
  str,
  type Unk,
  type Val,
} from '../values/object.ts';
import { callValue } from './call.ts';
import { causedBy } from './cause.ts';
import { boundTo, classAttribute, instanceAttribute, lookupClass } from './instances.ts';

/** value.name */
export function attribute(run: Run, value: Val, name: string, site: Site): Val {
  return lift(
    run,
    value,
    (one) => attributeOf(run, one, name, site) ?? missingAttribute(run, one, name, site),
    (one) => unknownAttribute(one, name, site),
  );
}

function unknownAttribute(one: Unk, name: string, site: Site): Val {
  const type =
    one.type === 'str' ? ({ lower: 'str', upper: 'str', strip: 'str', split: 'list', replace: 'str' } as const)[name] : undefined;
  if (type === undefined)
    return { ...one, type: null, truth: null, env: null, many: false, key: one.key === '' ? '' : `${one.key}.${name}` };
  return builtin(`str.${name}`, () => ({
    ...one,
    origin: originAt(site, undefined, one.origin),
    type,
    truth: null,
    env: null,
    many: false,
    key: one.key === '' ? '' : `${one.key}.${name}:${site.start}`,
  }));
}

function missingAttribute(run: Run, one: Known, name: string, site: Site): Val {
  const obj = one.obj;
  const variable = one.read !== null && obj.t === 'none' ? one.read.name : null;
  if (variable !== null) demand(run, one.read);
  switch (obj.t) {
    case 'none':
    case 'str':
    case 'int':
    case 'bool':
    case 'float':
    case 'bytes':
    case 'list':
    case 'dict':
    case 'tuple':
    case 'set':
      if (name.startsWith('__') || isSubclassed(obj) || mayHave(typeName(obj), name) !== false) {
        const why = unknownAt(run, 'dynamic-call', site);
        // A method that is not followed may change what it belongs to.
        if (!name.startsWith('__')) taint(run, one, why);
        return why;
      }
      return raise(run, 'AttributeError', `'${typeName(obj)}' object has no attribute '${name}'`, site, variable);
    case 'module':
      if (obj.open !== null) return { ...obj.open, key: `${obj.name}.${name}`, origin: originAt(site) };
      if (name.startsWith('__')) return unknownAt(run, 'unsupported-syntax', site);
      return raise(run, 'AttributeError', `module '${obj.name}' has no attribute '${name}'`, site);
    case 'class':
    case 'instance': {
      const cls = obj.t === 'class' ? obj : obj.cls;
      const open = cls.mro.find((base) => base.open !== null)?.open ?? (obj.t === 'instance' ? obj.attrs.state.open : null);
      if (open !== null && open !== undefined) return { ...open, key: '', truth: null };
      if (cls.mro.some((base) => base.native) || name.startsWith('__')) return unknownAt(run, 'dynamic-call', site);
      return raise(run, 'AttributeError', `'${cls.name}' object has no attribute '${name}'`, site);
    }
    case 'func':
      if (!name.startsWith('__') && obj.flavour === 'plain' && obj.attrs?.state.open === null && obj.memo === undefined)
        return raise(run, 'AttributeError', `'function' object has no attribute '${name}'`, site);
      return unknownAt(run, 'dynamic-call', site);
    default:
      return unknownAt(run, 'dynamic-call', site, { key: `${obj.t}.${name}@${site.file}:${site.start}` });
  }
}

/** A value that stands for a class of its own: a named tuple, a defaultdict, an iterator. */
function isSubclassed(obj: Obj): boolean {
  if (obj.t === 'tuple') return obj.cls !== null || obj.fields !== null;
  return (obj.t === 'list' && obj.view) || (obj.t === 'dict' && (obj.factory !== null || obj.cls !== undefined));
}

function typeName(obj: Obj): string {
  return obj.t === 'set' && obj.frozen ? 'frozenset' : obj.t;
}

/** What a frozenset lacks. */
const CHANGES_SETS: ReadonlySet<string> = new Set(
  'add discard remove pop clear update intersection_update difference_update symmetric_difference_update'.split(' '),
);

/** Microseconds of a day. */
const DAY = 86_400_000_000n;

/** The attribute, or undefined when the object has none that we know of. */
export function attributeOf(run: Run, one: Known, name: string, site: Site): Val | undefined {
  const obj = one.obj;
  switch (obj.t) {
    case 'module':
      return moduleAttribute(run, obj, name, site);
    case 'native':
      return obj.attr?.(name, site);
    case 'instance':
      return instanceAttribute(run, one, obj, name, site);
    case 'class':
      return classAttribute(run, obj, name, site);
    case 'path':
      return pathAttribute(run, one, obj.v, name, site);
    case 'builtin':
      if (name === '__name__') return str(obj.name, originAt(site));
      return obj.attr?.(name);
    case 'func':
      return functionAttribute(run, one, obj, name, site);
    case 'bound':
      if (name === '__self__') return obj.self;
      if (name === '__func__') return known(obj.func, originAt(site));
      return attributeOf(run, known(obj.func, one.origin), name, site);
    case 'int':
    case 'bool':
    case 'float':
      if (name === 'real') return obj.t === 'bool' ? int(obj.v ? 1 : 0, originAt(site)) : one;
      if (name === 'imag') return obj.t === 'float' ? known({ t: 'float', v: 0 }, originAt(site)) : int(0, originAt(site));
      return numberMethod(run, one, name);
    case 'timedelta':
      if (name === 'total_seconds') return builtin(name, () => known({ t: 'float', v: Number(obj.micros) / 1e6 }, originAt(site)));
      if (name === 'days') return int((obj.micros - (((obj.micros % DAY) + DAY) % DAY)) / DAY, originAt(site));
      return undefined;
    case 'tuple': {
      const at = obj.fields?.indexOf(name) ?? -1;
      const item = at === -1 ? undefined : obj.items[at];
      if (item !== undefined) return item;
      const found = obj.cls === null ? undefined : lookupClass(obj.cls, name);
      if (found !== undefined && obj.cls !== null) return boundTo(run, one, obj.cls, found.k === 'known' ? found : one, name, site);
      return tupleAttribute(run, one, obj, name, site) ?? tupleMethod(run, one, name, site);
    }
    default: {
      const method = methodOf(run, one, name);
      if (method === undefined && obj.t === 'dict' && obj.boxed === true) return boxedItem(run, obj, name, site);
      if (method !== undefined) return builtin(name, guarded(run, one, name, method));
      return name.startsWith('__') ? dunder(run, one, name) : undefined;
    }
  }
}

function functionAttribute(run: Run, one: Known, func: FuncObj, name: string, site: Site): Val | undefined {
  if (name === '__name__' || name === '__qualname__') {
    // A qualified name says where the function stands, which is kept for functions of the module only.
    if (name === '__qualname__' && func.env.kind !== 'module') return undefined;
    return str(func.shownAs ?? func.name, originAt(site));
  }
  if (name === '__module__') return str(func.module.name, originAt(site));
  if (name === '__doc__' && func.doc !== undefined) return str(func.doc, originAt(site));
  if (name === 'fget' && func.flavour === 'property') return known({ ...func, flavour: 'plain' }, one.origin);
  if (name === 'cache_clear' && func.memo !== undefined) {
    const { memo } = func;
    return builtin(name, (_args, at) => callMethod(run, known(memo, one.origin), 'clear', [], at));
  }
  const own = func.attrs?.state.names.get(name);
  if (own !== undefined && own.k !== 'absent') return readSlot(run, own, () => raise(run, 'AttributeError', name, site));
  if (
    func.attrs !== undefined &&
    func.attrs.state.open === null &&
    func.flavour === 'plain' &&
    !name.startsWith('__') &&
    func.memo === undefined
  )
    return func.shownAs === undefined ? undefined : unknownAt(run, 'dynamic-call', site);
  if (func.flavour === 'property' && (name === 'setter' || name === 'getter' || name === 'deleter')) {
    return builtin(name, (args, at) => {
      const [given] = args.pos;
      if (name === 'setter' && given !== undefined) return known({ ...func, setter: given }, one.origin);
      return name === 'deleter' ? one : unknownAt(run, 'unsupported-syntax', at);
    });
  }
  return undefined;
}

/** An item of a box under exactly this name; what other spellings find is not followed. */
export function boxedItem(run: Run, box: DictObj, name: string, site: Site): Val {
  const entry = box.cell.state.entries.get(`s:${name}`);
  const slot = entry?.value ?? { k: 'absent' as const };
  return slot.k === 'absent' ? unknownAt(run, 'dynamic-call', site) : readSlot(run, slot, () => unknownAt(run, 'dynamic-call', site));
}

/** What comes from a secret text is secret text. */
function guarded(run: Run, self: Known, name: string, method: NativeCall): NativeCall {
  return (args, at) => {
    if (args.open === null && refusesCount(self.obj.t, name, args.pos.length, args.kw.size))
      return raise(run, 'TypeError', `${name}() does not take ${args.pos.length} arguments`, at);
    if (args.open !== null) {
      const why = args.open;
      taint(run, self, why);
      return { ...why, type: null, key: '', truth: null, env: null, many: false };
    }
    const result = causedBy(method(args, at), [self]);
    if (self.obj.t === 'str' && self.read?.fallback === null) demand(run, self.read);
    return result;
  };
}

function tupleMethod(run: Run, one: Known, name: string, site: Site): Val | undefined {
  if (one.obj.t !== 'tuple') return undefined;
  const { items, fields } = one.obj;
  if (name === '_asdict' && fields !== null) return undefined;
  const method = LIST_METHODS.get(name);
  if (method === undefined || (name !== 'index' && name !== 'count')) return undefined;
  const list = {
    t: 'list' as const,
    cell: { state: { k: 'list' as const, items: [...items], alternatives: null }, epoch: -1 },
    view: false,
  };
  return builtin(name, (args, at) => method(run, known(list, originAt(site)), list, args, at));
}

function numberMethod(run: Run, one: Known, name: string): Val | undefined {
  const method = methodOf(run, one, name);
  return method === undefined ? dunder(run, one, name) : builtin(name, guarded(run, one, name, method));
}

function methodOf(run: Run, self: Known, name: string): NativeCall | undefined {
  const obj = self.obj;
  if (obj.t === 'str' || obj.t === 'lazy') {
    const method = STR_METHODS.get(name);
    return method === undefined ? undefined : (args, at) => method(run, self, obj.v, args, at);
  }
  if (obj.t === 'list' && !obj.view) {
    const method = LIST_METHODS.get(name);
    return method === undefined ? undefined : (args, at) => onList(run, self, obj, at, () => method(run, self, obj, args, at));
  }
  if (obj.t === 'dict') {
    if (obj.cls === 'OrderedDict' && (name === 'move_to_end' || name === 'popitem'))
      return (args, at) => moveEntry(run, self, obj, name, args, at);
    const method = DICT_METHODS.get(name);
    return method === undefined ? undefined : (args, at) => method(run, self, obj, args, at);
  }
  if (obj.t === 'set') {
    const method = obj.frozen && CHANGES_SETS.has(name) ? undefined : SET_METHODS.get(name);
    return method === undefined ? undefined : (args, at) => method(run, self, obj, args, at);
  }
  if (obj.t === 'bytes') return bytesMethod(run, self, obj.v, name);
  if (obj.t === 'int' && name === 'bit_length')
    return (_args, at) => int((obj.v < 0n ? -obj.v : obj.v) === 0n ? 0 : (obj.v < 0n ? -obj.v : obj.v).toString(2).length, originAt(at));
  if (obj.t === 'float' && name === 'is_integer') return (_args, at) => bool(Number.isInteger(obj.v), originAt(at));
  return undefined;
}

/** value.name(*args), with the result changed when asked. */
export function callMethod(run: Run, value: Known, name: string, args: readonly Val[], site: Site, result?: (made: Val) => Val): Val {
  const method = attribute(run, value, name, site);
  const given: CallArgs = positional(args);
  const made = callValue(run, method, given, site);
  return result === undefined ? made : result(made);
}
