import { MAX_ITEMS } from '../core/limits.ts';
import { callValue } from './call.ts';
import { appendItems, blurMap, mergeInto, pairOf, setItem, taint, updateMap } from './containers.ts';
import { dictFrom, entryValue, itemsOf, listFrom, setFrom, viewFrom, withItems } from './iterate.ts';
import { arg, positional } from './native.ts';
import {
  type CallArgs,
  type DictObj,
  int,
  type Known,
  known,
  type ListObj,
  none,
  type SetObj,
  type Site,
  type Unk,
  type Val,
} from './object.ts';
import { equal, orderOf, setAlgebra } from './operators.ts';
import { raise } from './raise.ts';
import { fork, lift, originAt, type Run, unknownAt } from './run.ts';
import { type MapState, newCell, replaceState, writeList, writeMap } from './state.ts';
import { keyOf } from './text.ts';
import { truthOf } from './truth.ts';

type ListCall = (run: Run, self: Known, list: ListObj, args: CallArgs, site: Site) => Val;

/** Narrows a list with alternatives to one of them on each branch, so that a method can change it in place. */
export function onList(run: Run, self: Known, list: ListObj, site: Site, use: () => Val): Val {
  const { alternatives } = list.cell.state;
  if (alternatives === null) return use();
  const settledItems = itemsOf(run, self, site);
  if (settledItems !== undefined) {
    replaceState(run.journal, list.cell, { k: 'list', items: [...settledItems], alternatives: null });
    return use();
  }
  return fork<Val>(
    run,
    alternatives.map((one) => ({
      when: one.when,
      body: () => {
        replaceState(run.journal, list.cell, { k: 'list', items: [...one.items], alternatives: null });
        return use();
      },
    })),
    () => null,
    (results) => results[0]?.value ?? none(originAt(site)),
  );
}

function blurList(run: Run, list: ListObj, why: Unk): void {
  replaceState(run.journal, list.cell, {
    k: 'list',
    items: [{ ...why, many: true, type: null, truth: null, env: null, key: '' }],
    alternatives: null,
  });
}

function indexOf(run: Run, items: readonly Val[], wanted: Known, site: Site): number | undefined {
  for (const [i, item] of items.entries()) {
    const same = item.k === 'known' ? equal(run, item, wanted, site) : undefined;
    if (same === undefined) return undefined;
    if (same) return i;
  }
  return -1;
}

function searching(name: string, use: (run: Run, list: ListObj, at: number, site: Site) => Val): ListCall {
  return (run, _self, list, args, site) =>
    lift(
      run,
      args.pos[0] ?? none(originAt(site)),
      (wanted) => {
        const at = indexOf(run, list.cell.state.items, wanted, site);
        if (at === undefined) {
          const why = unknownAt(run, 'dynamic-call', site);
          if (name === 'remove') blurList(run, list, why);
          return why;
        }
        if (at === -1) return raise(run, 'ValueError', `list.${name}(x): x not in list`, site);
        return use(run, list, at, site);
      },
      (one) => {
        if (name === 'remove') blurList(run, list, one);
        return one;
      },
    );
}

/** Sorted copies of items, or undefined when the order is not known. */
export function sortItems(run: Run, items: readonly Val[], key: Val | undefined, reverse: boolean, site: Site): readonly Val[] | undefined {
  if (items.length > MAX_ITEMS) return undefined;
  const keyed: { item: Val; by: Known }[] = [];
  for (const item of items) {
    const by = key === undefined || (key.k === 'known' && key.obj.t === 'none') ? item : callValue(run, key, positional([item]), site);
    if (by.k !== 'known' || (item.k === 'unk' && item.many)) return undefined;
    keyed.push({ item, by });
  }
  let sure = true;
  const sorted = keyed.sort((a, b) => {
    const order = orderOf(run, a.by, b.by, site);
    if (typeof order === 'string') {
      sure = false;
      return 0;
    }
    return reverse ? -order : order;
  });
  return sure ? sorted.map((one) => one.item) : undefined;
}

