import { type Run, unknownAt } from '../../run.ts';
import { dictFrom } from '../../values/iterate.ts';
import { type DictObj, type Known, known, type Site, type Slot, str } from '../../values/object.ts';
import type { MapEntry } from '../../values/state.ts';
import { newCell } from '../../values/state.ts';
import { keyOf } from '../../values/text.ts';
import type { Options } from './config.ts';
import { type Field, type FieldType, modelOf } from './types.ts';

/** `DB__HOST` and its like: variables of one field put together to a mapping, and mappings of several sources merged. */

export interface Tree extends Map<string, Tree | Slot> {}

/** The type of what stands under a key, as `next_field` looks for it. */
export function underKey(
  type: FieldType,
  key: string,
  options: Options,
): { readonly type: FieldType; readonly field: Field | null } | undefined {
  switch (type.k) {
    case 'dict':
      return type.bare ? undefined : { type: type.value, field: null };
    case 'optional':
    case 'layered':
      return underKey(type.of, key, options);
    case 'union':
      return type.of.map((one) => underKey(one, key, options)).find((one) => one !== undefined);
    case 'model': {
      const same = (a: string, b: string) => (options.caseSensitive ? a === b : a.toLowerCase() === b.toLowerCase());
      for (const field of modelOf(type.cls)?.fields.values() ?? []) {
        const names = [field.name, ...(field.aliases ?? [options.prefix + field.name])];
        if (names.some((name) => same(name, key))) return { type: field.type, field };
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

/** Python's `text.split(separator, maxsplit)`. */
export function splitTimes(text: string, separator: string, times: number): readonly string[] {
  const parts = text.split(separator);
  if (times < 0 || parts.length <= times + 1) return parts;
  return [...parts.slice(0, times), parts.slice(times).join(separator)];
}

/** Stores under a path; false when something else stands in the way. */
export function plant(tree: Tree, keys: readonly string[], last: string, value: Slot): boolean {
  let at: Tree = tree;
  for (const key of keys) {
    const next = at.get(key);
    if (next === undefined) {
      const made: Tree = new Map();
      at.set(key, made);
      at = made;
    } else if (next instanceof Map) at = next;
    else return false;
  }
  if (at.has(last)) return false;
  at.set(last, value);
  return true;
}

/** The tree as a dict, with the keys as the model writes them. */
export function treeDict(run: Run, tree: Tree, site: Site): Known {
  const dict = dictFrom(run, [], site);
  const entries = dict.cell.state.entries;
  for (const [key, value] of tree) {
    const name = str(key, { step: 'default', of: 'pydantic' });
    entries.set(`s:${key}`, { key: name, value: value instanceof Map ? treeDict(run, value, site) : value });
  }
  return known(dict, { step: 'text', at: site });
}

/** Keys that differ from a field of the model in case only become the field's. */
export function renamed(run: Run, type: FieldType, value: Known, site: Site): Known {
  const inner = type.k === 'layered' || type.k === 'optional' ? type.of : type;
  const model = inner.k === 'model' ? modelOf(inner.cls) : undefined;
  if (value.obj.t !== 'dict') return value;
  if (model === undefined)
    return inner.k === type.k ? value : inner.k === 'layered' || inner.k === 'optional' ? renamed(run, inner, value, site) : value;
  const entries = new Map<string, MapEntry>();
  for (const [id, entry] of value.obj.cell.state.entries) {
    const written = entry.key.obj.t === 'str' ? entry.key.obj.v : null;
    const field =
      written === null
        ? undefined
        : [...model.fields.values()].find((one) => namesOf(one).some((name) => name.toLowerCase() === written.toLowerCase()));
    const name =
      field === undefined || written === null ? undefined : namesOf(field).find((one) => one.toLowerCase() === written.toLowerCase());
    if (field === undefined || name === undefined) entries.set(id, entry);
    else {
      const slot = entry.value.k === 'known' ? renamed(run, field.type, entry.value, site) : entry.value;
      entries.set(`s:${name}`, { key: str(name, entry.key.origin), value: slot });
    }
  }
  const dict: DictObj = { t: 'dict', cell: newCell(run.journal, { k: 'map', entries, open: value.obj.cell.state.open }), factory: null };
  return { ...value, obj: dict };
}

function namesOf(field: Field): readonly string[] {
  return field.aliases ?? [field.name];
}

/** `deep_update(low, high)`: mappings are merged key by key, anything else is replaced. */
export function deepMerged(run: Run, low: Slot, high: Slot, site: Site): Slot {
  if (high.k === 'absent') return low;
  if (low.k === 'absent') return high;
  if (high.k !== 'known')
    return low.k === 'known' && low.obj.t !== 'dict' && high.k === 'unk' && high.type !== 'dict' ? high : mixed(run, low, high, site);
  if (high.obj.t !== 'dict') return high;
  if (low.k !== 'known') return unknownAt(run, 'unsupported-syntax', site);
  if (low.obj.t !== 'dict') return high;
  const entries = new Map(low.obj.cell.state.entries);
  for (const [id, entry] of high.obj.cell.state.entries) {
    const old = entries.get(id);
    const value = old === undefined ? entry.value : deepMerged(run, old.value, entry.value, site);
    entries.set(id, { key: old?.key ?? entry.key, value });
  }
  const open = high.obj.cell.state.open ?? low.obj.cell.state.open;
  const dict: DictObj = { t: 'dict', cell: newCell(run.journal, { k: 'map', entries, open }), factory: null };
  return { ...high, obj: dict };
}

function mixed(run: Run, low: Slot, high: Slot, site: Site): Slot {
  const plain = (slot: Slot): boolean => slot.k === 'known' && slot.obj.t !== 'dict';
  return plain(low) || plain(high) ? high : unknownAt(run, 'opaque-env', site);
}

/** What stands under a key of a dict. */
export function entryOf(value: Known, name: string): Slot | undefined {
  if (value.obj.t !== 'dict') return undefined;
  return value.obj.cell.state.entries.get(keyOf({ t: 'str', v: name }) ?? '')?.value;
}
