import { both, type Guard, type Guards } from '../core/guard.ts';
import { MAX_MEMBERS, MAX_STEPS } from '../core/limits.ts';
import { type Origin, textOrigin } from '../core/origin.ts';
import type { Span } from '../core/span.ts';
import type { UnknownReason, Value } from '../core/value.ts';
import type { InputProblem } from '../files/tree.ts';
import type { PythonModule } from '../syntax/python/index.ts';
import type { SettingsRequest } from './model.ts';
import {
  type Absent,
  type Known,
  type ModuleFrame,
  type ModuleObj,
  type ReadRecord,
  type ScopeChain,
  type Site,
  type Slot,
  type SlotCase,
  type Unk,
  type UnkHints,
  unk,
  type Val,
} from './values/object.ts';
import {
  applyDelta,
  type Cell,
  commitFrame,
  conditional,
  type Delta,
  deltaSince,
  type Journal,
  mergeBranches,
  popFrames,
  pushFrame,
  type ScopeState,
} from './values/state.ts';

/** Everything one evaluation carries along. */
export interface Run {
  readonly request: SettingsRequest;
  readonly journal: Journal;
  /** What is assumed on the branch that runs. */
  path: Guards;
  steps: number;
  /** Number of the statement that runs: what is unknown in it may raise once. */
  statement: number;
  doubted: number;
  depth: number;
  /** What is left of MAX_MEMBERS while values are walked over. */
  membersLeft: number | null;
  readonly controls: Control[];
  readonly modules: Map<string, LoadedModule>;
  readonly parsed: Map<string, PythonModule>;
  readonly natives: Map<string, ModuleObj | null>;
  readonly environ: Cell<ScopeState>;
  /** What `django.conf.settings` has taken from the settings module, once it has. */
  readonly djangoSettings: Cell<ScopeState>;
  /** The names of the settings module when the first package that is not known was imported. */
  firstOutside: ReadonlyMap<string, Slot> | null;
  readonly reads: ReadRecord[];
  readonly files: string[];
  readonly problems: InputProblem[];
  readonly assignments: Map<string, Span[]>;
  readonly creates: Value<string>[];
  readonly counters: Map<string, number>;
  /** Files and folders that the code itself makes: whether they stood there before no longer tells anything. `*` is any. */
  readonly written: Set<string>;
  /** Folders that modules are looked up in; sys.path changes it. */
  importRoots: readonly string[];
  rootsUnknown: boolean;
  /** Those of them that stand behind the installed packages, or may. */
  readonly rootsBehind: Set<string>;
  frame: CallFrame;
  firstMissing: PyError | null;
  /** Sets the path aside on which an exception of unknown type was raised. */
  maybe: ((run: Run) => void) | null;
  incomplete: { readonly because: string; readonly at: Span } | null;
}

export interface CallFrame {
  readonly module: ModuleFrame;
  readonly chain: ScopeChain;
  readonly name: string;
  /** What `yield` hands its values to; it gives what the expression is. Null outside generators. */
  readonly yielded: ((value: Val) => Val) | null;
  readonly caller: CallFrame | null;
  /** Exceptions being handled, innermost last: what a bare `raise` raises. */
  readonly handling: PyError[];
}

export interface LoadedModule {
  readonly obj: ModuleObj;
  readonly frame: ModuleFrame | null;
  state: 'loading' | 'loaded' | 'failed';
}

/** A Python exception on its way. */
export class PyError extends Error {
  readonly exc: Known;
  readonly type: string;
  readonly site: Site;
  readonly variable: string | null;
  /** A `raise`, `assert` or `sys.exit()` of the project: somebody meant it. */
  readonly meant: boolean;
  constructor(exc: Known, type: string, message: string, site: Site, variable: string | null, meant = false) {
    super(message);
    this.exc = exc;
    this.type = type;
    this.site = site;
    this.variable = variable;
    this.meant = meant;
  }
}

/** No path goes on from here: all of them have been set aside at some control frame. */
export class DeadEnd extends Error {}

/** A named limit was met: the evaluation as a whole stops. */
export class LimitHit extends Error {}

export type Escape =
  | { readonly kind: 'raise'; readonly error: PyError; readonly to?: Control }
  | { readonly kind: 'return'; readonly value: Val; readonly to?: Control }
  | { readonly kind: 'break'; readonly to?: Control }
  | { readonly kind: 'continue'; readonly to?: Control };

