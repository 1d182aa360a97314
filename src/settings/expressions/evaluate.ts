import { MAX_ITEMS, MAX_NESTING } from '../../core/limits.ts';
import type { Arg, Expr, Interpolation } from '../../syntax/python/index.ts';
import { builtinName } from '../builtins/builtins.ts';
import { asciiOf, concat, formatValue, reprOf, strOf } from '../builtins/format.ts';
import { openScope } from '../imports/imports.ts';
import { raise, unsupported } from '../raise.ts';
import { lift, originAt, type Run, readSlot, step, unknownAt } from '../run.ts';
import { bindName, outermost } from '../statements/binding.ts';
import { hasYield } from '../statements/code-facts.ts';
import { setItem, updateMap } from '../values/containers.ts';
import { dictFrom, listFrom, setFrom, withItems } from '../values/iterate.ts';
import {
  bool,
  type CallArgs,
  type DictObj,
  type FuncObj,
  type Known,
  known,
  none,
  type ScopeChain,
  type Site,
  str,
  tuple,
  type Unk,
  type Val,
} from '../values/object.ts';
import { attribute } from './attributes.ts';
import { callValue } from './call.ts';
import { causedBy } from './cause.ts';
import { compare, negate } from './comparison.ts';
import { COMPREHENSION, comprehension, yieldValue } from './comprehension.ts';
import { binary, plain, typeError } from './operators.ts';
import { plainOf, special } from './overloads.ts';
import { subscript } from './subscripts.ts';
import { choose } from './truth.ts';

export function siteOf(run: Run, node: { readonly start: number; readonly end: number }): Site {
  return { file: run.frame.module.file, start: node.start, end: node.end };
}

let nesting = 0;

/** The value of an expression. */
export function evaluate(run: Run, node: Expr, chain: ScopeChain): Val {
  step(run);
  if (nesting > MAX_NESTING * 2) return unknownAt(run, 'limit', siteOf(run, node));
  nesting++;
  try {
    return evaluateNode(run, node, chain);
  } finally {
    nesting--;
  }
}

export function sourceText(run: Run, node: { readonly start: number; readonly end: number }): string {
  return run.frame.module.source.text.slice(node.start, Math.min(node.end, node.start + 120));
}

