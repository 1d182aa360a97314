import { callMethod } from '../expressions/attributes.ts';
import { callValue } from '../expressions/call.ts';
import { orderOf } from '../expressions/comparison.ts';
import { hasMethod, isClosedClass } from '../expressions/instances.ts';
import { typeError } from '../expressions/operators.ts';
import { choose, decide, truthOf } from '../expressions/truth.ts';
import { raise } from '../raise.ts';
import { type Escape, fork, lift, liftAll, originAt, type Run, unknownAt } from '../run.ts';
import { drive, isFresh } from '../statements/iteration.ts';
import { mergeInto, updateMap } from '../values/containers.ts';
import { dictFrom, listFrom, withItems } from '../values/iterate.ts';
import { hookOf } from '../values/native-classes.ts';
import { bool, type CallArgs, type DictObj, int, known, type ListObj, none, type Site, type Val } from '../values/object.ts';
import { type MapState, newCell } from '../values/state.ts';
import { hasRoot, lengthOf } from '../values/text.ts';
import { appendTo, sortItems } from './list-methods.ts';
import { isNone } from './native.ts';
import type { Call } from './objects.ts';

export function lengthOfValue(run: Run, value: Val, site: Site): Val {
  return lift(run, value, (one) => {
    const { obj } = one;
    if (obj.t === 'str') return hasRoot(obj.v) ? unknownAt(run, 'host', site, { type: 'int' }) : int(lengthOf(obj.v), originAt(site));
    if (obj.t === 'bytes') return int(obj.v.length, originAt(site));
    if (obj.t === 'instance' && hasMethod(obj, '__len__')) return callMethod(run, one, '__len__', [], site);
    if (obj.t === 'instance' && obj.payload !== undefined) return lengthOfValue(run, obj.payload, site);
    if (obj.t === 'class') {
      const items = hookOf(obj, 'items')?.(run, obj, site);
      return items === undefined ? unknownAt(run, 'dynamic-call', site, { type: 'int' }) : int(items.length, originAt(site));
    }
    if (obj.t === 'instance' && isClosedClass(obj.cls)) return typeError(run, 'object has no len()', [one], site);
    if (obj.t === 'instance' || obj.t === 'native') return unknownAt(run, 'dynamic-call', site, { type: 'int' });
    if (obj.t === 'none' || obj.t === 'int' || obj.t === 'bool' || (obj.t === 'list' && obj.view))
      return typeError(run, 'object has no len()', [one], site);
    return withItems(
      run,
      one,
      site,
      (items) =>
        items.some((each) => each.k === 'unk' && each.many)
          ? unknownAt(run, 'dynamic-call', site, { type: 'int' })
          : int(items.length, originAt(site)),
      true,
    );
  });
}

export function iterateWith(run: Run, values: readonly Val[], site: Site, use: (lists: readonly (readonly Val[])[]) => Val): Val {
  const next = (at: number, lists: readonly (readonly Val[])[]): Val => {
    const value = values[at];
    return value === undefined ? use(lists) : withItems(run, value, site, (items) => next(at + 1, [...lists, items]));
  };
  return next(0, []);
}

export function gapIn(items: readonly Val[]): Val | undefined {
  return items.find((one) => one.k === 'unk' && one.many);
}

/** A generator is asked only until the answer is certain. */
function anyAllLazy(run: Run, list: ListObj, want: boolean, at: Site): Val {
  const answer = listFrom(run, []);
  const settle = (value: Val) => appendTo(run, answer, value);
  drive(
    run,
    list,
    (item) => {
      if (item.k === 'unk' && item.many) {
        settle({ ...item, many: false, type: 'bool', key: '' });
        return { kind: 'break' };
      }
      const decisions = decide(run, item, at, want ? 'any(…)' : 'all(…)');
      return fork<Escape | null>(
        run,
        decisions.map((one) => ({
          when: one.when,
          body: () => {
            if (one.is !== want) return null;
            settle(bool(want, originAt(at)));
            return { kind: 'break' };
          },
        })),
        (left) => left,
        (results) => (results.length === 1 ? (results[0]?.value ?? null) : null),
      );
    },
    (left, broke) => {
      if (!broke) settle(bool(!want, originAt(at)));
      return left;
    },
  );
  return withItems(run, known(answer, originAt(at)), at, ([value]) => value ?? unknownAt(run, 'limit', at, { type: 'bool' }));
}

