import type { Span } from './span.ts';

export type Severity = 'error' | 'warning' | 'note';

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

/** True when `a` is at least as grave as `b`. */
export function atLeast(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(b);
}

/** A place that takes part in a finding, with its role in words: "Django trusts that header here". */
export interface Related {
  readonly at: Span;
  readonly message: string;
}

/** A rule broken at a place. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly at: Span;
  readonly related: readonly Related[];
  /** What is judged: a setting path, a route, a service. Findings of two rules about one subject can replace each other. */
  readonly subject: string;
  /** Ids of the deployments in which it holds; empty for what concerns the repository itself. */
  readonly deployments: readonly string[];
  /** The proof that lowered the severity. */
  readonly coveredBy: Span | null;
  /** Ids of Django's checks that hold here. */
  readonly django: readonly string[];
  /** What to do in this very case, when it says more than the rule's own fix. */
  readonly fix: string | null;
}

/** A rule that could not be settled for a deployment. */
export interface Undecided {
  readonly rule: string;
  /** Why, and what would decide it. */
  readonly why: string;
  readonly at: Span | null;
  readonly deployments: readonly string[];
}

export type OutcomeKind = 'fail' | 'open' | 'pass' | 'notApplicable';
