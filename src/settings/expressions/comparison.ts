import { ROOT } from '../../core/data.ts';
import type { CompareOp } from '../../syntax/python/index.ts';
import { toBool } from '../builtins/casts.ts';
import { onList } from '../builtins/list-methods.ts';
import { textArg } from '../builtins/native.ts';
import { subset } from '../builtins/set-methods.ts';
import { forkCases, lift, liftAll, originAt, type Run, settled, unknownAt, walking } from '../run.ts';
import { isFresh } from '../statements/iteration.ts';
import { taint } from '../values/containers.ts';
import { itemsOf, setFrom, withItems } from '../values/iterate.ts';
import { hookOf } from '../values/native-classes.ts';
import {
  bool,
  type ClassObj,
  type DictObj,
  type Known,
  known,
  type ListObj,
  type Obj,
  originOfVal,
  type Site,
  tuple,
  type Unk,
  unk,
  type Val,
} from '../values/object.ts';
import { hasAbove } from '../values/paths.ts';
import { writeList } from '../values/state.ts';
import { hasRoot, keyOf } from '../values/text.ts';
import { isClosedClass } from './instances.ts';
import { numberOf, plain, typeError } from './operators.ts';
import { overloaded, plainOf, special } from './overloads.ts';
import { truthOf } from './truth.ts';

/** One comparison; the result is a bool, or unknown with the guard that would decide it. */
export function compare(run: Run, op: CompareOp, left: Val, right: Val, site: Site): Val {
  const apart = onCases(run, left, right, (a, b) => compare(run, op, a, b, site));
  if (apart !== undefined) return apart;
  const byVariable = variableGuard(op, left, right, site);
  if (byVariable !== undefined) return byVariable;
  if (op === 'in' || op === 'not in') {
    const found = contains(run, right, left, site);
    return op === 'in' ? found : negate(run, found, site);
  }
  if (op === '!=' || op === 'is not') return negate(run, compare(run, op === '!=' ? '==' : 'is', left, right, site), site);
  const typed = unknownAgainst(op, left, right, site);
  if (typed !== undefined) return typed;
  return liftAll(
    run,
    [left, right],
    ([a, b]) => {
      if (a === undefined || b === undefined) return unk('limit', originAt(site));
      if (op === '==' || op === 'is') {
        const same = op === 'is' ? identical(a.obj, b.obj) : equal(run, a, b, site);
        return same === undefined ? unknownAt(run, rootReason(a, b), site, { type: 'bool' }) : bool(same, originAt(site));
      }
      return ordered(run, op, a, b, site);
    },
    (one) => ({ ...one, type: 'bool', truth: null, env: null, key: one.key === '' ? '' : `${one.key}${op}${site.start}` }),
  );
}

function rootReason(a: Known, b: Known): 'host' | 'dynamic-call' {
  const root = (one: Known) => (one.obj.t === 'str' || one.obj.t === 'path') && hasRoot(one.obj.v);
  return root(a) || root(b) ? 'host' : 'dynamic-call';
}

/** A comparison of conditional values is made case by case, so that each keeps its own guard. */
function onCases(run: Run, left: Val, right: Val, use: (a: Val, b: Val) => Val): Val | undefined {
  const side = left.k === 'cond' ? settled(run, left) : right.k === 'cond' ? settled(run, right) : undefined;
  if (side === undefined || side.k === 'absent') return undefined;
  const one = (value: Val) => (left.k === 'cond' ? use(value, right) : use(left, value));
  return side.k === 'cond'
    ? forkCases(run, side.cases, (then) => (then.k === 'absent' ? unk('raised', originOfVal(left)) : one(then)))
    : one(side);
}

/** The unchanged text of a variable against a literal: the guard is structured. */
function variableGuard(op: CompareOp, left: Val, right: Val, site: Site): Val | undefined {
  if (op !== '==' && op !== '!=') return undefined;
  const variable = left.k === 'unk' && left.env !== null ? left : right.k === 'unk' && right.env !== null ? right : undefined;
  const literal = variable === left ? right : left;
  if (variable === undefined || variable.env === null || literal.k !== 'known' || literal.obj.t !== 'str') return undefined;
  const truth = { on: 'env-value' as const, name: variable.env, equals: literal.obj.v, holds: op === '==' };
  return {
    ...variable,
    origin: originAt(site, undefined, variable.origin),
    type: 'bool',
    env: null,
    truth,
    key: `${variable.key}==${literal.obj.v}`,
  };
}