export interface Pending {
  readonly escape: Escape;
  when: Guards;
  readonly delta: Delta;
}

/** A construct that some paths may leave early while others go on. */
export interface Control {
  /** A barrier stops every way of leaving: `finally` and `with` have something to do on the way. */
  readonly kind: 'try' | 'loop' | 'iteration' | 'call' | 'top' | 'barrier';
  readonly from: number;
  readonly path: Guards;
  readonly pending: Pending[];
  /** How many paths the constructs around had set aside when this one began. */
  readonly waiting: readonly number[];
  /** Of a barrier: an exception may go no further. */
  readonly swallows: boolean;
}

export function spanOf(site: Site): Span {
  return { file: site.file, start: site.start, end: site.end };
}
export function originAt(site: Site, note?: string, via?: Origin): Origin {
  return textOrigin(spanOf(site), note, via);
}

/** An unknown that arises at a place; two that arise there in turn are told apart. */
export function unknownAt(run: Run, why: UnknownReason, site: Site, hints: UnkHints = {}): Unk {
  doubt(run);
  const place = `${site.file}:${site.start}:${site.end}`;
  const count = run.counters.get(place) ?? 0;
  run.counters.set(place, count + 1);
  return unk(why, originAt(site), { key: count === 0 ? place : `${place}#${count}`, ...hints });
}

/** Something is not known: it may have raised, where something waits for that. */
function doubt(run: Run): void {
  if (run.doubted === run.statement || run.maybe === null || !insideTry(run)) return;
  run.doubted = run.statement;
  run.maybe(run);
}

/**
 * A walk over values, which may share members and so unfold to any size: after MAX_MEMBERS of them every further one gives up. Walks
 * may stand in one another.
 */
export function walking<T>(run: Run, givenUp: () => T, walk: () => T): T {
  if (run.membersLeft !== null) return --run.membersLeft < 0 ? givenUp() : walk();
  run.membersLeft = MAX_MEMBERS;
  try {
    return walk();
  } finally {
    run.membersLeft = null;
  }
}

/** Assumptions beyond which a step costs more: each value that it reads is held against all of them. */
const LONG_PATH = 256;

export function step(run: Run): void {
  run.steps += 1 + Math.max(0, run.path.length - LONG_PATH);
  if (run.steps > MAX_STEPS) throw new LimitHit('MAX_STEPS');
}

/** The construct that a path leaves to. */
export function controlFor(run: Run, kind: Escape['kind']): Control | undefined {
  for (let i = run.controls.length - 1; i >= 0; i--) {
    const control = run.controls[i];
    if (control === undefined) continue;
    if (control.kind === 'barrier') return control;
    if (kind === 'raise' && (control.kind === 'try' || control.kind === 'top')) return control;
    if (kind === 'return' && control.kind === 'call') return control;
    if (kind === 'break' && control.kind === 'loop') return control;
    if (kind === 'continue' && control.kind === 'iteration') return control;
  }
  return undefined;
}

/** Sets a path that leaves early aside until the construct it leaves to has ended. */
export function setAside(run: Run, left: Escape): Pending | undefined {
  const control = left.to ?? controlFor(run, left.kind);
  if (control === undefined) return undefined;
  const when = run.path.slice(control.path.length);
  const delta: Delta = control.kind === 'top' ? new Map() : deltaSince(run.journal, control.from);
  const pending: Pending = { escape: left, when, delta };
  control.pending.push(pending);
  return control.kind === 'top' ? undefined : pending;
}

/** Whether an exception raised now could be caught. */
export function insideTry(run: Run): boolean {
  for (let i = run.controls.length - 1; i >= 0; i--) {
    const control = run.controls[i];
    if (control?.swallows) return true;
    const kind = control?.kind;
    if (kind === 'try' || kind === 'top') return kind === 'try';
  }
  return false;
}

/** A value is used as if its variable were set: without one this raises, and nothing around it catches that. */
export function demand(run: Run, read: ReadRecord | null): void {
  if (read !== null && !insideTry(run)) read.required = true;
}

export interface ForkBranch<T> {
  readonly when: Guards;
  readonly body: () => T;
}

