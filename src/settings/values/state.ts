import { both, type Guards } from '../../core/guard.ts';
import { MAX_CASES } from '../../core/limits.ts';
import { ABSENT, type Known, type Slot, type SlotCase, type Unk, unk, type Val } from './object.ts';
import { sameSlot } from './same.ts';
import { widened } from './widen.ts';

/** Everything mutable lives in cells, so that two branches can run on the same start and be merged afterwards. */
export interface Cell<S extends State> {
  state: S;
  /** The frame that made `state`: only that one may change it in place. */
  epoch: number;
}

export type State = ListState | MapState | ScopeState;

/** `items` may hold an unknown with `many` set: any number of items stands there. */
export interface ListState {
  readonly k: 'list';
  readonly items: Val[];
  /** Set when two branches left different lists: then `items` is empty and the alternatives count. */
  readonly alternatives: readonly { readonly when: Guards; readonly items: readonly Val[] }[] | null;
}
export interface MapEntry {
  readonly key: Known;
  readonly value: Slot;
}
export interface MapState {
  readonly k: 'map';
  readonly entries: Map<string, MapEntry>;
  /** Set when keys may exist that are not listed. */
  open: Unk | null;
}
export interface ScopeState {
  readonly k: 'scope';
  readonly names: Map<string, Slot>;
  /** Set when names may be bound that are not listed. */
  open: Unk | null;
  /** What a name holds that is not listed, where that is not simply nothing: what the process is started with. */
  readonly initial?: (name: string) => Slot;
}

interface Frame {
  readonly id: number;
  readonly log: Map<Cell<State>, { readonly old: State; readonly epoch: number }>;
}

export type Delta = ReadonlyMap<Cell<State>, State>;

/** The journal of all changes: a stack of frames, each undoable. */
export interface Journal {
  readonly frames: Frame[];
  nextId: number;
}

export function newJournal(): Journal {
  return { frames: [{ id: 1, log: new Map() }], nextId: 2 };
}

export function newCell<S extends State>(journal: Journal, state: S): Cell<S> {
  return { state, epoch: topFrame(journal).id };
}

function topFrame(journal: Journal): Frame {
  const frame = journal.frames[journal.frames.length - 1];
  if (frame === undefined) throw new Error('the journal has lost its first frame');
  return frame;
}

function copyState(state: State): State {
  switch (state.k) {
    case 'list':
      return { k: 'list', items: [...state.items], alternatives: state.alternatives };
    case 'map':
      return { k: 'map', entries: new Map(state.entries), open: state.open };
    case 'scope':
      return { ...state, names: new Map(state.names) };
  }
}

function log(journal: Journal, cell: Cell<State>): Frame {
  const top = topFrame(journal);
  if (cell.epoch !== top.id && !top.log.has(cell)) top.log.set(cell, { old: cell.state, epoch: cell.epoch });
  return top;
}

function writable(journal: Journal, cell: Cell<State>): State {
  const top = log(journal, cell);
  if (cell.epoch !== top.id) {
    cell.state = copyState(cell.state);
    cell.epoch = top.id;
  }
  return cell.state;
}

/** The state of a cell, free to be changed in place until the next branch. */
export function writeList(journal: Journal, cell: Cell<ListState>): ListState {
  writable(journal, cell);
  return cell.state;
}
export function writeMap(journal: Journal, cell: Cell<MapState>): MapState {
  writable(journal, cell);
  return cell.state;
}
export function writeScope(journal: Journal, cell: Cell<ScopeState>): ScopeState {
  writable(journal, cell);
  return cell.state;
}
export function replaceState<S extends State>(journal: Journal, cell: Cell<S>, state: S): void {
  log(journal, cell);
  cell.state = state;
  cell.epoch = -1;
}

export function pushFrame(journal: Journal): number {
  journal.frames.push({ id: journal.nextId++, log: new Map() });
  return journal.frames.length - 1;
}

/** What has changed since the frame at `from` began, as it stands now. */
export function deltaSince(journal: Journal, from: number): Delta {
  const delta = new Map<Cell<State>, State>();
  for (let i = from; i < journal.frames.length; i++) {
    const frame = journal.frames[i];
    if (frame === undefined) continue;
    for (const cell of frame.log.keys()) {
      delta.set(cell, cell.state);
      cell.epoch = -1;
    }
  }
  return delta;
}

/** Undoes and drops all frames from `from` on. */
export function popFrames(journal: Journal, from: number): void {
  while (journal.frames.length > from) {
    const frame = journal.frames.pop();
    if (frame === undefined) return;
    for (const [cell, entry] of frame.log) {
      cell.state = entry.old;
      cell.epoch = entry.epoch;
    }
  }
}

export function applyDelta(journal: Journal, delta: Delta): void {
  for (const [cell, state] of delta) replaceState(journal, cell, state);
}

export interface Branch {
  readonly when: Guards;
  readonly delta: Delta;
}

/** Writes what several branches left behind: what they agree on as it is, the rest under their guards. */
export function mergeBranches(journal: Journal, branches: readonly Branch[]): void {
  const [first] = branches;
  if (branches.length === 1 && first !== undefined) {
    applyDelta(journal, first.delta);
    return;
  }
  const cells = new Set<Cell<State>>();
  for (const branch of branches) for (const cell of branch.delta.keys()) cells.add(cell);
  for (const cell of cells) {
    const versions = branches.map((branch) => ({ when: branch.when, state: branch.delta.get(cell) ?? cell.state }));
    const merged = mergeStates(versions);
    if (merged !== undefined) replaceState(journal, cell, merged);
  }
}