export const LIST_METHODS: ReadonlyMap<string, ListCall> = new Map<string, ListCall>([
  [
    'append',
    (run, _self, list, args, site) => {
      const item = args.pos[0];
      if (item !== undefined) appendItems(run, list, [item], site);
      return none(originAt(site));
    },
  ],
  [
    'extend',
    (run, _self, list, args, site) =>
      withItems(run, args.pos[0] ?? none(originAt(site)), site, (items) => {
        appendItems(run, list, items, site);
        return none(originAt(site));
      }),
  ],
  [
    'insert',
    (run, _self, list, args, site) => {
      const [at, item] = args.pos;
      if (at === undefined || item === undefined) return unknownAt(run, 'unsupported-syntax', site);
      return lift(
        run,
        at,
        (one) => {
          const state = list.cell.state;
          const index = one.obj.t === 'int' ? Number(one.obj.v) : undefined;
          const firstGap = state.items.findIndex((each) => each.k === 'unk' && each.many);
          const length = state.items.length;
          const safe = index !== undefined && (firstGap === -1 || (index >= 0 && index <= firstGap));
          if (!safe || index === undefined) {
            blurList(run, list, unknownAt(run, 'dynamic-call', site));
            return none(originAt(site));
          }
          const place = index < 0 ? Math.max(0, length + index) : Math.min(index, length);
          writeList(run.journal, list.cell).items.splice(place, 0, item);
          return none(originAt(site));
        },
        (one) => {
          blurList(run, list, one);
          return one;
        },
      );
    },
  ],
  [
    'remove',
    searching('remove', (run, list, at, site) => {
      writeList(run.journal, list.cell).items.splice(at, 1);
      return none(originAt(site));
    }),
  ],
  ['index', searching('index', (_run, _list, at, site) => int(at, originAt(site)))],
  [
    'pop',
    (run, _self, list, args, site) =>
      lift(
        run,
        args.pos[0] ?? int(-1, originAt(site)),
        (one) => {
          const { items } = list.cell.state;
          const index = one.obj.t === 'int' ? Number(one.obj.v) : one.obj.t === 'bool' ? (one.obj.v ? 1 : 0) : undefined;
          if (index === undefined) return raise(run, 'TypeError', 'object cannot be interpreted as an integer', site);
          const gap = items.findIndex((each) => each.k === 'unk' && each.many);
          if (gap !== -1) {
            const why = unknownAt(run, 'dynamic-call', site);
            blurList(run, list, why);
            return why;
          }
          const at = index < 0 ? items.length + index : index;
          const item = items[at];
          if (item === undefined) return raise(run, 'IndexError', 'pop index out of range', site);
          writeList(run.journal, list.cell).items.splice(at, 1);
          return item;
        },
        (one) => {
          blurList(run, list, one);
          return one;
        },
      ),
  ],
  [
    'clear',
    (run, _self, list, _args, site) => {
      replaceState(run.journal, list.cell, { k: 'list', items: [], alternatives: null });
      return none(originAt(site));
    },
  ],
  ['copy', (run, _self, list, _args, site) => known(listFrom(run, list.cell.state.items), originAt(site))],
  [
    'reverse',
    (run, _self, list, _args, site) => {
      writeList(run.journal, list.cell).items.reverse();
      return none(originAt(site));
    },
  ],
  [
    'sort',
    (run, _self, list, args, site) => {
      const reverse = args.kw.get('reverse');
      const backwards = reverse === undefined ? false : reverse.k === 'known' ? truthOf(run, reverse, site) : undefined;
      const sorted = backwards === undefined ? undefined : sortItems(run, list.cell.state.items, args.kw.get('key'), backwards, site);
      if (sorted === undefined) blurList(run, list, unknownAt(run, 'dynamic-call', site));
      else replaceState(run.journal, list.cell, { k: 'list', items: [...sorted], alternatives: null });
      return none(originAt(site));
    },
  ],
  [
    'count',
    (run, _self, list, args, site) =>
      lift(run, args.pos[0] ?? none(originAt(site)), (wanted) => {
        const same = list.cell.state.items.map((item) => (item.k === 'known' ? equal(run, item, wanted, site) : undefined));
        return same.includes(undefined)
          ? unknownAt(run, 'dynamic-call', site, { type: 'int' })
          : int(same.filter((one) => one === true).length, originAt(site));
      }),
  ],
]);

type DictCall = (run: Run, self: Known, dict: DictObj, args: CallArgs, site: Site) => Val;

function getOr(run: Run, dict: DictObj, key: Val, absent: () => Val, site: Site): Val {
  return lift(run, key, (one) => {
    const id = keyOf(one.obj);
    if (id === null) return unknownAt(run, 'dynamic-call', site);
    return entryValue(run, dict, id, absent);
  });
}

function pairs(run: Run, dict: DictObj, site: Site): Val {
  return withItems(run, known(dict, originAt(site)), site, (keys) => {
    const items = keys.map(
      (key): Val =>
        key.k === 'known'
          ? pairOf(
              key,
              getOr(run, dict, key, () => none(originAt(site)), site),
              site,
            )
          : key,
    );
    return known(viewFrom(run, items), originAt(site));
  });
}

