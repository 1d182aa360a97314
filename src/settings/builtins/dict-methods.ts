import { raise, raiseHolding } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { blurMap, mergeInto, pairOf, setItem, taint, updateMap } from '../values/containers.ts';
import { dictFrom, entryValue, mayLack } from '../values/iterate.ts';
import { type CallArgs, type DictObj, type Known, known, none, type Site, type Val } from '../values/object.ts';
import { type MapState, newCell, replaceState, writeMap } from '../values/state.ts';
import { keyOf } from '../values/text.ts';
import { arg, boolArg } from './native.ts';

type DictCall = (run: Run, self: Known, dict: DictObj, args: CallArgs, site: Site) => Val;

function getOr(run: Run, dict: DictObj, key: Val, absent: () => Val, site: Site): Val {
  return lift(run, key, (one) => {
    const id = keyOf(one.obj);
    if (id === null) return unknownAt(run, 'dynamic-call', site);
    return entryValue(run, dict, id, dict.boxed === true ? () => unknownAt(run, 'dynamic-call', site) : absent);
  });
}

/** OrderedDict.move_to_end(key, last=True) and popitem(last=True). */
export function moveEntry(run: Run, self: Known, dict: DictObj, name: 'move_to_end' | 'popitem', args: CallArgs, site: Site): Val {
  const last = boolArg(args.kw.get('last') ?? args.pos[name === 'popitem' ? 0 : 1], true);
  const { entries, open } = dict.cell.state;
  const plain = open === null && [...entries.values()].every((entry) => entry.value.k === 'known' || entry.value.k === 'unk');
  const ids = [...entries.keys()];
  const [key] = args.pos;
  const id = name === 'popitem' ? (last === false ? ids[0] : ids.at(-1)) : key?.k === 'known' ? keyOf(key.obj) : null;
  if (!plain || last === undefined || id === null || args.open !== null) {
    const why = unknownAt(run, 'dynamic-call', site);
    taint(run, self, why);
    return why;
  }
  const entry = id === undefined ? undefined : entries.get(id);
  if (id === undefined || entry === undefined || entry.value.k === 'absent')
    return raiseHolding(run, 'KeyError', key === undefined ? [] : [key], site, 'key');
  const rest = [...entries].filter(([each]) => each !== id);
  const moved: [string, typeof entry] = [id, entry];
  const order = name === 'popitem' ? rest : last ? [...rest, moved] : [moved, ...rest];
  replaceState(run.journal, dict.cell, { k: 'map', entries: new Map(order), open: null });
  return name === 'popitem' ? pairOf(entry.key, entry.value, site) : none(originAt(site));
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
      const wanted = key.k === 'known' ? keyOf(key.obj) : null;
      if (wanted !== null && args.pos.length < 2) mayLack(run, dict, wanted, site);
      const removed = getOr(
        run,
        dict,
        key,
        () => {
          const otherwise = args.pos[1];
          return otherwise ?? raiseHolding(run, 'KeyError', [key], site, 'key');
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
  ['keys', (_run, _self, dict, _args, site) => known({ t: 'view', of: dict, what: 'keys' }, originAt(site))],
  ['values', (_run, _self, dict, _args, site) => known({ t: 'view', of: dict, what: 'values' }, originAt(site))],
  ['items', (_run, _self, dict, _args, site) => known({ t: 'view', of: dict, what: 'items' }, originAt(site))],
  [
    'copy',
    (run, _self, dict, _args, site) => {
      const state: MapState = { k: 'map', entries: new Map(dict.cell.state.entries), open: dict.cell.state.open };
      const copy: DictObj = { t: 'dict', cell: newCell(run.journal, state), factory: dict.factory };
      return known(dict.cls === undefined ? copy : { ...copy, cls: dict.cls }, originAt(site));
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
      const { entries, open } = dict.cell.state;
      const last = [...entries].at(-1);
      if (last === undefined && open === null) return raise(run, 'KeyError', 'popitem(): dictionary is empty', site);
      if (
        open !== null ||
        last === undefined ||
        [...entries.values()].some((entry) => entry.value.k !== 'known' && entry.value.k !== 'unk')
      ) {
        const why = unknownAt(run, 'dynamic-call', site);
        taint(run, self, why);
        return why;
      }
      writeMap(run.journal, dict.cell).entries.delete(last[0]);
      return last[1].value.k === 'absent' ? none(originAt(site)) : pairOf(last[1].key, last[1].value, site);
    },
  ],
]);
