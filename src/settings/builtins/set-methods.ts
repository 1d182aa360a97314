import { setAlgebra } from '../expressions/operators.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { taint } from '../values/containers.ts';
import { setFrom, withItems } from '../values/iterate.ts';
import { bool, type CallArgs, type Known, known, none, type SetObj, type Site, type Val } from '../values/object.ts';
import { replaceState, writeMap } from '../values/state.ts';
import { keyOf } from '../values/text.ts';

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
  ['intersection_update', inPlace('&')],
  ['symmetric_difference_update', inPlace('^')],
  ['issubset', (run, self, _set, args, site) => subset(run, self, args.pos[0], site)],
  ['issuperset', (run, self, _set, args, site) => asSet(run, args.pos[0], site, (other) => subset(run, other, self, site))],
  [
    'isdisjoint',
    (run, self, _set, args, site) =>
      asSet(run, args.pos[0], site, (other) =>
        lift(run, setAlgebra(run, '&', self, other, site), (both) => {
          const state = both.obj.t === 'set' ? both.obj.cell.state : undefined;
          return state === undefined || state.open !== null
            ? unknownAt(run, 'dynamic-call', site, { type: 'bool' })
            : bool(state.entries.size === 0, originAt(site));
        }),
      ),
  ],
  [
    'clear',
    (run, _self, set, _args, site) => {
      replaceState(run.journal, set.cell, { k: 'map', entries: new Map(), open: null });
      return none(originAt(site));
    },
  ],
  [
    'pop',
    (run, self, set, _args, site) => {
      const { entries, open } = set.cell.state;
      const [only] = entries;
      if (open === null && only === undefined) return raise(run, 'KeyError', 'pop from an empty set', site);
      if (open !== null || entries.size !== 1 || only === undefined || only[1].value.k !== 'known') {
        const why = unknownAt(run, 'random', site);
        taint(run, self, why);
        return why;
      }
      writeMap(run.journal, set.cell).entries.delete(only[0]);
      return only[1].key;
    },
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

function asSet(run: Run, value: Val | undefined, site: Site, use: (other: Known) => Val): Val {
  return withItems(run, value ?? none(originAt(site)), site, (items) => lift(run, setFrom(run, items, false, site), use), true);
}

/** Whether all of one set stand in another. */
export function subset(run: Run, self: Known, value: Val | undefined, site: Site): Val {
  return asSet(run, value, site, (other) =>
    lift(run, setAlgebra(run, '-', self, other, site), (rest) => {
      const state = rest.obj.t === 'set' ? rest.obj.cell.state : undefined;
      return state === undefined || state.open !== null
        ? unknownAt(run, 'dynamic-call', site, { type: 'bool' })
        : bool(state.entries.size === 0, originAt(site));
    }),
  );
}

function inPlace(op: '&' | '^'): SetCall {
  return (run, self, set, args, site) =>
    asSet(run, args.pos[0], site, (other) =>
      lift(
        run,
        setAlgebra(run, op, self, other, site),
        (made) => {
          if (made.obj.t === 'set') replaceState(run.journal, set.cell, made.obj.cell.state);
          return none(originAt(site));
        },
        (one) => {
          taint(run, self, one);
          return none(originAt(site));
        },
      ),
    );
}

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
