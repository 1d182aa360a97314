import type { ClassHooks, ClassObj, Slot } from './object.ts';
import type { ScopeState } from './state.ts';

/** Classes that are modelled rather than evaluated. They hold no state of a run. */

export interface NativeClass {
  readonly name: string;
  readonly module: string;
  readonly bases?: readonly ClassObj[];
  readonly names?: ReadonlyMap<string, Slot>;
  readonly hooks?: ClassHooks;
}

export function nativeClass(given: NativeClass): ClassObj {
  const state: ScopeState = { k: 'scope', names: new Map(given.names ?? []), open: null };
  const mro: ClassObj[] = [];
  const base = {
    t: 'class' as const,
    name: given.name,
    module: given.module,
    bases: given.bases ?? [],
    open: null,
    scope: { state, epoch: -1 },
    mro,
    native: true,
  };
  const cls: ClassObj = given.hooks === undefined ? base : { ...base, hooks: given.hooks };
  mro.push(cls);
  for (const one of linearised(cls)?.slice(1) ?? []) mro.push(one);
  return cls;
}

/** Built-in types that classes of a project derive from; their instances hold a value of the type. */
const BUILTIN: ReadonlyMap<string, ClassObj> = new Map(
  ['str', 'int', 'float', 'list', 'dict', 'set', 'frozenset', 'tuple', 'bytes', 'type'].map((name) => [
    name,
    nativeClass({ name, module: 'builtins' }),
  ]),
);

export function builtinClass(name: string): ClassObj | undefined {
  return BUILTIN.get(name);
}

/** The built-in type that a class derives from, if any. */
export function builtinBase(cls: ClassObj): string | undefined {
  return cls.mro.find((base) => base.native && base.module === 'builtins' && BUILTIN.get(base.name) === base)?.name;
}

/** The C3 order of a class and its bases; undefined when there is none. */
export function linearised(cls: ClassObj): readonly ClassObj[] | undefined {
  const queues = [...cls.bases.map((base) => [...base.mro]), [...cls.bases]].filter((queue) => queue.length > 0);
  const order: ClassObj[] = [cls];
  while (queues.some((queue) => queue.length > 0)) {
    const next = queues.map((queue) => queue[0]).find((head) => head !== undefined && !queues.some((queue) => queue.indexOf(head) > 0));
    if (next === undefined) return undefined;
    order.push(next);
    for (const queue of queues) if (queue[0] === next) queue.shift();
  }
  return order;
}

/** The nearest class in the order that has a hook, with the hook. */
export function hookOf<K extends keyof ClassHooks>(cls: ClassObj, name: K): NonNullable<ClassHooks[K]> | undefined {
  for (const base of cls.mro) {
    const hook = base.hooks?.[name];
    if (hook !== undefined) return hook;
  }
  return undefined;
}
