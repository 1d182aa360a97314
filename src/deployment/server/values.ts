import type { Data } from '../../core/data.ts';
import { Secret } from '../../core/secret.ts';
import { bindValue, known, originOf, unknown, type Value } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import { lookUp } from '../environment.ts';

/** What a setting was given: a text of a command line or variable, or what Python code computed. */
export type Raw = Value<Data>;

/** A value that the server refuses: it will not start. */
function refused<T>(raw: Value<unknown>): Value<T> {
  return unknown('raised', originOf(raw));
}

/** A whole number as Python's `int(text, 0)` reads it; negative ones are refused. */
export function toCount(raw: Raw): Value<number> {
  return bindValue(raw, (one) => {
    const value = one.value;
    const number =
      typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : typeof value === 'string' ? integer(value) : null;
    return number === null || !Number.isInteger(number) || number < 0 ? refused(raw) : known(number, one.origin);
  });
}

function integer(text: string): number | null {
  const clean = text.trim().replaceAll(/(?<=\d)_(?=\d)/g, '');
  if (/^[-+]?(0|[1-9]\d*|0+)$/.test(clean) || /^0[xX][\da-fA-F]+$|^0[oO][0-7]+$|^0[bB][01]+$/.test(clean)) return Number(clean);
  return null;
}

/** A whole number as `int(text)` reads it: `007` is 7. */
export function toDecimal(raw: Value<string>): Value<number> {
  return bindValue(raw, (one) => (/^\s*[-+]?\d+\s*$/.test(one.value) ? known(Number(one.value), one.origin) : refused(raw)));
}

export function toBoolean(raw: Raw): Value<boolean> {
  return bindValue(raw, (one) => {
    if (typeof one.value === 'boolean') return known(one.value, one.origin);
    const text = typeof one.value === 'string' ? one.value.trim().toLowerCase() : null;
    return text === 'true' || text === 'false' ? known(text === 'true', one.origin) : refused(raw);
  });
}

/** A text; None stays null. */
export function toText(raw: Raw): Value<string | null> {
  return bindValue(raw, (one): Value<string | null> => {
    const { value } = one;
    if (value === null) return known(null, one.origin);
    if (typeof value === 'string') return known(value.trim(), one.origin);
    if (value instanceof Secret) return known(value.reveal().trim(), one.origin);
    if (typeof value === 'object' && 'kind' in value && value.kind === 'path') return known(value.value, one.origin);
    return refused(raw);
  });
}

/** "a, b" or a list of texts. */
export function toList(raw: Raw, split: boolean): Value<readonly string[]> {
  return bindValue(raw, (one): Value<readonly string[]> => {
    const { value } = one;
    if (value === null) return known([], one.origin);
    if (typeof value === 'string') return known(split ? splitList(value) : [value], one.origin);
    if (typeof value !== 'object' || !('kind' in value) || (value.kind !== 'list' && value.kind !== 'tuple') || !value.complete)
      return unknown('dynamic-call', one.origin);
    const texts: string[] = [];
    for (const item of value.items) {
      if (item.kind !== 'known' || typeof item.value !== 'string') return item.kind === 'unknown' ? item : refused(raw);
      texts.push(item.value);
    }
    return known(texts, one.origin);
  });
}

export function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** A variable that the server reads itself; the default when it is not set. */
export function fromVariable<T>(
  environment: Environment,
  name: string,
  read: (value: Value<string>) => Value<T>,
  otherwise: () => Value<T>,
): Value<T> {
  const value = lookUp(environment, name);
  return value === null ? otherwise() : read(value);
}
