import { MAX_ITEMS, MAX_STRING } from '../../core/limits.ts';
import type { BinaryOp } from '../../syntax/python/index.ts';
import { percentFormat } from '../builtins/format.ts';
import { isNone } from '../builtins/native.ts';
import { raise } from '../raise.ts';
import { demand, forkCases, lift, liftAll, originAt, type Run, settled, unknownAt } from '../run.ts';
import { taint, unionMaps, updateMap } from '../values/containers.ts';
import { listFrom, setFrom, withItems } from '../values/iterate.ts';
import { bool, type Known, known, type Obj, type Site, str, tuple, type Unk, unk, type Val } from '../values/object.ts';
import { joinPath } from '../values/paths.ts';
import { replaceState } from '../values/state.ts';
import { keyOf } from '../values/text.ts';
import { callMethod } from './attributes.ts';
import { overloaded, plainOf, special } from './overloads.ts';

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

export function numberOf(obj: Obj): bigint | number | undefined {
  if (obj.t === 'int' || obj.t === 'float') return obj.v;
  if (obj.t === 'bool') return obj.v ? 1n : 0n;
  return undefined;
}

function binaryKnown(run: Run, op: BinaryOp, a: Known, b: Known, site: Site): Val {
  if (a.obj.t === 'instance' || b.obj.t === 'instance') return withInstances(run, op, a, b, site);
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
  if (plain(a.obj) && plain(b.obj)) return typeError(run, `unsupported operand types for ${op}`, [a, b], site);
  return unknownAt(run, 'dynamic-call', site);
}

const PLAIN = new Set(['none', 'bool', 'int', 'float', 'str', 'list', 'tuple', 'dict', 'set', 'path', 'bytes']);
export function plain(obj: Obj): boolean {
  return PLAIN.has(obj.t) && !(obj.t === 'tuple' && obj.cls !== null);
}

/** A TypeError; when an operand is an environment variable that is absent, that variable is the reason. */
export function typeError(run: Run, message: string, operands: readonly Val[], site: Site): never {
  const read = operands.find((one) => isNone(one) && one.read !== null);
  if (read !== undefined && read.k === 'known' && read.read !== null) {
    demand(run, read.read);
    return raise(run, 'TypeError', message, site, read.read.name);
  }
  return raise(run, 'TypeError', message, site);
}

function withInstances(run: Run, op: BinaryOp, a: Known, b: Known, site: Site): Val {
  const name = METHODS[op];
  const own = overloaded(run, `__${name}__`, `__r${name}__`, a, b, site);
  if (own !== undefined) return own;
  const [x, y] = [plainOf(a), plainOf(b)];
  if (op === '%' && x.obj.t === 'str') return percentFormat(run, x, b, site);
  if (x.obj.t !== 'instance' && y.obj.t !== 'instance') return binaryKnown(run, op, x, y, site);
  return x.obj.t === 'native' || y.obj.t === 'native'
    ? unknownAt(run, 'dynamic-call', site)
    : typeError(run, `unsupported operand types for ${op}`, [a, b], site);
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
    if (x.t === 'tuple' && y.t === 'tuple') {
      if (x.items.length + y.items.length > MAX_ITEMS) return unknownAt(run, 'limit', site);
      return known(tuple([...x.items, ...y.items]), origin);
    }
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
  if ((x.t === 'view' || y.t === 'view') && (op === '|' || op === '&' || op === '-' || op === '^')) return viewAlgebra(run, op, a, b, site);
  if (op === '%' && x.t === 'bytes') return unknownAt(run, 'unsupported-syntax', site);
  if (x.t === 'bytes' && y.t === 'int' && op === '*') return known({ t: 'bytes', v: x.v.repeat(Math.max(0, Number(y.v))) }, origin, secret);
  if (x.t === 'set' && y.t === 'set' && (op === '|' || op === '&' || op === '-' || op === '^')) return setAlgebra(run, op, a, b, site);
  return undefined;
}

