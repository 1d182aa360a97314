import { MAX_ITEMS } from '../../core/limits.ts';
import { callValue } from '../expressions/call.ts';
import { equal, orderOf } from '../expressions/comparison.ts';
import { truthOf } from '../expressions/truth.ts';
import { raise } from '../raise.ts';
import { forkValues, lift, originAt, type Run, unknownAt } from '../run.ts';
import { appendItems } from '../values/containers.ts';
import { itemsOf, listFrom, withItems } from '../values/iterate.ts';
import { type CallArgs, int, type Known, known, type ListObj, none, type Site, type Unk, type Val } from '../values/object.ts';
import { replaceState, writeList } from '../values/state.ts';
import { isLeftOut, positional } from './native.ts';

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
  return forkValues(
    run,
    alternatives.map((one) => ({
      when: one.when,
      body: () => {
        replaceState(run.journal, list.cell, { k: 'list', items: [...one.items], alternatives: null });
        return use();
      },
    })),
  );
}

/** Appends to a list that may have alternatives. */
export function appendTo(run: Run, list: ListObj, value: Val): void {
  const self = known(list, { step: 'default', of: 'Python' });
  const site = { file: '', start: 0, end: 0 };
  onList(run, self, list, site, () => appendItems(run, list, [value], site));
}

function blurList(run: Run, list: ListObj, why: Unk): void {
  replaceState(run.journal, list.cell, {
    k: 'list',
    items: [{ ...why, many: true, type: null, truth: null, env: null, key: '' }],
    alternatives: null,
  });
}

/** An item goes in at a place that is not known: what was there is still there, in its order. */
function insertSomewhere(run: Run, list: ListObj, why: Unk): void {
  const gap: Val = { ...why, many: true, type: null, truth: null, env: null, key: '' };
  const kept = list.cell.state.items.filter((item) => !(item.k === 'unk' && item.many));
  replaceState(run.journal, list.cell, { k: 'list', items: [gap, ...kept.flatMap((item) => [item, gap])], alternatives: null });
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
    const by = isLeftOut(key) ? item : callValue(run, key, positional([item]), site);
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
            insertSomewhere(run, list, unknownAt(run, 'dynamic-call', site));
            return none(originAt(site));
          }
          const place = index < 0 ? Math.max(0, length + index) : Math.min(index, length);
          writeList(run.journal, list.cell).items.splice(place, 0, item);
          return none(originAt(site));
        },
        (one) => {
          insertSomewhere(run, list, one);
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
