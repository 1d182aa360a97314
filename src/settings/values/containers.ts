import { MAX_ITEMS } from '../../core/limits.ts';
import { callMethod } from '../expressions/attributes.ts';
import { hasMethod } from '../expressions/instances.ts';
import { subscript } from '../expressions/subscripts.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { withItems } from './iterate.ts';
import { ABSENT, type DictObj, type Known, known, type Obj, type Site, str, tuple, type Unk, unk, type Val } from './object.ts';
import { type MapState, newCell, replaceState, writeList, writeMap, writeScope } from './state.ts';
import { keyOf } from './text.ts';

/** Stores one item; with an unknown key any item may have been stored. */
export function setItem(run: Run, dict: DictObj, key: Val, value: Val, site: Site): void {
  const one = key.k === 'cond' ? unknownAt(run, 'dynamic-call', site) : key;
  const id = one.k === 'known' ? keyOf(one.obj) : null;
  if (one.k !== 'known' || id === null) {
    blurMap(run, dict, one.k === 'unk' ? one : unknownAt(run, 'dynamic-call', site));
    return;
  }
  const state = writeMap(run.journal, dict.cell);
  if (state.entries.size >= MAX_ITEMS) {
    blurMap(run, dict, unknownAt(run, 'limit', site));
    return;
  }
  const old = state.entries.get(id);
  state.entries.set(id, { key: old?.key ?? one, value });
}

/** Any key may have been set to anything: what is listed is still there. */
export function blurMap(run: Run, dict: { readonly cell: DictObj['cell'] }, why: Unk): void {
  const state = writeMap(run.journal, dict.cell);
  for (const [id, entry] of state.entries) state.entries.set(id, { key: entry.key, value: blurred(why) });
  state.open = blurred(why);
}

/** A dict of which only what is stored from now on is known. */
export function openDict(run: Run, why: Unk): DictObj {
  return { t: 'dict', cell: newCell<MapState>(run.journal, { k: 'map', entries: new Map(), open: blurred(why) }), factory: null };
}

/** Keys that are not listed may be there as well; what is listed stands. */
export function openMap(run: Run, dict: { readonly cell: DictObj['cell'] }, why: Unk): void {
  writeMap(run.journal, dict.cell).open ??= blurred(why);
}

function blurred(why: Unk): Unk {
  return { ...why, type: null, truth: null, env: null, key: '', many: false };
}

export function unionMaps(run: Run, a: DictObj, b: DictObj): DictObj {
  const cell = newCell<MapState>(run.journal, { k: 'map', entries: new Map(a.cell.state.entries), open: a.cell.state.open });
  const made: DictObj = { t: 'dict', cell, factory: a.factory };
  mergeInto(run, made, b.cell.state);
  return made;
}

/** What `{**a}` and `update` do with another map's state. */
export function mergeInto(run: Run, dict: DictObj, from: MapState): void {
  if (from.open !== null) blurMap(run, dict, from.open);
  const state = writeMap(run.journal, dict.cell);
  for (const [id, entry] of from.entries) {
    const old = state.entries.get(id);
    if (entry.value.k === 'cond' && entry.value.cases.some((one) => one.then.k === 'absent')) {
      const before = old?.value ?? state.open ?? ABSENT;
      const cases = entry.value.cases.map((one) => ({ when: one.when, then: one.then.k === 'absent' ? before : one.then }));
      const flat = cases.flatMap((one) =>
        one.then.k === 'cond'
          ? one.then.cases.map((inner) => ({ when: [...one.when, ...inner.when], then: inner.then }))
          : [{ when: one.when, then: one.then }],
      );
      state.entries.set(id, { key: old?.key ?? entry.key, value: { k: 'cond', cases: flat } });
    } else state.entries.set(id, { key: old?.key ?? entry.key, value: entry.value });
  }
}

