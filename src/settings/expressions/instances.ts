import { positional } from '../builtins/native.ts';
import { scopeDict } from '../builtins/scope-dict.ts';
import { modelAttribute, storeInModel } from '../calls/pydantic/instances.ts';
import { enumAttribute } from '../calls/python/enum.ts';
import { raise, UNKNOWN_ERROR } from '../raise.ts';
import { lift, originAt, type Run, readSlot, unknownAt } from '../run.ts';
import { hookOf } from '../values/native-classes.ts';
import {
  type BoundObj,
  type ClassObj,
  type InstanceObj,
  type Known,
  known,
  none,
  type Site,
  str,
  tuple,
  type Val,
} from '../values/object.ts';
import { writeScope } from '../values/state.ts';
import { attributeOf, callMethod } from './attributes.ts';
import { callValue } from './call.ts';

/** Attributes of the project's own classes and their instances, in the order in which Python looks. */

/** What the classes of an order hold under a name; undefined where it may be missing or nothing is known. */
export function lookupClass(cls: ClassObj, name: string): Val | undefined {
  return lookupIn(cls.mro, name);
}

export function lookupIn(order: readonly ClassObj[], name: string): Val | undefined {
  for (const base of order) {
    const slot = base.scope.state.names.get(name);
    if (slot !== undefined && slot.k !== 'absent')
      return slot.k === 'cond' && slot.cases.some((one) => one.then.k === 'absent') ? undefined : slot;
    if (base.open !== null || base.scope.state.open !== null) return undefined;
  }
  return undefined;
}

/** Whether looking further finds nothing for certain. */
export function isClosedClass(cls: ClassObj): boolean {
  return !cls.mro.some((base) => base.open !== null || base.scope.state.open !== null);
}

/** A method of the class that Python would call for an operator; those of `object` do not count. */
export function hasMethod(obj: InstanceObj, name: string): boolean {
  return lookupClass(obj.cls, name) !== undefined;
}

export function bind(self: Val, func: BoundObj['func']): Known {
  const bound: BoundObj = { t: 'bound', self, func };
  return known(bound, self.k === 'cond' ? { step: 'default', of: 'Python' } : self.origin);
}

function isDescriptor(value: Val | undefined, method: '__get__' | '__set__' | '__delete__'): value is Known {
  return value?.k === 'known' && value.obj.t === 'instance' && hasMethod(value.obj, method);
}

function isProperty(value: Val | undefined): value is Known {
  return value?.k === 'known' && value.obj.t === 'func' && value.obj.flavour === 'property';
}

/** A class attribute that only some branches have bound: on the others the next class of the order, or AttributeError. */
function branchedAttribute(run: Run, order: readonly ClassObj[], name: string, site: Site, use: (one: Known) => Val): Val | undefined {
  for (const [i, base] of order.entries()) {
    const slot = base.scope.state.names.get(name);
    if (slot === undefined || slot.k === 'absent') {
      if (base.open !== null || base.scope.state.open !== null) return undefined;
      continue;
    }
    if (slot.k !== 'cond' || !slot.cases.some((one) => one.then.k === 'absent')) return undefined;
    const rest = order.slice(i + 1);
    const value = readSlot(run, slot, () => lookupIn(rest, name) ?? raise(run, 'AttributeError', `no attribute '${name}'`, site));
    return lift(run, value, use);
  }
  return undefined;
}

export function instanceAttribute(run: Run, self: Known, obj: InstanceObj, name: string, site: Site): Val | undefined {
  const { cls } = obj;
  const getter = lookupClass(cls, '__getattribute__');
  if (getter !== undefined) return unknownAt(run, 'unsupported-syntax', site);
  const branched = branchedAttribute(run, cls.mro, name, site, (one) => boundTo(run, self, cls, one, name, site));
  if (branched !== undefined && !isHeld(obj, name)) return branched;
  const found = lookupClass(cls, name);
  if (isProperty(found) || isDescriptor(found, '__set__')) return boundTo(run, self, cls, found, name, site);
  const own = obj.attrs.state.names.get(name);
  if (own !== undefined && own.k !== 'absent')
    return readSlot(run, own, () =>
      found === undefined ? raise(run, 'AttributeError', name, site) : lift(run, found, (one) => boundTo(run, self, cls, one, name, site)),
    );
  if (found !== undefined) return lift(run, found, (one) => boundTo(run, self, cls, one, name, site));
  if (name === '__class__') return known(cls, originAt(site));
  if (name === '__dict__') return scopeDict(run, obj.attrs, site, 'namespace');
  if (name === '__doc__')
    return isClosedClass(cls) && !cls.mro.some((base) => base.native) ? none(originAt(site)) : unknownAt(run, 'dynamic-call', site);
  if (name === 'code' && cls.mro.some((base) => base.native && base.name === 'SystemExit'))
    return exitCode(obj, site) ?? unknownAt(run, 'dynamic-call', site);
  const enumerated = enumAttribute(self, name);
  if (enumerated !== undefined) return enumerated;
  if (obj.payload !== undefined) {
    const inner = attributeOf(run, obj.payload, name, site);
    if (inner !== undefined) return inner;
  }
  const modelled = modelAttribute(run, self, obj, name);
  if (modelled !== undefined) return modelled;
  if (!isClosedClass(cls) || obj.attrs.state.open !== null) return undefined;
  const last = lookupClass(cls, '__getattr__');
  if (last?.k === 'known' && last.obj.t === 'func' && !name.startsWith('__'))
    return callValue(run, bind(self, last.obj), positional([str(name, originAt(site))]), site);
  return undefined;
}

