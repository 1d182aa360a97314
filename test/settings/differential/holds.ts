import type { Data, Mapping, Sequence } from '../../../src/core/data.ts';
import { compareRelease, type Guard, type Guards } from '../../../src/core/guard.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { Case, Value } from '../../../src/core/value.ts';
import type { Truth, TruthObject } from './python-run.ts';

/**
 * Whether a value of ours can be what Python says. Conditions that only have a text may go either way, but each the same way
 * wherever it stands: an answer is a list of assignments of those conditions under which all holds, empty for a contradiction.
 */
export type Assignment = ReadonlyMap<string, boolean>;
export type Answer = readonly Assignment[];

export interface World {
  readonly environment: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  readonly python: string;
  readonly files: Readonly<Record<string, string>>;
}

const YES: Answer = [new Map()];
const NO: Answer = [];
/** More ways than these to satisfy everything are taken for satisfiable. */
const MAX_WAYS = 64;

function answer(holds: boolean): Answer {
  return holds ? YES : NO;
}

/** The assignments that satisfy both. */
export function joined(a: Answer, b: Answer): Answer {
  if (a === YES) return b;
  if (b === YES) return a;
  const out = new Map<string, Assignment>();
  for (const one of a) {
    for (const other of b) {
      if ([...other].some(([key, value]) => one.has(key) && one.get(key) !== value)) continue;
      const both = new Map([...one, ...other]);
      out.set(JSON.stringify([...both].sort()), both);
      if (out.size > MAX_WAYS) return YES;
    }
  }
  return [...out.values()];
}

/** True or false, or the condition that has to be assumed. */
function guardHolds(guard: Guard, world: World): boolean | { readonly key: string; readonly holds: boolean } {
  const own = (name: string) => (Object.hasOwn(world.environment, name) ? world.environment[name] : undefined);
  switch (guard.on) {
    case 'env':
      return (own(guard.name) !== undefined) === (guard.is === 'set');
    case 'env-value':
      return (own(guard.name) === guard.equals) === guard.holds;
    case 'argv':
      return world.argv.includes(guard.contains) === guard.holds;
    case 'python':
      return inRange(world.python, guard);
    case 'text':
      return { key: `text:${guard.key}`, holds: guard.holds };
    case 'file':
      return { key: `file:${guard.path}`, holds: guard.exists };
    case 'django':
      return { key: `django:${guard.from}:${guard.before}`, holds: true };
  }
}

function inRange(release: string, range: { readonly from?: string; readonly before?: string }): boolean {
  if (range.from !== undefined && compareRelease(release, range.from) < 0) return false;
  return range.before === undefined || compareRelease(release, range.before) < 0;
}

function guardsHold(guards: Guards, world: World): Answer {
  const assumed = new Map<string, boolean>();
  for (const guard of guards) {
    const holds = guardHolds(guard, world);
    if (holds === false) return NO;
    if (holds === true) continue;
    if (assumed.get(holds.key) === !holds.holds) return NO;
    assumed.set(holds.key, holds.holds);
  }
  return assumed.size === 0 ? YES : [assumed];
}

/** Whether a value can be what Python says, `undefined` where Python has nothing. */
export function holds(ours: Value<Data>, truth: Truth | undefined, world: World): Answer {
  if (ours.kind === 'unknown') return YES;
  if (ours.kind === 'known') {
    if (truth === undefined) return answer(ours.origin.step === 'default' && ours.origin.of.startsWith('Django'));
    return dataHolds(ours.value, truth, world);
  }
  const out: Assignment[] = [];
  for (const one of ours.cases) {
    const open = guardsHold(one.when, world);
    if (open.length === 0) continue;
    const ways = joined(open, caseHolds(one, truth, world));
    // A case whose conditions can all be judged is claimed: nothing else may hold.
    if (open === YES && ways.length === 0) return NO;
    out.push(...ways);
  }
  return out.length > MAX_WAYS || out.some((one) => one.size === 0) ? YES : out;
}

function caseHolds(one: Case<Data>, truth: Truth | undefined, world: World): Answer {
  return holds(one.then, truth, world);
}