/** keys() and items() take part in set algebra, with any iterable on the other side. */
function viewAlgebra(run: Run, op: '|' | '&' | '-' | '^', a: Known, b: Known, site: Site): Val {
  const asSet = (one: Known) => (one.obj.t === 'set' ? one : withItems(run, one, site, (items) => setFrom(run, items, false, site), true));
  return liftAll(run, [asSet(a), asSet(b)], ([x, y]) =>
    x === undefined || y === undefined ? unk('limit', originAt(site)) : setAlgebra(run, op, x, y, site),
  );
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
    case '%': {
      const [whole, rest] = floorDivision(a, b);
      return known({ t: 'float', v: op === '%' ? rest : whole }, origin);
    }
    case '**': {
      const power = floatPower(run, a, b, site);
      return typeof power === 'number' ? known({ t: 'float', v: power }, origin) : power;
    }
    default:
      return raise(run, 'TypeError', `unsupported operand types for ${op}`, site);
  }
}

/** Float `//` and `%` as C's fmod and Python's signs make them. */
function floorDivision(a: number, b: number): readonly [number, number] {
  if (Number.isNaN(a) || Number.isNaN(b) || !Number.isFinite(a)) return [Number.NaN, Number.NaN];
  let rest = a % b;
  let whole = (a - rest) / b;
  if (rest !== 0) {
    if (b < 0 !== rest < 0) {
      rest += b;
      whole -= 1;
    }
  } else rest = b < 0 ? -0 : 0;
  if (whole === 0) return [a / b < 0 || Object.is(a / b, -0) ? -0 : 0, rest];
  const floor = Math.floor(whole);
  return [whole - floor > 0.5 ? floor + 1 : floor, rest];
}

/** Powers of small whole numbers; of others the last digit is the machine's. */
function floatPower(run: Run, a: number, b: number, site: Site): number | Unk {
  if (a === 0 && b < 0) return raise(run, 'ZeroDivisionError', '0.0 cannot be raised to a negative power', site);
  const open = () => unknownAt(run, 'unsupported-syntax', site, { type: 'float' });
  if (!Number.isInteger(a) || !Number.isInteger(b)) return open();
  const whole = a ** Math.abs(b);
  if (!Number.isSafeInteger(whole)) return open();
  return b >= 0 ? whole : 1 / whole;
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
      return bits(x) <= 53 && bits(y) <= 53 ? Number(x) / Number(y) : unknownAt(run, 'unsupported-syntax', site, { type: 'float' });
    case '//':
    case '%': {
      if (y === 0n) return raise(run, 'ZeroDivisionError', 'integer division or modulo by zero', site);
      const rest = ((x % y) + y) % y;
      return op === '%' ? rest : (x - rest) / y;
    }
    case '**':
      if (y < 0n) return floatPower(run, Number(x), Number(y), site);
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
  if (left.k === 'known' && left.obj.t === 'instance') {
    const changed = special(run, left, `__i${METHODS[op]}__`, [right], site);
    if (changed !== undefined) return changed;
    const { payload } = left.obj;
    if (payload !== undefined && ['list', 'dict', 'set'].includes(payload.obj.t) && augmented(run, op, payload, right, site) === payload)
      return left;
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
  if (left.k === 'known' && left.obj.t === 'set' && !left.obj.frozen) {
    const method = SET_UPDATES[op];
    if (method !== undefined && !(right.k === 'known' && right.obj.t !== 'set'))
      return callMethod(run, left, method, [right], site, () => left);
  }
  return binary(run, op, left, right, site);
}

/** What `|=` and the like call on a set. */
const SET_UPDATES: Readonly<Partial<Record<BinaryOp, string>>> = {
  '|': 'update',
  '&': 'intersection_update',
  '-': 'difference_update',
  '^': 'symmetric_difference_update',
};
