import type { Data, Entry } from '../../core/data.ts';
import { defaultOrigin } from '../../core/origin.ts';
import { known } from '../../core/value.ts';

/**
 * A literal of the generated tables as Data: JSON with `{"$tuple": […]}` and `{"$set": […]}`. Undefined for what is no literal in the
 * source it was read from, or is not defined at all. `of` is what gives the value: "Django", a distribution.
 */
export function literalData(value: unknown, of: string): Data | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  const origin = defaultOrigin(of);
  if (Array.isArray(value))
    return { kind: 'list', items: value.map((item) => known(literalData(item, of) ?? null, origin)), complete: true };
  if (typeof value !== 'object') return undefined;
  const fields = Object.entries(value);
  const [first] = fields;
  if (first?.[0].startsWith('$')) return special(first[0], first[1], of);
  return {
    kind: 'dict',
    entries: fields.map(([key, item]): Entry => ({ key, value: known(literalData(item, of) ?? null, origin) })),
    complete: true,
  };
}

function special(tag: string, value: unknown, of: string): Data | undefined {
  if ((tag === '$tuple' || tag === '$set') && Array.isArray(value)) {
    const items = value.map((item) => known(literalData(item, of) ?? null, defaultOrigin(of)));
    return { kind: tag === '$tuple' ? 'tuple' : 'set', items, complete: true };
  }
  // MANAGERS is the same list as ADMINS: empty.
  return tag === '$ref' ? { kind: 'list', items: [], complete: true } : undefined;
}
