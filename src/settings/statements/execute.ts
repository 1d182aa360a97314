import type { Stmt } from '../../syntax/python/index.ts';
import { evaluate, siteOf, sourceText } from '../expressions/evaluate.ts';
import { decide } from '../expressions/truth.ts';
import { importFrom, importNames } from '../imports/imports.ts';
import { raiseMeant } from '../raise.ts';
import { DeadEnd, type Escape, fork, insideTry, originAt, PyError, type Run, step, unknownAt } from '../run.ts';
import { none, type ScopeChain } from '../values/object.ts';
import { popFrames } from '../values/state.ts';
import { annotate } from './annotations.ts';
import { assignTarget, augment, bindName, declare, deleteTarget } from './binding.ts';
import { defineClass } from './classes.ts';
import { holds, namesBound } from './code-facts.ts';
import { defineFunction } from './definitions.ts';
import { havoc } from './havoc.ts';
import { forLoop, whileLoop } from './loops.ts';
import { matchStatement } from './match-statement.ts';
import { raiseStatement, tryStatement } from './try-statement.ts';
import { withStatement } from './with-statement.ts';

export const KEEP = (left: Escape | null) => left;
export const NORMAL = () => null;

/** Runs statements in order. Null: the end was reached; otherwise how the block was left. */
export function runBody(run: Run, body: readonly Stmt[], chain: ScopeChain): Escape | null {
  for (const stmt of body) {
    const left = runGuarded(run, stmt, chain);
    if (left !== null) return left;
  }
  return null;
}

/** A statement that fails for want of a variable is passed over when the caller wants to see what follows. */
function runGuarded(run: Run, stmt: Stmt, chain: ScopeChain): Escape | null {
  const frames = run.journal.frames.length;
  const controls = run.controls.length;
  const { frame, depth, path } = run;
  try {
    return runTolerant(run, stmt, chain);
  } catch (error) {
    // The stack of the machine that runs us is a limit too; the innermost statement with room left gives up.
    if (!(error instanceof RangeError) || depth > 8) throw error;
    popFrames(run.journal, frames);
    run.controls.length = controls;
    run.frame = frame;
    run.depth = depth;
    run.path = path;
    havoc(run, [stmt], null, unknownAt(run, 'limit', siteOf(run, stmt)), chain);
    return null;
  }
}

function runTolerant(run: Run, stmt: Stmt, chain: ScopeChain): Escape | null {
  if (run.request.assumeMissing !== true) return runStatement(run, stmt, chain);
  try {
    return runStatement(run, stmt, chain);
  } catch (error) {
    if (!(error instanceof PyError) || error.variable === null || insideTry(run) || stmt.kind === 'raise') throw error;
    run.firstMissing ??= error;
    for (const read of run.reads) if (read.name === error.variable && read.provided === false) read.required = true;
    const hole = unknownAt(run, 'missing-env', siteOf(run, stmt), { names: [error.variable] });
    if (holds(stmt, 'return')) return { kind: 'return', value: hole };
    for (const name of namesBound([stmt])) bindName(run, name, hole, chain, stmt);
    return null;
  }
}

function runStatement(run: Run, stmt: Stmt, chain: ScopeChain): Escape | null {
  step(run);
  run.statement++;
  switch (stmt.kind) {
    case 'expr':
      evaluate(run, stmt.value, chain);
      return null;
    case 'assign': {
      const value = evaluate(run, stmt.value, chain);
      for (const target of stmt.targets) assignTarget(run, target, value, chain, stmt);
      return null;
    }
    case 'annotate':
      if (stmt.value !== null) assignTarget(run, stmt.target, evaluate(run, stmt.value, chain), chain, stmt);
      annotate(run, stmt.target, stmt.annotation, chain, siteOf(run, stmt.annotation));
      return null;
    case 'augment':
      augment(run, stmt, chain);
      return null;
    case 'if':
      return branch(run, stmt, chain);
    case 'for':
      return forLoop(run, stmt, chain);
    case 'while':
      return whileLoop(run, stmt, chain);
    case 'try':
      return tryStatement(run, stmt, chain);
    case 'with':
      return withStatement(run, stmt, chain);
    case 'match':
      return matchStatement(run, stmt, evaluate(run, stmt.subject, chain), chain, siteOf(run, stmt));
    default:
      return runSimple(run, stmt, chain);
  }
}

function runSimple(run: Run, stmt: Stmt, chain: ScopeChain): Escape | null {
  const site = siteOf(run, stmt);
  switch (stmt.kind) {
    case 'def':
      bindName(run, stmt.name, defineFunction(run, stmt, chain, site), chain, stmt);
      return null;
    case 'class':
      bindName(run, stmt.name, defineClass(run, stmt, chain, site), chain, stmt);
      return null;
    case 'return':
      return { kind: 'return', value: stmt.value === null ? none(originAt(site)) : evaluate(run, stmt.value, chain) };
    case 'import':
      importNames(run, stmt.names, chain, stmt);
      return null;
    case 'from':
      importFrom(run, stmt, chain);
      return null;
    case 'global':
    case 'nonlocal':
      declare(run, stmt.names, chain, stmt.kind);
      return null;
    case 'del':
      for (const target of stmt.targets) deleteTarget(run, target, chain);
      return null;
    case 'assert':
      return assertStatement(run, stmt, chain);
    case 'raise':
      return raiseStatement(run, stmt.value, chain, site);
    case 'break':
      return { kind: 'break' };
    case 'continue':
      return { kind: 'continue' };
    case 'unsupported': {
      const why = unknownAt(run, 'unsupported-syntax', site);
      for (const name of stmt.names) bindName(run, name, why, chain, stmt);
      return null;
    }
    default:
      return null;
  }
}

function branch(run: Run, stmt: Extract<Stmt, { kind: 'if' }>, chain: ScopeChain): Escape | null {
  const test = evaluate(run, stmt.test, chain);
  const decisions = decide(run, test, siteOf(run, stmt.test), sourceText(run, stmt.test));
  const [first] = decisions;
  if (first === undefined) throw new DeadEnd();
  if (decisions.every((one) => one.is === first.is)) return runBody(run, first.is ? stmt.body : stmt.orelse, chain);
  return fork<Escape | null>(
    run,
    decisions.map((one) => ({ when: one.when, body: () => runBody(run, one.is ? stmt.body : stmt.orelse, chain) })),
    KEEP,
    NORMAL,
  );
}

function assertStatement(run: Run, stmt: Extract<Stmt, { kind: 'assert' }>, chain: ScopeChain): Escape | null {
  const test = evaluate(run, stmt.test, chain);
  const decisions = decide(run, test, siteOf(run, stmt.test), sourceText(run, stmt.test));
  return fork<Escape | null>(
    run,
    decisions.map((one) => ({
      when: one.when,
      body: () => {
        if (one.is) return null;
        const message = stmt.message === null ? [] : [evaluate(run, stmt.message, chain)];
        return raiseMeant(run, 'AssertionError', '', siteOf(run, stmt), message);
      },
    })),
    KEEP,
    NORMAL,
  );
}
