import { ROOT } from '../core/data.ts';
import { MAX_ITEMS, MAX_STRING } from '../core/limits.ts';
import type { BinaryOp, CompareOp } from '../syntax/python/index.ts';
import { callMethod, hasMethod } from './attributes.ts';
import { taint, unionMaps, updateMap } from './containers.ts';
import { percentFormat } from './format.ts';
import { itemsOf, listFrom, setFrom, withItems } from './iterate.ts';
import { bool, type Known, known, type Obj, originOfVal, type Site, str, tuple, type Unk, unk, type Val } from './object.ts';
import { joinPath } from './paths.ts';
import { raise } from './raise.ts';
import { demand, forkCases, lift, liftAll, originAt, type Run, settled, unknownAt } from './run.ts';
import { replaceState } from './state.ts';
import { hasRoot, keyOf } from './text.ts';

const METHODS: Readonly<Record<BinaryOp, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'lshift',
  '>>': 'rshift',
};

/** left op right, as an expression. */
export function binary(run: Run, op: BinaryOp, left: Val, right: Val, site: Site): Val {
  const partial = listWithUnknown(run, op, left, right, site) ?? textWithUnknown(op, left, right);
  if (partial !== undefined) return partial;
  return liftAll(run, [left, right], ([a, b]) =>
    a === undefined || b === undefined ? unk('limit', originAt(site)) : binaryKnown(run, op, a, b, site),
  );
}

/** A list plus something unknown is still a list with a known end. */
function listWithUnknown(run: Run, op: BinaryOp, left: Val, right: Val, site: Site): Val | undefined {
  if (op !== '+') return undefined;
  const [knownSide, other] = left.k === 'unk' ? [right, left] : [left, right];
  if (other.k !== 'unk' || knownSide.k !== 'known' || knownSide.obj.t !== 'list' || knownSide.obj.view) return undefined;
  return withItems(run, knownSide, site, (items) => {
    const many: Unk = { ...other, many: true, key: '', truth: null, env: null };
    return known(listFrom(run, left.k === 'unk' ? [many, ...items] : [...items, many]), originAt(site));
  });
}

function textWithUnknown(op: BinaryOp, left: Val, right: Val): Val | undefined {
  const text = (one: Val) => (one.k === 'known' && one.obj.t === 'str') || (one.k === 'unk' && one.type === 'str');
  if ((op === '+' || op === '%') && text(left) && (op === '%' || text(right))) {
    const from = left.k === 'unk' ? left : right.k === 'unk' ? right : undefined;
    if (from !== undefined)
      return {
        ...from,
        type: 'str',
        truth: null,
        env: null,
        key: '',
        secret: left.k !== 'cond' && right.k !== 'cond' && (left.secret || right.secret),
      };
  }
  return undefined;
}

function numberOf(obj: Obj): bigint | number | undefined {
  if (obj.t === 'int' || obj.t === 'float') return obj.v;
  if (obj.t === 'bool') return obj.v ? 1n : 0n;
  return undefined;
}

function binaryKnown(run: Run, op: BinaryOp, a: Known, b: Known, site: Site): Val {
  const x = numberOf(a.obj);
  const y = numberOf(b.obj);
  const origin = originAt(site);
  if (x !== undefined && y !== undefined) return arithmetic(run, op, x, y, a.obj.t === 'bool' && b.obj.t === 'bool', site);
  const joined = sequences(run, op, a, b, site);
  if (joined !== undefined) return joined;
  const times = timedeltas(op, a.obj, b.obj);
  if (times !== undefined) return known(times, origin);
  if (op === '/' && (a.obj.t === 'path' || b.obj.t === 'path')) return dividePath(run, a, b, site);
  if (a.obj.t === 'native' && a.obj.binary !== undefined) {
    const result = a.obj.binary(op, b, false, site);
    if (result !== undefined) return result;
  }
  if (b.obj.t === 'native' && b.obj.binary !== undefined) {
    const result = b.obj.binary(op, a, true, site);
    if (result !== undefined) return result;
  }
  const own = overloaded(run, op, a, b, site);
  if (own !== undefined) return own;
  if (plain(a.obj) && plain(b.obj)) return typeError(run, `unsupported operand types for ${op}`, [a, b], site);
  return unknownAt(run, 'dynamic-call', site);
}

