import { setAlgebra } from '../expressions/operators.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { taint } from '../values/containers.ts';
import { setFrom, withItems } from '../values/iterate.ts';
import { type CallArgs, type Known, known, none, type SetObj, type Site, type Val } from '../values/object.ts';
import { writeMap } from '../values/state.ts';
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
