import { originAt, unknownAt } from '../../run.ts';
import { type Known, known, type Obj, type Val } from '../../values/object.ts';
import { purePath } from '../../values/paths.ts';
import { floatText, hasRoot, lengthOf } from '../../values/text.ts';
import { isFrom } from './classes.ts';
import { type Context, refuse } from './failure.ts';
import { secretText } from './secrets.ts';
import { type FieldType, type Limits, modelOf } from './types.ts';

/** Numbers, texts and their like, as pydantic 1.10 and pydantic-core 2.50 coerce them outside of strict mode. */

const TRUE_WORDS = new Set(['1', 'on', 't', 'true', 'y', 'yes']);
const FALSE_WORDS = new Set(['0', 'off', 'f', 'false', 'n', 'no']);

export function made(context: Context, one: Known, obj: Obj): Known {
  return known(obj, originAt(context.site, undefined, one.origin), one.secret);
}

/** What no scalar is made of. */
export function isNever(obj: Obj): boolean {
  return (
    obj.t === 'none' ||
    obj.t === 'list' ||
    obj.t === 'dict' ||
    obj.t === 'tuple' ||
    obj.t === 'set' ||
    (obj.t === 'instance' && modelOf(obj.cls) !== undefined)
  );
}

function unclear(context: Context, one: Known): Val {
  return unknownAt(context.run, one.obj.t === 'str' && hasRoot(one.obj.v) ? 'host' : 'unsupported-syntax', context.site);
}

export function toBool(context: Context, one: Known): Val {
  const { obj } = one;
  if (obj.t === 'bool') return one;
  if (obj.t === 'str') {
    const word = obj.v.toLowerCase();
    if (TRUE_WORDS.has(word)) return made(context, one, { t: 'bool', v: true });
    if (FALSE_WORDS.has(word)) return made(context, one, { t: 'bool', v: false });
    return refuse(context);
  }
  if (obj.t === 'int' || obj.t === 'float') {
    const number = Number(obj.v);
    return number === 0 || number === 1 ? made(context, one, { t: 'bool', v: number === 1 }) : refuse(context);
  }
  return isNever(obj) || obj.t === 'path' ? refuse(context) : unclear(context, one);
}

/** Numbers that releases of pydantic 2 before 2.10 read in another way: with blanks around, or a point at their end. */
function isOdd(context: Context, text: string): boolean {
  if (context.generation === 1 || (text === text.trim() && !/\.$|_.*\./.test(text))) return false;
  return isFrom(context.run, 'pydantic', '2.10') !== true;
}

function intText(context: Context, text: string): bigint | null | undefined {
  if (hasRoot(text) || isOdd(context, text)) return undefined;
  const bare = text.trim().replace(/(?<=\d)_(?=\d)/g, '');
  const found = /^([+-]?)(\d+)(\.0+)?$/.exec(bare);
  if (found === null || (found[3] !== undefined && context.generation === 1)) return /^[\x00-\x7f]*$/.test(text) ? null : undefined;
  if (bare.length > 4000) return undefined;
  const value = BigInt(found[2] ?? '0');
  return found[1] === '-' ? -value : value;
}

export function toInt(context: Context, one: Known, limits: Limits): Val {
  const { obj } = one;
  let v: bigint | null | undefined;
  if (obj.t === 'int') v = obj.v;
  else if (obj.t === 'bool') v = obj.v ? 1n : 0n;
  else if (obj.t === 'float')
    v = !Number.isFinite(obj.v) ? null : Number.isInteger(obj.v) || context.generation === 1 ? BigInt(Math.trunc(obj.v)) : null;
  else if (obj.t === 'str') v = intText(context, obj.v);
  else if (isNever(obj) || obj.t === 'path') v = null;
  if (v === undefined) return unclear(context, one);
  if (v === null || !within(Number(v), limits)) return refuse(context);
  return obj.t === 'int' ? one : made(context, one, { t: 'int', v });
}

/** NaN: the text means infinity or no number, which is left alone. */
function floatOf(text: string): number | null | undefined {
  const bare = text.trim().replace(/(?<=\d)_(?=\d)/g, '');
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(bare)) return Number(bare);
  if (!/^[\x00-\x7f]*$/.test(text) || /inf|nan/i.test(text)) return undefined;
  return null;
}

