import { MAX_ITERATIONS } from '../core/limits.ts';
import { textOrigin } from '../core/origin.ts';
import type { Expr, Handler, MatchCase, Pattern, Stmt } from '../syntax/python/index.ts';
import { attribute, callMethod, hasMethod, setAttribute } from './attributes.ts';
import { instantiate } from './call.ts';
import { taint } from './containers.ts';
import { defineClass, defineFunction } from './definitions.ts';
import { evaluate, siteOf, sourceText } from './evaluate.ts';
import { importFrom, importNames } from './imports.ts';
import { listFrom, withItems } from './iterate.ts';
import { NO_ARGS } from './native.ts';
import {
  ABSENT,
  type ClassObj,
  derived,
  type Known,
  known,
  manyOf,
  none,
  type ScopeChain,
  type Site,
  type Unk,
  type Val,
  withOrigin,
} from './object.ts';
import { augmented, compare } from './operators.ts';
import { makeError, raise, UNKNOWN_ERROR, unknownError } from './raise.ts';
import {
  closeControl,
  DeadEnd,
  type Ending,
  type Escape,
  fork,
  insideTry,
  lift,
  openControl,
  originAt,
  PyError,
  type Run,
  setAside,
  spanOf,
  step,
  unknownAt,
} from './run.ts';
import { applyDelta, popFrames, writeScope } from './state.ts';
import { delSubscript, setSubscript, subscript } from './subscripts.ts';
import { decide } from './truth.ts';

const KEEP = (left: Escape | null) => left;
const NORMAL = () => null;

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
    const hole = unknownAt(run, 'missing-env', siteOf(run, stmt), { names: [error.variable] });
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
      return matchStatement(run, stmt.cases, evaluate(run, stmt.subject, chain), chain, siteOf(run, stmt));
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

/** `global x` makes later stores go to the module: kept as a marker in the function's scope. */
const GLOBALS = ' global ';

function declare(run: Run, names: readonly string[], chain: ScopeChain, kind: 'global' | 'nonlocal'): void {
  const state = writeScope(run.journal, chain.scope);
  for (const name of names) state.names.set(`${GLOBALS}${name}`, none({ step: 'default', of: kind }));
}

function scopeFor(name: string, chain: ScopeChain): ScopeChain {
  if (chain.kind === 'module' || !chain.scope.state.names.has(`${GLOBALS}${name}`)) return chain;
  let one = chain;
  while (one.parent !== null) one = one.parent;
  return one;
}

/** name = value, with the step in its origin when a module or class keeps it. */
export function bindName(
  run: Run,
  name: string,
  value: Val,
  chain: ScopeChain,
  stmt: { readonly start: number; readonly end: number },
): void {
  const target = scopeFor(name, chain);
  const span = spanOf(siteOf(run, stmt));
  // A named unknown is one and the same wherever the name is tested.
  let kept: Val =
    value.k === 'unk' && (value.key === '' || value.many)
      ? { ...value, many: false, key: unknownAt(run, value.why, siteOf(run, stmt)).key }
      : value;
  if (target.kind !== 'function' && /^[A-Z]/.test(name)) {
    kept = withOrigin(kept, (origin) => {
      const inside =
        origin.step === 'text' &&
        origin.via === undefined &&
        origin.at.file === span.file &&
        origin.at.start >= span.start &&
        origin.at.end <= span.end;
      return textOrigin(span, 'assigned', inside ? undefined : origin);
    });
    if (target.kind === 'module') {
      const places = run.assignments.get(name);
      if (places === undefined) run.assignments.set(name, [span]);
      else places.push(span);
    }
  }
  writeScope(run.journal, target.scope).names.set(name, kept);
}