const PLAIN = new Set(['none', 'bool', 'int', 'float', 'str', 'list', 'tuple', 'dict', 'set', 'path', 'bytes']);
function plain(obj: Obj): boolean {
  return PLAIN.has(obj.t) && !(obj.t === 'tuple' && obj.cls !== null);
}

/** A TypeError; when an operand is an environment variable that is absent, that variable is the reason. */
export function typeError(run: Run, message: string, operands: readonly Val[], site: Site): never {
  const read = operands.find((one) => one.k === 'known' && one.obj.t === 'none' && one.read !== null);
  if (read !== undefined && read.k === 'known' && read.read !== null) {
    demand(run, read.read);
    return raise(run, 'TypeError', message, site, read.read.name);
  }
  return raise(run, 'TypeError', message, site);
}

function overloaded(run: Run, op: BinaryOp, a: Known, b: Known, site: Site): Val | undefined {
  const name = METHODS[op];
  if (a.obj.t === 'instance' && hasMethod(a.obj, `__${name}__`)) return callMethod(run, a, `__${name}__`, [b], site);
  if (b.obj.t === 'instance' && hasMethod(b.obj, `__r${name}__`)) return callMethod(run, b, `__r${name}__`, [a], site);
  return undefined;
}

function dividePath(run: Run, a: Known, b: Known, site: Site): Val {
  const left = a.obj.t === 'path' || a.obj.t === 'str' ? a.obj.v : undefined;
  const right = b.obj.t === 'path' || b.obj.t === 'str' ? b.obj.v : undefined;
  if (left === undefined || right === undefined) return typeError(run, 'unsupported operand types for /', [a, b], site);
  return known({ t: 'path', v: joinPath(left, right) }, originAt(site), a.secret || b.secret);
}

function timedeltas(op: BinaryOp, a: Obj, b: Obj): Obj | undefined {
  if (a.t === 'timedelta' && b.t === 'timedelta') {
    if (op === '+') return { t: 'timedelta', micros: a.micros + b.micros };
    if (op === '-') return { t: 'timedelta', micros: a.micros - b.micros };
  }
  if (op === '*' && a.t === 'timedelta' && b.t === 'int') return { t: 'timedelta', micros: a.micros * b.v };
  if (op === '*' && a.t === 'int' && b.t === 'timedelta') return { t: 'timedelta', micros: a.v * b.micros };
  return undefined;
}

function sequences(run: Run, op: BinaryOp, a: Known, b: Known, site: Site): Val | undefined {
  const x = a.obj;
  const y = b.obj;
  const origin = originAt(site, undefined, undefined);
  const secret = a.secret || b.secret;
  if (op === '+') {
    if (x.t === 'str' && y.t === 'str') return textResult(run, x.v + y.v, secret, site);
    if (x.t === 'bytes' && y.t === 'bytes') return known({ t: 'bytes', v: x.v + y.v }, origin, secret);
    if (x.t === 'tuple' && y.t === 'tuple') return known(tuple([...x.items, ...y.items]), origin);
    if (x.t === 'list' && y.t === 'list' && !x.view && !y.view) {
      return withItems(run, a, site, (left) => withItems(run, b, site, (right) => known(listFrom(run, [...left, ...right]), origin)));
    }
  }
  if (op === '%' && x.t === 'str') return percentFormat(run, a, b, site);
  if (op === '*') {
    const whole = (one: Obj) => (one.t === 'int' ? one.v : one.t === 'bool' ? (one.v ? 1n : 0n) : undefined);
    const count = whole(y) ?? whole(x);
    const what = whole(y) === undefined ? y : x;
    if (count !== undefined) {
      const n = count < 0n ? 0 : Number(count);
      if (what.t === 'str') return what.v.length * n > MAX_STRING ? unk('limit', origin) : str(what.v.repeat(n), origin, secret);
      if (what.t === 'tuple') return what.items.length * n > MAX_ITEMS ? unk('limit', origin) : known(tuple(repeat(what.items, n)), origin);
      if (what.t === 'list') {
        return withItems(run, known(what, origin), site, (items) =>
          items.length * n > MAX_ITEMS ? unk('limit', origin) : known(listFrom(run, repeat(items, n)), origin),
        );
      }
    }
  }
  if (op === '|' && x.t === 'dict' && y.t === 'dict') return known(unionMaps(run, x, y), origin);
  if (x.t === 'set' && y.t === 'set' && (op === '|' || op === '&' || op === '-' || op === '^')) return setAlgebra(run, op, a, b, site);
  return undefined;
}

