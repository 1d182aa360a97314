import type { Expr, Stmt } from '../../syntax/python/index.ts';
import { callWith } from '../expressions/call.ts';
import { evaluate, siteOf } from '../expressions/evaluate.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { type FuncObj, type Known, known, type ScopeChain, type Site, type Val } from '../values/object.ts';
import { newCell, type ScopeState } from '../values/state.ts';
import { hasYield } from './code-facts.ts';

/** def name(...): */
export function defineFunction(run: Run, stmt: Extract<Stmt, { kind: 'def' }>, chain: ScopeChain, site: Site): Val {
  return decorated(run, stmt.decorators, chain, () => plainFunction(run, stmt, chain, site));
}

/** Decorators are evaluated from the top before what they decorate is made, and applied from the bottom. */
export function decorated(run: Run, decorators: readonly Expr[], chain: ScopeChain, make: () => Val): Val {
  const all = decorators.map((one) => ({ value: evaluate(run, one, chain), site: siteOf(run, one) }));
  return all.reduceRight((value, one) => callWith(run, one.value, [value], one.site), make());
}

function plainFunction(run: Run, stmt: Extract<Stmt, { kind: 'def' }>, chain: ScopeChain, site: Site): Val {
  const doc = docOf(stmt.body);
  const func: FuncObj = {
    t: 'func',
    name: stmt.name,
    params: stmt.params,
    defaults: stmt.params.map((param) => (param.fallback === null ? null : evaluate(run, param.fallback, chain))),
    body: stmt.body,
    env: chain,
    module: run.frame.module,
    generator: hasYield(stmt.body),
    opaque: stmt.async ? 'async' : null,
    flavour: 'plain',
    attrs: newCell<ScopeState>(run.journal, { k: 'scope', names: new Map(), open: null }),
    ...(doc === undefined ? {} : { doc }),
  };
  return known(func, originAt(site));
}

/** The text that a body begins with. Newer releases strip the indentation of further lines. */
export function docOf(body: readonly Stmt[]): string | undefined {
  const [first] = body;
  return first?.kind === 'expr' && first.value.kind === 'str' && !first.value.value.includes('\n') ? first.value.value : undefined;
}

/** A value that is the same function under another flavour: staticmethod, classmethod, property. */
export function flavoured(run: Run, value: Val, flavour: FuncObj['flavour'], site: Site): Val {
  return lift(run, value, (one: Known) =>
    one.obj.t === 'func' ? known({ ...one.obj, flavour }, one.origin) : unknownAt(run, 'unsupported-syntax', site),
  );
}