export function assignTarget(
  run: Run,
  target: Expr,
  value: Val,
  chain: ScopeChain,
  stmt: { readonly start: number; readonly end: number } = target,
): void {
  switch (target.kind) {
    case 'name':
      bindName(run, target.name, value, chain, stmt);
      return;
    case 'attr':
      setAttribute(run, evaluate(run, target.value, chain), target.name, value, siteOf(run, target));
      return;
    case 'index': {
      const box = evaluate(run, target.value, chain);
      setSubscript(run, box, evaluate(run, target.index, chain), value, siteOf(run, stmt));
      return;
    }
    case 'tuple':
    case 'list':
      unpack(run, target.items, value, chain, stmt);
      return;
    default:
  }
}

function unpack(
  run: Run,
  targets: readonly Expr[],
  value: Val,
  chain: ScopeChain,
  stmt: { readonly start: number; readonly end: number },
): void {
  const site = siteOf(run, stmt);
  withItems(run, value, site, (items) => {
    const star = targets.findIndex((one) => one.kind === 'star');
    const gap = items.find((one): one is Unk => one.k === 'unk' && one.many);
    if (gap !== undefined) {
      for (const target of targets) assignTarget(run, target.kind === 'star' ? target.value : target, derived(gap), chain, stmt);
      return none(originAt(site));
    }
    if (star === -1 ? items.length !== targets.length : items.length < targets.length - 1)
      return raise(run, 'ValueError', 'wrong number of values to unpack', site);
    const after = star === -1 ? 0 : targets.length - star - 1;
    for (const [i, target] of targets.entries()) {
      if (target.kind === 'star')
        assignTarget(run, target.value, known(listFrom(run, items.slice(i, items.length - after)), originAt(site)), chain, stmt);
      else {
        const item = items[star !== -1 && i > star ? items.length - (targets.length - i) : i];
        if (item !== undefined) assignTarget(run, target, item, chain, stmt);
      }
    }
    return none(originAt(site));
  });
}

function augment(run: Run, stmt: Extract<Stmt, { kind: 'augment' }>, chain: ScopeChain): void {
  const site = siteOf(run, stmt);
  const { target } = stmt;
  if (target.kind === 'name') {
    const old = evaluate(run, target, chain);
    bindName(run, target.name, augmented(run, stmt.op, old, evaluate(run, stmt.value, chain), site), chain, stmt);
  } else if (target.kind === 'index') {
    const box = evaluate(run, target.value, chain);
    const key = evaluate(run, target.index, chain);
    const old = subscript(run, box, key, site);
    setSubscript(run, box, key, augmented(run, stmt.op, old, evaluate(run, stmt.value, chain), site), site);
  } else if (target.kind === 'attr') {
    const box = evaluate(run, target.value, chain);
    const old = attribute(run, box, target.name, site);
    setAttribute(run, box, target.name, augmented(run, stmt.op, old, evaluate(run, stmt.value, chain), site), site);
  }
}