/** Whether the instance itself holds a name. */
function isHeld(obj: InstanceObj, name: string): boolean {
  const own = obj.attrs.state.names.get(name);
  return own !== undefined && own.k !== 'absent';
}

/** What sys.exit() was given. */
function exitCode(obj: InstanceObj, site: Site): Val | undefined {
  const args = obj.attrs.state.names.get('args');
  if (args?.k !== 'known' || args.obj.t !== 'tuple') return undefined;
  const [first] = args.obj.items;
  return args.obj.items.length > 1 ? args : (first ?? none(originAt(site)));
}

/** What a class attribute becomes when it is read through an instance. */
export function boundTo(run: Run, self: Known, cls: ClassObj, one: Known, name: string, site: Site): Val {
  const what = one.obj;
  if (what.t === 'instance') {
    if (!hasMethod(what, '__get__')) return one;
    return callMethod(run, one, '__get__', [self, known(cls, originAt(site))], site);
  }
  // Methods of modelled classes take the instance first, as functions do.
  if (what.t === 'builtin' && !what.type && name.startsWith('__')) return bind(self, what);
  if (what.t !== 'func') return one;
  switch (what.flavour) {
    case 'static':
      return one;
    case 'class':
      return bind(known(cls, originAt(site)), what);
    case 'property':
      return callValue(run, bind(self, what), positional([]), site);
    case 'cached': {
      const value = callValue(run, bind(self, what), positional([]), site);
      if (self.obj.t === 'instance') writeScope(run.journal, self.obj.attrs).names.set(name, value);
      return value;
    }
    case 'plain':
      return bind(self, what);
  }
}

/** What stands in the body of an enumeration is made into its members. */
function isEnumeration(cls: ClassObj): boolean {
  return cls.mro.some((base) => base.open !== null && /(^|\.)(\w*Enum|\w*Flag|\w*Choices)$/.test(base.open.key));
}

export function classAttribute(run: Run, cls: ClassObj, name: string, site: Site): Val | undefined {
  const origin = originAt(site);
  if (name === '__name__') return cls.name === UNKNOWN_ERROR ? unknownAt(run, 'raised', site, { type: 'str' }) : str(cls.name, origin);
  if (name === '__mro__')
    return known(tuple([...cls.mro.map((one) => known(one, origin)), unknownAt(run, 'unsupported-syntax', site)]), origin);
  if (name === '__bases__') return known(tuple(cls.bases.map((one) => known(one, origin))), origin);
  const branched = branchedAttribute(run, cls.mro, name, site, (one) =>
    one.obj.t === 'func' && one.obj.flavour === 'class' ? bind(known(cls, origin), one.obj) : one,
  );
  if (branched !== undefined) return branched;
  const found = isEnumeration(cls) ? undefined : lookupClass(cls, name);
  if (found !== undefined) {
    return lift(run, found, (one) => {
      if (one.obj.t === 'func' && one.obj.flavour === 'class') return bind(known(cls, origin), one.obj);
      if (isDescriptor(one, '__get__')) return callMethod(run, one, '__get__', [none(origin), known(cls, origin)], site);
      return one;
    });
  }
  if (!isClosedClass(cls)) return undefined;
  const hooked = hookOf(cls, 'attribute')?.(run, cls, name, site);
  if (hooked !== undefined) return hooked;
  if (name === '__doc__' && cls.open === null && !cls.native) {
    const doc = cls.scope.state.names.get('__doc__');
    return doc?.k === 'known' ? doc : unknownAt(run, 'dynamic-call', site);
  }
  if (name === '__dict__') return scopeDict(run, cls.scope, site, 'namespace');
  if (name === '__module__') return str(cls.module, origin);
  if (name === '__class__' && cls.meta !== undefined) return known(cls.meta, origin);
  return cls.meta === undefined ? undefined : metaAttribute(run, cls, cls.meta, name, site);
}

