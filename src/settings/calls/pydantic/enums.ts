import { callWith } from '../../expressions/call.ts';
import { originAt, PyError, unknownAt } from '../../run.ts';
import { builtinBase } from '../../values/native-classes.ts';
import { type ClassObj, type Known, known, type Val } from '../../values/object.ts';
import { hasRoot } from '../../values/text.ts';
import { type Context, refuse } from './failure.ts';
import { toInt } from './scalars.ts';
import { NO_LIMITS } from './types.ts';

/** Members of enumerations are found by their value; text counts as a number where all members are numbers. */
export function toMember(context: Context, one: Known, cls: ClassObj): Val {
  const { run, site, generation } = context;
  const { obj } = one;
  if (obj.t === 'instance' && obj.cls.mro.includes(cls)) return one;
  if (obj.t === 'none' || obj.t === 'list' || obj.t === 'dict') return refuse(context);
  const mixin = builtinBase(cls);
  const followed = (obj.t === 'str' && !hasRoot(obj.v)) || obj.t === 'int';
  if (!followed || (mixin !== undefined && mixin !== 'str' && mixin !== 'int')) return unknownAt(run, 'unsupported-syntax', site);
  const isNumber = mixin === 'int' && (generation === 2 || cls.mro.some((base) => base.native && base.name === 'IntEnum'));
  const wanted = isNumber && obj.t === 'str' ? toInt(context, one, NO_LIMITS) : one;
  if (wanted.k !== 'known') return wanted;
  try {
    return callWith(run, known(cls, originAt(site)), [wanted], site);
  } catch (error) {
    if (error instanceof PyError && error.type === 'ValueError') return refuse(context);
    throw error;
  }
}
