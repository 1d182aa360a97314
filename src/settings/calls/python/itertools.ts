import { MAX_ITEMS } from '../../../core/limits.ts';
import type { BinaryOp, CompareOp } from '../../../syntax/python/index.ts';
import { lazily } from '../../builtins/lazy.ts';
import { arg, builtin, isLeftOut } from '../../builtins/native.ts';
import type { Call } from '../../builtins/objects.ts';
import { gapIn, iterateWith } from '../../builtins/sequences.ts';
import { attribute, callMethod } from '../../expressions/attributes.ts';
import { callUnknown, callValue, callWith } from '../../expressions/call.ts';
import { compare, equal } from '../../expressions/comparison.ts';
import { binary } from '../../expressions/operators.ts';
import { subscript } from '../../expressions/subscripts.ts';
import { truthOf } from '../../expressions/truth.ts';
import { raise } from '../../raise.ts';
import { originAt, type Run, unknownAt } from '../../run.ts';
import { drive, isFresh } from '../../statements/iteration.ts';
import { viewFrom, withItems } from '../../values/iterate.ts';
import { bool, type CallArgs, type Known, known, none, type Site, tuple, type Val } from '../../values/object.ts';
import type { ModelledModule } from '../registry.ts';

/** itertools and operator. */

function row(items: readonly Val[], at: Site): Known {
  return known(tuple(items), originAt(at));
}

/** A function of the items of some iterables; a gap among them leaves the result open. */
function ofItems(
  use: (run: Run, lists: readonly (readonly Val[])[], args: CallArgs, at: Site) => readonly Val[] | null,
  from = 0,
  count = 99,
): Call {
  return (run, args, at) =>
    iterateWith(run, args.pos.slice(from, from + count), at, (lists) => {
      const gap = lists.map(gapIn).find((one) => one !== undefined);
      const made = gap === undefined ? use(run, lists, args, at) : null;
      return known(viewFrom(run, made ?? [gap ?? { ...unknownAt(run, 'dynamic-call', at), many: true }]), originAt(at));
    });
}

function whole(value: Val | undefined): number | undefined {
  return value?.k === 'known' && value.obj.t === 'int' && value.obj.v >= -1n && value.obj.v < 1_000_000n ? Number(value.obj.v) : undefined;
}

function product(lists: readonly (readonly Val[])[], at: Site): readonly Val[] | null {
  const size = lists.reduce((all, list) => all * list.length, 1);
  if (size > MAX_ITEMS) return null;
  return lists
    .reduce<readonly (readonly Val[])[]>((rows, list) => rows.flatMap((one) => list.map((item) => [...one, item])), [[]])
    .map((one) => row(one, at));
}

/** Ways to take `count` of some items, by their places. */
function choices(length: number, count: number, ordered: boolean): readonly (readonly number[])[] | null {
  let rows: readonly (readonly number[])[] = [[]];
  for (let i = 0; i < count; i++) {
    rows = rows.flatMap((one) => {
      const next: number[][] = [];
      for (let at = ordered ? 0 : (one.at(-1) ?? -1) + 1; at < length; at++) if (!one.includes(at)) next.push([...one, at]);
      return next;
    });
    if (rows.length > MAX_ITEMS) return null;
  }
  return rows;
}

const taking = (ordered: boolean): Call =>
  ofItems(
    (_run, [items = []], args, at) => {
      const count = args.pos[1] === undefined ? (ordered ? items.length : undefined) : whole(args.pos[1]);
      const rows = count === undefined || count < 0 ? null : choices(items.length, count, ordered);
      return rows === null
        ? null
        : rows.map((one) =>
            row(
              one.flatMap((i) => items.slice(i, i + 1)),
              at,
            ),
          );
    },
    0,
    1,
  );

/** islice(it, stop) or islice(it, start, stop, step): a generator is asked for no more than that. */
const islice: Call = (run, args, at) => {
  const [source = none(originAt(at)), first, second, third] = args.pos;
  const bound = (value: Val | undefined, otherwise: number): number | undefined => (isLeftOut(value) ? otherwise : whole(value));
  const start = second === undefined ? 0 : bound(first, 0);
  const stop = bound(second === undefined ? first : second, Number.POSITIVE_INFINITY);
  const step = bound(third, 1);
  if (start === undefined || stop === undefined || step === undefined || step < 1) return unknownAt(run, 'dynamic-call', at);
  const pick = (items: readonly Val[]): Val =>
    known(
      viewFrom(
        run,
        items.slice(0, stop === Number.POSITIVE_INFINITY ? undefined : stop).filter((_one, i) => i >= start && (i - start) % step === 0),
      ),
      originAt(at),
    );
  if (source.k !== 'known' || source.obj.t !== 'list' || !source.obj.view || stop === Number.POSITIVE_INFINITY)
    return withItems(run, source, at, (items) =>
      gapIn(items) === undefined
        ? pick(items)
        : known(viewFrom(run, [{ ...unknownAt(run, 'dynamic-call', at), many: true }]), originAt(at)),
    );
  if (!isFresh(source.obj)) return unknownAt(run, 'dynamic-call', at);
  const found: Val[] = [];
  const { path } = run;
  if (stop > 0)
    drive(
      run,
      source.obj,
      (value) => {
        found.push(value);
        return found.length >= stop ? { kind: 'break' } : null;
      },
      () => null,
    );
  return run.path.length === path.length && gapIn(found) === undefined ? pick(found) : unknownAt(run, 'dynamic-call', at);
};

