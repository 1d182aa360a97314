import { onList } from '../builtins/list-methods.ts';
import { positional } from '../builtins/native.ts';
import { raise, raiseHolding } from '../raise.ts';
import { lift, originAt, type Run, readSlot, unknownAt } from '../run.ts';
import { blurMap, setItem, taint } from '../values/containers.ts';
import { entryValue, listFrom, mayLack, withItems } from '../values/iterate.ts';
import { hookOf } from '../values/native-classes.ts';
import {
  derived,
  type InstanceObj,
  int,
  type Known,
  known,
  type ListObj,
  none,
  type Obj,
  type Site,
  str,
  tuple,
  type Val,
} from '../values/object.ts';
import { replaceState, writeList, writeMap } from '../values/state.ts';
import { characters, hasRoot, keyOf, pyStr } from '../values/text.ts';
import { callMethod } from './attributes.ts';
import { callValue } from './call.ts';
import { hasMethod, isClosedClass } from './instances.ts';
import { typeError } from './operators.ts';
import { plainOf, special } from './overloads.ts';

/** value[key] */
export function subscript(run: Run, value: Val, key: Val, site: Site): Val {
  return lift(
    run,
    value,
    (one) =>
      one.obj.t === 'native' && one.obj.getItem !== undefined
        ? one.obj.getItem(key, site)
        : lift(
            run,
            key,
            (index) => subscriptKnown(run, one, index, site),
            (index) => {
              // Which key a factory makes a value for is not known, nor what is done to that value.
              if (one.obj.t === 'dict' && one.obj.factory !== null) blurMap(run, one.obj, index);
              return derived(index);
            },
          ),
    (one) => ({
      ...one,
      type: one.type === 'str' ? 'str' : null,
      truth: null,
      env: null,
      many: false,
      key: one.key === '' || key.k !== 'known' ? '' : `${one.key}[${pyStr(key.obj) ?? site.start}]`,
    }),
  );
}

/** `__getitem__` of the class, or the item of the built-in value; a dict's class may say what a missing key gives. */
function instanceItem(run: Run, value: Known, obj: InstanceObj, key: Known, site: Site): Val {
  const own = special(run, value, '__getitem__', [key], site);
  if (own !== undefined) return own;
  const { payload } = obj;
  if (payload === undefined)
    return isClosedClass(obj.cls)
      ? typeError(run, `'${obj.cls.name}' object is not subscriptable`, [value], site)
      : unknownAt(run, 'dynamic-call', site);
  if (payload.obj.t !== 'dict' || !hasMethod(obj, '__missing__')) return subscript(run, payload, key, site);
  const id = keyOf(key.obj);
  if (id === null) return unknownAt(run, 'dynamic-call', site);
  return entryValue(run, payload.obj, id, () => callMethod(run, value, '__missing__', [key], site));
}

