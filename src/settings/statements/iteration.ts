import { appendTo } from '../builtins/list-methods.ts';
import { type Control, controlFor, DeadEnd, type Escape, type Run, setAside } from '../run.ts';
import { listFrom, withItems } from '../values/iterate.ts';
import { known, type ListObj, none, type Site, type Unk, type Val } from '../values/object.ts';
import { replaceState } from '../values/state.ts';
import { barrier } from './barrier.ts';
import { controlled } from './loops.ts';

/** Generators: their body runs when somebody iterates, and hands each value over at its `yield`. */

/** The one item of a generator that has not begun: to whoever does not know generators, any number of unknown items. */
export function isFresh(list: ListObj): boolean {
  const [first] = list.cell.state.items;
  return list.generate !== undefined && list.cell.state.alternatives === null && first?.k === 'unk' && first.key === FRESH;
}

const FRESH = ' not begun';

export function generatorFrom(run: Run, generate: NonNullable<ListObj['generate']>, hole: Unk): ListObj {
  const made = listFrom(run, [{ ...hole, key: FRESH, many: true }]);
  return { ...made, view: true, generate };
}

/** Marks a generator as begun: what it has not given yet is unknown from here on. */
function begin(run: Run, list: ListObj): void {
  const items = list.cell.state.items.map((one) => (one.k === 'unk' ? { ...one, key: '' } : one));
  replaceState(run.journal, list.cell, { k: 'list', items, alternatives: null });
}

function finish(run: Run, list: ListObj): void {
  replaceState(run.journal, list.cell, { k: 'list', items: [], alternatives: null });
}

/** Runs a generator to its end; its values as a list. */
export function collectGenerator(run: Run, list: ListObj): ListObj {
  const { generate } = list;
  const out = listFrom(run, []);
  if (generate === undefined) return out;
  begin(run, list);
  generate((value) => {
    appendTo(run, out, value);
    return none({ step: 'default', of: 'Python' });
  });
  finish(run, list);
  return out;
}

/** Runs a generator and a body for each of its values; the body may leave it. */
export function drive(
  run: Run,
  list: ListObj,
  body: (value: Val) => Escape | null,
  after: (left: Escape | null, broke: boolean) => Escape | null,
): Escape | null {
  const { generate } = list;
  if (generate === undefined) return after(null, false);
  begin(run, list);
  const outer = run.frame;
  const raise = controlFor(run, 'raise');
  const leave = controlFor(run, 'return');
  return controlled(
    run,
    'loop',
    true,
    (loop) => {
      generate((value) => {
        const inner = run.frame;
        run.frame = outer;
        outside(run, () => body(value), { raise, return: leave, break: loop ?? undefined, continue: undefined });
        run.frame = inner;
        return none({ step: 'default', of: 'Python' });
      });
      finish(run, list);
      return null;
    },
    after,
  );
}

/** Runs a body in the midst of a generator: whatever leaves it goes past the generator. */
function outside(run: Run, body: () => Escape | null, targets: Readonly<Record<Escape['kind'], Control | undefined>>): void {
  const left = barrier(run, body, (one) => {
    const to = one === null ? undefined : targets[one.kind];
    return one === null || to === undefined ? one : { ...one, to };
  });
  if (left === null) return;
  setAside(run, left);
  throw new DeadEnd();
}

/** The next value of a generator that has not begun; what comes after it is not followed. Undefined when it has none. */
export function firstOf(run: Run, list: ListObj, absent: () => Val): Val {
  const slot = listFrom(run, []);
  drive(
    run,
    list,
    (value) => {
      appendTo(run, slot, value);
      return { kind: 'break' };
    },
    () => null,
  );
  return withItems(run, known(slot, { step: 'default', of: 'Python' }), NOWHERE, ([value]) => value ?? absent());
}

const NOWHERE: Site = { file: '', start: 0, end: 0 };