function deleteTarget(run: Run, target: Expr, chain: ScopeChain): void {
  const site = siteOf(run, target);
  if (target.kind === 'name') {
    const scope = scopeFor(target.name, chain);
    const slot = scope.scope.state.names.get(target.name);
    if ((slot === undefined || slot.k === 'absent') && scope.scope.state.open === null)
      return raise(run, 'NameError', `name '${target.name}' is not defined`, site);
    writeScope(run.journal, scope.scope).names.set(target.name, ABSENT);
  } else if (target.kind === 'index') delSubscript(run, evaluate(run, target.value, chain), evaluate(run, target.index, chain), site);
  else if (target.kind === 'tuple' || target.kind === 'list') for (const item of target.items) deleteTarget(run, item, chain);
  else if (target.kind === 'attr') taint(run, evaluate(run, target.value, chain), unknownAt(run, 'unsupported-syntax', site));
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

function commit(run: Run): void {
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

function forLoop(run: Run, stmt: Extract<Stmt, { kind: 'for' }>, chain: ScopeChain): Escape | null {
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

function whileLoop(run: Run, stmt: Extract<Stmt, { kind: 'while' }>, chain: ScopeChain): Escape | null {
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

/** The body runs an unknown number of times: what it could change becomes unknown. */
export function havoc(run: Run, body: readonly Stmt[], target: Expr | null, why: Unk, chain: ScopeChain): void {
  const hole = derived(why);
  mayLeave(run, body, hole);
  taintMentioned(run, body, hole, chain, 0);
  for (const name of namesBound(body)) bindName(run, name, hole, chain, { start: 0, end: 0 });
  if (target !== null) assignTarget(run, target, hole, chain);
}

/** The body may have left its function, or raised. */
function mayLeave(run: Run, body: readonly Stmt[], hole: Unk): void {
  const guard = { on: 'text' as const, key: `havoc:${run.counters.get('havoc') ?? 0}`, text: 'the loop is left early', holds: true };
  const returns = holds(body, 'return');
  const into = run.frame.yielded;
  if (into !== null && hasYield(body)) into.push(manyOf(hole));
  if (!returns && !insideTry(run)) return;
  run.counters.set('havoc', (run.counters.get('havoc') ?? 0) + 1);
  const { path } = run;
  run.path = [...path, guard];
  if (returns) setAside(run, { kind: 'return', value: hole });
  else setAside(run, { kind: 'raise', error: unknownError(run) });
  run.path = [...path, { ...guard, holds: false }];
}

const leaving = new WeakMap<readonly Stmt[], { readonly break: boolean; readonly continue: boolean }>();

function has(code: readonly Stmt[], what: 'break' | 'continue'): boolean {
  let answers = leaving.get(code);
  if (answers === undefined) {
    answers = { break: holds(code, 'break'), continue: holds(code, 'continue') };
    leaving.set(code, answers);
  }
  return answers[what];
}

function holds(node: unknown, kind: string): boolean {
  if (Array.isArray(node)) return node.some((one) => holds(one, kind));
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node) {
    if (node.kind === kind) return true;
    if (node.kind === 'def' || node.kind === 'lambda' || node.kind === 'class') return false;
  }
  return Object.values(node).some((value) => typeof value === 'object' && holds(value, kind));
}

/** Whatever the body names may have been changed by it, also inside the project's functions that it calls. */
function taintMentioned(run: Run, body: unknown, hole: Unk, chain: ScopeChain, depth: number): void {
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

function globalNames(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(globalNames);
  if (typeof node !== 'object' || node === null) return [];
  if ('kind' in node && node.kind === 'global' && 'names' in node && Array.isArray(node.names))
    return node.names.filter((name) => typeof name === 'string');
  return Object.values(node).flatMap((value) => (typeof value === 'object' ? globalNames(value) : []));
}

function mentioned(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const one of node) mentioned(one, names);
  } else if (typeof node === 'object' && node !== null) {
    if ('kind' in node && node.kind === 'name' && 'name' in node && typeof node.name === 'string') names.add(node.name);
    for (const value of Object.values(node)) if (typeof value === 'object') mentioned(value, names);
  }
}

/** Names that statements bind, nested blocks included, inner functions and classes left out. */
export function namesBound(body: readonly Stmt[]): ReadonlySet<string> {
  const names = new Set<string>();
  const target = (one: Expr): void => {
    if (one.kind === 'name') names.add(one.name);
    else if (one.kind === 'tuple' || one.kind === 'list') one.items.forEach(target);
    else if (one.kind === 'star') target(one.value);
  };
  const visit = (stmt: Stmt): void => {
    switch (stmt.kind) {
      case 'assign':
        stmt.targets.forEach(target);
        return;
      case 'annotate':
      case 'augment':
        target(stmt.target);
        return;
      case 'if':
      case 'while':
        stmt.body.forEach(visit);
        stmt.orelse.forEach(visit);
        return;
      case 'for':
        target(stmt.target);
        stmt.body.forEach(visit);
        stmt.orelse.forEach(visit);
        return;
      case 'try':
        for (const part of [stmt.body, stmt.orelse, stmt.finally, ...stmt.handlers.map((one) => one.body)]) part.forEach(visit);
        return;
      case 'with':
        for (const item of stmt.items) if (item.target !== null) target(item.target);
        stmt.body.forEach(visit);
        return;
      case 'def':
      case 'class':
        names.add(stmt.name);
        return;
      case 'import':
        for (const one of stmt.names) names.add(one.as ?? one.name.split('.')[0] ?? one.name);
        return;
      case 'from':
        for (const one of stmt.names ?? []) names.add(one.as ?? one.name);
        return;
      case 'match':
        for (const one of stmt.cases) one.body.forEach(visit);
        return;
      case 'unsupported':
        for (const name of stmt.names) names.add(name);
        return;
      default:
    }
  };
  body.forEach(visit);
  return names;
}

/** Whether a yield stands in it, inner functions apart. */
export function hasYield(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasYield);
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node) {
    if (node.kind === 'yield') return true;
    if (node.kind === 'def' || node.kind === 'lambda' || node.kind === 'class') return false;
  }
  return Object.values(node).some((value) => typeof value === 'object' && hasYield(value));
}