function evaluateNode(run: Run, node: Expr, chain: ScopeChain): Val {
  const site = siteOf(run, node);
  switch (node.kind) {
    case 'name':
      return readName(run, node.name, chain, site);
    case 'int':
      return known({ t: 'int', v: node.value }, originAt(site));
    case 'float':
      return known({ t: 'float', v: node.value }, originAt(site));
    case 'str':
      return str(node.value, originAt(site));
    case 'bytes':
      return known({ t: 'bytes', v: node.value }, originAt(site));
    case 'const':
      if (node.value === '...') return known({ t: 'ellipsis' }, originAt(site));
      return node.value === null ? none(originAt(site)) : bool(node.value, originAt(site));
    case 'fstring':
      return concat(
        run,
        node.parts.map((part) => piece(run, part, chain, site)),
        site,
      );
    case 'list':
      return collect(run, node.items, chain, (items) => known(listFrom(run, items), originAt(site)));
    case 'tuple':
      return collect(run, node.items, chain, (items) =>
        items.some((one) => one.k === 'unk' && one.many) ? unknownAt(run, 'dynamic-call', site) : known(tuple(items), originAt(site)),
      );
    case 'set':
      return collect(run, node.items, chain, (items) => setFrom(run, items, false, site));
    case 'dict':
      return dictionary(run, node.items, chain, site);
    case 'unary':
      return unary(run, node.op, evaluate(run, node.value, chain), site, sourceText(run, node.value));
    case 'binary': {
      const left = evaluate(run, node.left, chain);
      const right = evaluate(run, node.right, chain);
      return causedBy(binary(run, node.op, left, right, site), [left, right]);
    }
    case 'bool': {
      const left = evaluate(run, node.left, chain);
      const right = () => evaluate(run, node.right, chain);
      const text = sourceText(run, node.left);
      return node.op === 'and' ? choose(run, left, site, text, right, () => left) : choose(run, left, site, text, () => left, right);
    }
    case 'compare':
      return comparison(run, node, chain, site);
    case 'call':
      return callExpression(run, node, chain, site);
    case 'attr':
      return attribute(run, evaluate(run, node.value, chain), node.name, site);
    case 'index': {
      const value = evaluate(run, node.value, chain);
      return subscript(run, value, evaluate(run, node.index, chain), site);
    }
    case 'slice': {
      const bound = (one: Expr | null) => (one === null ? none(originAt(site)) : evaluate(run, one, chain));
      return known({ t: 'slice', low: bound(node.low), high: bound(node.high), step: bound(node.step) }, originAt(site));
    }
    case 'ternary': {
      const test = evaluate(run, node.test, chain);
      return choose(
        run,
        test,
        site,
        sourceText(run, node.test),
        () => evaluate(run, node.yes, chain),
        () => evaluate(run, node.no, chain),
      );
    }
    case 'lambda':
      return known(lambda(run, node, chain), originAt(site));
    case 'comp':
    case 'dictcomp':
      return comprehension(run, node, chain, site);
    case 'walrus': {
      const value = evaluate(run, node.value, chain);
      let target = chain;
      while (target.parent !== null && target.kind === 'function' && target.scope.state.names.has(COMPREHENSION)) target = target.parent;
      bindName(run, node.name, value, target, node);
      return value;
    }
    case 'yield':
      return yieldValue(run, node.value, chain, site);
    case 'star':
    case 'await':
    case 'unsupported':
      return unsupported(run, node.kind, site);
  }
}

function piece(run: Run, part: string | Interpolation, chain: ScopeChain, site: Site): Val {
  if (typeof part === 'string') return str(part, originAt(site));
  const value = evaluate(run, part.value, chain);
  const shown =
    part.conversion === 'r' || (part.debug !== null && part.conversion === null && part.format === null)
      ? reprOf(run, value, site)
      : part.conversion === 's'
        ? strOf(run, value, site)
        : part.conversion === 'a'
          ? asciiOf(run, value, site)
          : value;
  const spec =
    part.format === null
      ? str('', originAt(site))
      : concat(
          run,
          part.format.map((one) => piece(run, one, chain, site)),
          site,
        );
  const text = lift(run, spec, (one) =>
    one.obj.t === 'str' ? formatValue(run, shown, one.obj.v, site) : unsupported(run, 'format', site),
  );
  return part.debug === null ? text : concat(run, [str(part.debug, originAt(site)), text], site);
}

/** Evaluates items with `*` spread out. */
function collect(run: Run, items: readonly Expr[], chain: ScopeChain, use: (items: readonly Val[]) => Val): Val {
  const [first] = items;
  if (first !== undefined && items.length > MAX_ITEMS) return use([{ ...unknownAt(run, 'limit', siteOf(run, first)), many: true }]);
  const values: Val[] = [];
  for (const [i, item] of items.entries()) {
    if (item.kind !== 'star') {
      const value = evaluate(run, item, chain);
      values.push(value.k === 'unk' && value.many ? { ...value, many: false } : value);
      continue;
    }
    const before = [...values];
    return withItems(run, evaluate(run, item.value, chain), siteOf(run, item), (spread) => {
      if (before.length + spread.length > MAX_ITEMS) return unknownAt(run, 'limit', siteOf(run, item));
      return collect(run, items.slice(i + 1), chain, (rest) => use([...before, ...spread, ...rest]));
    });
  }
  return use(values);
}

