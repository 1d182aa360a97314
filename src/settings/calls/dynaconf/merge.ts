import { isLeftOut } from '../../builtins/native.ts';
import { equal } from '../../expressions/comparison.ts';
import { truthOf } from '../../expressions/truth.ts';
import { type Run, unknownAt } from '../../run.ts';
import { itemsOf, listFrom } from '../../values/iterate.ts';
import { type Known, known, type ListObj, type Site, type Slot, str, type Unk, unk, type Val } from '../../values/object.ts';
import { type MapEntry, newCell } from '../../values/state.ts';
import { boxed, isToken, type Parsed, parseText } from './text.ts';

/** How dynaconf keeps values and joins new ones with those that are there: `set`, `_dotted_set` and `object_merge`. */

const MAX_DEPTH = 40;
const MERGE = 'dynaconf_merge';
const UNIQUE = 'dynaconf_merge_unique';

/** A value as it is kept: tuples have become lists, dicts are boxes, texts inside are converted. */
export function kept(run: Run, slot: Slot, site: Site, depth = 0): Slot {
  if (slot.k === 'absent') return slot;
  if (slot.k === 'unk') return { ...slot, type: null, truth: null, env: null };
  if (slot.k === 'cond') {
    const cases = slot.cases.map((one) => ({ when: one.when, then: kept(run, one.then, site, depth) }));
    return {
      k: 'cond',
      cases: cases.map((one) => ({ when: one.when, then: one.then.k === 'cond' ? unknownAt(run, 'limit', site) : one.then })),
    };
  }
  const { obj } = slot;
  if (depth > MAX_DEPTH) return unknownAt(run, 'limit', site);
  const inner = (one: Val): Val => present(kept(run, one, site, depth + 1));
  switch (obj.t) {
    case 'str': {
      if (!isToken(obj.v)) return slot;
      const parsed = parseText(run, slot, false, site);
      return parsed.kind === 'value' ? parsed.value : unknownAt(run, 'unsupported-syntax', site);
    }
    case 'tuple':
      return obj.cls === null && obj.fields === null ? known(listFrom(run, obj.items.map(inner)), slot.origin) : slot;
    case 'list': {
      if (obj.view) return slot;
      const { items, alternatives } = obj.cell.state;
      const list: ListObj = {
        t: 'list',
        view: false,
        cell: newCell(run.journal, {
          k: 'list',
          items: items.map(inner),
          alternatives: alternatives?.map((one) => ({ when: one.when, items: one.items.map(inner) })) ?? null,
        }),
      };
      return known(list, slot.origin);
    }
    case 'dict': {
      const entries = new Map<string, MapEntry>();
      for (const [id, entry] of obj.cell.state.entries) entries.set(id, { key: entry.key, value: kept(run, entry.value, site, depth + 1) });
      const box = boxed(run, entries);
      box.cell.state.open = obj.cell.state.open;
      return known(box, slot.origin);
    }
    default:
      return slot;
  }
}

function present(slot: Slot): Val {
  return slot.k === 'absent' ? unk('raised', { step: 'default', of: 'nothing' }) : slot;
}

/** The key of a mapping that a name means: itself, or one that differs in case or has blanks for underscores. */
export function matchingKey(entries: ReadonlyMap<string, MapEntry>, name: string): string | undefined {
  if (entries.has(`s:${name}`)) return `s:${name}`;
  const wanted = name.toLowerCase();
  for (const [id, entry] of entries) {
    const key = entry.key.obj.t === 'str' ? entry.key.obj.v.toLowerCase() : null;
    if (key !== null && (key === wanted || key.replaceAll(' ', '_') === wanted)) return id;
  }
  return undefined;
}

