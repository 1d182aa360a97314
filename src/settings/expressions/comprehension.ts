import type { CompClause, Expr } from '../../syntax/python/index.ts';
import { appendTo } from '../builtins/list-methods.ts';
import { unsupported } from '../raise.ts';
import { lift, originAt, type Run, step, unknownAt } from '../run.ts';
import { assignTarget } from '../statements/binding.ts';
import { generatorFrom, isFresh } from '../statements/iteration.ts';
import { blurMap, setItem } from '../values/containers.ts';
import { dictFrom, listFrom, setFrom, withItems } from '../values/iterate.ts';
import { type DictObj, known, type ListObj, manyOf, none, type ScopeChain, type Site, unk, type Val } from '../values/object.ts';
import { type Cell, commitFrame, deltaSince, newCell, pushFrame, replaceState, type ScopeState, type State } from '../values/state.ts';
import { withFrame } from './call.ts';
import { evaluate, sourceText } from './evaluate.ts';
import { choose } from './truth.ts';

/** Marks the scope of a comprehension: a walrus binds outside it. */
export const COMPREHENSION = ' comprehension';

type Node = Extract<Expr, { kind: 'comp' | 'dictcomp' }>;

interface Comprehension {
  readonly node: Node;
  readonly inner: ScopeChain;
  /** What the first clause iterates: evaluated before all else, outside. */
  readonly source: Val;
  readonly site: Site;
  /** What gathers the result; null where somebody else does. */
  into: Cell<State> | null;
}

export function comprehension(run: Run, node: Node, chain: ScopeChain, site: Site): Val {
  const scope = newCell<ScopeState>(run.journal, { k: 'scope', names: new Map([[COMPREHENSION, none(originAt(site))]]), open: null });
  const [first] = node.clauses;
  const source = first?.kind === 'for' ? evaluate(run, first.iter, chain) : unk('unsupported-syntax', originAt(site));
  const on: Comprehension = { node, inner: { scope, kind: 'function', parent: chain }, source, site, into: null };
  if (node.kind === 'dictcomp') {
    const dict = dictFrom(run, [], site);
    on.into = dict.cell;
    loop(run, on, 0, (certain) => gatherPair(run, dict, on, node, certain));
    return known(dict, originAt(site));
  }
  if (node.of === 'generator') return generator(run, on, node.body);
  const list = listFrom(run, []);
  on.into = list.cell;
  loop(run, on, 0, (certain) => {
    appendTo(run, list, itemOf(run, evaluate(run, node.body, on.inner), certain, site));
  });
  if (node.of === 'list') return known(list, originAt(site));
  return withItems(run, known(list, originAt(site)), site, (all) => setFrom(run, all, false, site));
}

/** A value of a round that may happen any number of times stands for many. */
function itemOf(run: Run, value: Val, certain: boolean, site: Site): Val {
  return certain ? value : { ...(value.k === 'unk' ? value : unknownAt(run, 'dynamic-call', site)), many: true };
}

function gatherPair(run: Run, dict: DictObj, on: Comprehension, node: Extract<Node, { kind: 'dictcomp' }>, certain: boolean): void {
  const key = evaluate(run, node.key, on.inner);
  const value = evaluate(run, node.value, on.inner);
  if (!certain) blurMap(run, dict, unknownAt(run, 'dynamic-call', on.site));
  else if (key.k === 'known') setItem(run, dict, key, value, on.site);
  else blurMap(run, dict, key.k === 'unk' ? key : unknownAt(run, 'dynamic-call', on.site));
}

function generator(run: Run, on: Comprehension, body: Expr): Val {
  const { frame } = run;
  const generate: ListObj['generate'] = (emit) => {
    return withFrame(run, { ...frame, caller: run.frame }, () => {
      loop(run, on, 0, (certain) => {
        emit(itemOf(run, evaluate(run, body, on.inner), certain, on.site));
      });
      return none(originAt(on.site));
    });
  };
  return known(generatorFrom(run, generate, unk('dynamic-call', originAt(on.site))), originAt(on.site));
}

function loop(run: Run, on: Comprehension, at: number, body: (certain: boolean) => void, certain = true): void {
  const { inner, site } = on;
  const clause: CompClause | undefined = on.node.clauses[at];
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
        loop(run, on, at + 1, body, certain);
        return done;
      },
      () => done,
    );
    return;
  }
  const source = at === 0 ? on.source : evaluate(run, clause.iter, inner);
  withItems(run, clause.async ? unsupported(run, 'async', site) : source, site, (items) => {
    for (const item of items) {
      step(run);
      const many = item.k === 'unk' && item.many;
      assignTarget(run, clause.target, many ? { ...item, many: false, key: '' } : item, inner);
      if (many && on.into !== null) repeated(run, on.into, site, () => loop(run, on, at + 1, body, false));
      else loop(run, on, at + 1, body, certain && !many);
    }
    return done;
  });
}

/** A round that may happen any number of times: what it changes outside of itself is unknown afterwards. */
function repeated(run: Run, into: Cell<State>, site: Site, body: () => void): void {
  const from = pushFrame(run.journal);
  body();
  const changed = deltaSince(run.journal, from);
  const why = unknownAt(run, 'dynamic-call', site);
  for (const cell of changed.keys()) {
    if (cell === into) continue;
    const { state } = cell;
    if (state.k === 'list') replaceState(run.journal, cell, { k: 'list', items: [manyOf(why)], alternatives: null });
    else if (state.k === 'map') replaceState(run.journal, cell, { k: 'map', entries: new Map(), open: why });
  }
  while (run.journal.frames.length > from) commitFrame(run.journal);
}

/** The value of a `yield`: what the one who iterates answers. */
export function yieldValue(run: Run, value: Expr | null, chain: ScopeChain, site: Site): Val {
  const emit = run.frame.yielded;
  if (emit === null) return unsupported(run, 'yield', site);
  if (value?.kind !== 'star') return emit(value === null ? none(originAt(site)) : evaluate(run, value, chain));
  const source = evaluate(run, value.value, chain);
  return lift(
    run,
    source,
    (one) => {
      if (one.obj.t === 'list' && one.obj.generate !== undefined && isFresh(one.obj)) {
        return one.obj.generate(emit);
      }
      return withItems(run, one, site, (items) => {
        for (const item of items) emit(item);
        return none(originAt(site));
      });
    },
    (one) => emit({ ...one, many: true }),
  );
}