/** What the type of an unknown settles: text is never None. */
function unknownAgainst(op: CompareOp, left: Val, right: Val, site: Site): Val | undefined {
  const [open, other] = left.k === 'unk' ? [left, right] : right.k === 'unk' ? [right, left] : [];
  if (open === undefined || open.type === null || other?.k !== 'known') return undefined;
  if ((op === 'is' || op === '==') && other.obj.t === 'none') return bool(false, originAt(site));
  return undefined;
}

export function identical(a: Obj, b: Obj): boolean | undefined {
  if (a === b) return true;
  if (a.t !== b.t) return a.t === 'builtin' && b.t === 'class' ? undefined : false;
  if (a.t === 'none') return true;
  if (a.t === 'bool' && b.t === 'bool') return a.v === b.v;
  if (a.t === 'builtin' && b.t === 'builtin') return a.name === b.name && a.type && b.type;
  if (a.t === 'ellipsis') return true;
  if (a.t === 'int' && b.t === 'int') return a.v === b.v && a.v >= -5n && a.v <= 256n ? true : a.v === b.v ? undefined : false;
  if (a.t === 'str' && b.t === 'str') return a.v === b.v ? (a.v === '' ? true : undefined) : false;
  if (a.t === 'tuple') return undefined;
  return false;
}

/** a == b, or undefined when it cannot be told. */
export function equal(run: Run, a: Known, b: Known, site: Site): boolean | undefined {
  return walking(
    run,
    () => undefined,
    () => sameValue(run, a, b, site),
  );
}

function sameValue(run: Run, a: Known, b: Known, site: Site): boolean | undefined {
  const x = a.obj;
  const y = b.obj;
  if (x.t === 'instance' || y.t === 'instance') return equalInstances(run, a, b, site);
  if (x === y && x.t !== 'float') return true;
  const m = numberOf(x);
  const n = numberOf(y);
  // Number == BigInt compares by value in both languages.
  // biome-ignore lint/suspicious/noDoubleEquals: the values may be of either kind
  if (m !== undefined && n !== undefined) return m == n;
  if ((x.t === 'str' && y.t === 'str') || (x.t === 'path' && y.t === 'path')) return sameText(x.v, y.v);
  if (x.t === 'bytes' && y.t === 'bytes') return x.v === y.v;
  if (x.t === 'none' || y.t === 'none') return openEnded(x) || openEnded(y) ? undefined : x.t === y.t;
  if (x.t === 'timedelta' && y.t === 'timedelta') return x.micros === y.micros;
  if (x.t === 'tuple' && y.t === 'tuple') return equalItems(run, x.items, y.items, site);
  if (x.t === 'view' || y.t === 'view') return equalViews(run, a, b, site);
  if (x.t === 'list' && y.t === 'list') {
    if (x.view || y.view) return false;
    const left = itemsOf(run, a, site);
    const right = itemsOf(run, b, site);
    return left === undefined || right === undefined ? undefined : equalItems(run, left, right, site);
  }
  if (x.t === 'dict' && y.t === 'dict' && x.cls === 'OrderedDict' && y.cls === 'OrderedDict') {
    const keys = (one: DictObj) => [...one.cell.state.entries.keys()].join('\n');
    const same = equalMaps(run, x.cell.state, y.cell.state, site);
    return same === true ? keys(x) === keys(y) : same;
  }
  if (x.t === 'dict' && y.t === 'dict') return equalMaps(run, x.cell.state, y.cell.state, site);
  if (x.t === 'set' && y.t === 'set') return equalMaps(run, x.cell.state, y.cell.state, site);
  if (openEnded(x) || openEnded(y)) return x.t === 'builtin' || y.t === 'builtin' || x.t === 'class' ? identical(x, y) : undefined;
  if (x.t === y.t) return undefined;
  return false;
}

/** keys() and items() are sets; values() equal nothing but themselves. */
function equalViews(run: Run, a: Known, b: Known, site: Site): boolean | undefined {
  const sides = [a, b].map((one) => {
    if (one.obj.t === 'set') return one;
    if (one.obj.t !== 'view' || one.obj.what === 'values') return undefined;
    const made = withItems(run, one, site, (items) => setFrom(run, items, false, site));
    return made.k === 'known' ? made : null;
  });
  const [x, y] = sides;
  if (x === null || y === null) return undefined;
  return x === undefined || y === undefined ? false : equal(run, x, y, site);
}