function tryStatement(run: Run, stmt: Extract<Stmt, { kind: 'try' }>, chain: ScopeChain): Escape | null {
  let left: Escape | null;
  try {
    left = stmt.handlers.length === 0 ? runBody(run, stmt.body, chain) : tryHandlers(run, stmt, chain);
  } catch (error) {
    if (!(error instanceof PyError) || stmt.finally.length === 0) throw error;
    const last = runBody(run, stmt.finally, chain);
    if (last !== null) return last;
    throw error;
  }
  if (stmt.finally.length === 0) return left;
  return runBody(run, stmt.finally, chain) ?? left;
}

function tryHandlers(run: Run, stmt: Extract<Stmt, { kind: 'try' }>, chain: ScopeChain): Escape | null {
  const control = openControl(run, 'try');
  const frame = run.frame;
  const depth = run.depth;
  let left: Escape | null = null;
  let reached = true;
  try {
    left = runBody(run, stmt.body, chain);
  } catch (error) {
    run.frame = frame;
    run.depth = depth;
    run.controls.length = run.controls.indexOf(control) + 1;
    reached = false;
    if (error instanceof PyError) {
      if (control.pending.length === 0) {
        run.controls.length = run.controls.indexOf(control);
        while (run.journal.frames.length > control.from) commit(run);
        return handle(run, stmt.handlers, error, chain);
      }
      setAside(run, { kind: 'raise', error });
    } else if (!(error instanceof DeadEnd)) throw error;
  }
  const endings = closeControl(run, control, reached);
  if (endings === null) return left ?? runBody(run, stmt.orelse, chain);
  if (endings.length === 0) throw new DeadEnd();
  return fork<Escape | null>(
    run,
    endings.map((ending) => ({
      when: ending.when,
      body: () => {
        applyDelta(run.journal, ending.delta);
        if (ending.escape?.kind === 'raise') return handle(run, stmt.handlers, ending.escape.error, chain);
        return left ?? runBody(run, stmt.orelse, chain);
      },
    })),
    KEEP,
    NORMAL,
  );
}

function handle(run: Run, handlers: readonly Handler[], error: PyError, chain: ScopeChain): Escape | null {
  for (const handler of handlers) {
    const caught = handler.group ? undefined : catches(run, handler, error, chain);
    if (caught === false) continue;
    if (caught === undefined) {
      // Nothing tells whether this handler catches it: both happen.
      const key = unknownAt(run, 'third-party', { file: run.frame.module.file, start: handler.start, end: handler.start }).key;
      const guard = { on: 'text' as const, key, text: 'the exception is caught', holds: true };
      const rest = handlers.slice(handlers.indexOf(handler) + 1);
      return fork<Escape | null>(
        run,
        [
          { when: [guard], body: () => runHandler(run, handler, error, chain) },
          { when: [{ ...guard, holds: false }], body: () => handle(run, rest, error, chain) },
        ],
        KEEP,
        NORMAL,
      );
    }
    return runHandler(run, handler, error, chain);
  }
  throw error;
}

