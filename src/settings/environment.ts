import { type Origin, placeOf } from '../core/origin.ts';
import { isSecretName } from '../core/secret.ts';
import type { Value } from '../core/value.ts';
import { makeError, raise } from './raise.ts';
import { DeadEnd, insideTry, openControl, PyError, type Run, readSlot, settled, spanOf } from './run.ts';
import {
  ABSENT,
  type Known,
  known,
  type ReadRecord,
  type Site,
  type Slot,
  str,
  type Unk,
  unk,
  type Val,
  withOrigin,
} from './values/object.ts';
import { popFrames, writeScope } from './values/state.ts';

/** What a machine's own environment gives without anybody saying so: never definitely unset. */
const AMBIENT = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'PWD',
  'LANG',
  'LC_ALL',
  'HOSTNAME',
  'TERM',
  'TMPDIR',
  'TZ',
  'VIRTUAL_ENV',
  'PYTHONPATH',
  'USERNAME',
  'COMPUTERNAME',
  'OS',
  'SHLVL',
  '_',
]);

/** What an operating system gives every process; the rest of those is somebody's choice. */
const SYSTEM = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'PWD', 'LANG', 'LC_ALL', 'HOSTNAME', 'TERM', 'SHLVL', '_']);

/** Whether a variable that nothing lists may be set all the same. */
function isAmbient(run: Run, name: string): boolean {
  return (run.request.host === 'bare' ? SYSTEM : AMBIENT).has(name);
}

function givenOrigin(name: string, value: Origin, site: Site): Origin {
  const at = placeOf(value);
  const from = value.step === 'env' ? value.from : value.step === 'default' ? value.of : undefined;
  return {
    step: 'env',
    name,
    state: 'given',
    read: spanOf(site),
    ...(at === undefined ? {} : { at }),
    ...(from === undefined ? {} : { from }),
    via: value,
  };
}

function opaque(name: string, origin: Origin): Unk {
  return unk('opaque-env', origin, { names: [name], type: 'str', env: name, key: `env:${name}`, secret: isSecretName(name) });
}

function fromRequest(run: Run, name: string, value: Value<string>, site: Site): Slot {
  const one = (inner: Exclude<Value<string>, { kind: 'conditional' }>): Known | Unk => {
    const origin = givenOrigin(name, inner.origin, site);
    return inner.kind === 'known' ? str(inner.value, origin, isSecretName(name)) : { ...opaque(name, origin), why: inner.why };
  };
  if (value.kind !== 'conditional') return one(value);
  return settled(run, { k: 'cond', cases: value.cases.map((each) => ({ when: each.when, then: one(each.then) })) });
}

/** A file that the tree does not hold was read into the environment: it may set the variable or leave it unset. */
function maybeFromFile(run: Run, open: Unk, name: string): Slot {
  const text = `${name} is set by what was read into the environment`;
  const guard = { on: 'text' as const, key: `environ:${open.key}:${name}`, text };
  return settled(run, {
    k: 'cond',
    cases: [
      { when: [{ ...guard, holds: false }], then: ABSENT },
      { when: [{ ...guard, holds: true }], then: { ...open, type: 'str', key: `env:${name}`, names: [name] } },
    ],
  });
}

/** What a variable holds now: what the code has stored, what the environment gives, or what it may give. */
export function lookupVariable(run: Run, name: string, site: Site): Slot {
  const stored = run.environ.state.names.get(name);
  if (stored !== undefined) return settled(run, stored);
  const { environment } = run.request;
  const given = environment.variables.get(name);
  if (given !== undefined) return fromRequest(run, name, given, site);
  if (run.environ.state.open !== null) return maybeFromFile(run, run.environ.state.open, name);
  return settled(run, unlisted(run, name, { step: 'env', name, state: 'absent', read: spanOf(site) }));
}

/** What the process has at its start, whatever the code stores later. */
export function initialVariable(run: Run, name: string): Slot {
  const given = run.request.environment.variables.get(name);
  if (given === undefined) return unlisted(run, name, { step: 'env', name, state: 'absent' });
  const one = (inner: Exclude<Value<string>, { kind: 'conditional' }>): Known | Unk =>
    inner.kind === 'known' ? str(inner.value, inner.origin, isSecretName(name)) : { ...opaque(name, inner.origin), why: inner.why };
  if (given.kind !== 'conditional') return one(given);
  return { k: 'cond', cases: given.cases.map((each) => ({ when: each.when, then: one(each.then) })) };
}

function unlisted(run: Run, name: string, absent: Origin): Slot {
  if (run.request.environment.closed === true) return isAmbient(run, name) ? { ...opaque(name, absent), why: 'host' } : ABSENT;
  return {
    k: 'cond',
    cases: [
      { when: [{ on: 'env', name, is: 'unset' }], then: ABSENT },
      { when: [{ on: 'env', name, is: 'set' }], then: opaque(name, absent) },
    ],
  };
}

/** The variables that are given or that the code has set, by name; others may be set where the environment is not closed. */
export function variableNames(run: Run): readonly string[] {
  return [...new Set([...run.request.environment.variables.keys(), ...run.environ.state.names.keys()])];
}

/** Names that the machine may give besides those, whatever the environment says. */
export function ambientNames(): readonly string[] {
  return [...AMBIENT];
}

/** Whether variables that are not listed may be set. */
export function mayHoldMore(run: Run): boolean {
  return run.request.environment.closed !== true || run.environ.state.open !== null;
}