function dictionary(run: Run, items: readonly { readonly key: Expr | null; readonly value: Expr }[], chain: ScopeChain, site: Site): Val {
  const dict: DictObj = dictFrom(run, [], site);
  for (const item of items) {
    if (item.key === null) {
      updateMap(run, dict, evaluate(run, item.value, chain), siteOf(run, item.value));
      continue;
    }
    const key = evaluate(run, item.key, chain);
    const value = evaluate(run, item.value, chain);
    if (key.k === 'cond') {
      lift(run, key, (one) => {
        setItem(run, dict, one, value, site);
        return one;
      });
    } else setItem(run, dict, key, value, siteOf(run, item.key));
  }
  return known(dict, originAt(site));
}

function unary(run: Run, op: '-' | '+' | '~' | 'not', value: Val, site: Site, text: string): Val {
  if (op === 'not') {
    if (value.k === 'unk' && value.type === 'bool') return negate(run, value, site);
    return choose(
      run,
      value,
      site,
      text,
      () => bool(false, originAt(site, undefined)),
      () => bool(true, originAt(site, undefined)),
    );
  }
  return lift(run, value, (given) => {
    const own = special(run, given, op === '-' ? '__neg__' : op === '+' ? '__pos__' : '__invert__', [], site);
    if (own !== undefined) return own;
    const one = plainOf(given);
    const { obj } = one;
    const number = obj.t === 'bool' ? (obj.v ? 1n : 0n) : obj.t === 'int' || obj.t === 'float' ? obj.v : undefined;
    if (number === undefined)
      return obj.t === 'timedelta' && op === '-'
        ? known({ t: 'timedelta', micros: -obj.micros }, originAt(site))
        : plain(obj)
          ? typeError(run, `bad operand type for unary ${op}`, [one], site)
          : unknownAt(run, 'dynamic-call', site);
    if (op === '+') return known(typeof number === 'bigint' ? { t: 'int', v: number } : { t: 'float', v: number }, originAt(site));
    if (typeof number === 'bigint') return known({ t: 'int', v: op === '-' ? -number : ~number }, originAt(site));
    return op === '-' ? known({ t: 'float', v: -number }, originAt(site)) : raise(run, 'TypeError', 'bad operand type for unary ~', site);
  });
}

function comparison(run: Run, node: Extract<Expr, { kind: 'compare' }>, chain: ScopeChain, site: Site): Val {
  const next = (left: Val, at: number): Val => {
    const one = node.rest[at];
    if (one === undefined) return left;
    const right = evaluate(run, one.value, chain);
    const result = causedBy(compare(run, one.op, left, right, site), [left, right]);
    if (at + 1 >= node.rest.length) return result;
    return choose(
      run,
      result,
      site,
      sourceText(run, site),
      () => next(right, at + 1),
      () => result,
    );
  };
  return next(evaluate(run, node.first, chain), 0);
}

function callExpression(run: Run, node: Extract<Expr, { kind: 'call' }>, chain: ScopeChain, site: Site): Val {
  const func = evaluate(run, node.func, chain);
  // Most likely the built-in function, which something that may bind any name could stand before.
  if (func.k === 'unk' && node.func.kind === 'name' && (node.func.name === 'exec' || node.func.name === 'eval'))
    openScope(run, outermost(chain).scope, func);
  return evaluateArgs(run, node.args, chain, (args) => callValue(run, func, args, site));
}

