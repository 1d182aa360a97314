import type { Collection } from '../core/data.ts';
import { atLeast, type Finding, type Related, type Severity, type Undecided } from '../core/finding.ts';
import { guardsInWords } from '../core/guard.ts';
import { type Origin, placeOf } from '../core/origin.ts';
import { type Span, sameSpan } from '../core/span.ts';
import type { Answer, Context, Report, Rule } from '../rule.ts';
import { isOriginsOf, judge, judgeAll, type Verdict } from './judge.ts';
import type { CheckOptions } from './result.ts';

/** Where a rule is being run, and what is true of every finding made there. */
export interface Scope {
  /** Null for what concerns the repository itself. */
  readonly deployment: string | null;
  /** The place of a finding whose value was decided in no file. */
  readonly fallback: Span | null;
  /** Related place of every finding on presumed facts. */
  readonly presumed: Related | null;
}

/** What one run of a rule said. */
export interface Said {
  readonly findings: Finding[];
  readonly undecided: Undecided[];
}

/** The context of one run of a rule; what the rule says is added to `said`. */
export function contextFor(rule: Rule, scope: Scope, options: Pick<CheckOptions, 'today' | 'cpus'>, said: Said): Context {
  const report = (made: Report) => said.findings.push(findingOf(rule, scope, made));
  const undecided = (why: string, at?: Origin | Span | null) => {
    said.undecided.push({ rule: rule.id, why, at: spanOf(at ?? null) ?? scope.fallback, deployments: deploymentsOf(scope) });
  };
  const conclude = <T>(verdict: Verdict<T>, describe: (broken: { value: T; origins: readonly Origin[] }) => Report) => {
    if (verdict.is === 'open') undecided(verdict.why, verdict.at);
    if (verdict.is !== 'broken') return;
    const [first, ...others] = verdict.by;
    const made = describe(first);
    const [decided] = first.origins;
    const at = made.at ?? decided;
    const place = spanOf(at ?? null);
    const also = alsoBroken(
      others.map(({ when, origins: [origin] }) => ({ when: guardsInWords(when), at: spanOf(origin ?? null) })),
      place,
    );
    report({ ...made, ...(at === undefined ? {} : { at }), related: [...(made.related ?? []), ...also] });
  };
  return {
    today: options.today,
    cpus: options.cpus,
    report,
    undecided,
    expect(value, ok, describe) {
      conclude(judge(value, ok), ({ value: broken, origins: [origin] }) => {
        if (origin === undefined) throw new Error('a judged case has no origin');
        return describe(broken, origin);
      });
    },
    expectAll(values, ok, describe) {
      conclude(judgeAll(values, ok), ({ value: broken, origins }) => {
        if (!isOriginsOf(broken, origins)) throw new Error('a judged case lacks origins');
        return describe(broken, origins);
      });
    },
    none(collection, predicate, describe) {
      const answer = anyOf(collection, predicate);
      if (answer.is === 'no') report(describe());
      if (answer.is === 'maybe') undecided(answer.why);
    },
  };
}

type Presence = { readonly is: 'yes' | 'no' } | { readonly is: 'maybe'; readonly why: string };

function anyOf<T>(collection: Collection<T>, predicate: (item: T) => boolean | Answer): Presence {
  const answers = collection.items.map(predicate);
  if (answers.some((answer) => answer === true || answer === 'yes')) return { is: 'yes' };
  if (answers.includes('maybe')) return { is: 'maybe', why: 'A part that would decide it is not known.' };
  return collection.complete === true ? { is: 'no' } : { is: 'maybe', why: asSentence(collection.complete.because) };
}

/** Each other place once, with all the conditions under which it decides. */
function alsoBroken(others: readonly { readonly when: string; readonly at: Span | null }[], primary: Span | null): readonly Related[] {
  const places: { readonly at: Span; readonly when: string[] }[] = [];
  for (const { when, at } of others) {
    if (at === null || (primary !== null && sameSpan(at, primary))) continue;
    const known = places.find((one) => sameSpan(one.at, at));
    if (known === undefined) places.push({ at, when: [when] });
    else if (!known.when.includes(when)) known.when.push(when);
  }
  return places.map(({ at, when }) => ({ at, message: `the same holds when ${when.join(', or when ')}` }));
}

function asSentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return start.endsWith('.') ? start : `${start}.`;
}

function deploymentsOf(scope: Scope): readonly string[] {
  return scope.deployment === null ? [] : [scope.deployment];
}

function spanOf(at: Origin | Span | null): Span | null {
  if (at === null) return null;
  return 'file' in at ? at : (placeOf(at) ?? null);
}

function findingOf(rule: Rule, scope: Scope, made: Report): Finding {
  const at = spanOf(made.at ?? null) ?? scope.fallback;
  if (at === null) throw new Error('a finding has no place');
  const severity = severityOf(rule, made);
  const related = (made.related ?? []).flatMap(({ at: place, message }) => {
    const span = spanOf(place);
    return span === null ? [] : [{ at: span, message }];
  });
  if (made.coveredBy !== undefined && made.because !== undefined) related.push({ at: made.coveredBy, message: made.because });
  if (scope.presumed !== null) related.push(scope.presumed);
  const isToldAlready = made.because === undefined || made.coveredBy !== undefined || atLeast(severity, rule.severity);
  return {
    rule: rule.id,
    severity,
    message: isToldAlready ? made.message : `${made.message} Only a ${severity}: ${made.because}.`,
    at,
    related,
    subject: made.subject ?? rule.id.slice(0, rule.id.indexOf('/')),
    deployments: deploymentsOf(scope),
    coveredBy: made.coveredBy ?? null,
    django: made.django ?? rule.django ?? [],
    fix: made.fix ?? null,
  };
}

function severityOf(rule: Rule, made: Report): Severity {
  const severity = made.severity ?? rule.severity;
  if (atLeast(severity, rule.severity)) return severity;
  if (made.because === undefined) throw new Error(`lowers its severity to ${severity} without saying why`);
  return severity;
}
