import { MAX_ITEMS } from '../../core/limits.ts';
import type { CompClause, Expr } from '../../syntax/python/index.ts';
import { unsupported } from '../raise.ts';
import { originAt, type Run, step, unknownAt } from '../run.ts';
import { assignTarget } from '../statements/binding.ts';
import { blurMap, setItem } from '../values/containers.ts';
import { dictFrom, listFrom, setFrom, viewFrom, withItems } from '../values/iterate.ts';
import { known, none, type ScopeChain, type Site, type Val } from '../values/object.ts';
import { newCell, type ScopeState } from '../values/state.ts';
import { attribute } from './attributes.ts';
import { callValue } from './call.ts';
import { evaluate, sourceText } from './evaluate.ts';
import { choose } from './truth.ts';

/** Marks the scope of a comprehension: a walrus binds outside it. */
export const COMPREHENSION = ' comprehension';

export function comprehension(run: Run, node: Extract<Expr, { kind: 'comp' | 'dictcomp' }>, chain: ScopeChain, site: Site): Val {
  const scope = newCell<ScopeState>(run.journal, { k: 'scope', names: new Map([[COMPREHENSION, none(originAt(site))]]), open: null });
  const inner: ScopeChain = { scope, kind: 'function', parent: chain };
  const items: Val[] = [];
  const cell = listFrom(run, items);
  const dict = dictFrom(run, [], site);
  const gather = (value: Val, key: Val | null) => {
    if (key === null) {
      if (cell.cell.state.items.length < MAX_ITEMS) appendTo(run, cell, value);
    } else if (key.k === 'known') setItem(run, dict, key, value, site);
    else blurMap(run, dict, key.k === 'unk' ? key : unknownAt(run, 'dynamic-call', site));
  };
  loop(run, node.clauses, 0, inner, chain, site, (certain) => {
    const key = node.kind === 'dictcomp' ? evaluate(run, node.key, inner) : null;
    const value = evaluate(run, node.kind === 'dictcomp' ? node.value : node.body, inner);
    if (certain) gather(value, key);
    else if (key === null) appendTo(run, cell, { ...(value.k === 'unk' ? value : unknownAt(run, 'dynamic-call', site)), many: true });
    else blurMap(run, dict, unknownAt(run, 'dynamic-call', site));
  });
  if (node.kind === 'dictcomp') return known(dict, originAt(site));
  if (node.of === 'list') return known(cell, originAt(site));
  return withItems(run, known(cell, originAt(site)), site, (all) =>
    node.of === 'set' ? setFrom(run, all, false, site) : known(viewFrom(run, all), originAt(site)),
  );
}

function appendTo(run: Run, list: ReturnType<typeof listFrom>, value: Val): void {
  const state = list.cell.state;
  if (state.alternatives !== null) {
    list.cell.state = state;
  }
  callValue(
    run,
    attribute(run, known(list, { step: 'default', of: 'Python' }), 'append', { file: '', start: 0, end: 0 }),
    { pos: [value], kw: new Map(), open: null },
    { file: '', start: 0, end: 0 },
  );
}

function loop(
  run: Run,
  clauses: readonly CompClause[],
  at: number,
  inner: ScopeChain,
  outer: ScopeChain,
  site: Site,
  body: (certain: boolean) => void,
  certain = true,
): void {
  const clause = clauses[at];
  const done = none(originAt(site));
  if (clause === undefined) {
    body(certain);
    return;
  }
  if (clause.kind === 'if') {
    choose(
      run,
      evaluate(run, clause.test, inner),
      site,
      sourceText(run, clause.test),
      () => {
        loop(run, clauses, at + 1, inner, outer, site, body, certain);
        return done;
      },
      () => done,
    );
    return;
  }
  const source = evaluate(run, clause.iter, at === 0 ? outer : inner);
  withItems(run, clause.async ? unsupported(run, 'async', site) : source, site, (items) => {
    for (const item of items) {
      step(run);
      const many = item.k === 'unk' && item.many;
      assignTarget(run, clause.target, many ? { ...item, many: false, key: '' } : item, inner);
      loop(run, clauses, at + 1, inner, outer, site, body, certain && !many);
    }
    return done;
  });
}

export function yieldValue(run: Run, value: Expr | null, chain: ScopeChain, site: Site): Val {
  const into = run.frame.yielded;
  if (into === null) return unsupported(run, 'yield', site);
  if (run.path.length > 0) {
    into.push({ ...unsupported(run, 'yield', site), many: true });
    return none(originAt(site));
  }
  if (value?.kind === 'star') {
    withItems(run, evaluate(run, value.value, chain), site, (items) => {
      into.push(...items);
      return none(originAt(site));
    });
  } else into.push(value === null ? none(originAt(site)) : evaluate(run, value, chain));
  if (into.length > MAX_ITEMS) into.length = MAX_ITEMS;
  return none(originAt(site));
}
