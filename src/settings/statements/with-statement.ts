import type { Expr, Handler, Stmt, WithItem } from '../../syntax/python/index.ts';
import { SUPPRESS } from '../calls/python/stdlib.ts';
import { callWith } from '../expressions/call.ts';
import { evaluate, siteOf } from '../expressions/evaluate.ts';
import { boundTo, lookupClass } from '../expressions/instances.ts';
import { special } from '../expressions/overloads.ts';
import { decide } from '../expressions/truth.ts';
import { raise } from '../raise.ts';
import { DeadEnd, type Escape, fork, originAt, type PyError, type Run, settled, unknownAt } from '../run.ts';
import { taint } from '../values/containers.ts';
import { type Known, known, none, type ScopeChain, type Site, type Unk, unk, type Val } from '../values/object.ts';
import { barrier } from './barrier.ts';
import { assignTarget } from './binding.ts';
import { KEEP, NORMAL, runBody } from './execute.ts';
import { tryStatement } from './try-statement.ts';

/** `with suppress(A, B):` is `try:` with `except (A, B): pass`. */
function suppressedBy(run: Run, stmt: Extract<Stmt, { kind: 'with' }>, chain: ScopeChain): Extract<Stmt, { kind: 'try' }> | undefined {
  const [item, ...others] = stmt.items;
  if (item === undefined || others.length > 0 || item.target !== null || stmt.async || item.value.kind !== 'call') return undefined;
  const { func, args, start, end } = item.value;
  if (!args.every((one) => one.kind === 'plain') || (func.kind !== 'name' && func.kind !== 'attr')) return undefined;
  const called = evaluate(run, func, chain);
  if (called.k !== 'known' || called.obj.t !== 'builtin' || called.obj.name !== SUPPRESS) return undefined;
  const type: Expr = { kind: 'tuple', items: args.map((one) => one.value), start, end };
  const handler: Handler = { type, name: null, body: [], group: false, start };
  return { kind: 'try', body: stmt.body, handlers: [handler], orelse: [], finally: [], start: stmt.start, end: stmt.end };
}

/** with manager as target: */
export function withStatement(run: Run, stmt: Extract<Stmt, { kind: 'with' }>, chain: ScopeChain): Escape | null {
  const suppressed = suppressedBy(run, stmt, chain);
  if (suppressed !== undefined) return tryStatement(run, suppressed, chain);
  const next = (at: number): Escape | null => {
    const item = stmt.items[at];
    if (item === undefined) return runBody(run, stmt.body, chain);
    const site = siteOf(run, item.value);
    const manager = stmt.async ? unknownAt(run, 'unsupported-syntax', site) : evaluate(run, item.value, chain);
    return managed(run, manager, item, chain, site, () => next(at + 1));
  };
  return next(0);
}

function managed(run: Run, manager: Val, item: WithItem, chain: ScopeChain, site: Site, body: () => Escape | null): Escape | null {
  const now = manager.k === 'cond' ? settled(run, manager) : manager;
  if (now.k === 'absent') throw new DeadEnd();
  if (now.k === 'cond') {
    return fork<Escape | null>(
      run,
      now.cases.flatMap((one) => {
        const { then } = one;
        return then.k === 'absent' ? [] : [{ when: one.when, body: () => managed(run, then, item, chain, site, body) }];
      }),
      KEEP,
      NORMAL,
    );
  }
  const enter = (entered: Val): Escape | null => {
    if (item.target !== null) assignTarget(run, item.target, entered, chain);
    return body();
  };
  return now.k === 'unk' ? throughUnknown(run, now, enter, site) : through(run, now, enter, site);
}

/** Enters a context manager, runs a body with what it gives, and leaves it. */
export function through(run: Run, manager: Known, body: (entered: Val) => Escape | null, site: Site): Escape | null {
  const { obj } = manager;
  if (obj.t === 'native' && obj.manage !== undefined) return obj.manage(body, site);
  if (obj.t === 'native' && obj.cls === 'file') return body(manager);
  if (obj.t === 'instance') {
    const entered = special(run, manager, '__enter__', [], site);
    if (entered === undefined || lookupClass(obj.cls, '__exit__') === undefined)
      return entered === undefined
        ? raise(run, 'TypeError', `'${obj.cls.name}' object does not support the context manager protocol`, site)
        : throughUnknown(run, unknownAt(run, 'dynamic-call', site), body, site);
    return barrier(
      run,
      () => body(entered),
      (left) => leave(run, manager, left, site),
      true,
    );
  }
  return throughUnknown(run, unknownAt(run, 'dynamic-call', site), body, site);
}

/** __exit__: a true answer swallows the exception. */
export function leave(run: Run, manager: Known, left: Escape | null, site: Site): Escape | null {
  if (manager.obj.t !== 'instance') return left;
  const method = lookupClass(manager.obj.cls, '__exit__');
  if (method?.k !== 'known') return left;
  const exit = boundTo(run, manager, manager.obj.cls, method, '__exit__', site);
  const nothing = none(originAt(site));
  if (left?.kind !== 'raise') {
    callWith(run, exit, [nothing, nothing, nothing], site);
    return left;
  }
  const { exc } = left.error;
  const type = exc.obj.t === 'instance' ? known(exc.obj.cls, originAt(site)) : nothing;
  const answer = callWith(run, exit, [type, exc, unk('unsupported-syntax', originAt(site))], site);
  return swallowing(run, answer, left.error, site);
}

/** The exception goes on unless the answer is true. */
export function swallowing(run: Run, answer: Val, error: PyError, site: Site): Escape | null {
  return fork<Escape | null>(
    run,
    decide(run, answer, site, 'the context manager swallows the exception').map((one) => ({
      when: one.when,
      body: () => {
        if (one.is) return null;
        throw error;
      },
    })),
    KEEP,
    NORMAL,
  );
}

/** Which exceptions an unknown manager swallows is not known, nor what it does. */
function throughUnknown(run: Run, manager: Unk, body: (entered: Val) => Escape | null, site: Site): Escape | null {
  return barrier(
    run,
    () => body({ ...manager, type: null, truth: null, env: null, key: '', many: false }),
    (left) => {
      if (left?.kind !== 'raise') return left;
      const count = run.counters.get('with') ?? 0;
      run.counters.set('with', count + 1);
      const answer = { ...unknownAt(run, manager.why, site), key: `with:${count}` };
      taint(run, left.error.exc, answer);
      return swallowing(run, answer, left.error, site);
    },
    true,
  );
}