/** Runs each branch on the same start and merges what they leave; branches that leave early are set aside. */
export function fork<T>(
  run: Run,
  branches: readonly ForkBranch<T>[],
  escapeOf: (result: T) => Escape | null,
  join: (results: readonly { readonly when: Guards; readonly value: T }[]) => T,
): T {
  const start = run.path;
  const open = branches.flatMap((branch) => {
    const path = both(start, branch.when);
    return path === undefined ? [] : [{ ...branch, path }];
  });
  const [only] = open;
  if (only === undefined) throw new DeadEnd();
  if (open.length === 1) {
    // The others may have left for good: what goes on goes on under this one's guards.
    run.path = only.path;
    return only.body();
  }
  const survivors: { when: Guards; value: T; delta: Delta }[] = [];
  let lost = false;
  const control = run.controls.length;
  const waiting = run.controls.map((one) => one.pending.length);
  const { doubted } = run;
  let doubts = 0;
  for (const branch of open) {
    run.path = branch.path;
    run.doubted = doubted;
    const from = pushFrame(run.journal);
    const frame = run.frame;
    const loaded = new Set(run.modules.keys());
    try {
      const value = branch.body();
      const left = escapeOf(value);
      if (left === null) survivors.push({ when: run.path.slice(start.length), value, delta: deltaSince(run.journal, from) });
      else {
        setAside(run, left);
        lost = true;
      }
    } catch (error) {
      if (error instanceof PyError) setAside(run, { kind: 'raise', error });
      else if (!(error instanceof DeadEnd)) throw error;
      lost = true;
    } finally {
      const stores = run.journal.frames.slice(from).some((one) => one.log.has(run.environ));
      if (run.doubted !== doubted) doubts++;
      popFrames(run.journal, from);
      run.controls.length = control;
      run.frame = frame;
      run.path = start;
      // A module that was loaded under this branch's assumption must run again under another one.
      for (const name of run.modules.keys()) {
        if (loaded.has(name)) continue;
        run.modules.delete(name);
        // Unless it would then find the variables that it, or what ran beside it, has stored itself.
        if (stores) run.counters.set(unrepeatable(name), 1);
      }
    }
  }
  // What only some of the branches have met may still be met on the others.
  if (doubts < open.length) run.doubted = doubted;
  if (survivors.length === 0) throw new DeadEnd();
  mergeBranches(run.journal, survivors);
  // A branch that goes on may have left in part as well: where something not understood may have raised in it.
  const aside = run.controls.flatMap((one, i) => one.pending.slice(waiting[i] ?? 0));
  if (lost || aside.length > 0) run.path = narrowed(run, start, survivors, aside);
  return join(survivors);
}

/** Counts a module that has run on some branch only and whose run changed what a second one would read. */
export function unrepeatable(name: string): string {
  return `unrepeatable:${name}`;
}

/** What is known after some branches have left: the guards that the others share, or a fresh guard that stands for "went on". */
function narrowed(run: Run, start: Guards, survivors: readonly { readonly when: Guards }[], aside: readonly Pending[]): Guards {
  const [first, ...rest] = survivors;
  if (first === undefined) return start;
  const shared = first.when.filter((guard) =>
    rest.every((one) => one.when.some((other) => JSON.stringify(other) === JSON.stringify(guard))),
  );
  let path = both(start, shared) ?? start;
  if (rest.length > 0 && aside.length > 0) path = goingOn(run, path, aside);
  return path;
}

const NO_ESCAPE = () => null;

/** Forks over the cases of a value; the results are joined under their guards. */
export function forkCases(run: Run, cases: readonly SlotCase[], body: (then: Known | Unk | Absent) => Val): Val {
  return forkValues(
    run,
    cases.map((one) => ({ when: one.when, body: () => body(one.then) })),
  );
}

/** Runs branches that each give a value; the results are joined under their guards. */
export function forkValues(run: Run, branches: readonly ForkBranch<Val>[]): Val {
  return fork<Val>(run, branches, NO_ESCAPE, (results) =>
    present(conditional(results.map((one) => ({ when: one.when, then: one.value })))),
  );
}

function present(slot: Slot): Val {
  if (slot.k === 'absent') throw new Error('a value became absent');
  return slot;
}

/** A slot as it stands on the branch that runs: cases that cannot hold here are left out. */
export function settled(run: Run, slot: Slot): Slot {
  if (slot.k !== 'cond' || run.path.length === 0) return slot;
  const cases = slot.cases.filter((one) => both(run.path, one.when) !== undefined);
  const [only] = cases;
  if (cases.length === 1 && only !== undefined) return only.then;
  if (cases.length === 0) throw new DeadEnd();
  return cases.length === slot.cases.length ? slot : conditional(cases);
}

