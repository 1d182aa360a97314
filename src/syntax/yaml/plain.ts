import type { YamlDialect, YamlScalar } from './node.ts';

const NULL = /^(?:~|null|Null|NULL)?$/;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;
const BOOLEAN_11 = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const TRUE = /^(?:true|yes|on)$/i;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const SPECIAL = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const FLOAT_11 = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?$/;
const SEXAGESIMAL_11 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const INT_11 = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)$/;
const INT_GO = /^[-+]?(?:0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*|0[xX][0-9a-fA-F]+)$/;
const TIMESTAMP = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:$|[Tt ])/;

/** Types the text of a plain scalar. */
export function plainValue(text: string, dialect: YamlDialect): YamlScalar['value'] {
  if (NULL.test(text)) return null;
  if (BOOLEAN.test(text)) return TRUE.test(text);
  if (SPECIAL.test(text)) return special(text);
  if (dialect === '1.2') return core(text);
  if (dialect === 'go') return go(text);
  return legacy(text);
}

function special(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function core(text: string): string | number {
  if (/^0o[0-7]+$/.test(text) || /^0x[0-9a-fA-F]+$/.test(text)) return Number(text);
  return FLOAT.test(text) ? Number(text) : text;
}

function go(text: string): string | number {
  if (!/^[-+.0-9]/.test(text) || TIMESTAMP.test(text)) return text;
  const bare = text.startsWith('.') ? text : text.replaceAll('_', '');
  if (INT_GO.test(bare)) return Number(integer(bare));
  return FLOAT.test(bare) ? Number(bare) : text;
}

function legacy(text: string): string | number | boolean {
  if (BOOLEAN_11.test(text)) return TRUE.test(text);
  if (INT_11.test(text)) return Number(integer(text.replaceAll('_', '')));
  if (SEXAGESIMAL_11.test(text)) return sexagesimal(text.replaceAll('_', ''));
  return FLOAT_11.test(text) ? Number(text.replaceAll('_', '')) : text;
}

function sexagesimal(text: string): number {
  const total = text
    .replace(/^[-+]/, '')
    .split(':')
    .reduce((sum, digits) => sum * 60 + Number(digits), 0);
  return text.startsWith('-') ? -total : total;
}

/** A leading zero means octal, as in Go and YAML 1.1. */
function integer(text: string): bigint {
  const digits = text.replace(/^[-+]/, '');
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const size = BigInt(/^0[xXbBoO]?$/.test(octal) ? '0' : octal.toLowerCase());
  return text.startsWith('-') ? -size : size;
}

/**
 * The text that compose makes of an untyped scalar in `environment:` and the like: 010 → "8", 1e3 → "1000", true → "true".
 * Null when it is null, a hole, a timestamp or a float that Go prints with an exponent.
 */
export function printedByGo(scalar: YamlScalar): string | null {
  const { value, text } = scalar;
  if (scalar.hole || value === null) return null;
  if (typeof value === 'string') return !scalar.quoted && (TIMESTAMP.test(text) || ODD_IN_GO.test(text)) ? null : value;
  if (typeof value === 'boolean') return String(value);
  const bare = text.replaceAll('_', '');
  if (/^-[0._]*$/.test(text)) return null;
  if (INT_GO.test(bare)) return wholeNumber(integer(bare));
  const size = Math.abs(value);
  return value === 0 || (size >= 1e-4 && size < 1e6) ? String(value) : null;
}

/** A merge key as a value, `._1` and `0o-1`: texts that releases of go-yaml type in ways of their own. */
const ODD_IN_GO = /^(?:<<$|\.[0-9]*_|0o[-+])/;

function wholeNumber(size: bigint): string | null {
  return size > 18_446_744_073_709_551_615n || size < -9_223_372_036_854_775_808n ? null : size.toString();
}
