import { both } from '../../core/guard.ts';
import { MAX_ITEMS } from '../../core/limits.ts';
import { callMethod, hasMethod } from '../expressions/attributes.ts';
import { raise } from '../raise.ts';
import { demand, fork, lift, originAt, type Run, readSlot, settled, unknownAt } from '../run.ts';
import { type DictObj, type Known, known, type ListObj, manyOf, type Site, str, type Unk, type Val } from './object.ts';
import { conditional, type MapEntry, newCell } from './state.ts';
import { characters, hasRoot, keyOf } from './text.ts';

export function listFrom(run: Run, items: readonly Val[]): ListObj {
  return { t: 'list', cell: newCell(run.journal, { k: 'list', items: [...items], alternatives: null }), view: false };
}

/** An iterator, generator or view: iterated once, no list to isinstance. */
export function viewFrom(run: Run, items: readonly Val[]): ListObj {
  return { t: 'list', cell: newCell(run.journal, { k: 'list', items: [...items], alternatives: null }), view: true };
}

export function dictFrom(run: Run, entries: readonly (readonly [string, Val])[], site: Site): DictObj {
  const map = new Map<string, MapEntry>();
  for (const [key, value] of entries) map.set(`s:${key}`, { key: str(key, originAt(site)), value });
  return { t: 'dict', cell: newCell(run.journal, { k: 'map', entries: map, open: null }), factory: null };
}

export function setFrom(run: Run, items: readonly Val[], frozen: boolean, site: Site): Val {
  const entries = new Map<string, MapEntry>();
  let open: Unk | null = null;
  for (const item of items) {
    if (item.k === 'known') {
      const id = keyOf(item.obj);
      if (id === null) open ??= unknownAt(run, 'dynamic-call', site);
      else if (!entries.has(id)) entries.set(id, { key: item, value: item });
    } else open ??= item.k === 'unk' ? item : unknownAt(run, 'dynamic-call', site);
  }
  return known({ t: 'set', cell: newCell(run.journal, { k: 'map', entries, open }), frozen }, originAt(site));
}

/** The items of an iterable when they are settled; `many` unknowns may stand among them. Undefined: it has alternatives or is no plain container. */
export function itemsOf(run: Run, value: Known, _site: Site): readonly Val[] | undefined {
  const obj = value.obj;
  if (obj.t === 'tuple') return obj.items;
  if (obj.t !== 'list') return undefined;
  const { alternatives, items } = obj.cell.state;
  if (alternatives === null) return items;
  const open = alternatives.filter((one) => both(run.path, one.when) !== undefined);
  const [only] = open;
  return open.length === 1 ? only?.items : undefined;
}

/** Iterates anything: `use` gets the items. Where they are not known it gets one unknown that stands for many. */
/** `unordered`: the caller does not mind the order, which for sets of texts differs from run to run. */
export function withItems(run: Run, value: Val, site: Site, use: (items: readonly Val[]) => Val, unordered = false): Val {
  return lift(
    run,
    value,
    (one) => iterateKnown(run, one, site, use, unordered),
    (one) => use([manyOf(one)]),
  );
}

function iterateKnown(run: Run, value: Known, site: Site, use: (items: readonly Val[]) => Val, unordered: boolean): Val {
  const obj = value.obj;
  switch (obj.t) {
    case 'tuple':
      return use(obj.items);
    case 'list': {
      const items = itemsOf(run, value, site);
      if (items !== undefined) return use([...items]);
      const alternatives = obj.cell.state.alternatives ?? [];
      return fork<Val>(
        run,
        alternatives.map((one) => ({ when: one.when, body: () => use(one.items) })),
        () => null,
        (results) => {
          const slot = conditional(results.map((one) => ({ when: one.when, then: one.value })));
          return slot.k === 'absent' ? unknownAt(run, 'limit', site) : slot;
        },
      );
    }
    case 'dict':
    case 'set':
      if (obj.t === 'set' && !unordered && obj.cell.state.entries.size > 1) return use([manyOf(unknownAt(run, 'random', site))]);
      return keysOf(run, [...obj.cell.state.entries.values()], obj.cell.state.open, use);
    case 'str':
      if (hasRoot(obj.v)) return use([manyOf(unknownAt(run, 'host', site, { type: 'str' }))]);
      if (obj.v.length > MAX_ITEMS) return use([manyOf(unknownAt(run, 'limit', site))]);
      return use(characters(obj.v).map((char) => str(char, value.origin, value.secret)));
    case 'range': {
      const items: Val[] = [];
      for (let i = obj.start; obj.step > 0n ? i < obj.stop : i > obj.stop; i += obj.step) {
        if (items.length >= MAX_ITEMS) return use([manyOf(unknownAt(run, 'limit', site))]);
        items.push(known({ t: 'int', v: i }, value.origin));
      }
      return use(items);
    }
    case 'native': {
      if (obj.iterate === undefined) return use([manyOf(unknownAt(run, 'dynamic-call', site))]);
      return withItems(run, obj.iterate(site), site, use);
    }
    case 'instance':
      if (hasMethod(obj, '__iter__')) return withItems(run, callMethod(run, value, '__iter__', [], site), site, use);
      return use([manyOf(unknownAt(run, 'dynamic-call', site))]);
    case 'none':
    case 'bool':
    case 'int':
    case 'float':
    case 'path':
    case 'timedelta': {
      if (obj.t === 'none') demand(run, value.read);
      return raise(run, 'TypeError', 'object is not iterable', site, value.read?.name ?? null);
    }
    default:
      return use([manyOf(unknownAt(run, 'dynamic-call', site))]);
  }
}

function keysOf(run: Run, entries: readonly MapEntry[], open: Unk | null, use: (items: readonly Val[]) => Val): Val {
  const next = (at: number, keys: readonly Val[]): Val => {
    for (let i = at; i < entries.length; i++) {
      const entry = entries[i];
      if (entry === undefined) break;
      const value = settled(run, entry.value);
      if (value.k === 'absent') continue;
      if (value.k === 'cond' && value.cases.some((one) => one.then.k === 'absent')) {
        return fork<Val>(
          run,
          value.cases.map((one) => ({ when: one.when, body: () => next(i + 1, one.then.k === 'absent' ? keys : [...keys, entry.key]) })),
          () => null,
          (results) => {
            const slot = conditional(results.map((one) => ({ when: one.when, then: one.value })));
            return slot.k === 'absent' ? entry.key : slot;
          },
        );
      }
      keys = [...keys, entry.key];
    }
    return use(open === null ? keys : [...keys, manyOf(open)]);
  };
  if (entries.every((entry) => entry.value.k === 'known' || entry.value.k === 'unk')) {
    const keys: Val[] = entries.map((entry) => entry.key);
    return use(open === null ? keys : [...keys, manyOf(open)]);
  }
  return next(0, []);
}

/** The value under a key of a dict that is known to be there. */
export function entryValue(run: Run, dict: DictObj, id: string, absent: () => Val): Val {
  const entry = dict.cell.state.entries.get(id);
  if (entry === undefined)
    return dict.cell.state.open === null ? absent() : { ...dict.cell.state.open, type: null, key: '', truth: null, env: null, many: false };
  return readSlot(run, entry.value, absent);
}
