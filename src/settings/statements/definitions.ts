import type { Stmt } from '../../syntax/python/index.ts';
import { adoptConfiguration } from '../calls/configurations.ts';
import { callWith, withFrame } from '../expressions/call.ts';
import { evaluate, evaluateArgs, siteOf } from '../expressions/evaluate.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import {
  type ClassObj,
  type FuncObj,
  type Known,
  known,
  none,
  type ScopeChain,
  type Site,
  str,
  type Unk,
  type Val,
} from '../values/object.ts';
import { newCell, type ScopeState } from '../values/state.ts';
import { hasYield } from './code-facts.ts';
import { runBody } from './execute.ts';

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
    owner: null,
    flavour: 'plain',
  };
  let value: Val = known(func, originAt(site));
  for (const decorator of [...stmt.decorators].reverse())
    value = callWith(run, evaluate(run, decorator, chain), [value], siteOf(run, decorator));
  return value;
}

/** class name(bases): */
export function defineClass(run: Run, stmt: Extract<Stmt, { kind: 'class' }>, chain: ScopeChain, site: Site): Val {
  return evaluateArgs(run, stmt.args, chain, (args) => {
    const bases: ClassObj[] = [];
    let open: Unk | null = args.open;
    for (const base of args.pos) {
      const cls = base.k === 'known' && base.obj.t === 'class' ? base.obj : undefined;
      if (cls !== undefined) bases.push(cls);
      else if (!(base.k === 'known' && base.obj.t === 'builtin' && base.obj.name === 'object'))
        open ??= base.k === 'unk' ? base : unknownAt(run, 'unsupported-syntax', site);
    }
    if (args.kw.size > 0) open ??= unknownAt(run, 'unsupported-syntax', site);
    const state: ScopeState = { k: 'scope', names: new Map(), open: null };
    state.names.set('__module__', str(run.frame.module.name, originAt(site)));
    const scope = newCell<ScopeState>(run.journal, state);
    const inner: ScopeChain = { scope, kind: 'class', parent: chain };
    withFrame(run, { ...run.frame, chain: inner, name: stmt.name }, () => {
      runBody(run, stmt.body, inner);
      return none(originAt(site));
    });
    const mro: ClassObj[] = [];
    const cls: ClassObj = { t: 'class', name: stmt.name, module: run.frame.module.name, bases, open, scope, mro, native: false };
    const order = linearised(cls);
    if (order === undefined) return unknownAt(run, 'unsupported-syntax', site);
    mro.push(...order);
    adopt(run, cls);
    adoptConfiguration(run, cls);
    let value: Val = known(cls, originAt(site));
    for (const decorator of [...stmt.decorators].reverse())
      value = callWith(run, evaluate(run, decorator, chain), [value], siteOf(run, decorator));
    return value;
  });
}

/** Methods learn their class, for `super()`. */
function adopt(_run: Run, cls: ClassObj): void {
  for (const [name, slot] of cls.scope.state.names) {
    if (slot.k !== 'known' || slot.obj.t !== 'func' || slot.obj.owner !== null) continue;
    cls.scope.state.names.set(name, { ...slot, obj: { ...slot.obj, owner: cls } });
  }
}

/** The C3 order of a class and its bases; undefined when there is none. */
function linearised(cls: ClassObj): readonly ClassObj[] | undefined {
  const queues = [...cls.bases.map((base) => [...base.mro]), [...cls.bases]].filter((queue) => queue.length > 0);
  const order: ClassObj[] = [cls];
  while (queues.some((queue) => queue.length > 0)) {
    const next = queues.map((queue) => queue[0]).find((head) => head !== undefined && !queues.some((queue) => queue.indexOf(head) > 0));
    if (next === undefined) return undefined;
    order.push(next);
    for (const queue of queues) if (queue[0] === next) queue.shift();
  }
  return order;
}

/** A value that is the same function under another flavour: staticmethod, classmethod, property. */
export function flavoured(run: Run, value: Val, flavour: FuncObj['flavour'], site: Site): Val {
  return lift(run, value, (one: Known) =>
    one.obj.t === 'func' ? known({ ...one.obj, flavour }, one.origin) : unknownAt(run, 'unsupported-syntax', site),
  );
}