/** Items without an end, up to the most that any list holds. */
function endless(nth: (i: number) => Val): Call {
  return (run, _args, at) =>
    lazily(run, at, (emit) => {
      for (let i = 0; i < MAX_ITEMS; i++) emit(nth(i));
      emit({ ...unknownAt(run, 'limit', at), many: true });
      return none(originAt(at));
    });
}

const groupby: Call = (run, args, at) => {
  const key = arg(args, 1, 'key');
  return withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) => {
    const open = () => known(viewFrom(run, [{ ...unknownAt(run, 'dynamic-call', at), many: true }]), originAt(at));
    const groups: { by: Known; items: Val[] }[] = [];
    for (const item of items) {
      const by = isLeftOut(key) ? item : callWith(run, key, [item], at);
      const last = groups.at(-1);
      if (by.k !== 'known' || (item.k === 'unk' && item.many)) return open();
      const same = last === undefined ? false : equal(run, last.by, by, at);
      if (same === undefined) return open();
      if (same) last?.items.push(item);
      else groups.push({ by, items: [item] });
    }
    return known(
      viewFrom(
        run,
        groups.map((one) => row([one.by, known(viewFrom(run, one.items), originAt(at))], at)),
      ),
      originAt(at),
    );
  });
};

/** The first places at which a test fails; null where it cannot be told. */
function prefix(run: Run, func: Val, items: readonly Val[], at: Site): number | null {
  for (const [i, item] of items.entries()) {
    const test = callWith(run, func, [item], at);
    const is = test.k === 'known' ? truthOf(run, test, at) : undefined;
    if (is === undefined) return null;
    if (!is) return i;
  }
  return items.length;
}

const CALLS: Readonly<Record<string, Call>> = {
  product: (run, args, at) => {
    const times = args.kw.get('repeat');
    const count = times === undefined ? 1 : whole(times);
    if (count === undefined || count < 0 || count > 20) return unknownAt(run, 'dynamic-call', at);
    return ofItems((_run, lists) => product(Array.from({ length: count }, () => lists).flat(), at))(run, args, at);
  },
  combinations: taking(false),
  permutations: taking(true),
  islice,
  groupby,
  count: (run, args, at) => {
    const [start = known({ t: 'int', v: 0n }, originAt(at)), step = known({ t: 'int', v: 1n }, originAt(at))] = [
      args.pos[0] ?? args.kw.get('start'),
      args.pos[1] ?? args.kw.get('step'),
    ];
    if (start.k !== 'known' || step.k !== 'known' || start.obj.t !== 'int' || step.obj.t !== 'int')
      return unknownAt(run, 'dynamic-call', at);
    const [a, b] = [start.obj.v, step.obj.v];
    return endless((i) => known({ t: 'int', v: a + b * BigInt(i) }, originAt(at)))(run, args, at);
  },
  cycle: (run, args, at) =>
    withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) => {
      const nth = (i: number): Val => items[i % items.length] ?? none(originAt(at));
      return items.length === 0 || gapIn(items) !== undefined ? known(viewFrom(run, items), originAt(at)) : endless(nth)(run, args, at);
    }),
  repeat: (run, args, at) => {
    const times = arg(args, 1, 'times');
    const item = args.pos[0] ?? none(originAt(at));
    if (times === undefined) return endless(() => item)(run, args, at);
    const count = whole(times);
    return count === undefined || count > MAX_ITEMS
      ? unknownAt(run, 'dynamic-call', at)
      : known(
          viewFrom(
            run,
            Array.from({ length: Math.max(0, count) }, () => item),
          ),
          originAt(at),
        );
  },
  zip_longest: ofItems((_run, lists, args, at) => {
    const filler = args.kw.get('fillvalue') ?? none(originAt(at));
    const length = Math.max(0, ...lists.map((list) => list.length));
    return Array.from({ length }, (_one, i) =>
      row(
        lists.map((list) => list[i] ?? filler),
        at,
      ),
    );
  }),
  pairwise: ofItems((_run, [items = []], _args, at) => items.slice(1).map((item, i) => row([items[i] ?? item, item], at))),
  compress: ofItems((run, [items = [], selectors = []], _args, at) => {
    const truths = selectors.map((one) => (one.k === 'known' ? truthOf(run, one, at) : undefined));
    return truths.includes(undefined) ? null : items.filter((_one, i) => truths[i] === true);
  }),
  starmap: (run, args, at) => {
    const [func] = args.pos;
    if (func === undefined) return raise(run, 'TypeError', 'starmap expected 2 arguments', at);
    return ofItems(
      (_run, [rows = []]) =>
        rows.map((one) => withItems(run, one, at, (items) => callValue(run, func, { pos: items, kw: new Map(), open: null }, at))),
      1,
      1,
    )(run, args, at);
  },
  takewhile: (run, args, at) =>
    ofItems(
      (_run, [items = []]) => {
        const end = prefix(run, args.pos[0] ?? none(originAt(at)), items, at);
        return end === null ? null : items.slice(0, end);
      },
      1,
      1,
    )(run, args, at),
  dropwhile: (run, args, at) =>
    ofItems(
      (_run, [items = []]) => {
        const end = prefix(run, args.pos[0] ?? none(originAt(at)), items, at);
        return end === null ? null : items.slice(end);
      },
      1,
      1,
    )(run, args, at),
  accumulate: (run, args, at) => {
    const func = arg(args, 1, 'func');
    const initial = args.kw.get('initial');
    return ofItems(
      (_run, [items = []]) => {
        const out: Val[] = initial === undefined ? [] : [initial];
        for (const item of items) {
          const last = out.at(-1);
          out.push(last === undefined ? item : isLeftOut(func) ? binary(run, '+', last, item, at) : callWith(run, func, [last, item], at));
        }
        return out;
      },
      0,
      1,
    )(run, args, at);
  },
};