/** `__eq__` of the left, of the right, then the built-in values they hold; otherwise an object equals itself only. */
function equalInstances(run: Run, a: Known, b: Known, site: Site): boolean | undefined {
  const own = overloaded(run, '__eq__', '__eq__', a, b, site);
  if (own !== undefined) return own.k === 'known' ? truthOf(run, own, site) : undefined;
  const [x, y] = [plainOf(a), plainOf(b)];
  if (x.obj.t !== 'instance' && y.obj.t !== 'instance') return equal(run, x, y, site);
  if (a.obj === b.obj) return true;
  return x.obj.t === 'native' || y.obj.t === 'native' || x.obj.t === 'lazy' || y.obj.t === 'lazy' ? undefined : false;
}

function openEnded(obj: Obj): boolean {
  return (
    obj.t === 'instance' ||
    obj.t === 'native' ||
    obj.t === 'lazy' ||
    obj.t === 'class' ||
    obj.t === 'builtin' ||
    obj.t === 'func' ||
    obj.t === 'module'
  );
}

function sameText(a: string, b: string): boolean | undefined {
  if (a === b) return true;
  if (!hasRoot(a) && !hasRoot(b)) return false;
  if (hasAbove(a) || hasAbove(b)) return undefined;
  if (a.startsWith(ROOT) && b.startsWith(ROOT) && !hasRoot(a.slice(ROOT.length)) && !hasRoot(b.slice(ROOT.length))) return false;
  const [rooted, plainText] = hasRoot(a) ? [a, b] : [b, a];
  if (!hasRoot(plainText) && (plainText === '' || (rooted.startsWith(ROOT) && !plainText.startsWith('/')))) return false;
  return undefined;
}

function equalItems(run: Run, a: readonly Val[], b: readonly Val[], site: Site): boolean | undefined {
  if ([...a, ...b].some((one) => one.k === 'unk' && one.many)) return undefined;
  if (a.length !== b.length) return false;
  let sure = true;
  for (const [i, left] of a.entries()) {
    const right = b[i];
    const same = left.k === 'known' && right?.k === 'known' ? equal(run, left, right, site) : undefined;
    if (same === false) return false;
    if (same === undefined) sure = false;
  }
  return sure ? true : undefined;
}

type MapLike = { readonly entries: ReadonlyMap<string, { readonly value: Val | { readonly k: 'absent' } }>; readonly open: Unk | null };

function equalMaps(run: Run, a: MapLike, b: MapLike, site: Site): boolean | undefined {
  if (a.open !== null || b.open !== null) return undefined;
  const conditionalKeys = [...a.entries.values(), ...b.entries.values()].some(
    (entry) => entry.value.k === 'cond' || entry.value.k === 'absent',
  );
  if (conditionalKeys) return undefined;
  if (a.entries.size !== b.entries.size) return false;
  let sure = true;
  for (const [id, entry] of a.entries) {
    const other = b.entries.get(id);
    if (other === undefined) return false;
    const same = entry.value.k === 'known' && other.value.k === 'known' ? equal(run, entry.value, other.value, site) : undefined;
    if (same === false) return false;
    if (same === undefined) sure = false;
  }
  return sure ? true : undefined;
}

const ORDERS: Readonly<Partial<Record<CompareOp, readonly [string, string]>>> = {
  '<': ['__lt__', '__gt__'],
  '<=': ['__le__', '__ge__'],
  '>': ['__gt__', '__lt__'],
  '>=': ['__ge__', '__le__'],
};

function ordered(run: Run, op: '<' | '<=' | '>' | '>=' | CompareOp, a: Known, b: Known, site: Site): Val {
  const methods = ORDERS[op];
  if (methods !== undefined && (a.obj.t === 'instance' || b.obj.t === 'instance')) {
    const own = overloaded(run, methods[0], methods[1], a, b, site);
    if (own !== undefined) return own;
    const [x, y] = [plainOf(a), plainOf(b)];
    if (x.obj.t !== 'instance' && y.obj.t !== 'instance') return ordered(run, op, x, y, site);
    return typeError(run, `'${op}' not supported between these types`, [a, b], site);
  }
  if (a.obj.t === 'set' && b.obj.t === 'set') return orderedSets(run, op, a, b, site);
  const order = orderOf(run, a, b, site);
  if (order === 'unknown') return unknownAt(run, rootReason(a, b), site, { type: 'bool' });
  if (order === 'error') return typeError(run, `'${op}' not supported between these types`, [a, b], site);
  const holds = op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;
  return bool(holds, originAt(site));
}

