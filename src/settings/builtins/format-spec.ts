import { exponentText, fixedDigits, generalText, scientificText } from '../values/decimals.ts';
import type { Obj } from '../values/object.ts';
import { floatText, hasRoot } from '../values/text.ts';
import { padded } from './format.ts';

/** Python's format specification mini-language for texts and numbers. */

const SPEC = /^(?:(.)?([<>^=]))?([+\- ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/su;

interface Spec {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly group: string | undefined;
  readonly precision: number | null;
  readonly type: string | undefined;
}

function parsed(spec: string): Spec | null {
  const parts = SPEC.exec(spec);
  if (parts === null) return null;
  const [, fill, align, sign, negative, alternate, zero, width, group, precision, type] = parts;
  if (negative !== undefined || Number(width ?? 0) > 10_000 || Number(precision ?? 0) > 500) return null;
  return {
    fill: fill ?? (zero !== undefined && align === undefined ? '0' : ' '),
    align: align ?? (zero !== undefined ? '=' : undefined),
    sign: sign ?? '-',
    alternate: alternate !== undefined,
    zero: zero !== undefined,
    width: Number(width ?? 0),
    group,
    precision: precision === undefined ? null : Number(precision),
    type,
  };
}

/** format(value, spec); null where it is not known, or where Python refuses. */
export function formatted(obj: Obj, text: string): string | null {
  const spec = parsed(text);
  if (spec === null) return null;
  if (obj.t === 'str') return textFormat(obj.v, spec);
  if (obj.t === 'bool' || obj.t === 'int') return integerFormat(obj.t === 'bool' ? (obj.v ? 1n : 0n) : obj.v, spec);
  return obj.t === 'float' ? floatFormat(obj.v, spec) : null;
}

function textFormat(v: string, spec: Spec): string | null {
  if ((spec.type !== undefined && spec.type !== 's') || spec.group !== undefined || spec.alternate || spec.sign !== '-') return null;
  if (hasRoot(v) && (spec.width > 0 || spec.precision !== null)) return null;
  // A zero before the width aligns texts to the left since 3.10, and is refused before.
  if (spec.zero || spec.align === '=') return null;
  const cut = spec.precision === null ? v : [...v].slice(0, spec.precision).join('');
  return padded(cut, spec.width, spec.align ?? '<', spec.fill);
}

const BASES: Readonly<Record<string, readonly [number, string]>> = { b: [2, '0b'], o: [8, '0o'], x: [16, '0x'], X: [16, '0X'] };

function integerFormat(v: bigint, spec: Spec): string | null {
  const { type } = spec;
  if (type !== undefined && 'eEfFgG%'.includes(type)) return Number.isFinite(Number(v)) ? floatFormat(Number(v), spec) : null;
  if (spec.precision !== null || type === 's') return null;
  if (type === 'c')
    return v < 0n || v > 0x10ffffn || spec.group !== undefined
      ? null
      : padded(String.fromCodePoint(Number(v)), spec.width, spec.align ?? '>', spec.fill);
  const [base, prefix] = (type === undefined ? undefined : BASES[type]) ?? [10, ''];
  if (type === 'n' && spec.group !== undefined) return null;
  if (base !== 10 && spec.group === ',') return null;
  const digits = (v < 0n ? -v : v).toString(base);
  const shown = type === 'X' ? digits.toUpperCase() : digits;
  return numeric(v < 0n, spec.alternate ? prefix : '', shown, '', spec, base === 10 ? 3 : 4);
}

function floatFormat(v: number, spec: Spec): string | null {
  const { type } = spec;
  if (type !== undefined && !'eEfFgGn%'.includes(type)) return null;
  const negative = v < 0 || Object.is(v, -0);
  const upper = type === 'E' || type === 'F' || type === 'G';
  if (!Number.isFinite(v)) {
    const word = Number.isNaN(v) ? 'nan' : 'inf';
    return spec.zero ? null : numeric(negative, '', upper ? word.toUpperCase() : word, '', { ...spec, group: undefined }, 3);
  }
  const body = floatBody(Math.abs(v), spec);
  if (body === null) return null;
  const [, whole = '', rest = ''] = /^(\d+)(.*)$/s.exec(body) ?? [];
  return numeric(negative, '', whole, upper ? rest.toUpperCase() : rest, spec, 3);
}

function floatBody(v: number, spec: Spec): string | null {
  const precision = spec.precision ?? 6;
  switch (spec.type) {
    case 'e':
    case 'E':
      return spec.alternate ? null : scientificText(v, precision);
    case 'f':
    case 'F':
      return spec.alternate ? null : fixedDigits(v, precision);
    case '%':
      return spec.alternate || !Number.isFinite(v * 100) ? null : `${fixedDigits(v * 100, precision)}%`;
    case 'g':
    case 'G':
    case 'n':
      return spec.alternate ? null : generalText(v, precision, false);
    default:
      return spec.alternate ? null : spec.precision === null ? floatText(v) : shortText(v, spec.precision);
  }
}

/** No type, but a precision: as `g`, with at least one digit behind the point. */
function shortText(v: number, precision: number): string {
  const text = generalText(v, precision, false);
  const exponent = /e([+-]\d+)$/.exec(text)?.[1];
  if (exponent === undefined && !text.includes('.')) {
    // A number that fills its precision is written scientifically rather than with a point that would add a digit.
    return text.length >= (precision === 0 ? 1 : precision) && v !== 0 ? scientific(v, precision) : `${text}.0`;
  }
  return text;
}

function scientific(v: number, precision: number): string {
  const text = scientificText(v, Math.max(0, precision - 1));
  const [mantissa = '', power = ''] = text.split('e');
  return `${mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa}${exponentText(Number(power))}`;
}

function grouped(digits: string, group: string, size: number): string {
  const parts: string[] = [];
  for (let end = digits.length; end > 0; end -= size) parts.unshift(digits.slice(Math.max(0, end - size), end));
  return parts.join(group);
}

function numeric(negative: boolean, prefix: string, digits: string, rest: string, spec: Spec, size: number): string | null {
  const sign = negative ? '-' : spec.sign === '-' ? '' : spec.sign;
  const head = sign + prefix;
  const whole = spec.group === undefined ? digits : grouped(digits, spec.group, size);
  const length = head.length + whole.length + rest.length;
  if (spec.align === '=' && length < spec.width) {
    // Zeros that fill a grouped number are grouped too.
    if (spec.fill === '0' && spec.group !== undefined) return null;
    return head + spec.fill.repeat(spec.width - length) + whole + rest;
  }
  return padded(head + whole + rest, spec.width, spec.align ?? '>', spec.fill);
}