/** Whether a value says somewhere how it is to be merged. */
export function hasMergeMark(value: Slot, depth = 0): boolean {
  if (value.k === 'cond') return value.cases.some((one) => hasMergeMark(one.then, depth));
  if (value.k !== 'known' || depth > MAX_DEPTH) return false;
  const { obj } = value;
  if (obj.t === 'list') {
    const all = [...obj.cell.state.items, ...(obj.cell.state.alternatives ?? []).flatMap((one) => one.items)];
    return all.some((item) => isMark(item) || hasMergeMark(item, depth + 1));
  }
  if (obj.t !== 'dict') return false;
  const { entries } = obj.cell.state;
  return entries.has(`s:${MERGE}`) || entries.has(`s:${UNIQUE}`) || [...entries.values()].some((one) => hasMergeMark(one.value, depth + 1));
}

function isMark(item: Val): boolean {
  return item.k === 'known' && item.obj.t === 'str' && (item.obj.v === MERGE || item.obj.v === UNIQUE);
}

/** object_merge(old, new); undefined where something unknown decides. */
export function merged(run: Run, old: Slot, fresh: Slot, unique: boolean, site: Site): Val | undefined {
  if (old.k !== 'known' || fresh.k !== 'known') return undefined;
  const same = equal(run, old, fresh, site);
  if (same === undefined) return undefined;
  if (same || old.obj.t === 'none' || fresh.obj.t === 'none') return fresh;
  if (old.obj.t === 'list' && fresh.obj.t === 'list') return mergedLists(run, old, fresh, unique, site);
  if (old.obj.t !== 'dict' || fresh.obj.t !== 'dict') return fresh;
  const [a, b] = [old.obj.cell.state, fresh.obj.cell.state];
  if (a.open !== null || b.open !== null || hasMergeMark(fresh)) return undefined;
  const entries = new Map<string, MapEntry>(a.entries);
  for (const [id, entry] of b.entries) {
    const at = entry.key.obj.t === 'str' ? matchingKey(a.entries, entry.key.obj.v) : a.entries.has(id) ? id : undefined;
    const before = at === undefined ? undefined : a.entries.get(at);
    if (at === undefined || before === undefined) {
      entries.set(id, entry);
      continue;
    }
    const value = merged(run, before.value, entry.value, false, site);
    if (value === undefined) return undefined;
    entries.set(at, { key: before.key, value });
  }
  return known(boxed(run, entries), fresh.origin);
}

function mergedLists(run: Run, old: Known, fresh: Known, unique: boolean, site: Site): Val | undefined {
  const before = itemsOf(run, old, site);
  const after = itemsOf(run, fresh, site);
  if (before === undefined || after === undefined || hasMergeMark(fresh)) return undefined;
  if (!unique) return known(listFrom(run, [...before, ...after]), fresh.origin);
  const items = [...after];
  for (const item of [...before].reverse()) {
    const found = items.map((one) => (one.k === 'known' && item.k === 'known' ? equal(run, one, item, site) : undefined));
    if (found.includes(true)) continue;
    if (found.includes(undefined)) return undefined;
    items.unshift(item);
  }
  return known(listFrom(run, items), fresh.origin);
}

/** How the file or the options say that containers are joined. */
export interface Joining {
  /** `dynaconf_merge = true` of a file or environment. */
  readonly always: boolean;
  /** The option merge_enabled. */
  readonly enabled: boolean;
}

/** What a first-level key holds after it has been set; undefined: it is gone, `unfollowed`: nobody knows. */
export function joined(run: Run, existing: Slot | undefined, parsed: Parsed, how: Joining, site: Site): Slot | undefined | 'unfollowed' {
  if (parsed.kind === 'delete') return undefined;
  if (parsed.kind === 'format') return 'unfollowed';
  const there = isLeftOut(existing) ? undefined : existing;
  if (parsed.kind === 'merge') {
    if (how.always || how.enabled || hasMergeMark(parsed.value)) return 'unfollowed';
    if (there === undefined) return parsed.value;
    const truth = there.k === 'known' ? truthOf(run, there, site) : undefined;
    if (truth === undefined) return 'unfollowed';
    return truth ? (merged(run, there, parsed.value, parsed.unique, site) ?? 'unfollowed') : parsed.value;
  }
  const { value } = parsed;
  if (value.k !== 'known' || (value.obj.t !== 'list' && value.obj.t !== 'dict')) return value;
  const marked = hasMergeMark(value);
  // A mark that finds nothing to merge with stays in the value and makes later steps merge.
  if (there === undefined) return marked ? 'unfollowed' : value;
  if (how.always || how.enabled) return marked ? 'unfollowed' : (merged(run, there, value, false, site) ?? 'unfollowed');
  return marked ? (byMark(run, there, value, site) ?? 'unfollowed') : value;
}