function repeat(items: readonly Val[], n: number): readonly Val[] {
  const out: Val[] = [];
  for (let i = 0; i < n; i++) out.push(...items);
  return out;
}

export function textResult(run: Run, v: string, secret: boolean, site: Site): Val {
  return v.length > MAX_STRING ? unknownAt(run, 'limit', site) : str(v, originAt(site), secret);
}

export function setAlgebra(run: Run, op: '|' | '&' | '-' | '^', a: Known, b: Known, site: Site): Val {
  return withItems(
    run,
    a,
    site,
    (left) =>
      withItems(
        run,
        b,
        site,
        (right) => {
          const ids = (items: readonly Val[]) => items.map((item) => (item.k === 'known' ? keyOf(item.obj) : null));
          const leftIds = ids(left);
          const rightIds = ids(right);
          if (leftIds.includes(null) || rightIds.includes(null)) return unknownAt(run, 'dynamic-call', site);
          const inRight = new Set(rightIds);
          const inLeft = new Set(leftIds);
          const kept = left.filter((_item, i) => {
            const there = inRight.has(leftIds[i] ?? null);
            return op === '|' || (op === '&' ? there : !there);
          });
          const added = op === '|' || op === '^' ? right.filter((_item, i) => !inLeft.has(rightIds[i] ?? null)) : [];
          const frozen = a.obj.t === 'set' && a.obj.frozen;
          return setFrom(run, [...kept, ...added], frozen, site);
        },
        true,
      ),
    true,
  );
}

function arithmetic(run: Run, op: BinaryOp, x: bigint | number, y: bigint | number, bools: boolean, site: Site): Val {
  const origin = originAt(site);
  if (typeof x === 'bigint' && typeof y === 'bigint') {
    const result = integers(run, op, x, y, site);
    if (typeof result === 'bigint') {
      if (bools && (op === '&' || op === '|' || op === '^')) return bool(result === 1n, origin);
      return known({ t: 'int', v: result }, origin);
    }
    return typeof result === 'number' ? known({ t: 'float', v: result }, origin) : result;
  }
  const a = Number(x);
  const b = Number(y);
  if (b === 0 && (op === '/' || op === '//' || op === '%')) return raise(run, 'ZeroDivisionError', 'division by zero', site);
  switch (op) {
    case '+':
      return known({ t: 'float', v: a + b }, origin);
    case '-':
      return known({ t: 'float', v: a - b }, origin);
    case '*':
      return known({ t: 'float', v: a * b }, origin);
    case '/':
      return known({ t: 'float', v: a / b }, origin);
    case '//':
    case '%':
    case '**':
      return unknownAt(run, 'unsupported-syntax', site, { type: 'float' });
    default:
      return raise(run, 'TypeError', `unsupported operand types for ${op}`, site);
  }
}

function integers(run: Run, op: BinaryOp, x: bigint, y: bigint, site: Site): bigint | number | Unk {
  switch (op) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return bits(x) + bits(y) > 100_000 ? unknownAt(run, 'limit', site) : x * y;
    case '/':
      if (y === 0n) return raise(run, 'ZeroDivisionError', 'division by zero', site);
      return Number(x) / Number(y);
    case '//':
    case '%': {
      if (y === 0n) return raise(run, 'ZeroDivisionError', 'integer division or modulo by zero', site);
      const rest = ((x % y) + y) % y;
      return op === '%' ? rest : (x - rest) / y;
    }
    case '**':
      if (y < 0n) return unknownAt(run, 'unsupported-syntax', site, { type: 'float' });
      return y > 10_000n || bits(x) * Number(y) > 100_000 ? unknownAt(run, 'limit', site) : x ** y;
    case '<<':
      return y < 0n || y > 10_000n ? unknownAt(run, 'limit', site) : x << y;
    case '>>':
      return y < 0n || y > 10_000n ? unknownAt(run, 'limit', site) : x >> y;
    case '&':
      return x & y;
    case '|':
      return x | y;
    case '^':
      return x ^ y;
    case '@':
      return raise(run, 'TypeError', 'unsupported operand types for @', site);
  }
}

function bits(x: bigint): number {
  return x.toString(16).length * 4;
}

