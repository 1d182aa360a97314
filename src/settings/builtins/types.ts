import { isClosedClass } from '../expressions/instances.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { listFrom } from '../values/iterate.ts';
import { builtinClass, nativeClass } from '../values/native-classes.ts';
import { type ClassObj, type Known, known, type Obj, type Site, type Slot, str, type Unk, type Val } from '../values/object.ts';
import { replaceState, type ScopeState } from '../values/state.ts';
import { builtinName } from './builtins.ts';
import { type Call, subclassOf } from './objects.ts';

/** What a bare `object()` is an instance of. */
export const OBJECT: ClassObj = nativeClass({ name: 'object', module: 'builtins' });

/** Values whose type is a built-in of that name. */
const NAMED: ReadonlySet<string> = new Set(['str', 'int', 'float', 'bool', 'dict', 'bytes', 'range', 'slice']);

/** type(x) */
export function typeOf(run: Run, one: Known, at: Site): Val {
  const { obj } = one;
  if (obj.t === 'instance') return known(obj.cls, originAt(at));
  const name = builtinTypeName(obj);
  const type = name === undefined ? undefined : builtinName(run, name);
  if (obj.t === 'class' && obj.meta !== undefined) return known(obj.meta, originAt(at));
  return type ?? unknownAt(run, 'unsupported-syntax', at);
}

function builtinTypeName(obj: Obj): string | undefined {
  if (NAMED.has(obj.t)) return obj.t === 'dict' && (obj.factory !== null || obj.cls !== undefined) ? undefined : obj.t;
  if (obj.t === 'list') return obj.view ? undefined : 'list';
  if (obj.t === 'tuple') return obj.cls === null && obj.fields === null ? 'tuple' : undefined;
  if (obj.t === 'set') return obj.frozen ? 'frozenset' : 'set';
  if (obj.t === 'builtin' && obj.type && builtinClass(obj.name) !== undefined) return 'type';
  if (obj.t === 'class') return isClosedClass(obj) && !obj.mro.some((base) => base.native && base.hooks !== undefined) ? 'type' : undefined;
  return undefined;
}

/** issubclass(cls, type) */
export function isSubclass(one: Known, type: Val): boolean | undefined {
  if (type.k !== 'known') return undefined;
  if (type.obj.t === 'tuple') {
    const all = type.obj.items.map((each) => isSubclass(one, each));
    return all.includes(true) ? true : all.includes(undefined) ? undefined : false;
  }
  const { obj } = one;
  if (type.obj.t === 'builtin' && type.obj.name === 'object') return obj.t === 'class' || obj.t === 'builtin' ? true : undefined;
  const wanted = type.obj.t === 'class' ? type.obj : type.obj.t === 'builtin' ? builtinClass(type.obj.name) : undefined;
  if (obj.t === 'class' && wanted !== undefined) return subclassOf(obj, wanted);
  if (obj.t === 'builtin' && type.obj.t === 'builtin' && obj.type && type.obj.type)
    return obj.name === type.obj.name
      ? true
      : obj.name === 'bool' && type.obj.name === 'int'
        ? true
        : builtinClass(obj.name) === undefined
          ? undefined
          : false;
  return undefined;
}

/** Names that every object of a class has, and those that newer releases add. */
const OF_OBJECT =
  '__class__ __delattr__ __dict__ __dir__ __doc__ __eq__ __format__ __ge__ __getattribute__ __gt__ __hash__ __init__ ' +
  '__init_subclass__ __le__ __lt__ __module__ __ne__ __new__ __reduce__ __reduce_ex__ __repr__ __setattr__ __sizeof__ __str__ ' +
  '__subclasshook__ __weakref__';
const ADDED: readonly { readonly from: string; readonly names: readonly string[] }[] = [
  { from: '3.11', names: ['__getstate__'] },
  { from: '3.13', names: ['__firstlineno__', '__static_attributes__'] },
];
const OF_MODULE = '__builtins__ __cached__ __doc__ __file__ __loader__ __name__ __package__ __spec__';

/** dir(x): the names of an object of the project in order, for each release of Python that it may run on. */
export const dirCall: Call = (run, args, at) => {
  const [value] = args.pos;
  if (value === undefined)
    return listed(run, [...scopeNames(run.frame.chain.scope.state), ...ofModule(run)], openNames(run, run.frame.chain.scope.state, at), at);
  return lift(run, value, (one) => {
    const { obj } = one;
    if (obj.t === 'module' && obj.scope !== null)
      return listed(run, [...scopeNames(obj.scope.state), ...OF_MODULE.split(' ')], openNames(run, obj.scope.state, at), at);
    const cls = obj.t === 'instance' ? obj.cls : obj.t === 'class' ? obj : undefined;
    if (cls === undefined || !isClosedClass(cls) || cls.mro.some((base) => base.native && base.name !== 'object'))
      return unknownAt(run, 'unsupported-syntax', at, { type: 'list' });
    const names = [
      ...OF_OBJECT.split(' '),
      ...cls.mro.flatMap((base) => scopeNames(base.scope.state)).filter((name) => name !== '__qualname__'),
    ];
    if (obj.t === 'instance') names.push(...scopeNames(obj.attrs.state));
    const states = [...cls.mro.map((base) => base.scope.state), ...(obj.t === 'instance' ? [obj.attrs.state] : [])];
    const open = states.map((state) => openNames(run, state, at)).find((one) => one !== null) ?? null;
    return open === null ? byRelease(run, names, at) : listed(run, names, open, at);
  });
};

function ofModule(run: Run): readonly string[] {
  return run.frame.chain.kind === 'module' ? OF_MODULE.split(' ') : [];
}

/** The names that are bound on every path. */
function scopeNames(state: ScopeState): string[] {
  return [...state.names].filter(([name, slot]) => slot.k !== 'absent' && !name.startsWith(' ') && !isOptional(slot)).map(([name]) => name);
}

function isOptional(slot: Slot): boolean {
  return slot.k === 'cond' && slot.cases.some((one) => one.then.k === 'absent');
}

/** Why there may be more names: what may bind any, or names that only some paths bind. */
function openNames(run: Run, state: ScopeState, at: Site): Unk | null {
  if (state.open !== null) return state.open;
  return [...state.names.values()].some(isOptional) ? unknownAt(run, 'dynamic-call', at) : null;
}

function texts(names: readonly string[], at: Site): readonly Val[] {
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : 1)).map((name) => str(name, originAt(at)));
}

function listed(run: Run, names: readonly string[], open: Unk | null, at: Site): Val {
  return known(
    listFrom(run, open === null ? texts(names, at) : [{ ...unknownAt(run, 'dynamic-call', at, { type: 'str' }), many: true }]),
    originAt(at),
  );
}

function byRelease(run: Run, names: readonly string[], at: Site): Val {
  const { python } = run.request;
  const minor = python === null ? undefined : Number(python.split('.')[1]);
  const added = (until: number) => ADDED.filter((one) => Number(one.from.split('.')[1]) <= until).flatMap((one) => one.names);
  if (minor !== undefined) return listed(run, [...names, ...added(minor)], null, at);
  const list = listFrom(run, []);
  const alternatives = [
    { when: [{ on: 'python' as const, before: '3.11' }], items: texts([...names, ...added(10)], at) },
    { when: [{ on: 'python' as const, from: '3.11', before: '3.13' }], items: texts([...names, ...added(12)], at) },
    { when: [{ on: 'python' as const, from: '3.13' }], items: texts([...names, ...added(13)], at) },
  ];
  replaceState(run.journal, list.cell, { k: 'list', items: [], alternatives });
  return known(list, originAt(at));
}