function runHandler(run: Run, handler: Handler, error: PyError, chain: ScopeChain): Escape | null {
  if (handler.name !== null) bindName(run, handler.name, error.exc, chain, { start: handler.start, end: handler.start });
  run.frame.handling.push(error);
  try {
    return runBody(run, handler.body, chain);
  } finally {
    run.frame.handling.pop();
  }
}

function catches(run: Run, handler: Handler, error: PyError, chain: ScopeChain): boolean | undefined {
  if (handler.type === null) return true;
  return matchesType(evaluate(run, handler.type, chain), error);
}

function matchesType(type: Val, error: PyError): boolean | undefined {
  if (type.k !== 'known') return undefined;
  if (type.obj.t === 'tuple') {
    const all = type.obj.items.map((one) => matchesType(one, error));
    return all.includes(true) ? true : all.includes(undefined) ? undefined : false;
  }
  if (type.obj.t !== 'class') return undefined;
  const raised = error.exc.obj;
  const cls: ClassObj | undefined = raised.t === 'instance' ? raised.cls : undefined;
  if (cls === undefined) return undefined;
  const wanted = type.obj;
  if (cls.mro.includes(wanted)) return true;
  // Imports say for themselves that they may fail: nothing else is taken to raise ImportError.
  if (cls.name === UNKNOWN_ERROR && (wanted.name === 'ImportError' || wanted.name === 'ModuleNotFoundError')) return false;
  return cls.mro.some((base) => base.open !== null) ? undefined : false;
}

function raiseStatement(run: Run, value: Expr | null, chain: ScopeChain, site: Site): never {
  if (value === null) {
    const current = run.frame.handling[run.frame.handling.length - 1];
    if (current !== undefined) throw current;
    return raise(run, 'RuntimeError', 'No active exception to reraise', site);
  }
  const exc = evaluate(run, value, chain);
  lift(
    run,
    exc,
    (one) => {
      const made = one.obj.t === 'class' ? instantiate(run, one.obj, NO_ARGS, site) : one;
      if (made.k === 'known' && made.obj.t === 'instance') throw new PyError(made, made.obj.cls.name, messageOf(made), site, null);
      throw makeError(run, 'Exception', 'an exception of unknown type', site);
    },
    () => {
      throw makeError(run, 'Exception', 'an exception of unknown type', site);
    },
  );
  throw new DeadEnd();
}

function messageOf(exc: Known): string {
  const args = exc.obj.t === 'instance' ? exc.obj.attrs.state.names.get('args') : undefined;
  const first = args?.k === 'known' && args.obj.t === 'tuple' ? args.obj.items[0] : undefined;
  return first?.k === 'known' && first.obj.t === 'str' && !first.secret ? first.obj.v.slice(0, 300) : '';
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
        return raise(run, 'AssertionError', '', siteOf(run, stmt));
      },
    })),
    KEEP,
    NORMAL,
  );
}

function withStatement(run: Run, stmt: Extract<Stmt, { kind: 'with' }>, chain: ScopeChain): Escape | null {
  let swallows = false;
  for (const item of stmt.items) {
    const manager = evaluate(run, item.value, chain);
    swallows ||= !(manager.k === 'known' && manager.obj.t === 'native' && manager.obj.cls === 'file');
    const site = siteOf(run, item.value);
    const entered = lift(run, manager, (one) => {
      if (one.obj.t === 'instance' && hasMethod(one.obj, '__enter__')) return callMethod(run, one, '__enter__', [], site);
      return one;
    });
    if (item.target !== null) assignTarget(run, item.target, entered, chain);
  }
  try {
    return runBody(run, stmt.body, chain);
  } catch (error) {
    if (!(error instanceof PyError) || !swallows) throw error;
    // A context manager may swallow what its body raises; which ones do is not followed.
    const count = run.counters.get('with') ?? 0;
    run.counters.set('with', count + 1);
    const guard = { on: 'text' as const, key: `with:${count}`, text: 'the context manager swallows the exception', holds: true };
    return fork<Escape | null>(
      run,
      [
        { when: [guard], body: () => null },
        {
          when: [{ ...guard, holds: false }],
          body: () => {
            throw error;
          },
        },
      ],
      KEEP,
      NORMAL,
    );
  }
}