export function anyAll(want: boolean): Call {
  return (run, args, at) => {
    const [source] = args.pos;
    if (source?.k === 'known' && source.obj.t === 'list' && isFresh(source.obj)) return anyAllLazy(run, source.obj, want, at);
    return anyAllOf(run, args, want, at);
  };
}

function anyAllOf(run: Run, args: CallArgs, want: boolean, at: Site): Val {
  return withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) => {
    const next = (i: number): Val => {
      const item = items[i];
      if (item === undefined) return bool(!want, originAt(at));
      if (item.k === 'unk' && item.many) {
        const rest = next(i + 1);
        return rest.k === 'known' && rest.obj.t === 'bool' && rest.obj.v === want ? rest : { ...item, many: false, type: 'bool', key: '' };
      }
      return choose(
        run,
        item,
        at,
        want ? 'any(…)' : 'all(…)',
        () => (want ? bool(true, originAt(at)) : next(i + 1)),
        () => (want ? next(i + 1) : bool(false, originAt(at))),
      );
    };
    return next(0);
  });
}

export function extreme(sign: number): Call {
  return (run, args, at) => {
    const pick = (items: readonly Val[]): Val => {
      if (items.length === 0) return args.kw.get('default') ?? raise(run, 'ValueError', 'arg is an empty sequence', at);
      const key = args.kw.get('key');
      if (key !== undefined && !isNone(key)) return extremeBy(run, items, key, sign, at);
      return liftAll(run, items, (all) => {
        let best = all[0];
        for (const one of all.slice(1)) {
          if (best === undefined) break;
          const order = orderOf(run, one, best, at);
          if (order === 'error') return typeError(run, 'not supported between these types', [one, best], at);
          if (order === 'unknown') return unknownAt(run, 'dynamic-call', at);
          if (order * sign > 0) best = one;
        }
        return best ?? none(originAt(at));
      });
    };
    return args.pos.length === 1
      ? withItems(
          run,
          args.pos[0] ?? none(originAt(at)),
          at,
          (items) => (gapIn(items) === undefined ? pick(items) : unknownAt(run, 'dynamic-call', at)),
          true,
        )
      : pick(args.pos);
  };
}

/** The first item whose key is the greatest or least. */
function extremeBy(run: Run, items: readonly Val[], key: Val, sign: number, at: Site): Val {
  const keys = items.map((item) => callValue(run, key, { pos: [item], kw: new Map(), open: null }, at));
  return liftAll(run, keys, (all) => {
    let best = 0;
    for (const [i, one] of all.entries()) {
      const champion = all[best];
      if (i === 0 || champion === undefined) continue;
      const order = orderOf(run, one, champion, at);
      if (order === 'error') return typeError(run, 'not supported between these types', [one, champion], at);
      if (order === 'unknown') return unknownAt(run, 'dynamic-call', at);
      if (order * sign > 0) best = i;
    }
    return items[best] ?? none(originAt(at));
  });
}

export function makeDict(run: Run, args: CallArgs, at: Site): Val {
  const cell = newCell<MapState>(run.journal, { k: 'map', entries: new Map(), open: args.open });
  const dict: DictObj = { t: 'dict', cell, factory: null };
  if (args.pos[0] !== undefined) updateMap(run, dict, args.pos[0], at);
  mergeInto(run, dict, dictFrom(run, [...args.kw], at).cell.state);
  return known(dict, originAt(at));
}

export const rangeCall: Call = (run, args, at) =>
  liftAll(run, args.pos, (all) => {
    const numbers = all.map((one) => (one.obj.t === 'int' ? one.obj.v : undefined));
    const [a, b, c] = numbers;
    if (a === undefined || numbers.includes(undefined)) return typeError(run, 'object cannot be interpreted as an integer', all, at);
    if (c === 0n) return raise(run, 'ValueError', 'range() arg 3 must not be zero', at);
    return known({ t: 'range', start: b === undefined ? 0n : a, stop: b ?? a, step: c ?? 1n }, originAt(at));
  });

export const sortedCall: Call = (run, args, at) =>
  withItems(
    run,
    args.pos[0] ?? none(originAt(at)),
    at,
    (items) => {
      const reverse = args.kw.get('reverse');
      const backwards = reverse === undefined ? false : reverse.k === 'known' ? truthOf(run, reverse, at) : undefined;
      const sorted = backwards === undefined ? undefined : sortItems(run, items, args.kw.get('key'), backwards, at);
      return sorted === undefined ? unknownAt(run, 'dynamic-call', at, { type: 'list' }) : known(listFrom(run, sorted), originAt(at));
    },
    !args.kw.has('key'),
  );
