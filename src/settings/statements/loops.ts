import { MAX_ITERATIONS } from '../../core/limits.ts';
import type { Stmt } from '../../syntax/python/index.ts';
import { evaluate, siteOf, sourceText } from '../expressions/evaluate.ts';
import { decide } from '../expressions/truth.ts';
import {
  closeControl,
  DeadEnd,
  type Ending,
  type Escape,
  fork,
  openControl,
  originAt,
  PyError,
  type Run,
  setAside,
  unknownAt,
} from '../run.ts';
import { withItems } from '../values/iterate.ts';
import { none, type ScopeChain, type Unk } from '../values/object.ts';
import { applyDelta } from '../values/state.ts';
import { assignTarget } from './binding.ts';
import { has, holds } from './code-facts.ts';
import { KEEP, NORMAL, runBody } from './execute.ts';
import { havoc } from './havoc.ts';

/** Runs a body whose endings may be several; `leave` says which of them end here. */
function controlled(
  run: Run,
  kind: 'loop' | 'iteration',
  code: readonly Stmt[],
  body: () => Escape | null,
): { readonly escape: Escape | null; readonly broke: boolean } {
  const own = kind === 'loop' ? 'break' : 'continue';
  // Without such a statement no path can leave early, and a frame for each round would cost a copy of all that changes.
  if (!has(code, own)) return { escape: body(), broke: false };
  const control = openControl(run, kind);
  let left: Escape | null = null;
  let reached = true;
  try {
    left = body();
  } catch (error) {
    if (!(error instanceof DeadEnd)) {
      if (error instanceof PyError && control.pending.length > 0) {
        run.controls.length = run.controls.indexOf(control) + 1;
        setAside(run, { kind: 'raise', error });
        reached = false;
      } else {
        run.controls.length = run.controls.indexOf(control);
        while (run.journal.frames.length > control.from) commit(run);
        throw error;
      }
    } else reached = false;
  }
  const endings = closeControl(run, control, reached);
  if (endings === null) return left?.kind === own ? { escape: null, broke: true } : { escape: left, broke: false };
  if (endings.length === 0) throw new DeadEnd();
  const outer = left !== null && left.kind !== own ? left : null;
  // A loop that is left on some paths only counts as broken off: its `else` is rare enough to be given up.
  const result = fork<Escape | null>(
    run,
    endings.map((ending: Ending) => ({
      when: ending.when,
      body: () => {
        applyDelta(run.journal, ending.delta);
        return ending.escape === null ? outer : null;
      },
    })),
    KEEP,
    NORMAL,
  );
  return { escape: result, broke: kind === 'loop' };
}

export function commit(run: Run): void {
  const frame = run.journal.frames[run.journal.frames.length - 1];
  if (frame === undefined) return;
  const parent = run.journal.frames[run.journal.frames.length - 2];
  if (parent === undefined) return;
  for (const [cell, entry] of frame.log) {
    if (entry.epoch !== parent.id && !parent.log.has(cell)) parent.log.set(cell, entry);
    if (cell.epoch === frame.id) cell.epoch = parent.id;
  }
  run.journal.frames.pop();
}

export function forLoop(run: Run, stmt: Extract<Stmt, { kind: 'for' }>, chain: ScopeChain): Escape | null {
  const site = siteOf(run, stmt.iter);
  const source = stmt.async ? unknownAt(run, 'unsupported-syntax', site) : evaluate(run, stmt.iter, chain);
  let left: Escape | null = null;
  withItems(run, source, site, (items) => {
    const open = holds(stmt.body, 'break') ? items.find((item): item is Unk => item.k === 'unk' && item.many) : undefined;
    const outcome = controlled(run, 'loop', stmt.body, () => {
      for (const item of items) {
        if (item.k === 'unk' && item.many) {
          havoc(run, stmt.body, stmt.target, item, chain);
          continue;
        }
        assignTarget(run, stmt.target, item, chain);
        const one = controlled(run, 'iteration', stmt.body, () => runBody(run, stmt.body, chain));
        if (one.escape !== null) return one.escape;
      }
      return null;
    });
    left = outcome.escape ?? (outcome.broke ? null : loopElse(run, stmt.orelse, chain, open));
    return none(originAt(site));
  });
  return left;
}

/** `else` of a loop; where a break may have happened nothing tells whether it runs. */
function loopElse(run: Run, orelse: readonly Stmt[], chain: ScopeChain, open: Unk | undefined): Escape | null {
  if (open === undefined || orelse.length === 0) return runBody(run, orelse, chain);
  havoc(run, orelse, null, open, chain);
  return null;
}

export function whileLoop(run: Run, stmt: Extract<Stmt, { kind: 'while' }>, chain: ScopeChain): Escape | null {
  const outcome = controlled(run, 'loop', stmt.body, () => {
    for (let i = 0; i < MAX_ITERATIONS; i++) {
      const test = evaluate(run, stmt.test, chain);
      const decisions = decide(run, test, siteOf(run, stmt.test), sourceText(run, stmt.test));
      const [first] = decisions;
      if (first === undefined) throw new DeadEnd();
      if (decisions.some((one) => one.is !== first.is)) {
        havoc(run, stmt.body, null, unknownAt(run, 'dynamic-call', siteOf(run, stmt)), chain);
        return null;
      }
      if (!first.is) return null;
      const one = controlled(run, 'iteration', stmt.body, () => runBody(run, stmt.body, chain));
      if (one.escape !== null) return one.escape;
    }
    havoc(run, stmt.body, null, unknownAt(run, 'limit', siteOf(run, stmt)), chain);
    return null;
  });
  return outcome.escape ?? (outcome.broke ? null : runBody(run, stmt.orelse, chain));
}