function matchStatement(run: Run, cases: readonly MatchCase[], subject: Val, chain: ScopeChain, site: Site): Escape | null {
  const [one, ...rest] = cases;
  if (one === undefined) return null;
  const matched = matchPattern(run, one.pattern, subject, chain, site);
  const decisions = decide(run, matched, site, 'the pattern matches');
  const [first] = decisions;
  if (first === undefined) throw new DeadEnd();
  const take = (): Escape | null => {
    if (one.guard === null) return runBody(run, one.body, chain);
    const guards = decide(run, evaluate(run, one.guard, chain), site, sourceText(run, one.guard));
    return fork<Escape | null>(
      run,
      guards.map((guard) => ({
        when: guard.when,
        body: () => (guard.is ? runBody(run, one.body, chain) : matchStatement(run, rest, subject, chain, site)),
      })),
      KEEP,
      NORMAL,
    );
  };
  return fork<Escape | null>(
    run,
    decisions.map((each) => ({ when: each.when, body: () => (each.is ? take() : matchStatement(run, rest, subject, chain, site)) })),
    KEEP,
    NORMAL,
  );
}

function matchPattern(run: Run, pattern: Pattern, subject: Val, chain: ScopeChain, site: Site): Val {
  const yes = known({ t: 'bool', v: true }, originAt(site));
  const no = known({ t: 'bool', v: false }, originAt(site));
  switch (pattern.kind) {
    case 'any':
      return yes;
    case 'capture':
      bindName(run, pattern.name, subject, chain, site);
      return yes;
    case 'value': {
      const value = evaluate(run, pattern.value, chain);
      const constant = value.k === 'known' && (value.obj.t === 'none' || value.obj.t === 'bool');
      return compare(run, constant ? 'is' : '==', subject, value, site);
    }
    case 'or': {
      const results = pattern.options.map((one) => matchPattern(run, one, subject, chain, site));
      if (results.some((one) => one.k === 'known' && one.obj.t === 'bool' && one.obj.v)) return yes;
      return results.every((one) => one.k === 'known') ? no : unknownAt(run, 'dynamic-call', site, { type: 'bool' });
    }
    case 'as': {
      const inner = matchPattern(run, pattern.pattern, subject, chain, site);
      bindName(run, pattern.name, subject, chain, site);
      return inner;
    }
    case 'sequence': {
      if (subject.k !== 'known' || (subject.obj.t !== 'tuple' && subject.obj.t !== 'list'))
        return subject.k === 'known' && subject.obj.t === 'str' ? no : unknownAt(run, 'dynamic-call', site, { type: 'bool' });
      const items =
        subject.obj.t === 'tuple'
          ? subject.obj.items
          : subject.obj.cell.state.alternatives === null
            ? subject.obj.cell.state.items
            : undefined;
      if (items === undefined || items.some((one) => one.k === 'unk' && one.many) || pattern.items.some((one) => one.kind === 'rest'))
        return unknownAt(run, 'unsupported-syntax', site, { type: 'bool' });
      if (items.length !== pattern.items.length) return no;
      const results = pattern.items.map((one, i) => matchPattern(run, one, items[i] ?? none(originAt(site)), chain, site));
      if (results.some((one) => one.k === 'known' && one.obj.t === 'bool' && !one.obj.v)) return no;
      return results.every((one) => one.k === 'known') ? yes : unknownAt(run, 'dynamic-call', site, { type: 'bool' });
    }
    case 'rest':
    case 'unsupported':
      return unknownAt(run, 'unsupported-syntax', site, { type: 'bool' });
  }
}
