import type { Stmt } from '../../syntax/python/index.ts';
import { callWith } from '../expressions/call.ts';
import { evaluate, siteOf } from '../expressions/evaluate.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { type FuncObj, type Known, known, type ScopeChain, type Site, type Val } from '../values/object.ts';
import { hasYield } from './code-facts.ts';

/** def name(...): */
export function defineFunction(run: Run, stmt: Extract<Stmt, { kind: 'def' }>, chain: ScopeChain, site: Site): Val {
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
  };
  let value: Val = known(func, originAt(site));
  for (const decorator of [...stmt.decorators].reverse())
    value = callWith(run, evaluate(run, decorator, chain), [value], siteOf(run, decorator));
  return value;
}

/** A value that is the same function under another flavour: staticmethod, classmethod, property. */
export function flavoured(run: Run, value: Val, flavour: FuncObj['flavour'], site: Site): Val {
  return lift(run, value, (one: Known) =>
    one.obj.t === 'func' ? known({ ...one.obj, flavour }, one.origin) : unknownAt(run, 'unsupported-syntax', site),
  );
}