function subscriptKnown(run: Run, value: Known, given: Known, site: Site): Val {
  const obj = value.obj;
  const key = obj.t === 'dict' || obj.t === 'class' || obj.t === 'instance' ? given : plainOf(given);
  if (key.obj.t === 'slice' && obj.t !== 'instance') return sliced(run, value, key, site);
  switch (obj.t) {
    case 'dict': {
      const id = keyOf(key.obj);
      if (id === null) return unknownAt(run, 'dynamic-call', site);
      if (obj.factory === null) mayLack(run, obj, id, site);
      return entryValue(run, obj, id, () => {
        if (obj.boxed === true) return unknownAt(run, 'dynamic-call', site);
        if (obj.factory === null || (obj.factory.k === 'known' && obj.factory.obj.t === 'none'))
          return raiseHolding(run, 'KeyError', [key], site, pyStr(key.obj) ?? 'key');
        const made = callValue(run, obj.factory, positional([]), site);
        setItem(run, obj, key, made, site);
        return made;
      });
    }
    case 'list':
    case 'tuple': {
      if (key.obj.t !== 'int' && key.obj.t !== 'bool') return typeError(run, 'indices must be integers or slices', [key], site);
      const index = key.obj.t === 'int' ? Number(key.obj.v) : key.obj.v ? 1 : 0;
      return withItems(run, value, site, (items) => {
        const item = itemAt(items, index);
        if (item === 'gap') return unknownAt(run, 'dynamic-call', site);
        return item ?? raise(run, 'IndexError', 'index out of range', site);
      });
    }
    case 'str': {
      if (hasRoot(obj.v)) return unknownAt(run, 'host', site, { type: 'str' });
      if (key.obj.t !== 'int') return typeError(run, 'string indices must be integers', [key], site);
      const chars = characters(obj.v);
      const at = Number(key.obj.v);
      const char = chars[at < 0 ? chars.length + at : at];
      return char === undefined ? raise(run, 'IndexError', 'string index out of range', site) : str(char, originAt(site), value.secret);
    }
    case 'instance':
      return instanceItem(run, value, obj, key, site);
    case 'none':
      return typeError(run, "'NoneType' object is not subscriptable", [value], site);
    case 'bytes': {
      if (key.obj.t !== 'int') return typeError(run, 'byte indices must be integers or slices', [key], site);
      const at = Number(key.obj.v);
      const byte = at < 0 ? obj.v.length + at : at;
      return byte < 0 || byte >= obj.v.length
        ? raise(run, 'IndexError', 'index out of range', site)
        : int(obj.v.charCodeAt(byte), originAt(site));
    }
    case 'range':
      return withItems(run, value, site, (items) => {
        if (key.obj.t !== 'int') return typeError(run, 'range indices must be integers or slices', [key], site);
        const item = itemAt(items, Number(key.obj.v));
        return item === 'gap' ? unknownAt(run, 'limit', site) : (item ?? raise(run, 'IndexError', 'range object index out of range', site));
      });
    case 'class': {
      const hook = hookOf(obj, 'getItem');
      return hook === undefined ? value : hook(run, obj, key, site);
    }
    case 'builtin':
      // A generic alias such as list[str]: only annotations and casts use it.
      return value;
    default:
      return unknownAt(run, 'dynamic-call', site);
  }
}

function itemAt(items: readonly Val[], index: number): Val | 'gap' | undefined {
  const gap = items.findIndex((one) => one.k === 'unk' && one.many);
  if (gap === -1) return items[index < 0 ? items.length + index : index];
  if (index >= 0) return index < gap ? items[index] : 'gap';
  let last = items.length - 1;
  while (last >= 0) {
    const one = items[last];
    if (one?.k === 'unk' && one.many) break;
    last--;
  }
  const at = items.length + index;
  return at > last ? items[at] : 'gap';
}

interface Bounds {
  readonly low: number | null;
  readonly high: number | null;
  readonly step: number;
}

function boundsOf(key: Known): Bounds | undefined {
  if (key.obj.t !== 'slice') return undefined;
  const number = (one: Val): number | null | undefined => {
    if (one.k !== 'known') return undefined;
    if (one.obj.t === 'none') return null;
    return one.obj.t === 'int' ? Number(one.obj.v) : undefined;
  };
  const low = number(key.obj.low);
  const high = number(key.obj.high);
  const step = number(key.obj.step);
  return low === undefined || high === undefined || step === undefined || step === 0 ? undefined : { low, high, step: step ?? 1 };
}

function sliceOf<T>(items: readonly T[], bounds: Bounds): readonly T[] {
  const { step } = bounds;
  const length = items.length;
  const clamp = (at: number) => Math.max(step > 0 ? 0 : -1, Math.min(at < 0 ? at + length : at, step > 0 ? length : length - 1));
  const low = bounds.low === null ? (step > 0 ? 0 : length - 1) : clamp(bounds.low);
  const high = bounds.high === null ? (step > 0 ? length : -1) : clamp(bounds.high);
  const out: T[] = [];
  for (let i = low; step > 0 ? i < high : i > high; i += step) {
    const item = items[i];
    if (item !== undefined) out.push(item);
  }
  return out;
}

