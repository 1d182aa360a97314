import { textOrigin } from '../../core/origin.ts';
import type { Expr, Stmt } from '../../syntax/python/index.ts';
import { attribute } from '../expressions/attributes.ts';
import { evaluate, siteOf } from '../expressions/evaluate.ts';
import { deleteAttribute, setAttribute } from '../expressions/instances.ts';
import { augmented } from '../expressions/operators.ts';
import { delSubscript, setSubscript, subscript } from '../expressions/subscripts.ts';
import { raise } from '../raise.ts';
import { originAt, type Run, spanOf, unknownAt } from '../run.ts';
import { listFrom, withItems } from '../values/iterate.ts';
import { ABSENT, derived, known, none, type ScopeChain, type Unk, type Val, withOrigin } from '../values/object.ts';
import { writeScope } from '../values/state.ts';

/** `global x` makes later stores go to the module: kept as a marker in the function's scope. */
const GLOBALS = ' global ';

export function declare(run: Run, names: readonly string[], chain: ScopeChain, kind: 'global' | 'nonlocal'): void {
  if (chain.locals !== undefined) return;
  const state = writeScope(run.journal, chain.scope);
  for (const name of names) state.names.set(`${GLOBALS}${name}`, none({ step: 'default', of: kind }));
}

/** The scope that a name of a chain is stored in. */
export function scopeFor(name: string, chain: ScopeChain): ScopeChain {
  if (chain.locals?.nonlocals.has(name)) return enclosing(name, chain.parent) ?? chain;
  if (chain.kind === 'module' || !(chain.locals?.globals.has(name) ?? chain.scope.state.names.has(`${GLOBALS}${name}`))) return chain;
  return outermost(chain);
}

/** The nearest function around that the name is local to. */
function enclosing(name: string, from: ScopeChain | null): ScopeChain | undefined {
  for (let one = from; one !== null; one = one.parent) {
    if (one.kind !== 'function') continue;
    if (one.locals === undefined ? one.scope.state.names.has(name) : one.locals.bound.has(name)) return one;
  }
  return undefined;
}

export function outermost(chain: ScopeChain): ScopeChain {
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

export function augment(run: Run, stmt: Extract<Stmt, { kind: 'augment' }>, chain: ScopeChain): void {
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

export function deleteTarget(run: Run, target: Expr, chain: ScopeChain): void {
  const site = siteOf(run, target);
  if (target.kind === 'name') {
    const scope = scopeFor(target.name, chain);
    const slot = scope.scope.state.names.get(target.name);
    if ((slot === undefined || slot.k === 'absent') && scope.scope.state.open === null)
      raise(run, 'NameError', `name '${target.name}' is not defined`, site);
    writeScope(run.journal, scope.scope).names.set(target.name, ABSENT);
  } else if (target.kind === 'index') delSubscript(run, evaluate(run, target.value, chain), evaluate(run, target.index, chain), site);
  else if (target.kind === 'tuple' || target.kind === 'list') for (const item of target.items) deleteTarget(run, item, chain);
  else if (target.kind === 'attr') deleteAttribute(run, evaluate(run, target.value, chain), target.name, site);
}
