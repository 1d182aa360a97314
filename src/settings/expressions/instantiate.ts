import { builtinName } from '../builtins/builtins.ts';
import { createModel } from '../calls/pydantic/create.ts';
import { raise } from '../raise.ts';
import { originAt, type Run, unknownAt } from '../run.ts';
import { builtinBase, hookOf } from '../values/native-classes.ts';
import {
  type CallArgs,
  type ClassObj,
  type InstanceObj,
  type Known,
  known,
  type Site,
  type Slot,
  tuple,
  type Val,
} from '../values/object.ts';
import { newCell, type ScopeState } from '../values/state.ts';
import { callUnknown, callValue } from './call.ts';
import { bind, lookupClass } from './instances.ts';

/** Calls a class: `__new__`, then `__init__` on what it gives. */
export function instantiate(run: Run, cls: ClassObj, args: CallArgs, site: Site): Val {
  const model = createModel(run, cls, args, site);
  if (model !== undefined) return model;
  const open = cls.mro.find((base) => base.open !== null)?.open;
  if (open !== undefined && open !== null) return callUnknown(run, open, args, site);
  const hook = hookOf(cls, 'call');
  if (hook !== undefined) return hook(run, cls, args, site);
  const call = cls.meta === undefined ? undefined : lookupClass(cls.meta, '__call__');
  if (call !== undefined)
    return call.k === 'known' && call.obj.t === 'func'
      ? callValue(run, bind(known(cls, originAt(site)), call.obj), args, site)
      : callUnknown(run, unknownAt(run, 'unsupported-syntax', site), args, site);
  return construct(run, cls, args, site);
}

/** What `type.__call__` does. */
export function construct(run: Run, cls: ClassObj, args: CallArgs, site: Site): Val {
  const left = cls.mro.length > 1 ? abstractName(cls) : undefined;
  if (left !== undefined) return raise(run, 'TypeError', `Can't instantiate abstract class ${cls.name} with abstract method ${left}`, site);
  const maker = lookupClass(cls, '__new__');
  if (maker === undefined) return initialised(run, allocate(run, cls, args, site), cls, args, site);
  if (maker.k !== 'known' || maker.obj.t !== 'func') return callUnknown(run, unknownAt(run, 'unsupported-syntax', site), args, site);
  const made = callValue(run, maker, { ...args, pos: [known(cls, originAt(site)), ...args.pos] }, site);
  if (made.k !== 'known' || made.obj.t !== 'instance' || !made.obj.cls.mro.includes(cls)) return made;
  return initialised(run, made, cls, args, site);
}

/** A method that only a subclass of an abstract class must define. */
function abstractName(cls: ClassObj): string | undefined {
  if (!cls.mro.some((base) => base.native && base.module === 'abc')) return undefined;
  for (const base of cls.mro)
    for (const name of base.scope.state.names.keys()) {
      const found = lookupClass(cls, name);
      if (found?.k === 'known' && found.obj.t === 'func' && found.obj.abstract === true) return name;
    }
  return undefined;
}

function initialised(run: Run, self: Val, cls: ClassObj, args: CallArgs, site: Site): Val {
  const init = lookupClass(cls, '__init__');
  if (init?.k === 'known' && init.obj.t === 'func') callValue(run, bind(self, init.obj), args, site);
  else if (init?.k === 'known' && init.obj.t === 'builtin') callValue(run, init, { ...args, pos: [self, ...args.pos] }, site);
  else if (init !== undefined) return callUnknown(run, unknownAt(run, 'dynamic-call', site), args, site);
  else if (isBare(cls) && (args.pos.length > 0 || args.kw.size > 0) && lookupClass(cls, '__new__') === undefined)
    return raise(run, 'TypeError', `${cls.name}() takes no arguments`, site);
  return self;
}

/** Neither an exception nor a built-in type: `object` takes no arguments. */
function isBare(cls: ClassObj): boolean {
  return !cls.mro.some((base) => base.native);
}

/** object.__new__(cls), and that of the built-in type a class derives from. */
export function allocate(run: Run, cls: ClassObj, args: CallArgs, site: Site): Known {
  const names = new Map<string, Slot>();
  if (cls.mro.some((base) => base.name === 'BaseException' && base.native)) names.set('args', known(tuple(args.pos), originAt(site)));
  const attrs = newCell<ScopeState>(run.journal, { k: 'scope', names, open: null });
  const payload = payloadFor(run, cls, args, site);
  const instance: InstanceObj = payload === undefined ? { t: 'instance', cls, attrs } : { t: 'instance', cls, attrs, payload };
  return known(instance, originAt(site));
}

function payloadFor(run: Run, cls: ClassObj, args: CallArgs, site: Site): Known | undefined {
  const base = builtinBase(cls);
  if (base === undefined || base === 'type') return undefined;
  const type = builtinName(run, base);
  if (type === undefined) return undefined;
  // Mutable types are filled by __init__: one of the project decides what with.
  const filled = !['list', 'dict', 'set'].includes(base) || lookupClass(cls, '__init__') === undefined;
  const made = callValue(run, type, filled ? args : { pos: [], kw: new Map(), open: null }, site);
  if (made.k === 'known') return made;
  return known({ t: 'native', cls: base }, originAt(site));
}