/** Sets are ordered by what they hold. */
function orderedSets(run: Run, op: CompareOp, a: Known, b: Known, site: Site): Val {
  const [small, large] = op === '<' || op === '<=' ? [a, b] : [b, a];
  return lift(run, subset(run, small, large, site), (within) => {
    if (op === '<=' || op === '>=' || (within.obj.t === 'bool' && !within.obj.v)) return within;
    const same = equal(run, a, b, site);
    return same === undefined ? unknownAt(run, 'dynamic-call', site, { type: 'bool' }) : bool(!same, originAt(site));
  });
}

/** Instances are sorted by `__lt__` alone. */
function orderOfInstances(run: Run, a: Known, b: Known, site: Site): number | 'unknown' | 'error' {
  const less = (x: Known, y: Known): boolean | undefined | 'error' => {
    const own = overloaded(run, '__lt__', '__gt__', x, y, site);
    if (own !== undefined) return own.k === 'known' ? truthOf(run, own, site) : undefined;
    const [p, q] = [plainOf(x), plainOf(y)];
    if (p.obj.t === 'instance' || q.obj.t === 'instance') return 'error';
    const order = orderOf(run, p, q, site);
    return order === 'error' ? 'error' : order === 'unknown' ? undefined : order < 0;
  };
  const first = less(a, b);
  if (first === 'error') return 'error';
  if (first === undefined) return 'unknown';
  if (first) return -1;
  const second = less(b, a);
  return second === 'error' ? 'error' : second === undefined ? 'unknown' : second ? 1 : 0;
}

/** How two values are ordered, as `sorted` sees it. */
export function orderOf(run: Run, a: Known, b: Known, site: Site): number | 'unknown' | 'error' {
  if (a.obj.t === 'instance' || b.obj.t === 'instance') return orderOfInstances(run, a, b, site);
  const x = numberOf(a.obj);
  const y = numberOf(b.obj);
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : 0;
  if (a.obj.t === 'str' && b.obj.t === 'str') {
    if (hasRoot(a.obj.v) || hasRoot(b.obj.v)) return 'unknown';
    return byCodePoint(a.obj.v, b.obj.v);
  }
  if (a.obj.t === 'timedelta' && b.obj.t === 'timedelta') return a.obj.micros < b.obj.micros ? -1 : a.obj.micros > b.obj.micros ? 1 : 0;
  const left = a.obj.t === 'tuple' || a.obj.t === 'list' ? itemsOf(run, a, site) : undefined;
  const right = b.obj.t === 'tuple' || b.obj.t === 'list' ? itemsOf(run, b, site) : undefined;
  if (left !== undefined && right !== undefined && a.obj.t === b.obj.t) {
    for (let i = 0; i < Math.min(left.length, right.length); i++) {
      const l = left[i];
      const r = right[i];
      if (l?.k !== 'known' || r?.k !== 'known') return 'unknown';
      const same = equal(run, l, r, site);
      if (same === undefined) return 'unknown';
      if (!same) return orderOf(run, l, r, site);
    }
    return left.length - right.length;
  }
  if (plain(a.obj) && plain(b.obj) && a.obj.t !== 'set' && a.obj.t !== 'list' && a.obj.t !== 'tuple')
    return a.obj.t === b.obj.t && a.obj.t !== 'none' && a.obj.t !== 'dict' ? 'unknown' : 'error';
  return 'unknown';
}

function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const d = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (d !== 0) return d;
  }
  return left.length - right.length;
}

export function negate(run: Run, value: Val, site: Site): Val {
  if (value.k === 'unk' && value.type === 'bool') {
    const truth = value.truth === null ? null : flipped(value.truth);
    return { ...value, truth, key: value.key === '' ? '' : value.key.startsWith('!') ? value.key.slice(1) : `!${value.key}` };
  }
  return lift(run, value, (one) =>
    one.obj.t === 'bool' ? bool(!one.obj.v, originAt(site, undefined, one.origin)) : unknownAt(run, 'dynamic-call', site),
  );
}

export function flipped(guard: NonNullable<Unk['truth']>): Unk['truth'] {
  switch (guard.on) {
    case 'env':
      return { ...guard, is: guard.is === 'set' ? 'unset' : 'set' };
    case 'env-value':
    case 'argv':
    case 'text':
      return { ...guard, holds: !guard.holds };
    case 'file':
      return { ...guard, exists: !guard.exists };
    case 'django':
    case 'python':
      if (guard.from !== undefined && guard.before === undefined) return { on: guard.on, before: guard.from };
      if (guard.before !== undefined && guard.from === undefined) return { on: guard.on, from: guard.before };
      return null;
  }
}

