import { attribute, attributeOf } from '../expressions/attributes.ts';
import { callUnknown } from '../expressions/call.ts';
import { isClosedClass } from '../expressions/instances.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { attempt, isError } from '../statements/barrier.ts';
import { builtinClass } from '../values/native-classes.ts';
import { bool, type CallArgs, type ClassObj, type Known, type Site, type Val } from '../values/object.ts';
import { textArg } from './native.ts';
import { mayHave } from './type-attributes.ts';

export type Call = (run: Run, args: CallArgs, at: Site) => Val;

/** isinstance(value, type): true, false, or unknown. */
export function isInstance(run: Run, value: Known, type: Val): boolean | undefined {
  if (type.k !== 'known') return undefined;
  if (type.obj.t === 'tuple') {
    const all = type.obj.items.map((one) => isInstance(run, value, one));
    return all.includes(true) ? true : all.includes(undefined) ? undefined : false;
  }
  const { obj } = value;
  if (type.obj.t === 'class') {
    const wanted = type.obj;
    if (obj.t === 'class') return obj.meta === undefined ? (isClosedClass(obj) ? false : undefined) : subclassOf(obj.meta, wanted);
    const cls = obj.t === 'instance' ? obj.cls : obj.t === 'tuple' ? obj.cls : null;
    if (cls !== null) return subclassOf(cls, wanted);
    // Abstract classes of the library may count what does not derive from them.
    return obj.t === 'native' || obj.t === 'lazy' || wanted.native ? undefined : false;
  }
  if (type.obj.t === 'builtin' && type.obj.name === 'property' && obj.t !== 'native') return obj.t === 'func' && obj.flavour === 'property';
  if (type.obj.t !== 'builtin' || !type.obj.type) return undefined;
  const { name } = type.obj;
  if (name === 'object') return true;
  if (obj.t === 'instance') return instanceOfBuiltin(obj.cls, name);
  const wanted = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (wanted === undefined || obj.t === 'native' || (obj.t === 'list' && obj.view)) return undefined;
  if (name === 'OrderedDict') return obj.t === 'dict' ? obj.cls === 'OrderedDict' : false;
  if (obj.t === 'set') return (name === 'frozenset') === obj.frozen && wanted.includes('set');
  return wanted.includes(obj.t);
}

/** Which kinds of value are instances of a built-in type. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  str: ['str'],
  int: ['int', 'bool'],
  bool: ['bool'],
  float: ['float'],
  list: ['list'],
  tuple: ['tuple'],
  dict: ['dict'],
  set: ['set'],
  frozenset: ['set'],
  bytes: ['bytes'],
  range: ['range'],
  slice: ['slice'],
  property: [],
  Path: ['path'],
  PosixPath: ['path'],
  PurePath: ['path'],
  type: ['class', 'builtin'],
  timedelta: ['timedelta'],
  OrderedDict: [],
  NoneType: ['none'],
};

/** Whether a class derives from another; undefined where a base is not understood. */
export function subclassOf(cls: ClassObj, wanted: ClassObj): boolean | undefined {
  if (cls.mro.includes(wanted)) return true;
  return isClosedClass(cls) && !(wanted.native && wanted.module !== 'builtins') ? false : undefined;
}

function instanceOfBuiltin(cls: ClassObj, name: string): boolean | undefined {
  const base = builtinClass(name);
  if (base !== undefined && cls.mro.includes(base)) return true;
  return isClosedClass(cls) ? false : undefined;
}

export const getattrCall: Call = (run, args, at) => {
  const [value, name, otherwise] = args.pos;
  const text = textArg(name);
  if (value === undefined || text === undefined) return callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at);
  if (otherwise === undefined) return attribute(run, value, text, at);
  return lift(
    run,
    value,
    (one) => attributeOr(run, one, text, otherwise, at) ?? unknownAt(run, 'dynamic-call', at),
    () => unknownAt(run, 'dynamic-call', at),
  );
};

/** The attribute, or another value where it is missing or looking for it raises AttributeError; undefined where nothing is known. */
function attributeOr(run: Run, one: Known, name: string, otherwise: Val, at: Site): Val | undefined {
  const look = () => attributeOf(run, one, name, at) ?? (isClosed(one, name) ? otherwise : unknownAt(run, 'dynamic-call', at));
  return one.obj.t === 'instance' || one.obj.t === 'class' || one.obj.t === 'module' || one.obj.t === 'native'
    ? attempt(run, look, (error) => (isError(error, 'AttributeError') ? otherwise : undefined))
    : look();
}

function isClosed(one: Known, name: string): boolean {
  const { obj } = one;
  if (obj.t === 'module') return obj.file !== null && obj.scope?.state.open === null;
  if (obj.t === 'class') return isClosedClass(obj) && !obj.mro.some((base) => base.native);
  if (obj.t === 'instance') return isClosedClass(obj.cls) && obj.attrs.state.open === null && !obj.cls.mro.some((base) => base.native);
  return (
    !name.startsWith('__') &&
    !(obj.t === 'list' && obj.view) &&
    !(obj.t === 'tuple' && obj.fields !== null) &&
    mayHave(obj.t, name) === false
  );
}

export const hasattrCall: Call = (run, args, at) => {
  const [value, name] = args.pos;
  const text = textArg(name);
  if (value === undefined || text === undefined) return unknownAt(run, 'dynamic-call', at, { type: 'bool' });
  return lift(
    run,
    value,
    (one) => {
      const no = bool(false, originAt(at));
      const look = (): Val => {
        if (attributeOf(run, one, text, at) !== undefined) return bool(true, originAt(at));
        return isClosed(one, text) ? no : unknownAt(run, 'dynamic-call', at, { type: 'bool' });
      };
      return attempt(run, look, (error) => (isError(error, 'AttributeError') ? no : undefined));
    },
    (one) => ({ ...one, type: 'bool', truth: null, env: null, key: '' }),
  );
};