export function toFloat(context: Context, one: Known, limits: Limits): Val {
  const { obj } = one;
  let v: number | null | undefined;
  if (obj.t === 'float') v = obj.v;
  else if (obj.t === 'int') v = Number(obj.v);
  else if (obj.t === 'bool') v = obj.v ? 1 : 0;
  else if (obj.t === 'str') v = isOdd(context, obj.v) ? undefined : floatOf(obj.v);
  else if (isNever(obj) || obj.t === 'path') v = null;
  if (v === undefined) return unclear(context, one);
  if (v === null || !within(v, limits)) return refuse(context);
  return obj.t === 'float' ? one : made(context, one, { t: 'float', v });
}

function within(v: number, { gt, ge, lt, le }: Limits): boolean {
  return (gt === null || v > gt) && (ge === null || v >= ge) && (lt === null || v < lt) && (le === null || v <= le);
}

export function toText(context: Context, one: Known, limits: Limits): Val {
  const text = textOf(context, one);
  if (text === null) return refuse(context);
  if (text === undefined) return unclear(context, one);
  const { minLength, maxLength } = limits;
  if (minLength !== null || maxLength !== null) {
    if (hasRoot(text)) return unclear(context, one);
    const length = lengthOf(text);
    if ((minLength !== null && length < minLength) || (maxLength !== null && length > maxLength)) return refuse(context);
  }
  return one.obj.t === 'str' ? one : made(context, one, { t: 'str', v: text });
}

/** Null: no text; undefined: not known. Only pydantic 1 makes text of numbers. */
function textOf(context: Context, { obj }: Known): string | null | undefined {
  if (obj.t === 'str') return obj.v;
  if (isNever(obj) || obj.t === 'path') return null;
  if (obj.t !== 'bool' && obj.t !== 'int' && obj.t !== 'float') return undefined;
  if (context.generation === 2) return null;
  return obj.t === 'bool' ? (obj.v ? 'True' : 'False') : obj.t === 'int' ? String(obj.v) : floatText(obj.v);
}

export function toBytes(context: Context, one: Known): Val {
  const { obj } = one;
  if (obj.t === 'bytes') return one;
  return obj.t === 'str' && /^[\x20-\x7e]*$/.test(obj.v) ? made(context, one, { t: 'bytes', v: obj.v }) : unclear(context, one);
}

export function toPath(context: Context, one: Known): Val {
  const { obj } = one;
  if (obj.t === 'path') return one;
  if (obj.t === 'str') return made(context, one, { t: 'path', v: purePath(obj.v) });
  return obj.t === 'none' || obj.t === 'int' || obj.t === 'bool' || obj.t === 'list' || obj.t === 'dict'
    ? refuse(context)
    : unclear(context, one);
}

export function toSecret(context: Context, one: Known, home: string): Val {
  const { obj } = one;
  if (obj.t === 'native' && obj.cls === `${home}.types.SecretStr`) return one;
  const text = textOf(context, one);
  if (text === null) return refuse(context);
  return text === undefined ? unclear(context, one) : secretText(home, text, originAt(context.site, undefined, one.origin));
}

const EMAIL = /^[A-Za-z0-9_-]+(?:[.+][A-Za-z0-9_-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?:com|org|net|io|dev|app|ru|de|fr|eu|uk|co)$/;

/** Addresses that email-validator leaves as they are. */
export function toEmail(context: Context, one: Known): Val {
  const { obj } = one;
  if (isNever(obj) || (obj.t === 'str' && /^[\x21-\x7e]*$/.test(obj.v) && !obj.v.includes('@'))) return refuse(context);
  return obj.t === 'str' && obj.v.length < 60 && EMAIL.test(obj.v) ? one : unclear(context, one);
}

/** Literal[…]: equal values are the same choice, and the choice is what one gets. */
export function toChoice(context: Context, one: Known, type: Extract<FieldType, { k: 'literal' }>): Val {
  const { obj } = one;
  if (obj.t !== 'str' && obj.t !== 'int' && obj.t !== 'none')
    return obj.t === 'list' || obj.t === 'dict' ? refuse(context) : unclear(context, one);
  if (obj.t === 'str' && hasRoot(obj.v)) return unclear(context, one);
  // True is 1 to Python, and which of the two is meant is left alone.
  if (obj.t === 'int' && type.values.some((value) => value.obj.t === 'bool')) return unclear(context, one);
  const same = type.values.some((value) =>
    obj.t === 'none'
      ? value.obj.t === 'none'
      : value.obj.t === obj.t && (value.obj.t === 'str' || value.obj.t === 'int') && value.obj.v === obj.v,
  );
  return same ? one : refuse(context);
}
