import { mayRaise, raise } from '../../raise.ts';
import { insideTry, PyError, type Run } from '../../run.ts';
import type { Site, Unk, Val } from '../../values/object.ts';
import type { FieldType, Generation } from './types.ts';

/** What validation carries along: whose value it is, and where a failure is told. */
export interface Context {
  readonly run: Run;
  readonly generation: Generation;
  readonly site: Site;
  /** The variable, or the field, that a failure names. */
  readonly variable: string;
}

/** Pydantic refuses a value. */
export function refuse(context: Context): never {
  const { run, site, variable } = context;
  return raise(run, 'ValidationError', `The value of ${variable} is not valid.`, site, variable);
}

/** What the body returns, or undefined when pydantic refuses the value. */
export function attempt(body: () => Val): Val | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof PyError && error.type === 'ValidationError') return undefined;
    throw error;
  }
}

/** Exceptions of validators that become a ValidationError; others pass. */
export function wrapErrors(context: Context, body: () => Val): Val {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof PyError) || error.type === 'ValidationError') throw error;
    const cls = error.exc.obj.t === 'instance' ? error.exc.obj.cls : undefined;
    const wrapped = context.generation === 1 ? ['ValueError', 'TypeError', 'AssertionError'] : ['ValueError', 'AssertionError'];
    if (cls?.mro.some((one) => one.native && wrapped.includes(one.name))) return refuse(context);
    throw error;
  }
}

const HINTS: Readonly<Record<string, Unk['type']>> = {
  str: 'str',
  email: 'str',
  int: 'int',
  float: 'float',
  bool: 'bool',
  list: 'list',
  dict: 'dict',
};

/** What validation leaves of a value that is not known: its type at least. */
export function unknownOf(context: Context, type: FieldType, one: Unk): Val {
  const { run, site } = context;
  if (type.k === 'optional') return one.type === null ? { ...one, truth: null, env: null, key: '' } : unknownOf(context, type.of, one);
  if (type.k === 'any' || (type.k === 'str' && one.type === 'str')) return one;
  if (insideTry(run)) mayRaise(run, 'ValidationError', 'the value is not valid', site);
  const hint = HINTS[type.k] ?? null;
  return { ...one, type: hint, truth: null, env: null, many: false, key: one.key === '' ? '' : `pydantic.${type.k}(${one.key})` };
}