interface Version {
  readonly when: Guards;
  readonly state: State;
}

function mergeStates(versions: readonly Version[]): State | undefined {
  const [first, ...rest] = versions;
  if (first === undefined) return undefined;
  if (rest.every((one) => one.state === first.state)) return first.state;
  if (first.state.k === 'list') return mergeLists(versions);
  if (first.state.k === 'map') return mergeMaps(versions);
  return mergeScopes(versions);
}

function mergeLists(versions: readonly Version[]): ListState {
  const alternatives: { when: Guards; items: readonly Val[] }[] = [];
  for (const { when, state } of versions) {
    if (state.k !== 'list') continue;
    for (const one of state.alternatives ?? [{ when: [], items: state.items }]) {
      const joined = both(when, one.when);
      if (joined !== undefined) alternatives.push({ when: joined, items: one.items });
    }
  }
  const [first] = alternatives;
  if (first !== undefined && alternatives.every((one) => sameItems(one.items, first.items))) {
    return { k: 'list', items: [...first.items], alternatives: null };
  }
  if (alternatives.length > MAX_CASES) return { k: 'list', items: widened(alternatives.map((one) => one.items)), alternatives: null };
  return { k: 'list', items: [], alternatives };
}

function sameItems(a: readonly Val[], b: readonly Val[]): boolean {
  return a === b || (a.length === b.length && a.every((item, i) => sameSlot(item, b[i] ?? ABSENT)));
}

function mergeMaps(versions: readonly Version[]): MapState {
  const entries = new Map<string, MapEntry>();
  let open: Unk | null = null;
  for (const { state } of versions) {
    if (state.k !== 'map') continue;
    open ??= state.open;
    for (const [id, entry] of state.entries) if (!entries.has(id)) entries.set(id, entry);
  }
  for (const [id, entry] of entries) {
    // Most entries were left alone by every branch, and a large dict may be branched over often.
    if (versions.every(({ state }) => state.k === 'map' && state.entries.get(id)?.value === entry.value)) continue;
    // Where some version may or may not have the key, the map as a whole is open, and says no more of it.
    if (versions.some(({ state }) => state.k === 'map' && state.open !== null && !state.entries.has(id))) {
      entries.delete(id);
      continue;
    }
    const cases = versions.map(({ when, state }) => ({
      when,
      then: (state.k === 'map' ? state.entries.get(id)?.value : undefined) ?? missing(state),
    }));
    entries.set(id, { key: entry.key, value: conditional(cases) });
  }
  return { k: 'map', entries, open };
}

function mergeScopes(versions: readonly Version[]): ScopeState {
  const names = new Map<string, Slot>();
  const [first] = versions;
  const initial = first?.state.k === 'scope' ? first.state.initial : undefined;
  let open: Unk | null = null;
  for (const { state } of versions) {
    if (state.k !== 'scope') continue;
    open ??= state.open;
    for (const [name, slot] of state.names) if (!names.has(name)) names.set(name, slot);
  }
  for (const [name, slot] of names) {
    if (versions.every(({ state }) => state.k === 'scope' && state.names.get(name) === slot)) continue;
    const cases = versions.map(({ when, state }) => ({
      when,
      then: (state.k === 'scope' ? (state.names.get(name) ?? initial?.(name)) : undefined) ?? missing(state),
    }));
    names.set(name, conditional(cases));
  }
  return { k: 'scope', names, open, ...(initial === undefined ? {} : { initial }) };
}

function missing(state: State): Slot {
  return state.k !== 'list' && state.open !== null ? state.open : ABSENT;
}

/** One of several slots, whichever guard holds. Equal ones collapse; too many become unknown. */
export function conditional(cases: readonly { readonly when: Guards; readonly then: Slot }[]): Slot {
  const [first] = cases;
  if (first === undefined) return ABSENT;
  if (cases.every((one) => sameSlot(one.then, first.then))) return first.then;
  const flat: SlotCase[] = [];
  for (const { when, then } of cases) {
    if (then.k !== 'cond') {
      flat.push({ when, then });
      continue;
    }
    for (const inner of then.cases) {
      const joined = both(when, inner.when);
      if (joined !== undefined) flat.push({ when: joined, then: inner.then });
    }
  }
  const [head] = flat;
  if (head === undefined) return ABSENT;
  if (flat.every((one) => sameSlot(one.then, head.then))) return head.then;
  if (flat.length > MAX_CASES)
    return unk('limit', originOfCases(flat), { names: flat.flatMap((one) => (one.then.k === 'unk' ? one.then.names : [])) });
  return { k: 'cond', cases: flat };
}

function originOfCases(cases: readonly SlotCase[]) {
  for (const one of cases) if (one.then.k !== 'absent') return one.then.origin;
  return { step: 'default' as const, of: 'nothing' };
}

/** Ends the newest frame and keeps its changes. */
export function commitFrame(journal: Journal): void {
  const frame = journal.frames.pop();
  if (frame === undefined) return;
  const parent = topFrame(journal);
  for (const [cell, entry] of frame.log) {
    if (entry.epoch !== parent.id && !parent.log.has(cell)) parent.log.set(cell, entry);
    if (cell.epoch === frame.id) cell.epoch = parent.id;
  }
}