/** dict.update(other): a mapping or an iterable of pairs. */
export function updateMap(run: Run, dict: DictObj, other: Val, site: Site): void {
  lift(
    run,
    other,
    (one) => {
      if (one.obj.t === 'dict') mergeInto(run, dict, one.obj.cell.state);
      else if (one.obj.t === 'instance' && one.obj.payload?.obj.t === 'dict') mergeInto(run, dict, one.obj.payload.obj.cell.state);
      else if (one.obj.t === 'native' && one.obj.mapping !== undefined) updateMap(run, dict, one.obj.mapping(site), site);
      else if (one.obj.t === 'instance' && hasMethod(one.obj, 'keys')) updateFromKeys(run, dict, one, site);
      else if (one.obj.t === 'native') blurMap(run, dict, unknownAt(run, 'dynamic-call', site));
      else {
        withItems(run, one, site, (items) => {
          for (const item of items) updatePair(run, dict, item, site);
          return one;
        });
      }
      return one;
    },
    (one) => {
      blurMap(run, dict, one);
      return one;
    },
  );
}

/** Anything with `keys()` is a mapping. */
function updateFromKeys(run: Run, dict: DictObj, from: Known, site: Site): void {
  withItems(run, callMethod(run, from, 'keys', [], site), site, (keys) => {
    for (const key of keys) {
      if (key.k === 'unk' && key.many) blurMap(run, dict, key);
      else setItem(run, dict, key, subscript(run, from, key, site), site);
    }
    return from;
  });
}

function updatePair(run: Run, dict: DictObj, pair: Val, site: Site): void {
  if (pair.k === 'unk') {
    blurMap(run, dict, pair);
    return;
  }
  withItems(run, pair, site, (parts) => {
    const [key, value] = parts;
    if (parts.some((part) => part.k === 'unk' && part.many)) blurMap(run, dict, unknownAt(run, 'dynamic-call', site));
    else if (parts.length !== 2 || key === undefined || value === undefined)
      return raise(run, 'ValueError', 'dictionary update sequence element has the wrong length', site);
    else setItem(run, dict, key, value, site);
    return pair;
  });
}

export function pairOf(key: Val, value: Val, site: Site): Known {
  return known(tuple([key, value]), originAt(site));
}

/** Something that is not understood may have changed this object and all it holds. */
export function taint(run: Run, value: Val, why: Unk, seen: Set<object> = new Set(), depth = 0): void {
  if (depth > 50) return;
  if (value.k === 'cond') {
    for (const one of value.cases) if (one.then.k !== 'absent') taint(run, one.then, why, seen, depth + 1);
    return;
  }
  if (value.k === 'unk') return;
  taintObj(run, value.obj, why, seen, depth);
}

function taintObj(run: Run, obj: Obj, why: Unk, seen: Set<object>, depth: number): void {
  if (seen.has(obj)) return;
  seen.add(obj);
  const inner = (one: Val | { readonly k: 'absent' }) => {
    if (one.k !== 'absent') taint(run, one, why, seen, depth + 1);
  };
  switch (obj.t) {
    case 'tuple':
      obj.items.forEach(inner);
      return;
    case 'list':
      for (const one of obj.cell.state.alternatives ?? []) one.items.forEach(inner);
      obj.cell.state.items.forEach(inner);
      replaceState(run.journal, obj.cell, { k: 'list', items: [{ ...blurred(why), many: true }], alternatives: null });
      return;
    case 'dict':
    case 'set':
      for (const entry of obj.cell.state.entries.values()) inner(entry.value);
      if (obj.t === 'set' && obj.frozen) return;
      replaceState(run.journal, obj.cell, { k: 'map', entries: new Map(), open: blurred(why) });
      return;
    case 'instance': {
      const state = writeScope(run.journal, obj.attrs);
      for (const [name, slot] of state.names) {
        inner(slot);
        state.names.set(name, blurred(why));
      }
      state.open = blurred(why);
      return;
    }
    case 'module': {
      if (obj.scope === null) return;
      const state = writeScope(run.journal, obj.scope);
      for (const name of state.names.keys()) if (/^[A-Z]/.test(name)) state.names.set(name, blurred(why));
      state.open ??= blurred(why);
      return;
    }
    case 'native':
      obj.taint?.(why);
      return;
    case 'bound':
      taint(run, obj.self, why, seen, depth + 1);
      return;
    default:
  }
}

export function appendItems(run: Run, list: Extract<Obj, { t: 'list' }>, items: readonly Val[], site: Site): Val {
  const state = writeList(run.journal, list.cell);
  if (state.items.length + items.length > MAX_ITEMS) {
    replaceState(run.journal, list.cell, { k: 'list', items: [{ ...unk('limit', originAt(site)), many: true }], alternatives: null });
    return str('', originAt(site));
  }
  for (const item of items) state.items.push(item);
  return str('', originAt(site));
}
