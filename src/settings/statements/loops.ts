import { MAX_ITERATIONS } from '../../core/limits.ts';
import type { Stmt } from '../../syntax/python/index.ts';
import { onList } from '../builtins/list-methods.ts';
import { evaluate, siteOf, sourceText } from '../expressions/evaluate.ts';
import { decide } from '../expressions/truth.ts';
import { raise } from '../raise.ts';
import {
  type Control,
  closeControl,
  DeadEnd,
  type Escape,
  fork,
  keepChanges,
  lift,
  openControl,
  originAt,
  PyError,
  type Run,
  resumed,
  setAside,
  unknownAt,
} from '../run.ts';
import { withItems } from '../values/iterate.ts';
import { type DictObj, type ListObj, none, type ScopeChain, type Site, type Unk, type Val, type ViewObj } from '../values/object.ts';
import { type MapState, writeList } from '../values/state.ts';
import { assignTarget } from './binding.ts';
import { has, holds } from './code-facts.ts';
import { KEEP, NORMAL, runBody } from './execute.ts';
import { havoc } from './havoc.ts';
import { drive, isFresh } from './iteration.ts';

/** How a loop or one round of it goes on: `broke` when it was left by the statement that ends it. */
type After = (left: Escape | null, broke: boolean) => Escape | null;

/** Runs a body that some paths may leave early (`needed`), and `after` on each way on which it ended. */
export function controlled(
  run: Run,
  kind: 'loop' | 'iteration',
  needed: boolean,
  body: (control: Control | null) => Escape | null,
  after: After,
): Escape | null {
  const own = kind === 'loop' ? 'break' : 'continue';
  const end = (left: Escape | null) => (left?.kind === own ? after(null, true) : after(left, false));
  // Without such a statement no path can leave early, and a frame for each round would cost a copy of all that changes.
  if (!needed) return end(body(null));
  const control = openControl(run, kind);
  let left: Escape | null = null;
  let reached = true;
  try {
    left = body(control);
  } catch (error) {
    if (!(error instanceof DeadEnd) && !(error instanceof PyError)) throw error;
    reached = false;
    if (error instanceof PyError) {
      if (control.pending.length === 0) {
        keepChanges(run, control);
        throw error;
      }
      run.controls.length = run.controls.indexOf(control) + 1;
      setAside(run, { kind: 'raise', error });
    }
  }
  const endings = closeControl(run, control, reached);
  if (endings === null) return end(left);
  if (endings.length === 0) throw new DeadEnd();
  return fork<Escape | null>(
    run,
    resumed(run, endings, ({ escape: how }) => (how === null ? end(left) : after(null, true))),
    KEEP,
    NORMAL,
  );
}

interface Loop {
  readonly stmt: Extract<Stmt, { kind: 'for' }>;
  readonly chain: ScopeChain;
  readonly site: Site;
}

/** for target in iterable: */
export function forLoop(run: Run, stmt: Extract<Stmt, { kind: 'for' }>, chain: ScopeChain): Escape | null {
  const site = siteOf(run, stmt.iter);
  const loop: Loop = { stmt, chain, site };
  const source = stmt.async ? unknownAt(run, 'unsupported-syntax', site) : evaluate(run, stmt.iter, chain);
  const start = run.path;
  let left: Escape | null = null;
  const settle = (outcome: Escape | null): Val => {
    // On a branch of its own the way out is set aside there: the branches may leave differently.
    if (outcome !== null && run.path !== start) {
      setAside(run, outcome);
      throw new DeadEnd();
    }
    left = outcome;
    return none(originAt(site));
  };
  const overItems = (value: Val) => withItems(run, value, site, (items) => settle(rounds(run, loop, items)));
  lift(
    run,
    source,
    (one) => {
      const { obj } = one;
      if (obj.t === 'dict' || obj.t === 'view')
        return withItems(run, one, site, (items) => settle(rounds(run, loop, items, sizeCheck(run, loop, obj))));
      if (obj.t !== 'list') return overItems(one);
      if (isFresh(obj)) return settle(driven(run, loop, obj));
      return onList(run, one, obj, site, () => settle(obj.view ? consumed(run, loop, obj) : alive(run, loop, obj)));
    },
    (one) => overItems(one),
  );
  return left;
}

/** `else` of a loop; where a break may have happened nothing tells whether it runs. */
function finish(run: Run, loop: Loop, open: Unk | undefined): After {
  return (left, broke) => {
    const { orelse } = loop.stmt;
    if (left !== null || broke || orelse.length === 0) return left;
    if (open === undefined) return runBody(run, orelse, loop.chain);
    havoc(run, orelse, null, open, loop.chain);
    return null;
  };
}

/** One round; the escape that leaves the loop, if any. */
function round(run: Run, loop: Loop, item: Val): Escape | null {
  const { stmt, chain } = loop;
  if (item.k === 'unk' && item.many) {
    havoc(run, stmt.body, stmt.target, item, chain);
    return null;
  }
  assignTarget(run, stmt.target, item, chain);
  return controlled(
    run,
    'iteration',
    has(stmt.body, 'continue'),
    () => runBody(run, stmt.body, chain),
    (left) => left,
  );
}