/** Reads a slot; on branches where it holds nothing, `absent` says what happens. */
export function readSlot(run: Run, slot: Slot, absent: () => Val): Val {
  const now = settled(run, slot);
  if (now.k === 'absent') return absent();
  if (now.k !== 'cond' || now.cases.every((one) => one.then.k !== 'absent')) return now;
  return forkCases(run, now.cases, (then) => (then.k === 'absent' ? absent() : then));
}

/** Applies a function to what is known of a value, on a branch for each of its cases. Unknown stays unknown. */
export function lift(
  run: Run,
  value: Val,
  change: (one: Known) => Val,
  unknown: (one: Unk) => Val = (one) => ({ ...one, key: '', truth: null, env: null, type: null, many: false }),
): Val {
  const now = value.k === 'cond' ? settled(run, value) : value;
  if (now.k === 'known') return change(now);
  if (now.k === 'unk') {
    doubt(run);
    return unknown(now);
  }
  if (now.k === 'absent') throw new Error('an absent value was used');
  return forkCases(run, now.cases, (then) => {
    if (then.k === 'known') return change(then);
    doubt(run);
    return unknown(then.k === 'unk' ? then : unk('raised', { step: 'default', of: 'nothing' }));
  });
}

/** Like `lift` over several values at once. The first unknown decides. */
export function liftAll(run: Run, values: readonly Val[], change: (all: readonly Known[]) => Val, unknown?: (one: Unk) => Val): Val {
  const next = (at: number, sofar: readonly Known[]): Val => {
    const value = values[at];
    if (value === undefined) return change(sofar);
    return lift(run, value, (one) => next(at + 1, [...sofar, one]), unknown);
  };
  return next(0, []);
}

/** Opens a construct that paths may leave early. */
export function openControl(run: Run, kind: Control['kind'], swallows = false): Control {
  const waiting = run.controls.map((one) => one.pending.length);
  const control: Control = { kind, from: pushFrame(run.journal), path: run.path, pending: [], swallows, waiting };
  run.controls.push(control);
  return control;
}

export interface Ending {
  readonly when: Guards;
  readonly delta: Delta;
  readonly escape: Escape | null;
}

/** Closes a construct that nothing left early: what has changed in it stands. */
export function keepChanges(run: Run, control: Control): void {
  run.controls.length = run.controls.indexOf(control);
  while (run.journal.frames.length > control.from) commitFrame(run.journal);
}

/** The ways on which a construct ended, each to go on from what it left. */
export function resumed<T>(run: Run, endings: readonly Ending[], body: (ending: Ending) => T): readonly ForkBranch<T>[] {
  return endings.map((ending) => ({
    when: ending.when,
    body: () => {
      applyDelta(run.journal, ending.delta);
      return body(ending);
    },
  }));
}

/** Closes it. Null: nothing was set aside and its changes stand. Otherwise everything is undone and the endings are to be merged. */
export function closeControl(run: Run, control: Control, reached: boolean): readonly Ending[] | null {
  if (control.pending.length === 0 && reached) {
    keepChanges(run, control);
    return null;
  }
  run.controls.length = run.controls.indexOf(control);
  if (control.pending.length === 0) {
    popFrames(run.journal, control.from);
    run.path = control.path;
    return [];
  }
  const endings: Ending[] = [];
  if (reached) endings.push({ when: run.path.slice(control.path.length), delta: deltaSince(run.journal, control.from), escape: null });
  popFrames(run.journal, control.from);
  run.path = control.path;
  for (const one of control.pending) endings.push(one);
  // What left for a construct further out does not go on with these.
  const aside = run.controls.flatMap((one, i) => one.pending.slice(control.waiting[i] ?? 0));
  if (endings.length > 1 && aside.length > 0) run.path = goingOn(run, control.path, aside);
  return endings;
}

/** A fresh guard that tells what goes on from what has left. */
function goingOn(run: Run, path: Guards, aside: readonly Pending[]): Guards {
  const count = run.counters.get('fork') ?? 0;
  run.counters.set('fork', count + 1);
  const guard: Guard = { on: 'text', key: `fork:${count}`, text: 'the code goes on', holds: true };
  for (const pending of aside) pending.when = [...pending.when, { ...guard, holds: false }];
  return [...path, guard];
}
