import { positional } from '../builtins/native.ts';
import { NOT_IMPLEMENTED } from '../builtins/singletons.ts';
import { type Run, unknownAt } from '../run.ts';
import type { Known, Site, Val } from '../values/object.ts';
import { callValue } from './call.ts';
import { boundTo, isClosedClass, lookupClass } from './instances.ts';

/** Operators on instances of the project's classes. */

/** The built-in value that an instance holds; anything else as it is. */
export function plainOf(one: Known): Known {
  return one.obj.t === 'instance' && one.obj.payload !== undefined ? { ...one.obj.payload, secret: one.secret } : one;
}

/** Calls a special method of an instance's class; undefined when it has none, or when it says NotImplemented. */
export function special(run: Run, self: Known, name: string, args: readonly Val[], site: Site): Val | undefined {
  const { obj } = self;
  if (obj.t !== 'instance') return undefined;
  const method = lookupClass(obj.cls, name);
  if (method === undefined) return isClosedClass(obj.cls) ? undefined : unknownAt(run, 'dynamic-call', site);
  if (method.k !== 'known') return unknownAt(run, 'dynamic-call', site);
  if (method.obj.t === 'none') return undefined;
  const callable = method.obj.t === 'builtin' ? method : boundTo(run, self, obj.cls, method, name, site);
  const made = callValue(run, callable, positional(method.obj.t === 'builtin' ? [self, ...args] : args), site);
  return made.k === 'known' && made.obj === NOT_IMPLEMENTED ? undefined : made;
}

/** left op right by `__op__` of the left or `__rop__` of the right; a subclass's own reflected method comes first. */
export function overloaded(run: Run, name: string, reflected: string, a: Known, b: Known, site: Site): Val | undefined {
  const derived = a.obj.t === 'instance' && b.obj.t === 'instance' && b.obj.cls !== a.obj.cls && b.obj.cls.mro.includes(a.obj.cls);
  if (derived) {
    const first = special(run, b, reflected, [a], site);
    if (first !== undefined) return first;
  }
  const own = special(run, a, name, [b], site);
  if (own !== undefined) return own;
  return derived ? undefined : special(run, b, reflected, [a], site);
}