function gapFor(loop: Loop, items: readonly Val[]): Unk | undefined {
  return holds(loop.stmt.body, 'break') ? items.find((item): item is Unk => item.k === 'unk' && item.many) : undefined;
}

function rounds(run: Run, loop: Loop, items: readonly Val[], check: (() => void) | null = null): Escape | null {
  const body = (): Escape | null => {
    for (const item of items) {
      check?.();
      const left = round(run, loop, item);
      if (left !== null) return left;
    }
    check?.();
    return null;
  };
  return controlled(run, 'loop', has(loop.stmt.body, 'break'), body, finish(run, loop, gapFor(loop, items)));
}

/** A dict that grows or shrinks while it is iterated raises before the next round. */
function sizeCheck(run: Run, loop: Loop, obj: DictObj | ViewObj): () => void {
  const { cell } = obj.t === 'dict' ? obj : obj.of;
  const size = sizeOf(cell.state);
  return () => {
    const now = sizeOf(cell.state);
    if (size !== null && now !== null && now !== size) raise(run, 'RuntimeError', 'dictionary changed size during iteration', loop.site);
  };
}

function sizeOf(state: MapState): number | null {
  if (state.open !== null) return null;
  for (const entry of state.entries.values()) if (entry.value.k === 'cond' || entry.value.k === 'absent') return null;
  return state.entries.size;
}

/** A list is read as it stands in each round: a body that changes it changes what follows. */
function alive(run: Run, loop: Loop, list: ListObj): Escape | null {
  const open = gapFor(loop, list.cell.state.items);
  const body = (): Escape | null => {
    for (let i = 0; ; i++) {
      const { items, alternatives } = list.cell.state;
      if (alternatives !== null || i >= MAX_ITERATIONS) return lost(run, loop, i >= MAX_ITERATIONS ? 'limit' : 'dynamic-call');
      const item = items[i];
      if (item === undefined) return null;
      const left = round(run, loop, item);
      if (left !== null) return left;
    }
  };
  return controlled(run, 'loop', has(loop.stmt.body, 'break'), body, finish(run, loop, open));
}

/** An iterator gives each item once. */
function consumed(run: Run, loop: Loop, list: ListObj): Escape | null {
  const open = gapFor(loop, list.cell.state.items);
  const body = (): Escape | null => {
    for (;;) {
      const { items, alternatives } = list.cell.state;
      if (alternatives !== null) return lost(run, loop, 'dynamic-call');
      const [item] = items;
      if (item === undefined) return null;
      writeList(run.journal, list.cell).items.shift();
      const left = round(run, loop, item);
      if (left !== null) return left;
    }
  };
  return controlled(run, 'loop', has(loop.stmt.body, 'break'), body, finish(run, loop, open));
}

function driven(run: Run, loop: Loop, list: ListObj): Escape | null {
  return drive(run, list, (item) => round(run, loop, item), finish(run, loop, undefined));
}

/** From here on nothing tells which rounds follow. */
function lost(run: Run, loop: Loop, why: 'limit' | 'dynamic-call'): null {
  havoc(run, loop.stmt.body, loop.stmt.target, unknownAt(run, why, loop.site), loop.chain);
  return null;
}

/** while test: */
export function whileLoop(run: Run, stmt: Extract<Stmt, { kind: 'while' }>, chain: ScopeChain): Escape | null {
  let broken: Unk | null = null;
  const body = (): Escape | null => {
    for (let i = 0; i < MAX_ITERATIONS; i++) {
      const test = evaluate(run, stmt.test, chain);
      const decisions = decide(run, test, siteOf(run, stmt.test), sourceText(run, stmt.test));
      const [first] = decisions;
      if (first === undefined) throw new DeadEnd();
      if (decisions.some((one) => one.is !== first.is)) {
        broken = unknownAt(run, 'dynamic-call', siteOf(run, stmt));
        havoc(run, stmt.body, null, broken, chain);
        return null;
      }
      if (!first.is) return null;
      const left = controlled(
        run,
        'iteration',
        has(stmt.body, 'continue'),
        () => runBody(run, stmt.body, chain),
        (one) => one,
      );
      if (left !== null) return left;
    }
    broken = unknownAt(run, 'limit', siteOf(run, stmt));
    havoc(run, stmt.body, null, broken, chain);
    return null;
  };
  const leaves = has(stmt.body, 'break');
  return controlled(run, 'loop', leaves, body, (left, broke) => {
    if (left !== null || broke || stmt.orelse.length === 0) return left;
    // Where nothing tells how the loop ended, a break may have passed its `else` over.
    if (broken === null || !leaves) return runBody(run, stmt.orelse, chain);
    havoc(run, stmt.orelse, null, broken, chain);
    return null;
  });
}