function metaAttribute(run: Run, cls: ClassObj, meta: ClassObj, name: string, site: Site): Val | undefined {
  const self = known(cls, originAt(site));
  const found = lookupClass(meta, name);
  if (found !== undefined) return lift(run, found, (one) => boundTo(run, self, meta, one, name, site));
  const last = lookupClass(meta, '__getattr__');
  if (last?.k === 'known' && last.obj.t === 'func' && !name.startsWith('__'))
    return callValue(run, bind(self, last.obj), positional([str(name, originAt(site))]), site);
  return undefined;
}

/** value.name = item */
export function setAttribute(run: Run, value: Val, name: string, item: Val, site: Site): void {
  lift(run, value, (one) => {
    const obj = one.obj;
    const done = none(originAt(site));
    if (obj.t === 'instance') return setInstance(run, one, obj, name, item, site);
    if (obj.t === 'native' || obj.t === 'builtin') obj.setAttr?.(name, item, site);
    else if (obj.t === 'class' && !obj.native) writeScope(run.journal, obj.scope).names.set(name, item);
    else if (obj.t === 'module' && obj.scope !== null) writeScope(run.journal, obj.scope).names.set(name, item);
    else if (obj.t === 'module' && obj.patched !== undefined && !OWN_STORES.has(`${obj.name}.${name}`))
      writeScope(run.journal, obj.patched).names.set(name, item);
    else if (obj.t === 'func' && obj.attrs !== undefined) writeScope(run.journal, obj.attrs).names.set(name, item);
    else if (FIXED.has(obj.t)) return raise(run, 'AttributeError', `'${obj.t}' object has no attribute '${name}'`, site);
    return done;
  });
}

/** What the interpreter keeps itself: replacing it is not followed. */
const OWN_STORES: ReadonlySet<string> = new Set(['sys.path', 'sys.modules', 'os.environ']);

/** Values whose attributes cannot be set. */
const FIXED: ReadonlySet<string> = new Set([
  'none',
  'bool',
  'int',
  'float',
  'str',
  'bytes',
  'list',
  'tuple',
  'dict',
  'set',
  'range',
  'path',
  'timedelta',
]);

function setInstance(run: Run, one: Known, obj: InstanceObj, name: string, item: Val, site: Site): Val {
  const setter = lookupClass(obj.cls, '__setattr__');
  if (setter?.k === 'known' && (setter.obj.t === 'func' || setter.obj.t === 'builtin'))
    return callValue(run, bind(one, setter.obj), positional([str(name, originAt(site)), item]), site);
  return storeAttribute(run, one, obj, name, item, site);
}

/** object.__setattr__: descriptors first, then the instance itself. */
export function storeAttribute(run: Run, one: Known, obj: InstanceObj, name: string, item: Val, site: Site): Val {
  const found = lookupClass(obj.cls, name);
  if (isProperty(found) && found.obj.t === 'func') {
    const { setter } = found.obj;
    if (setter === undefined) return raise(run, 'AttributeError', `property '${name}' of '${obj.cls.name}' object has no setter`, site);
    return callValue(run, setter, positional([one, item]), site);
  }
  if (isDescriptor(found, '__set__')) return callMethod(run, found, '__set__', [one, item], site);
  writeScope(run.journal, obj.attrs).names.set(name, storeInModel(run, obj, name, site) ?? item);
  return none(originAt(site));
}

/** del value.name */
export function deleteAttribute(run: Run, value: Val, name: string, site: Site): void {
  lift(run, value, (one) => {
    const { obj } = one;
    const done = none(originAt(site));
    const scope = obj.t === 'instance' ? obj.attrs : obj.t === 'class' && !obj.native ? obj.scope : obj.t === 'module' ? obj.scope : null;
    if (scope === null) return unknownAt(run, 'unsupported-syntax', site);
    if (obj.t === 'instance' && hasMethod(obj, '__delattr__'))
      return callMethod(run, one, '__delattr__', [str(name, originAt(site))], site);
    const slot = scope.state.names.get(name);
    if ((slot === undefined || slot.k === 'absent') && scope.state.open === null) return raise(run, 'AttributeError', name, site);
    if (slot !== undefined) readSlot(run, slot, () => raise(run, 'AttributeError', name, site));
    const { names, open } = writeScope(run.journal, scope);
    if (open === null) names.delete(name);
    else names.set(name, { k: 'absent' });
    return done;
  });
}
