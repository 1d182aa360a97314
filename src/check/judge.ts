import type { Answer } from '../core/data.ts';
import { both, type Guards, guardsInWords } from '../core/guard.ts';
import { MAX_CASES } from '../core/limits.ts';
import type { Origin } from '../core/origin.ts';
import { casesOf, type Unknown, type Value } from '../core/value.ts';

/** What a rule's predicate says of a value. `open` is never a fault. */
export type Verdict<T> =
  | { readonly is: 'holds' }
  | { readonly is: 'broken'; readonly by: readonly [Broken<T>, ...Broken<T>[]] }
  | { readonly is: 'open'; readonly why: string; readonly at: Origin | null };

/** One case in which the predicate is false. */
export interface Broken<T> {
  readonly when: Guards;
  readonly value: T;
  readonly origins: readonly Origin[];
}

interface JoinedCase {
  readonly when: Guards;
  readonly items: readonly unknown[];
  readonly origins: readonly Origin[];
  readonly unknown: Unknown | null;
}

/** Broken when every case is broken; open when some case is unknown, 'maybe', or differs from the others. */
export function judge<T>(value: Value<T>, ok: (value: T) => boolean | Answer): Verdict<T> {
  const cases = casesOf(value);
  const judged = cases.map(({ when, then }): JudgedCase<T> => {
    if (then.kind === 'unknown') return { when, answer: 'maybe', broken: null, unknown: then, origin: then.origin };
    const answer = answerOf(ok(then.value));
    return { when, answer, broken: { when, value: then.value, origins: [then.origin] }, unknown: null, origin: then.origin };
  });
  return settle(judged);
}

/** The same for several values: their cases are joined where their guards can hold together. */
export function judgeAll<T extends readonly unknown[]>(
  values: { readonly [K in keyof T]: Value<T[K]> },
  ok: (...values: T) => boolean | Answer,
): Verdict<T> {
  const joined = joinCases(values);
  if (joined === null) return { is: 'open', why: 'Too many combinations of conditions.', at: null };
  const judged = joined.map((one): JudgedCase<T> => {
    const [origin] = one.origins;
    const { items } = one;
    if (one.unknown !== null || !isTupleOf<T>(values, items)) {
      return { when: one.when, answer: 'maybe', broken: null, unknown: one.unknown, origin: one.unknown?.origin ?? origin ?? null };
    }
    const broken = { when: one.when, value: items, origins: one.origins };
    return { when: one.when, answer: answerOf(ok(...items)), broken, unknown: null, origin: origin ?? null };
  });
  return settle(judged);
}

interface JudgedCase<T> {
  readonly when: Guards;
  readonly answer: Answer;
  readonly broken: Broken<T> | null;
  readonly unknown: Unknown | null;
  readonly origin: Origin | null;
}

function settle<T>(cases: readonly JudgedCase<T>[]): Verdict<T> {
  const maybe = cases.find((one) => one.answer === 'maybe');
  const broken = cases.flatMap((one) => (one.answer === 'no' && one.broken !== null ? [one.broken] : []));
  const [first, ...rest] = broken;
  if (maybe !== undefined) {
    const why = maybe.unknown === null ? 'Part of the value is not known.' : unknownInWords(maybe.unknown);
    return { is: 'open', why, at: maybe.origin };
  }
  if (first === undefined)
    return cases.length === 0 ? { is: 'open', why: 'Its conditions contradict each other.', at: null } : { is: 'holds' };
  if (broken.length === cases.length) return { is: 'broken', by: [first, ...rest] };
  return { is: 'open', why: `It holds or not, depending on this: ${guardsInWords(first.when)}.`, at: first.origins[0] ?? null };
}

function answerOf(answer: boolean | Answer): Answer {
  if (typeof answer === 'string') return answer;
  return answer ? 'yes' : 'no';
}

/** Null when there are more than MAX_CASES. */
function joinCases(values: readonly Value<unknown>[]): readonly JoinedCase[] | null {
  let joined: readonly JoinedCase[] = [{ when: [], items: [], origins: [], unknown: null }];
  for (const value of values) {
    const next: JoinedCase[] = [];
    for (const left of joined) {
      for (const right of casesOf(value)) {
        const when = both(left.when, right.when);
        if (when === undefined) continue;
        next.push({
          when,
          items: [...left.items, right.then.kind === 'known' ? right.then.value : undefined],
          origins: [...left.origins, right.then.origin],
          unknown: left.unknown ?? (right.then.kind === 'unknown' ? right.then : null),
        });
      }
    }
    if (next.length > MAX_CASES) return null;
    joined = next;
  }
  return joined;
}

/** The items were taken one by one from the values, so their types are those of the values when the count agrees. */
function isTupleOf<T extends readonly unknown[]>(values: { readonly [K in keyof T]: Value<T[K]> }, items: readonly unknown[]): items is T {
  return items.length === values.length;
}

/** Likewise for the places where the values were decided. */
export function isOriginsOf<T extends readonly unknown[]>(
  value: T,
  origins: readonly Origin[],
): origins is { readonly [K in keyof T]: Origin } {
  return origins.length === value.length;
}

/** Why a value is not known and what would settle it, as a sentence. */
function unknownInWords(value: Unknown): string {
  const names = value.names.join(', ');
  const given = names === '' ? '' : ` A value for ${names} would settle it.`;
  switch (value.why) {
    case 'missing-env':
      return names === '' ? 'It comes from a variable that nothing gives.' : `Nothing gives a value for ${names}.`;
    case 'opaque-env':
      return `It comes from an environment that is not in the repository.${given}`;
    case 'dynamic-call':
      return `A call that cannot be followed computes it.${given}`;
    case 'third-party':
      return `A package outside the repository decides it.${given}`;
    case 'random':
      return 'It differs from run to run.';
    case 'host':
      return `It depends on the machine.${given}`;
    case 'missing-file':
      return `It is read from a file that is not in the repository.${given}`;
    case 'raised':
      return 'Evaluating it ends in an exception.';
    case 'limit':
      return 'A limit of the analysis was met.';
    case 'unsupported-syntax':
      return `It is written in a way that is not understood yet.${given}`;
  }
}