/** `in` takes items from an iterator until it finds one. */
function containsConsuming(run: Run, box: Known, list: ListObj, item: Known, site: Site): Val {
  if (isFresh(list)) {
    return withItems(run, box, site, (items) => containsKnown(run, known(tuple(items), box.origin), item, site));
  }
  return onList(run, box, list, site, () => {
    for (;;) {
      const [one] = list.cell.state.items;
      if (one === undefined) return bool(false, originAt(site));
      const same = one.k === 'known' ? equal(run, one, item, site) : undefined;
      if (same === undefined) {
        const why = unknownAt(run, 'dynamic-call', site, { type: 'bool' });
        taint(run, box, why);
        return why;
      }
      writeList(run.journal, list.cell).items.shift();
      if (same) return bool(true, originAt(site));
    }
  });
}

function classContains(run: Run, box: Known, cls: ClassObj, item: Known, site: Site): Val {
  const hook = hookOf(cls, 'contains');
  if (hook !== undefined) return hook(run, cls, item, site);
  return isClosedClass(cls) && cls.meta === undefined
    ? typeError(run, "argument of type 'type' is not iterable", [box, item], site)
    : unknownAt(run, 'dynamic-call', site, { type: 'bool' });
}

/** item in container. */
export function contains(run: Run, container: Val, item: Val, site: Site): Val {
  return lift(
    run,
    container,
    (box) => {
      const obj = box.obj;
      if (obj.t === 'native' && obj.contains !== undefined) return obj.contains(item, site);
      return lift(run, item, (one) => containsKnown(run, box, one, site));
    },
    (one) => ({ ...one, type: 'bool', truth: null, env: null, key: '' }),
  );
}

function containsKnown(run: Run, given: Known, item: Known, site: Site): Val {
  const own = special(run, given, '__contains__', [item], site);
  if (own !== undefined) return toBool(run, own, site);
  if (given.obj.t === 'class') return classContains(run, given, given.obj, item, site);
  const box = plainOf(given);
  if (box.obj.t === 'view' && box.obj.what === 'keys') return containsKnown(run, known(box.obj.of, box.origin), item, site);
  const origin = originAt(site);
  const obj = box.obj;
  if (obj.t === 'bytes' && item.obj.t === 'bytes') return bool(obj.v.includes(item.obj.v), origin);
  if (obj.t === 'bytes' && item.obj.t !== 'int') return typeError(run, 'a bytes-like object is required', [box, item], site);
  const text = textArg(item);
  if (obj.t === 'range' && item.obj.t === 'int') {
    const from = item.obj.v - obj.start;
    const inside = obj.step > 0n ? item.obj.v >= obj.start && item.obj.v < obj.stop : item.obj.v <= obj.start && item.obj.v > obj.stop;
    return bool(inside && from % obj.step === 0n, origin);
  }
  if (obj.t === 'str' && text !== undefined) {
    if (obj.v.includes(text)) return bool(true, origin);
    return hasRoot(obj.v) ? unknownAt(run, 'host', site, { type: 'bool' }) : bool(false, origin);
  }
  if (obj.t === 'dict' || obj.t === 'set') {
    const id = keyOf(item.obj);
    if (id === null) return unknownAt(run, 'dynamic-call', site, { type: 'bool' });
    const entry = obj.cell.state.entries.get(id);
    if (entry === undefined && obj.t === 'dict' && obj.boxed === true) return unknownAt(run, 'dynamic-call', site, { type: 'bool' });
    if (entry === undefined)
      return obj.cell.state.open === null ? bool(false, origin) : { ...obj.cell.state.open, type: 'bool', key: '', truth: null, env: null };
    const value = settled(run, entry.value);
    if (value.k !== 'cond') return bool(value.k !== 'absent', origin);
    return forkCases(run, value.cases, (then) => bool(then.k !== 'absent', origin));
  }
  if (obj.t === 'str' || obj.t === 'none' || obj.t === 'int' || obj.t === 'bool')
    return typeError(run, 'argument is not iterable', [box, item], site);
  if (obj.t === 'list' && obj.view) return containsConsuming(run, box, obj, item, site);
  return withItems(run, box, site, (items) => {
    let sure = true;
    for (const one of items) {
      const same = one.k === 'known' ? equal(run, one, item, site) : undefined;
      if (same === true) return bool(true, origin);
      if (same === undefined) sure = false;
    }
    return sure ? bool(false, origin) : unknownAt(run, 'dynamic-call', site, { type: 'bool' });
  });
}
