import type { Expr, Stmt } from '../../syntax/python/index.ts';
import { openScope } from '../imports/imports.ts';
import { unknownError } from '../raise.ts';
import { insideTry, type Run, setAside } from '../run.ts';
import { taint } from '../values/containers.ts';
import { derived, manyOf, type ScopeChain, type Unk } from '../values/object.ts';
import { writeScope } from '../values/state.ts';
import { assignTarget, bindName } from './binding.ts';
import { globalNames, hasYield, holds, mentioned, namesBound } from './code-facts.ts';

/** The body runs an unknown number of times: what it could change becomes unknown. */
export function havoc(run: Run, body: readonly Stmt[], target: Expr | null, why: Unk, chain: ScopeChain): void {
  const hole = derived(why);
  mayLeave(run, body, hole);
  taintMentioned(run, body, hole, chain, 0);
  if (mayBindAny(body)) openScope(run, moduleScope(chain), hole);
  for (const name of namesBound(body)) bindName(run, name, hole, chain, { start: 0, end: 0 });
  if (target !== null) assignTarget(run, target, hole, chain);
}

/** The body may have left its function, or raised. */
function mayLeave(run: Run, body: readonly Stmt[], hole: Unk): void {
  const guard = { on: 'text' as const, key: `havoc:${run.counters.get('havoc') ?? 0}`, text: 'the loop is left early', holds: true };
  const returns = holds(body, 'return');
  const into = run.frame.yielded;
  if (into !== null && hasYield(body)) into(manyOf(hole));
  if (!returns && !insideTry(run)) return;
  run.counters.set('havoc', (run.counters.get('havoc') ?? 0) + 1);
  const { path } = run;
  run.path = [...path, guard];
  if (returns) setAside(run, { kind: 'return', value: hole });
  else setAside(run, { kind: 'raise', error: unknownError(run) });
  run.path = [...path, { ...guard, holds: false }];
}

const BINDERS = ['globals', 'locals', 'vars', 'exec', 'eval', 'setattr'];

/** Names that no statement shows may be bound by the body. */
function mayBindAny(body: readonly Stmt[]): boolean {
  const names = new Set<string>();
  mentioned(body, names);
  return BINDERS.some((one) => names.has(one));
}

function moduleScope(chain: ScopeChain): ScopeChain['scope'] {
  let one = chain;
  while (one.parent !== null) one = one.parent;
  return one.scope;
}

/** Whatever the body names may have been changed by it, also inside the project's functions that it calls. */
export function taintMentioned(run: Run, body: unknown, hole: Unk, chain: ScopeChain, depth: number): void {
  const touched = new Set<string>();
  mentioned(body, touched);
  for (const name of touched) {
    for (let one: ScopeChain | null = chain; one !== null; one = one.parent) {
      const slot = one.scope.state.names.get(name);
      if (slot === undefined || slot.k === 'absent') continue;
      if (slot.k === 'known' && slot.obj.t === 'func') {
        if (depth < 3) taintMentioned(run, slot.obj.body, hole, slot.obj.env, depth + 1);
        for (const global of globalNames(slot.obj.body)) writeScope(run.journal, slot.obj.module.scope).names.set(global, hole);
      } else if (slot.k !== 'unk') taint(run, slot, hole);
      break;
    }
  }
}