/** `target op= value`: lists, dicts and sets change in place. */
export function augmented(run: Run, op: BinaryOp, left: Val, right: Val, site: Site): Val {
  if (left.k === 'cond') {
    const now = settled(run, left);
    if (now.k === 'cond')
      return forkCases(run, now.cases, (then) =>
        then.k === 'absent' ? unk('raised', originAt(site)) : augmented(run, op, then, right, site),
      );
    if (now.k !== 'absent') return augmented(run, op, now, right, site);
  }
  if (left.k === 'known' && left.obj.t === 'list' && !left.obj.view && op === '+') {
    return callMethod(run, left, 'extend', [right], site, () => left);
  }
  if (left.k === 'known' && left.obj.t === 'list' && !left.obj.view && op === '*') {
    const { cell } = left.obj;
    return lift(
      run,
      binary(run, op, left, right, site),
      (made) => {
        if (made.obj.t === 'list') replaceState(run.journal, cell, made.obj.cell.state);
        return left;
      },
      (one) => {
        taint(run, left, one);
        return left;
      },
    );
  }
  if (left.k === 'known' && left.obj.t === 'dict' && op === '|') {
    updateMap(run, left.obj, right, site);
    return left;
  }
  if (left.k === 'known' && left.obj.t === 'set' && op === '|' && !left.obj.frozen && !(right.k === 'known' && right.obj.t !== 'set')) {
    return callMethod(run, left, 'update', [right], site, () => left);
  }
  if (left.k === 'known' && left.obj.t === 'set' && op === '-' && !left.obj.frozen && !(right.k === 'known' && right.obj.t !== 'set')) {
    return callMethod(run, left, 'difference_update', [right], site, () => left);
  }
  return binary(run, op, left, right, site);
}

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
  const x = a.obj;
  const y = b.obj;
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
  if (x.t === 'list' && y.t === 'list') {
    const left = itemsOf(run, a, site);
    const right = itemsOf(run, b, site);
    return left === undefined || right === undefined ? undefined : equalItems(run, left, right, site);
  }
  if (x.t === 'dict' && y.t === 'dict') return equalMaps(run, x.cell.state, y.cell.state, site);
  if (x.t === 'set' && y.t === 'set') return equalMaps(run, x.cell.state, y.cell.state, site);
  if (openEnded(x) || openEnded(y)) return x.t === 'builtin' || y.t === 'builtin' || x.t === 'class' ? identical(x, y) : undefined;
  if (x.t === y.t) return undefined;
  return false;
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

function ordered(run: Run, op: '<' | '<=' | '>' | '>=' | CompareOp, a: Known, b: Known, site: Site): Val {
  const order = orderOf(run, a, b, site);
  if (order === 'unknown') return unknownAt(run, rootReason(a, b), site, { type: 'bool' });
  if (order === 'error') return typeError(run, `'${op}' not supported between these types`, [a, b], site);
  const holds = op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;
  return bool(holds, originAt(site));
}

/** How two values are ordered, as `sorted` sees it. */
export function orderOf(run: Run, a: Known, b: Known, site: Site): number | 'unknown' | 'error' {
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

export function byCodePoint(a: string, b: string): number {
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

function containsKnown(run: Run, box: Known, item: Known, site: Site): Val {
  const origin = originAt(site);
  const obj = box.obj;
  if (obj.t === 'str' && item.obj.t === 'str') {
    if (obj.v.includes(item.obj.v)) return bool(true, origin);
    return hasRoot(obj.v) ? unknownAt(run, 'host', site, { type: 'bool' }) : bool(false, origin);
  }
  if (obj.t === 'dict' || obj.t === 'set') {
    const id = keyOf(item.obj);
    if (id === null) return unknownAt(run, 'dynamic-call', site, { type: 'bool' });
    const entry = obj.cell.state.entries.get(id);
    if (entry === undefined)
      return obj.cell.state.open === null ? bool(false, origin) : { ...obj.cell.state.open, type: 'bool', key: '', truth: null, env: null };
    const value = settled(run, entry.value);
    if (value.k !== 'cond') return bool(value.k !== 'absent', origin);
    return forkCases(run, value.cases, (then) => bool(then.k !== 'absent', origin));
  }
  if (obj.t === 'str' || obj.t === 'none' || obj.t === 'int' || obj.t === 'bool')
    return typeError(run, 'argument is not iterable', [box, item], site);
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
