import { both, type Guards } from './guard.ts';
import { MAX_CASES } from './limits.ts';
import { defaultOrigin, type Origin } from './origin.ts';

/** Something the analysis could settle, could settle only under conditions, or could not settle. There is no fourth kind. */
export type Value<T> = Known<T> | Conditional<T> | Unknown;

/** "Not set" is known too: it is the default of Django, gunicorn, … with an origin that says so. */
export interface Known<T> {
  readonly kind: 'known';
  readonly value: T;
  readonly origin: Origin;
}

/** Exactly one of the cases holds, whichever its guards name. */
export interface Conditional<T> {
  readonly kind: 'conditional';
  readonly cases: readonly Case<T>[];
}
export interface Case<T> {
  readonly when: Guards;
  readonly then: Known<T> | Unknown;
}

export type UnknownReason =
  | 'missing-env' // a variable that nothing gives and that has no default
  | 'opaque-env' // a variable of a source that is not in the tree (platform dashboard, absent env file)
  | 'dynamic-call' // a call that is not understood
  | 'third-party' // a value that a package outside the tree computes
  | 'random' // differs from run to run
  | 'host' // depends on the machine
  | 'missing-file' // read from a file that is not in the tree
  | 'raised' // evaluating it raises
  | 'limit' // a named limit was met
  | 'unsupported-syntax';

export interface Unknown {
  readonly kind: 'unknown';
  readonly why: UnknownReason;
  /** Environment variables whose values would settle it. */
  readonly names: readonly string[];
  readonly origin: Origin;
  /** What is known of it all the same: a string read from an unknown environment is still a string. */
  readonly type?: 'str' | 'bool' | 'int' | 'float' | 'list' | 'dict';
}

export function known<T>(value: T, origin: Origin): Known<T> {
  return { kind: 'known', value, origin };
}

export function unknown(why: UnknownReason, origin: Origin, names: readonly string[] = [], type?: Unknown['type']): Unknown {
  return { kind: 'unknown', why, names, origin, ...(type === undefined ? {} : { type }) };
}

export function byDefault<T>(value: T, of: string): Known<T> {
  return known(value, defaultOrigin(of));
}

/** The cases of any value: a known or unknown one has a single case that always holds. */
export function casesOf<T>(value: Value<T>): readonly Case<T>[] {
  return value.kind === 'conditional' ? value.cases : [{ when: [], then: value }];
}

export function fromCases<T>(cases: readonly Case<T>[]): Value<T> {
  const [only] = cases;
  return cases.length === 1 && only && only.when.length === 0 ? only.then : { kind: 'conditional', cases };
}

/** Applies a function to what is known; the origin stays. */
export function mapValue<A, B>(value: Value<A>, change: (a: A) => B): Value<B> {
  return bindValue(value, (one) => known(change(one.value), one.origin));
}

/** Like mapValue for functions that may themselves end in conditions or the unknown. */
export function bindValue<A, B>(value: Value<A>, change: (a: Known<A>) => Value<B>): Value<B> {
  if (value.kind === 'known') return change(value);
  if (value.kind === 'unknown') return value;
  const cases: Case<B>[] = [];
  for (const one of value.cases) {
    if (one.then.kind === 'unknown') cases.push({ when: one.when, then: one.then });
    else {
      for (const inner of casesOf(change(one.then))) {
        const when = both(one.when, inner.when);
        if (when !== undefined) cases.push({ when, then: inner.then });
      }
    }
  }
  return cases.length > MAX_CASES ? unknown('limit', originOf(value)) : fromCases(cases);
}

/** The origin of a known or unknown value, of the first case of a conditional one. */
export function originOf(value: Value<unknown>): Origin {
  if (value.kind !== 'conditional') return value.origin;
  const [first] = value.cases;
  return first ? first.then.origin : defaultOrigin('nothing');
}
