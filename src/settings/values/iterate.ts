import { both } from '../../core/guard.ts';
import { MAX_ITEMS } from '../../core/limits.ts';
import { onList } from '../builtins/list-methods.ts';
import { callMethod } from '../expressions/attributes.ts';
import { hasMethod, isClosedClass } from '../expressions/instances.ts';
import { mayRaise, raise } from '../raise.ts';
import { demand, fork, forkValues, insideTry, lift, originAt, PyError, type Run, readSlot, settled, unknownAt } from '../run.ts';
import { collectGenerator, isFresh } from '../statements/iteration.ts';
import { hookOf } from './native-classes.ts';
import {
  type DictObj,
  type InstanceObj,
  type Known,
  known,
  type ListObj,
  manyOf,
  originOfVal,
  type Site,
  str,
  tuple,
  type Unk,
  unk,
  type Val,
  type ViewObj,
} from './object.ts';
import { conditional, type MapEntry, newCell, replaceState } from './state.ts';
import { characters, hasRoot, keyOf } from './text.ts';

/** Too many items are none that are known: a list that was cut would be a wrong one. */
function bounded(items: readonly Val[]): Val[] {
  const [first] = items;
  return items.length > MAX_ITEMS && first !== undefined ? [{ ...unk('limit', originOfVal(first)), many: true }] : [...items];
}

export function listFrom(run: Run, items: readonly Val[]): ListObj {
  return { t: 'list', cell: newCell(run.journal, { k: 'list', items: bounded(items), alternatives: null }), view: false };
}

/** An iterator, generator or view: iterated once, no list to isinstance. */
export function viewFrom(run: Run, items: readonly Val[]): ListObj {
  return { t: 'list', cell: newCell(run.journal, { k: 'list', items: bounded(items), alternatives: null }), view: true };
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
    case 'view':
      return viewItems(run, obj, site, use);
    case 'list': {
      if (isFresh(obj)) return iterateKnown(run, known(collectGenerator(run, obj), value.origin), site, use, unordered);
      if (obj.view) return onList(run, value, obj, site, () => use(takeAll(run, obj)));
      const items = itemsOf(run, value, site);
      if (items !== undefined) return use([...items]);
      const alternatives = obj.cell.state.alternatives ?? [];
      return forkValues(
        run,
        alternatives.map((one) => ({ when: one.when, body: () => use(one.items) })),
      );
    }
    case 'dict':
    case 'set':
      if (obj.t === 'set' && !unordered && obj.cell.state.entries.size + (obj.cell.state.open === null ? 0 : 1) > 1)
        return use([manyOf(unknownAt(run, 'random', site))]);
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
      return iterateInstance(run, value, obj, site, use, unordered);
    case 'class': {
      const items = hookOf(obj, 'items')?.(run, obj, site);
      return use(items ?? [manyOf(unknownAt(run, 'dynamic-call', site))]);
    }
    case 'bytes':
      return use(obj.v.split('').map((char) => known({ t: 'int', v: BigInt(char.charCodeAt(0)) }, value.origin)));
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

/** An iterator gives its items once. */
function takeAll(run: Run, list: ListObj): readonly Val[] {
  const { items } = list.cell.state;
  if (items.length > 0) replaceState(run.journal, list.cell, { k: 'list', items: [], alternatives: null });
  return items;
}

function viewItems(run: Run, view: ViewObj, site: Site, use: (items: readonly Val[]) => Val): Val {
  return withItems(run, known(view.of, originAt(site)), site, (keys) => {
    if (view.what === 'keys') return use(keys);
    const held = (key: Known): Val => entryValue(run, view.of, keyOf(key.obj) ?? '', () => unknownAt(run, 'limit', site));
    return use(
      keys.map((key): Val => {
        if (key.k !== 'known') return key;
        return view.what === 'values' ? held(key) : known(tuple([key, held(key)]), originAt(site));
      }),
    );
  });
}

/** `__iter__` and `__next__`, `__getitem__` from 0 on, or the built-in value. */
function iterateInstance(
  run: Run,
  value: Known,
  obj: InstanceObj,
  site: Site,
  use: (items: readonly Val[]) => Val,
  unordered: boolean,
): Val {
  if (hasMethod(obj, '__iter__')) {
    return lift(
      run,
      callMethod(run, value, '__iter__', [], site),
      (made) => {
        if (made.obj.t !== 'instance' || !hasMethod(made.obj, '__next__')) return withItems(run, made, site, use, unordered);
        return use(
          collect(run, 'StopIteration', () => callMethod(run, made, '__next__', [], site)) ?? [manyOf(unknownAt(run, 'limit', site))],
        );
      },
      (one) => use([manyOf(one)]),
    );
  }
  if (obj.payload !== undefined) return withItems(run, obj.payload, site, use, unordered);
  if (!isClosedClass(obj.cls)) return use([manyOf(unknownAt(run, 'dynamic-call', site))]);
  if (!hasMethod(obj, '__getitem__')) return raise(run, 'TypeError', 'object is not iterable', site);
  let at = 0n;
  const next = () => callMethod(run, value, '__getitem__', [known({ t: 'int', v: at++ }, value.origin)], site);
  return use(collect(run, 'IndexError', next) ?? [manyOf(unknownAt(run, 'limit', site))]);
}

/** Items until an exception says that there are no more; undefined when there is no end in sight. */
function collect(run: Run, end: string, next: () => Val): readonly Val[] | undefined {
  const items: Val[] = [];
  try {
    while (items.length < MAX_ITEMS) {
      const { path } = run;
      items.push(next());
      if (run.path !== path) return undefined;
    }
  } catch (error) {
    if (error instanceof PyError && error.type === end) return items;
    throw error;
  }
  return undefined;
}

/** Keys that are not known may stand anywhere among those that are. */
function amongOthers(keys: readonly Val[], open: Unk): readonly Val[] {
  const gap = manyOf(open);
  return [gap, ...keys.flatMap((key) => [key, gap])];
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
    return use(open === null ? keys : amongOthers(keys, open));
  };
  if (entries.every((entry) => entry.value.k === 'known' || entry.value.k === 'unk')) {
    const keys: Val[] = entries.map((entry) => entry.key);
    return use(open === null ? keys : amongOthers(keys, open));
  }
  return next(0, []);
}

/** The value under a key of a dict that is known to be there. */
/** A key that is not listed of a dict that may have more: where something waits for a KeyError, it may be raised. */
export function mayLack(run: Run, dict: DictObj, id: string, site: Site): void {
  if (dict.cell.state.open !== null && !dict.cell.state.entries.has(id) && insideTry(run)) mayRaise(run, 'KeyError', 'a missing key', site);
}

export function entryValue(run: Run, dict: DictObj, id: string, absent: () => Val): Val {
  const entry = dict.cell.state.entries.get(id);
  if (entry === undefined)
    return dict.cell.state.open === null ? absent() : { ...dict.cell.state.open, type: null, key: '', truth: null, env: null, many: false };
  return readSlot(run, entry.value, absent);
}
