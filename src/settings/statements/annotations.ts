import type { Expr } from '../../syntax/python/index.ts';
import { evaluate, sourceText } from '../expressions/evaluate.ts';
import { originAt, PyError, type Run } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom } from '../values/iterate.ts';
import { known, type ScopeChain, type Site, str, unk, type Val } from '../values/object.ts';
import { type Cell, type ScopeState, writeScope } from '../values/state.ts';

const ANNOTATIONS = '__annotations__';

/** `name: annotation`: modules and classes keep what it evaluates to; `from __future__ import annotations` keeps its text. */
export function annotate(run: Run, target: Expr, annotation: Expr, chain: ScopeChain, site: Site): void {
  if (chain.kind === 'function' || target.kind !== 'name') return;
  const value = annotationValue(run, annotation, chain, site);
  const old = chain.scope.state.names.get(ANNOTATIONS);
  const dict = old?.k === 'known' && old.obj.t === 'dict' ? old : known(dictFrom(run, [], site), originAt(site));
  if (dict !== old) writeScope(run.journal, chain.scope).names.set(ANNOTATIONS, dict);
  if (dict.obj.t === 'dict') setItem(run, dict.obj, str(target.name, originAt(site)), value, site);
}

function annotationValue(run: Run, annotation: Expr, chain: ScopeChain, site: Site): Val {
  if (POSTPONED.test(run.frame.module.source.text.slice(0, 4000))) return str(sourceText(run, annotation), originAt(site));
  try {
    return evaluate(run, annotation, chain);
  } catch (error) {
    // Names that only a type checker sees are no reason to leave the module.
    if (error instanceof PyError) return unk('dynamic-call', originAt(site));
    throw error;
  }
}

const POSTPONED = /^from\s+__future__\s+import\s+[^\n]*\bannotations\b/m;

/** The annotated names of a class body, in order. */
export function annotationsIn(scope: Cell<ScopeState>): ReadonlyMap<string, Val> {
  const all = new Map<string, Val>();
  const slot = scope.state.names.get(ANNOTATIONS);
  if (slot?.k !== 'known' || slot.obj.t !== 'dict') return all;
  for (const entry of slot.obj.cell.state.entries.values())
    if (entry.key.obj.t === 'str' && entry.value.k !== 'absent') all.set(entry.key.obj.v, entry.value);
  return all;
}
