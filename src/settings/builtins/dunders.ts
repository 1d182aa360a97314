import type { BinaryOp, CompareOp } from '../../syntax/python/index.ts';
import { attribute, callMethod } from '../expressions/attributes.ts';
import { callValue } from '../expressions/call.ts';
import { compare } from '../expressions/comparison.ts';
import { binary } from '../expressions/operators.ts';
import { delSubscript, setSubscript, subscript } from '../expressions/subscripts.ts';
import { originAt, type Run, unknownAt } from '../run.ts';
import { viewFrom, withItems } from '../values/iterate.ts';
import { type Known, known, none, type Site, type Val } from '../values/object.ts';
import { toBool } from './casts.ts';
import { reprOf, strOf } from './format.ts';
import { builtin, NO_ARGS } from './native.ts';
import { lengthOfValue } from './sequences.ts';

/** `x.__len__()` and the like on built-in values: what the operator itself does. */

const BINARY: Readonly<Record<string, BinaryOp>> = {
  __add__: '+',
  __sub__: '-',
  __mul__: '*',
  __truediv__: '/',
  __floordiv__: '//',
  __mod__: '%',
  __pow__: '**',
  __or__: '|',
  __and__: '&',
  __xor__: '^',
};

const COMPARE: Readonly<Record<string, CompareOp>> = { __eq__: '==', __ne__: '!=', __lt__: '<', __le__: '<=', __gt__: '>', __ge__: '>=' };

type Method = (run: Run, self: Known, args: readonly Val[], at: Site) => Val;

const METHODS: Readonly<Record<string, Method>> = {
  __len__: (run, self, _args, at) => lengthOfValue(run, self, at),
  __getitem__: (run, self, [key], at) => subscript(run, self, key ?? none(originAt(at)), at),
  __setitem__: (run, self, [key, value], at) => {
    setSubscript(run, self, key ?? none(originAt(at)), value ?? none(originAt(at)), at);
    return none(originAt(at));
  },
  __delitem__: (run, self, [key], at) => {
    delSubscript(run, self, key ?? none(originAt(at)), at);
    return none(originAt(at));
  },
  __contains__: (run, self, [item], at) => compare(run, 'in', item ?? none(originAt(at)), self, at),
  __str__: (run, self, _args, at) => strOf(run, self, at),
  __repr__: (run, self, _args, at) => reprOf(run, self, at),
  __bool__: (run, self, _args, at) => toBool(run, self, at),
  __iter__: (run, self, _args, at) => withItems(run, self, at, (items) => known(viewFrom(run, items), originAt(at))),
  __class__: (run, _self, _args, at) => unknownAt(run, 'unsupported-syntax', at),
};

const CONTAINERS: ReadonlySet<string> = new Set(['list', 'dict', 'set', 'str', 'tuple', 'bytes']);
const SIZED: ReadonlySet<string> = new Set(['__len__', '__getitem__', '__setitem__', '__delitem__', '__contains__', '__iter__']);

/** A special method of a built-in value, or undefined. */
export function dunder(run: Run, self: Known, name: string): Val | undefined {
  if (SIZED.has(name) && !CONTAINERS.has(self.obj.t)) return undefined;
  const op = Object.hasOwn(BINARY, name) ? BINARY[name] : undefined;
  if (op !== undefined) {
    return builtin(name, (args, at) => binary(run, op, self, args.pos[0] ?? none(originAt(at)), at));
  }
  const order = Object.hasOwn(COMPARE, name) ? COMPARE[name] : undefined;
  if (order !== undefined) {
    return builtin(name, (args, at) => compare(run, order, self, args.pos[0] ?? none(originAt(at)), at));
  }
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (method === undefined || name === '__class__') return undefined;
  return builtin(name, (args, at) => (args.open === null ? method(run, self, args.pos, at) : unknownAt(run, 'dynamic-call', at)));
}

/** Fills the built-in value of an instance again: `dict.__init__(self, …)`. */
export function refill(run: Run, payload: Known, args: readonly Val[], keywords: ReadonlyMap<string, Val>, at: Site): Val {
  const name = payload.obj.t === 'list' ? 'extend' : payload.obj.t === 'dict' || payload.obj.t === 'set' ? 'update' : undefined;
  if (name === undefined) return none(originAt(at));
  if (args.length === 0 && keywords.size === 0) return none(originAt(at));
  if (name === 'update') return callValue(run, attribute(run, payload, name, at), { pos: args, kw: keywords, open: null }, at);
  return callMethod(run, payload, name, args.length === 0 ? NO_ARGS.pos : args, at);
}