function slicedRange(run: Run, value: Known, obj: Extract<Obj, { t: 'range' }>, bounds: Bounds, site: Site): Val {
  return withItems(run, value, site, (items) => {
    const part = sliceOf(items, bounds);
    const [first] = part;
    if (items.some((one) => one.k === 'unk')) return unknownAt(run, 'limit', site);
    const start = first?.k === 'known' && first.obj.t === 'int' ? first.obj.v : obj.start;
    return known({ t: 'range', start, stop: start + BigInt(part.length), step: 1n }, originAt(site));
  });
}

function sliced(run: Run, value: Known, key: Known, site: Site): Val {
  const bounds = boundsOf(key);
  const obj = value.obj;
  if (bounds === undefined) return unknownAt(run, 'dynamic-call', site);
  if (obj.t === 'str') {
    if (hasRoot(obj.v)) return unknownAt(run, 'host', site, { type: 'str' });
    return str(sliceOf(characters(obj.v), bounds).join(''), originAt(site), value.secret);
  }
  if (obj.t === 'bytes') return known({ t: 'bytes', v: sliceOf(obj.v.split(''), bounds).join('') }, originAt(site), value.secret);
  if (obj.t === 'range' && bounds.step === 1 && obj.step === 1n) return slicedRange(run, value, obj, bounds, site);
  if (obj.t !== 'list' && obj.t !== 'tuple') return unknownAt(run, 'dynamic-call', site);
  if (obj.t === 'list' && obj.view) return typeError(run, 'object is not subscriptable', [value], site);
  return withItems(run, value, site, (items) => {
    if (items.some((one) => one.k === 'unk' && one.many) && !(bounds.low === null && bounds.high === null && bounds.step === 1))
      return unknownAt(run, 'dynamic-call', site, { type: 'list' });
    const part = sliceOf(items, bounds);
    return known(obj.t === 'tuple' ? tuple(part) : listFrom(run, part), originAt(site));
  });
}

/** value[key] = item */
export function setSubscript(run: Run, value: Val, key: Val, item: Val, site: Site): void {
  lift(run, value, (one) => {
    const obj = one.obj;
    const done = none(originAt(site));
    if (WITHOUT_ITEMS.has(obj.t)) return raise(run, 'TypeError', 'object does not support item assignment', site);
    if (obj.t === 'dict') {
      if (key.k === 'cond') {
        const set = (index: Val): Val => {
          setItem(run, obj, index, item, site);
          return done;
        };
        return lift(run, key, set, set);
      }
      setItem(run, obj, key, item, site);
      return done;
    }
    if (obj.t === 'native') {
      obj.setItem?.(key, item, site);
      return done;
    }
    if (obj.t === 'list') {
      return onList(run, one, obj, site, () => {
        const index = key.k === 'known' && key.obj.t === 'int' ? Number(key.obj.v) : undefined;
        const { items } = obj.cell.state;
        const gap = items.some((each) => each.k === 'unk' && each.many);
        const bounds = key.k === 'known' ? boundsOf(key) : undefined;
        if (bounds !== undefined && !gap)
          return bounds.step === 1 ? spliceSlice(run, one, bounds, item, site) : stepSlice(run, one, bounds, item, site);
        if (index === undefined || gap) taint(run, one, unknownAt(run, 'dynamic-call', site));
        else {
          const at = index < 0 ? items.length + index : index;
          if (at < 0 || at >= items.length) return raise(run, 'IndexError', 'list assignment index out of range', site);
          writeList(run.journal, obj.cell).items[at] = item;
        }
        return done;
      });
    }
    if (obj.t === 'instance') {
      const own = special(run, one, '__setitem__', [key, item], site);
      if (own !== undefined) return done;
      if (obj.payload !== undefined) {
        setSubscript(run, obj.payload, key, item, site);
        return done;
      }
      return typeError(run, 'object does not support item assignment', [one], site);
    }
    if (obj.t === 'none' || obj.t === 'str' || obj.t === 'tuple')
      return typeError(run, 'object does not support item assignment', [one], site);
    taint(run, one, unknownAt(run, 'dynamic-call', site));
    return done;
  });
}