const OPERATORS: Readonly<Record<string, BinaryOp>> = {
  ...{ add: '+', sub: '-', mul: '*', truediv: '/', floordiv: '//', mod: '%', pow: '**', and_: '&', or_: '|', xor: '^', concat: '+' },
};
const COMPARISONS: Readonly<Record<string, CompareOp>> = {
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  is_: 'is',
  is_not: 'is not',
};

/** itemgetter(a, b)(x) and attrgetter('a.b')(x). */
function getter(run: Run, read: (from: Val, key: Val, at: Site) => Val): Call {
  return (_run, args, _at) =>
    builtin('getter', (inner, at) => {
      const from = inner.pos[0] ?? none(originAt(at));
      const all = args.pos.map((key) => read(from, key, at));
      const [only] = all;
      return all.length === 1 && only !== undefined ? only : args.open !== null ? unknownAt(run, 'dynamic-call', at) : row(all, at);
    });
}

function operatorCalls(run: Run): Readonly<Record<string, Call>> {
  const two = (args: CallArgs, at: Site): readonly [Val, Val] => [args.pos[0] ?? none(originAt(at)), args.pos[1] ?? none(originAt(at))];
  const calls: Record<string, Call> = {
    itemgetter: getter(run, (from, key, at) => subscript(run, from, key, at)),
    attrgetter: getter(run, (from, key, at) =>
      key.k === 'known' && key.obj.t === 'str'
        ? key.obj.v.split('.').reduce<Val>((value, name) => attribute(run, value, name, at), from)
        : unknownAt(run, 'dynamic-call', at),
    ),
    methodcaller: (_run, args) =>
      builtin('methodcaller', (inner, at) => {
        const [name, ...rest] = args.pos;
        const [self] = inner.pos;
        if (name?.k !== 'known' || name.obj.t !== 'str' || self?.k !== 'known' || args.kw.size > 0)
          return unknownAt(run, 'dynamic-call', at);
        return callMethod(run, self, name.obj.v, rest, at);
      }),
    not_: (_run, args, at) => {
      const [one] = two(args, at);
      const is = one.k === 'known' ? truthOf(run, one, at) : undefined;
      return is === undefined ? unknownAt(run, 'dynamic-call', at, { type: 'bool' }) : bool(!is, originAt(at));
    },
    contains: (_run, args, at) => compare(run, 'in', two(args, at)[1], two(args, at)[0], at),
    getitem: (_run, args, at) => subscript(run, ...two(args, at), at),
  };
  for (const [name, op] of Object.entries(OPERATORS)) calls[name] = (_run, args, at) => binary(run, op, ...two(args, at), at);
  for (const [name, op] of Object.entries(COMPARISONS)) calls[name] = (_run, args, at) => compare(run, op, ...two(args, at), at);
  return calls;
}

function table(run: Run, calls: Readonly<Record<string, Call>>) {
  return Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      () => builtin(name, (args, at) => (args.open === null ? call(run, args, at) : callUnknown(run, args.open, args, at))),
    ]),
  );
}

/** What `itertools` offers beside `chain`. */
export function itertoolsNames(run: Run): ModelledModule['names'] {
  return table(run, CALLS);
}

export function operatorModules(run: Run): Readonly<Record<string, ModelledModule>> {
  return { operator: { open: true, names: table(run, operatorCalls(run)) } };
}
