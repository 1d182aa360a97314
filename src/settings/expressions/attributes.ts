import { DICT_METHODS } from '../builtins/dict-methods.ts';
import { LIST_METHODS, onList } from '../builtins/list-methods.ts';
import { builtin, positional } from '../builtins/native.ts';
import { pathAttribute } from '../builtins/path-methods.ts';
import { SET_METHODS } from '../builtins/set-methods.ts';
import { STR_METHODS } from '../builtins/str-methods.ts';
import { moduleAttribute } from '../imports/imports.ts';
import { raise } from '../raise.ts';
import { demand, lift, originAt, type Run, readSlot, unknownAt } from '../run.ts';
import { taint } from '../values/containers.ts';
import {
  type BoundObj,
  bool,
  type CallArgs,
  type ClassObj,
  type InstanceObj,
  int,
  type Known,
  known,
  type NativeCall,
  none,
  type Site,
  str,
  tuple,
  type Unk,
  type Val,
} from '../values/object.ts';
import { writeScope } from '../values/state.ts';
import { callValue } from './call.ts';
import { causedBy } from './cause.ts';

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
      return raise(run, 'AttributeError', `'NoneType' object has no attribute '${name}'`, site, variable);
    case 'str':
    case 'int':
    case 'bool':
    case 'float':
    case 'list':
    case 'dict':
    case 'tuple':
    case 'set':
      if (name.startsWith('__') || (obj.t === 'list' && obj.view) || (obj.t === 'tuple' && obj.cls !== null))
        return unknownAt(run, 'dynamic-call', site);
      return raise(run, 'AttributeError', `'${obj.t}' object has no attribute '${name}'`, site);
    case 'module':
      if (obj.open !== null) return { ...obj.open, key: `${obj.name}.${name}`, origin: originAt(site) };
      return raise(run, 'AttributeError', `module '${obj.name}' has no attribute '${name}'`, site);
    case 'class':
    case 'instance': {
      const cls = obj.t === 'class' ? obj : obj.cls;
      const open = cls.mro.find((base) => base.open !== null)?.open ?? (obj.t === 'instance' ? obj.attrs.state.open : null);
      if (open !== null && open !== undefined) return { ...open, key: '', truth: null };
      if (cls.native || name.startsWith('__')) return unknownAt(run, 'dynamic-call', site);
      return raise(run, 'AttributeError', `'${cls.name}' object has no attribute '${name}'`, site);
    }
    default:
      return unknownAt(run, 'dynamic-call', site, { key: `${obj.t}.${name}@${site.file}:${site.start}` });
  }
}

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
      if (name === '__name__' || name === '__qualname__') return str(obj.name, originAt(site));
      if (name === '__module__') return str(obj.module.name, originAt(site));
      return undefined;
    case 'timedelta':
      if (name === 'total_seconds') return builtin(name, () => known({ t: 'float', v: Number(obj.micros) / 1e6 }, originAt(site)));
      if (name === 'days') return int(obj.micros / 86_400_000_000n, originAt(site));
      return undefined;
    case 'tuple': {
      const at = obj.fields?.indexOf(name) ?? -1;
      const item = at === -1 ? undefined : obj.items[at];
      return item ?? tupleMethod(run, one, name, site);
    }
    default: {
      const method = methodOf(run, one, name);
      return method === undefined ? undefined : builtin(name, guarded(run, one, method));
    }
  }
}

/** What comes from a secret text is secret text. */
function guarded(run: Run, self: Known, method: NativeCall): NativeCall {
  return (args, at) => {
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
    const method = DICT_METHODS.get(name);
    return method === undefined ? undefined : (args, at) => method(run, self, obj, args, at);
  }
  if (obj.t === 'set') {
    const method = SET_METHODS.get(name);
    return method === undefined ? undefined : (args, at) => method(run, self, obj, args, at);
  }
  if (obj.t === 'bytes' && name === 'decode') {
    return (_args, at) =>
      /^[\x00-\x7f]*$/.test(obj.v)
        ? str(obj.v, originAt(at, undefined, self.origin), self.secret)
        : unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
  }
  if (obj.t === 'float' && name === 'is_integer') return (_args, at) => bool(Number.isInteger(obj.v), originAt(at));
  return undefined;
}