function dataHolds(data: Data, truth: Truth, world: World): Answer {
  if (data === null || typeof data === 'boolean' || typeof data === 'string') return answer(data === truth);
  if (data instanceof Secret) return answer(data.isBytes ? isObject(truth) && truth.b === data.reveal() : data.reveal() === truth);
  if (!isObject(truth)) return NO;
  if (truth.cycle) return YES;
  if (typeof data === 'number') return answer(sameNumber(data, truth));
  switch (data.kind) {
    case 'list':
      return truth.l === undefined ? NO : sequenceHolds(data, truth.l, world);
    case 'tuple':
      return truth.t === undefined ? NO : sequenceHolds(data, truth.t, world);
    case 'set':
      return truth.s === undefined ? NO : setHolds(data, truth.s, world);
    case 'dict':
      return truth.d === undefined ? NO : dictHolds(data, truth.d, world);
    case 'path':
      return answer(truth.p === data.value);
    case 'bytes':
      return answer(truth.b === data.value);
    case 'timedelta':
      return answer(truth.td === Math.round(data.seconds * 1e6));
    case 'regex':
      return answer(truth.re === data.pattern);
    case 'class':
    case 'module':
      return answer(truth.o?.[0] === data.kind && (data.kind === 'module' || lastOf(truth.o[1]) === lastOf(data.name)));
    case 'callable':
      return answer(truth.o?.[0] === 'callable');
    default:
      // Objects of libraries are named, not judged.
      return answer(
        truth.o !== undefined || truth.t !== undefined || truth.l !== undefined || truth.d !== undefined || truth.s !== undefined,
      );
  }
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function isObject(truth: Truth | undefined): truth is TruthObject {
  return typeof truth === 'object' && truth !== null;
}

function sameNumber(ours: number, truth: TruthObject): boolean {
  if (truth.i !== undefined)
    return !Object.is(ours, -0) && String(BigInt(Number.isSafeInteger(ours) ? ours : 0)) === truth.i && Number.isSafeInteger(ours);
  if (truth.f === undefined) return false;
  return Object.is(
    ours,
    truth.f === 'nan'
      ? Number.NaN
      : truth.f === 'inf'
        ? Number.POSITIVE_INFINITY
        : truth.f === '-inf'
          ? Number.NEGATIVE_INFINITY
          : Number(truth.f),
  );
}

function sequenceHolds(data: Sequence, truth: readonly Truth[], world: World): Answer {
  const { items } = data;
  if (data.complete) return items.length === truth.length ? allHold(items, truth, world) : NO;
  const gaps = new Set(data.gaps ?? [items.length]);
  const from = (item: number, at: number): Answer => {
    if (!gaps.has(item)) return stepped(item, at);
    const out: Assignment[] = [];
    for (let next = at; next <= truth.length; next++) {
      const ways = stepped(item, next);
      if (ways === YES) return YES;
      out.push(...ways);
      if (out.length > MAX_WAYS) return YES;
    }
    return out;
  };
  const stepped = (item: number, at: number): Answer => {
    const value = items[item];
    if (value === undefined) return answer(at === truth.length);
    const there = truth[at];
    if (there === undefined) return NO;
    const first = holds(value, there, world);
    return first.length === 0 ? NO : joined(first, from(item + 1, at + 1));
  };
  return from(0, 0);
}

function allHold(items: readonly Value<Data>[], truth: readonly Truth[], world: World): Answer {
  let ways: Answer = YES;
  for (const [i, item] of items.entries()) {
    ways = joined(ways, holds(item, truth[i], world));
    if (ways.length === 0) return NO;
  }
  return ways;
}

function setHolds(data: Sequence, truth: readonly Truth[], world: World): Answer {
  const settled = data.items.filter((one) => one.kind === 'known');
  const found = settled.every((one) => truth.some((each) => holds(one, each, world).length > 0));
  if (!found) return NO;
  if (data.complete && settled.length === data.items.length) return answer(settled.length === truth.length);
  return answer(!data.complete || truth.length <= data.items.length);
}

function dictHolds(data: Mapping, truth: readonly (readonly [Truth, Truth])[], world: World): Answer {
  let ways: Answer = YES;
  if (data.complete && data.entries.length !== truth.length) return NO;
  for (const [i, entry] of data.entries.entries()) {
    const same = (key: Truth) => dataHolds(entry.key, key, world).length > 0;
    const there = data.complete ? truth[i] : truth.find(([key]) => same(key));
    if (there === undefined || !same(there[0])) return NO;
    ways = joined(ways, holds(entry.value, there[1], world));
    if (ways.length === 0) return NO;
  }
  return ways;
}