/** Notes a read for the environment contract. */
export function recordRead(run: Run, name: string, library: string, site: Site, slot: Slot): ReadRecord {
  // What the machine or the shell gives, such as TZ, may be there or not.
  const isAmbient = slot.k === 'unk' && slot.why === 'host';
  const mayBeAbsent = isAmbient || (slot.k === 'cond' && slot.cases.some((one) => one.then.k === 'absent'));
  const provided = slot.k === 'absent' ? false : mayBeAbsent ? null : true;
  const record: ReadRecord = { name, library, at: spanOf(site), provided, required: false, fallback: null };
  run.reads.push(record);
  return record;
}

/** Whether the code has stored the variable, or would have, had the environment not given it: reading it cannot fail. */
function ensuredByCode(run: Run, name: string): boolean {
  const stored = run.environ.state.names.get(name);
  return stored === undefined ? run.reads.some((read) => read.name === name && read.ensures === true) : stored.k !== 'absent';
}

export interface Reading {
  readonly name: string;
  readonly library: string;
  readonly site: Site;
  /** What an absent variable yields; null when that raises. */
  readonly fallback: (() => Val) | null;
  /** The exception of a required one. */
  readonly error: string;
  readonly message: string;
  /** The fallback becomes the value of the variable: setdefault. */
  readonly ensures?: true;
}

/** Reads a variable as a library does. */
export function readVariable(run: Run, reading: Reading): Val {
  const { name, site } = reading;
  const slot = lookupVariable(run, name, site);
  return readAs(run, reading, slot);
}

/** Like readVariable, with what was found given: for libraries that look into files as well. */
export function readAs(run: Run, reading: Reading, slot: Slot): Val {
  const { name, site, fallback } = reading;
  const ensured = slot.k === 'known' && ensuredByCode(run, name);
  const record = recordRead(run, name, reading.library, site, slot);
  if (reading.ensures) record.ensures = true;
  if (fallback === null && !ensured && !insideTry(run)) record.required = true;
  const origin: Origin = { step: 'env', name, state: fallback === null ? 'absent' : 'fallback', read: spanOf(site) };
  const absent = (): Val => {
    if (fallback === null) return missing(run, reading);
    const value = fallback();
    record.fallback = value;
    return withOrigin(value, (via) => ({ ...origin, via }));
  };
  if (slot.k === 'known') {
    if (fallback !== null) record.fallback = supposed(run, fallback);
    return { ...slot, read: ensured ? null : record };
  }
  if (slot.k === 'cond' && fallback === null && !insideTry(run)) {
    const set = slot.cases.filter((one) => one.then.k !== 'absent');
    const [only] = set;
    if (set.length === 1 && only !== undefined && only.then.k !== 'absent') return { ...only.then };
  }
  return readSlot(run, slot, absent);
}

/** What would be made if the variable were absent: it runs without a trace; null when that raises. */
function supposed(run: Run, body: () => Val): Val | null {
  const { path, frame } = run;
  const reads = run.reads.length;
  const control = openControl(run, 'top');
  try {
    return body();
  } catch (error) {
    if (error instanceof PyError || error instanceof DeadEnd) return null;
    throw error;
  } finally {
    popFrames(run.journal, control.from);
    run.controls.length = run.controls.indexOf(control);
    run.reads.length = reads;
    run.path = path;
    run.frame = frame;
  }
}

function missing(run: Run, reading: Reading): Val {
  const { name, site } = reading;
  if (run.request.assumeMissing === true && !insideTry(run)) {
    run.firstMissing ??= makeError(run, reading.error, reading.message, site, name);
    const origin: Origin = { step: 'env', name, state: 'absent', read: spanOf(site) };
    return { ...opaque(name, origin), why: 'missing-env', type: null, env: null };
  }
  return raise(run, reading.error, reading.message, site, name);
}

/** os.environ.get without a default: None that remembers which variable it stands for. */
export function absentNone(run: Run, name: string, library: string, site: Site): Val {
  const slot = lookupVariable(run, name, site);
  const ensured = slot.k === 'known' && ensuredByCode(run, name);
  const record = recordRead(run, name, library, site, slot);
  const origin: Origin = { step: 'env', name, state: 'absent', read: spanOf(site) };
  if (slot.k === 'known') return { ...slot, read: ensured ? null : record };
  return readSlot(run, slot, () => known({ t: 'none' }, origin, false, record));
}

/** os.environ[name] = value */
export function storeVariable(run: Run, name: string, value: Val, site: Site): void {
  const kept: Slot =
    value.k === 'known' && value.obj.t === 'str'
      ? {
          ...value,
          secret: value.secret || isSecretName(name),
          read: null,
          origin: { step: 'env', name, state: 'given', at: spanOf(site), from: 'the code', via: value.origin },
        }
      : value;
  writeScope(run.journal, run.environ).names.set(name, kept);
}

/** Something not understood was stored under any names. */
export function storeUnknown(run: Run, why: Unk): void {
  const state = writeScope(run.journal, run.environ);
  const hole: Unk = { ...why, type: 'str', truth: null, env: null, key: '', many: false };
  for (const name of [...run.request.environment.variables.keys(), ...state.names.keys()]) state.names.set(name, hole);
  state.open = hole;
}

export function removeVariable(run: Run, name: string): void {
  writeScope(run.journal, run.environ).names.set(name, ABSENT);
}