export function lookupClass(cls: ClassObj, name: string): Val | undefined {
  for (const base of cls.mro) {
    const slot = base.scope.state.names.get(name);
    if (slot !== undefined && slot.k !== 'absent')
      return slot.k === 'cond' && slot.cases.some((one) => one.then.k === 'absent') ? undefined : slot;
    if (base.open !== null) return undefined;
  }
  return undefined;
}

export function hasMethod(obj: InstanceObj, name: string): boolean {
  return lookupClass(obj.cls, name) !== undefined;
}

function instanceAttribute(run: Run, self: Known, obj: InstanceObj, name: string, site: Site): Val | undefined {
  const own = obj.attrs.state.names.get(name);
  if (own !== undefined && own.k !== 'absent') return readSlot(run, own, () => raise(run, 'AttributeError', name, site));
  if (name === '__class__') return known(obj.cls, originAt(site));
  if (name === '__dict__') return unknownAt(run, 'dynamic-call', site);
  const found = lookupClass(obj.cls, name);
  if (found === undefined) {
    const getter = name.startsWith('__') ? undefined : lookupClass(obj.cls, '__getattr__');
    if (getter?.k === 'known' && getter.obj.t === 'func')
      return callValue(run, bind(self, getter.obj), positional([str(name, originAt(site))]), site);
    return undefined;
  }
  return lift(run, found, (one) => {
    const what = one.obj;
    if (what.t === 'func') {
      if (what.flavour === 'static') return one;
      if (what.flavour === 'class') return bind(known(obj.cls, originAt(site)), what);
      if (what.flavour === 'property') return callValue(run, bind(self, what), positional([]), site);
      return bind(self, what);
    }
    return one;
  });
}

export function bind(self: Val, func: BoundObj['func']): Known {
  const bound: BoundObj = { t: 'bound', self, func };
  return known(bound, self.k === 'cond' ? { step: 'default', of: 'Python' } : self.origin);
}

function classAttribute(run: Run, cls: ClassObj, name: string, site: Site): Val | undefined {
  if (name === '__name__' || name === '__qualname__') return str(cls.name, originAt(site));
  if (name === '__module__') return str(cls.module, originAt(site));
  if (name === '__mro__') return known(tuple(cls.mro.map((one) => known(one, originAt(site)))), originAt(site));
  const found = lookupClass(cls, name);
  if (found === undefined) return undefined;
  return lift(run, found, (one) => (one.obj.t === 'func' && one.obj.flavour === 'class' ? bind(known(cls, originAt(site)), one.obj) : one));
}

/** value.name = item */
export function setAttribute(run: Run, value: Val, name: string, item: Val, site: Site): void {
  lift(run, value, (one) => {
    const obj = one.obj;
    if (obj.t === 'instance') writeScope(run.journal, obj.attrs).names.set(name, item);
    else if (obj.t === 'native') obj.setAttr?.(name, item, site);
    else if (obj.t === 'class' && !obj.native) writeScope(run.journal, obj.scope).names.set(name, item);
    else if (obj.t === 'module' && obj.scope !== null) writeScope(run.journal, obj.scope).names.set(name, item);
    return none(originAt(site));
  });
}

/** value.name(*args), with the result changed when asked. */
export function callMethod(run: Run, value: Known, name: string, args: readonly Val[], site: Site, result?: (made: Val) => Val): Val {
  const method = attribute(run, value, name, site);
  const given: CallArgs = positional(args);
  const made = callValue(run, method, given, site);
  return result === undefined ? made : result(made);
}