export const DICT_METHODS: ReadonlyMap<string, DictCall> = new Map<string, DictCall>([
  [
    'get',
    (run, _self, dict, args, site) =>
      getOr(run, dict, args.pos[0] ?? none(originAt(site)), () => arg(args, 1, 'default') ?? none(originAt(site)), site),
  ],
  [
    'setdefault',
    (run, _self, dict, args, site) => {
      const key = args.pos[0] ?? none(originAt(site));
      return getOr(
        run,
        dict,
        key,
        () => {
          const value = args.pos[1] ?? none(originAt(site));
          setItem(run, dict, key, value, site);
          return value;
        },
        site,
      );
    },
  ],
  [
    'pop',
    (run, _self, dict, args, site) => {
      const key = args.pos[0] ?? none(originAt(site));
      const removed = getOr(
        run,
        dict,
        key,
        () => {
          const otherwise = args.pos[1];
          return otherwise ?? raise(run, 'KeyError', 'key', site);
        },
        site,
      );
      const id = key.k === 'known' ? keyOf(key.obj) : null;
      if (id === null) blurMap(run, dict, unknownAt(run, 'dynamic-call', site));
      else writeMap(run.journal, dict.cell).entries.delete(id);
      return removed;
    },
  ],
  [
    'update',
    (run, _self, dict, args, site) => {
      for (const one of args.pos) updateMap(run, dict, one, site);
      if (args.open !== null) blurMap(run, dict, args.open);
      if (args.kw.size > 0) mergeInto(run, dict, dictFrom(run, [...args.kw], site).cell.state);
      return none(originAt(site));
    },
  ],
  [
    'keys',
    (run, _self, dict, _args, site) =>
      withItems(run, known(dict, originAt(site)), site, (keys) => known(viewFrom(run, keys), originAt(site))),
  ],
  [
    'values',
    (run, _self, dict, _args, site) =>
      withItems(run, known(dict, originAt(site)), site, (keys) =>
        known(
          viewFrom(
            run,
            keys.map((key) => (key.k === 'known' ? getOr(run, dict, key, () => none(originAt(site)), site) : key)),
          ),
          originAt(site),
        ),
      ),
  ],
  ['items', (run, _self, dict, _args, site) => pairs(run, dict, site)],
  [
    'copy',
    (run, _self, dict, _args, site) => {
      const state: MapState = { k: 'map', entries: new Map(dict.cell.state.entries), open: dict.cell.state.open };
      return known({ t: 'dict', cell: newCell(run.journal, state), factory: dict.factory }, originAt(site));
    },
  ],
  [
    'clear',
    (run, _self, dict, _args, site) => {
      replaceState(run.journal, dict.cell, { k: 'map', entries: new Map(), open: null });
      return none(originAt(site));
    },
  ],
  [
    'popitem',
    (run, self, dict, _args, site) => {
      const why = unknownAt(run, 'unsupported-syntax', site);
      taint(run, self, why);
      blurMap(run, dict, why);
      return why;
    },
  ],
]);

type SetCall = (run: Run, self: Known, set: SetObj, args: CallArgs, site: Site) => Val;

function addAll(run: Run, set: SetObj, items: readonly Val[], site: Site): void {
  for (const item of items) {
    const id = item.k === 'known' ? keyOf(item.obj) : null;
    const state = writeMap(run.journal, set.cell);
    if (item.k !== 'known' || id === null) state.open ??= item.k === 'unk' ? item : unknownAt(run, 'dynamic-call', site);
    else if (!state.entries.has(id)) state.entries.set(id, { key: item, value: item });
  }
}

function algebra(op: '|' | '&' | '-' | '^'): SetCall {
  return (run, self, _set, args, site) => {
    let result: Val = self;
    for (const one of args.pos) {
      result = lift(run, result, (left) =>
        withItems(run, one, site, (items) =>
          lift(run, setFrom(run, items, false, site), (right) => setAlgebra(run, op, left, right, site)),
        ),
      );
    }
    return result;
  };
}

export const SET_METHODS: ReadonlyMap<string, SetCall> = new Map<string, SetCall>([
  [
    'add',
    (run, _self, set, args, site) => {
      addAll(run, set, args.pos, site);
      return none(originAt(site));
    },
  ],
  [
    'update',
    (run, _self, set, args, site) => {
      for (const one of args.pos) {
        withItems(
          run,
          one,
          site,
          (items) => {
            addAll(run, set, items, site);
            return one;
          },
          true,
        );
      }
      return none(originAt(site));
    },
  ],
  ['discard', (run, _self, set, args, site) => dropFrom(run, set, args.pos[0], false, site)],
  ['remove', (run, _self, set, args, site) => dropFrom(run, set, args.pos[0], true, site)],
  [
    'difference_update',
    (run, _self, set, args, site) =>
      withItems(run, args.pos[0] ?? none(originAt(site)), site, (items) => {
        for (const item of items) dropFrom(run, set, item, false, site);
        return none(originAt(site));
      }),
  ],
  ['union', algebra('|')],
  ['intersection', algebra('&')],
  ['difference', algebra('-')],
  ['symmetric_difference', algebra('^')],
  [
    'copy',
    (run, _self, set, _args, site) =>
      setFrom(
        run,
        [...set.cell.state.entries.values()].map((entry) => entry.key),
        set.frozen,
        site,
      ),
  ],
]);

function dropFrom(run: Run, set: SetObj, item: Val | undefined, must: boolean, site: Site): Val {
  const id = item?.k === 'known' ? keyOf(item.obj) : null;
  if (id === null || set.cell.state.open !== null) {
    taint(run, known(set, originAt(site)), unknownAt(run, 'dynamic-call', site));
    return none(originAt(site));
  }
  if (must && !set.cell.state.entries.has(id)) return raise(run, 'KeyError', 'set item', site);
  writeMap(run.journal, set.cell).entries.delete(id);
  return none(originAt(site));
}
