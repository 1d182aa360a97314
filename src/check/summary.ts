import type { Finding, OutcomeKind } from '../core/finding.ts';
import type { Rule, Topic } from '../rule.ts';
import type { Outcome, Summary, TopicCount } from './result.ts';

const TOPICS: readonly Topic[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** The totals of a run, over the rules that were selected. */
export function summarise(
  findings: readonly Finding[],
  outcomes: readonly Outcome[],
  rules: readonly Pick<Rule, 'id' | 'topic'>[],
  files: number,
): Summary {
  const ofSeverity = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length;
  const count = (kind: OutcomeKind, among: readonly Outcome[]) => among.filter((one) => one.kind === kind).length;
  const topicOf = new Map<string, Topic>(rules.map((rule) => [rule.id, rule.topic]));
  const topics = TOPICS.map((topic): TopicCount => {
    const own = outcomes.filter((one) => topicOf.get(one.rule) === topic);
    return {
      topic,
      passed: count('pass', own),
      failed: count('fail', own),
      undecided: count('open', own),
      notApplicable: count('notApplicable', own),
    };
  });
  return {
    files,
    error: ofSeverity('error'),
    warning: ofSeverity('warning'),
    note: ofSeverity('note'),
    passed: count('pass', outcomes),
    undecided: count('open', outcomes),
    notApplicable: count('notApplicable', outcomes),
    topics,
  };
}
