import type { Data, Mapping } from '../../core/data.ts';
import type { Origin } from '../../core/origin.ts';
import { bindValue, type Known, known, unknown, type Value } from '../../core/value.ts';

/** What stands at a path of a value that a template gave; known undefined where a complete list or mapping lacks it. */
export function valueAt(value: Value<Data>, path: readonly (string | number)[]): Value<Data | undefined> {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  return bindValue(value, (one) => {
    const inner = memberOf(one, step);
    if (inner === null) return one.value === null ? known(undefined, one.origin) : unknown('unsupported-syntax', one.origin);
    return inner.kind === 'known' && inner.value === undefined ? known(undefined, inner.origin) : valueAt(definite(inner), rest);
  });
}

/** Null for what has no members. */
function memberOf({ value, origin }: Known<Data>, step: string | number): Value<Data | undefined> | null {
  if (typeof value !== 'object' || value === null) return null;
  if ('entries' in value) return step === 0 ? known(value, origin) : entryOf(value, step, origin);
  if (!('items' in value)) return null;
  // A block that may stand once is asked by its names.
  if (typeof step === 'string') {
    const [only] = value.items;
    return only !== undefined && value.items.length === 1 && value.complete ? valueAt(only, [step]) : null;
  }
  if (!value.complete) return unknown('dynamic-call', origin);
  return value.items[step] ?? known(undefined, origin);
}

function entryOf(mapping: Mapping, step: string | number, origin: Origin): Value<Data | undefined> {
  const found = mapping.entries.find(({ key }) => key === step);
  if (found !== undefined) return found.value;
  return mapping.complete ? known(undefined, origin) : unknown('dynamic-call', origin);
}

function definite(value: Value<Data | undefined>): Value<Data> {
  return bindValue(value, (one) => (one.value === undefined ? known(null, one.origin) : known(one.value, one.origin)));
}

/** What is set to null is not set. */
export function withoutNull(value: Value<Data | undefined>): Value<Data | undefined> {
  return bindValue(value, (one) => (one.value === null ? known(undefined, one.origin) : one));
}