/** Evaluates call arguments; `*` and `**` are spread, on branches where they have alternatives. */
export function evaluateArgs(run: Run, args: readonly Arg[], chain: ScopeChain, use: (args: CallArgs) => Val): Val {
  const next = (at: number, pos: readonly Val[], kw: ReadonlyMap<string, Val>, open: Unk | null): Val => {
    const one = args[at];
    if (one === undefined) return use({ pos, kw, open });
    const value = evaluate(run, one.value, chain);
    if (one.kind === 'plain') return next(at + 1, [...pos, value], kw, open);
    if (one.kind === 'keyword') return next(at + 1, pos, new Map(kw).set(one.name, value), open);
    const site = siteOf(run, one.value);
    if (one.kind === 'star') {
      return withItems(run, value, site, (items) => {
        const gap = items.find((item): item is Unk => item.k === 'unk' && item.many);
        return next(at + 1, gap === undefined ? [...pos, ...items] : pos, kw, gap ?? open);
      });
    }
    return lift(
      run,
      value,
      (dict) => {
        const map = mappingOf(run, dict, site);
        if (map === undefined) return next(at + 1, pos, kw, unknownAt(run, 'dynamic-call', site));
        const { entries, open: more } = map.cell.state;
        const joined = new Map(kw);
        let gap = more ?? open;
        for (const entry of entries.values()) {
          if (
            entry.key.obj.t === 'str' &&
            entry.value.k !== 'absent' &&
            !(entry.value.k === 'cond' && entry.value.cases.some((each) => each.then.k === 'absent'))
          )
            joined.set(entry.key.obj.v, entry.value);
          else gap = unknownAt(run, 'dynamic-call', site);
        }
        return next(at + 1, pos, joined, gap);
      },
      (unknown) => next(at + 1, pos, kw, unknown),
    );
  };
  return next(0, [], new Map(), null);
}

/** What `**` spreads. */
function mappingOf(run: Run, value: Known, site: Site): DictObj | undefined {
  if (value.obj.t === 'dict') return value.obj;
  if (value.obj.t !== 'native' && value.obj.t !== 'instance') return undefined;
  const dict = dictFrom(run, [], site);
  updateMap(run, dict, value, site);
  return dict;
}

function lambda(run: Run, node: Extract<Expr, { kind: 'lambda' }>, chain: ScopeChain): FuncObj {
  return {
    t: 'func',
    name: '<lambda>',
    params: node.params,
    defaults: node.params.map((param) => (param.fallback === null ? null : evaluate(run, param.fallback, chain))),
    body: node.body,
    env: chain,
    module: run.frame.module,
    generator: false,
    opaque: hasYield(node.body) ? 'generator' : null,
    flavour: 'plain',
  };
}

/** A name as Python finds it: function scopes, the module, then built-ins; class scopes only from the class body itself. */
function readName(run: Run, name: string, chain: ScopeChain, site: Site): Val {
  let first = true;
  for (let one: ScopeChain | null = chain; one !== null; one = one.parent) {
    if (one.kind === 'class' && !first) continue;
    if (one.locals?.globals.has(name)) return readName(run, name, outermost(one), site);
    const inner = one.scope.state.names.has(COMPREHENSION);
    first = false;
    const slot = one.scope.state.names.get(name);
    const parent: ScopeChain | null = one.parent;
    const outward = () => (parent === null ? lookBuiltin(run, name, site) : readName(run, name, withoutClasses(parent), site));
    if (slot !== undefined && slot.k !== 'absent')
      return readSlot(run, slot, one.kind === 'function' ? () => unbound(run, name, site) : outward);
    if (one.scope.state.open !== null) return { ...one.scope.state.open, key: `${site.file}:${name}`, origin: originAt(site) };
    if (one.locals?.bound.has(name) && !inner) return unbound(run, name, site);
  }
  return lookBuiltin(run, name, site);
}

function unbound(run: Run, name: string, site: Site): never {
  return raise(run, 'UnboundLocalError', `cannot access local variable '${name}' where it is not associated with a value`, site);
}

function withoutClasses(chain: ScopeChain): ScopeChain {
  let one = chain;
  while (one.kind === 'class' && one.parent !== null) one = one.parent;
  return one;
}

function lookBuiltin(run: Run, name: string, site: Site): Val {
  if (name === '__name__') return str(run.frame.module.name, originAt(site));
  return builtinName(run, name) ?? raise(run, 'NameError', `name '${name}' is not defined`, site);
}