function spliceSlice(run: Run, list: Known, bounds: Bounds, item: Val, site: Site): Val {
  if (list.obj.t !== 'list') return item;
  const { cell } = list.obj;
  const length = cell.state.items.length;
  const clamp = (at: number) => Math.max(0, Math.min(at < 0 ? at + length : at, length));
  const low = bounds.low === null ? 0 : clamp(bounds.low);
  const high = Math.max(low, bounds.high === null ? length : clamp(bounds.high));
  return withItems(run, item, site, (items) => {
    const old = cell.state.items;
    replaceState(run.journal, cell, { k: 'list', items: [...old.slice(0, low), ...items, ...old.slice(high)], alternatives: null });
    return item;
  });
}

/** list[low:high:step] = items: as many as there are places. */
function stepSlice(run: Run, list: Known, bounds: Bounds, item: Val, site: Site): Val {
  if (list.obj.t !== 'list') return item;
  const { cell } = list.obj;
  const places = sliceOf(
    cell.state.items.map((_one, i) => i),
    bounds,
  );
  return withItems(run, item, site, (items) => {
    if (items.some((one) => one.k === 'unk' && one.many)) {
      taint(run, list, unknownAt(run, 'dynamic-call', site));
      return item;
    }
    if (items.length !== places.length) return raise(run, 'ValueError', 'attempt to assign sequence to extended slice', site);
    const state = writeList(run.journal, cell);
    for (const [i, at] of places.entries()) {
      const one = items[i];
      if (one !== undefined) state.items[at] = one;
    }
    return item;
  });
}

/** del list[low:high:step] */
function delItems(run: Run, one: Known, list: ListObj, key: Val, site: Site): Val {
  return onList(run, one, list, site, () => {
    const { items } = list.cell.state;
    const bounds = key.k === 'known' ? boundsOf(key) : undefined;
    if (bounds === undefined || items.some((each) => each.k === 'unk' && each.many)) taint(run, one, unknownAt(run, 'dynamic-call', site));
    else {
      const gone = new Set(
        sliceOf(
          items.map((_each, i) => i),
          bounds,
        ),
      );
      replaceState(run.journal, list.cell, { k: 'list', items: items.filter((_each, i) => !gone.has(i)), alternatives: null });
    }
    return none(originAt(site));
  });
}

/** del value[key] */
/** Types whose items can be neither set nor deleted. */
const WITHOUT_ITEMS: ReadonlySet<string> = new Set(['none', 'bool', 'int', 'float', 'str', 'bytes', 'tuple', 'path', 'timedelta']);

export function delSubscript(run: Run, value: Val, key: Val, site: Site): void {
  lift(run, value, (one) => {
    const obj = one.obj;
    const done = none(originAt(site));
    const id = key.k === 'known' ? keyOf(key.obj) : null;
    if (obj.t === 'dict' && id !== null) {
      const entry = obj.cell.state.entries.get(id);
      if (entry === undefined && obj.cell.state.open === null) return raiseHolding(run, 'KeyError', [key], site, 'key');
      mayLack(run, obj, id, site);
      if (entry !== undefined) readSlot(run, entry.value, () => raise(run, 'KeyError', 'key', site));
      writeMap(run.journal, obj.cell).entries.delete(id);
      return done;
    }
    if (obj.t === 'list' && key.k === 'known' && key.obj.t === 'int') return callMethod(run, one, 'pop', [key], site);
    if (obj.t === 'instance') {
      const own = special(run, one, '__delitem__', [key], site);
      if (own === undefined && obj.payload !== undefined) delSubscript(run, obj.payload, key, site);
      return done;
    }
    if (obj.t === 'list') return delItems(run, one, obj, key, site);
    if (WITHOUT_ITEMS.has(obj.t)) return raise(run, 'TypeError', 'object does not support item deletion', site);
    if (obj.t === 'native') obj.delItem?.(key, site);
    else taint(run, one, unknownAt(run, 'dynamic-call', site));
    return done;
  });
}