/** `dynaconf_merge` as an item of a list or a key of a mapping. */
function byMark(run: Run, there: Slot, value: Known, site: Site): Val | undefined {
  if (value.obj.t === 'list') {
    const items = itemsOf(run, value, site);
    const marks = items?.filter(isMark) ?? [];
    if (items === undefined || marks.length !== 1) return undefined;
    const rest = known(
      listFrom(
        run,
        items.filter((one) => !isMark(one)),
      ),
      value.origin,
    );
    const [mark] = marks;
    return merged(run, there, rest, mark?.k === 'known' && mark.obj.t === 'str' && mark.obj.v === UNIQUE, site);
  }
  if (value.obj.t !== 'dict') return undefined;
  const entries = new Map(value.obj.cell.state.entries);
  const mark = entries.get(`s:${MERGE}`)?.value;
  if (entries.has(`s:${UNIQUE}`) || mark?.k !== 'known' || mark.obj.t !== 'bool') return undefined;
  entries.delete(`s:${MERGE}`);
  const rest = known(boxed(run, entries), value.origin);
  if (hasMergeMark(rest)) return undefined;
  return mark.obj.v ? merged(run, there, rest, false, site) : rest;
}

/** A nested key, `DATABASES__default__NAME`: the value at the end of a path is put in place of what is there. */
export function atPath(run: Run, existing: Slot | undefined, path: readonly string[], parsed: Parsed, site: Site): Val | undefined {
  const [name, ...rest] = path;
  if (name === undefined || name === '' || name === MERGE || name === UNIQUE || /[ [\]]/.test(name)) return undefined;
  if (existing !== undefined && existing.k !== 'known') return undefined;
  const old = existing?.obj.t === 'dict' ? existing.obj.cell.state : undefined;
  if (old !== undefined && old.open !== null) return undefined;
  const entries = new Map<string, MapEntry>(old?.entries ?? []);
  const id = matchingKey(entries, name) ?? `s:${name}`;
  const before = entries.get(id);
  const origin = existing?.origin ?? originOf(parsed);
  const key = before?.key ?? str(name, origin);
  if (rest.length > 0) {
    const inner = atPath(run, before?.value, rest, parsed, site);
    if (inner === undefined) return undefined;
    entries.set(id, { key, value: inner });
    return known(boxed(run, entries), origin);
  }
  const leaf = leafValue(run, before?.value, parsed, old !== undefined, site);
  if (leaf === undefined) return undefined;
  if (leaf === 'gone') entries.delete(id);
  else entries.set(id, { key, value: leaf });
  return known(boxed(run, entries), origin);
}

function originOf(parsed: Parsed): Known['origin'] {
  const value = parsed.kind === 'format' ? parsed.text : parsed.kind === 'delete' ? undefined : parsed.value;
  return value === undefined || value.k === 'cond' ? { step: 'default', of: 'dynaconf' } : value.origin;
}

function leafValue(run: Run, before: Slot | undefined, parsed: Parsed, inPlace: boolean, site: Site): Val | 'gone' | undefined {
  switch (parsed.kind) {
    case 'value':
      return hasMergeMark(parsed.value) ? undefined : parsed.value;
    case 'delete':
      return inPlace ? 'gone' : undefined;
    case 'merge':
      if (!inPlace || hasMergeMark(parsed.value)) return undefined;
      return before === undefined ? parsed.value : merged(run, before, parsed.value, parsed.unique, site);
    case 'format':
      return unknownAt(run, 'unsupported-syntax', site);
  }
}

/** What is lost: the key holds something, or nothing. */
export function lost(run: Run, site: Site): Unk {
  return unknownAt(run, 'unsupported-syntax', site);
}
