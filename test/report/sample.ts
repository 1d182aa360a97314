import { BUILTIN_RULES } from '../../src/check/builtin.ts';
import type { Prose } from '../../src/check/prose.ts';
import type { CheckResult } from '../../src/check/result.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Span } from '../../src/core/span.ts';
import { type ReportContext, type RuleFacts, ruleFacts } from '../../src/report/report.ts';
import { type CheckRun, joinRuns } from '../../src/report/run.ts';

/** Builds the input of reports by hand, so that reports are tested without the stages before them. */

export type Files = Readonly<Record<string, string>>;

/** The span of the first occurrence of `words` in a file. */
export function spanOf(files: Files, file: string, words: string): Span {
  const start = (files[file] ?? '').indexOf(words);
  if (start === -1) throw new Error(`${file} has no ${words}`);
  return { file, start, end: start + words.length };
}

export function finding(at: Span, more: Partial<Finding> = {}): Finding {
  return {
    rule: 'settings/debug-enabled',
    severity: 'error',
    message: 'DEBUG is True.',
    at,
    related: [],
    subject: 'DEBUG',
    deployments: [],
    coveredBy: null,
    django: [],
    fix: null,
    ...more,
  };
}

export function result(findings: readonly Finding[], more: Partial<CheckResult> = {}): CheckResult {
  const count = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length;
  return {
    findings,
    undecided: [],
    outcomes: [],
    summary: {
      files: 3,
      error: count('error'),
      warning: count('warning'),
      note: count('note'),
      passed: 40,
      undecided: 0,
      notApplicable: 7,
      topics: [{ topic: 5, passed: 40, failed: 1, undecided: 0, notApplicable: 7 }],
    },
    model: { projects: [], deployments: [], setAside: [], pipelines: [], infrastructure: null, playbooks: null },
    evaluations: [],
    problems: [],
    suppressed: [],
    ...more,
  };
}

export function run(files: Files, findings: readonly Finding[], more: Partial<CheckResult> = {}): CheckRun {
  return joinRuns('.', '2026-11-21', [{ prefix: '', result: result(findings, more), read: (file) => files[file] ?? null }]);
}

const RULES: readonly RuleFacts[] = ruleFacts(
  [
    {
      id: 'settings/debug-enabled',
      title: 'DEBUG is on in the settings that production loads',
      severity: 'error',
      topic: 1,
      since: '0.1.0',
      autofix: 'safe',
      cwe: ['cwe-489'],
      django: ['security.W018'],
    },
    { id: 'server/worker-count', title: 'Workers do not fit the CPUs', severity: 'warning', topic: 2, since: '0.1.0', autofix: 'none' },
  ],
  BUILTIN_RULES,
);

const PROSE: ReadonlyMap<string, Prose> = new Map([
  ...BUILTIN_RULES.map((rule): [string, Prose] => [rule.id, rule]),
  [
    'settings/debug-enabled',
    {
      why: 'Errors show the settings\nto every visitor.',
      fix: 'Set DEBUG to False.',
      links: ['https://docs.djangoproject.com/en/stable/ref/settings/#debug'],
    },
  ],
]);

export function context(more: Partial<ReportContext> = {}): ReportContext {
  return {
    version: '0.1.0',
    rules: new Map(RULES.map((rule) => [rule.id, rule])),
    prose: PROSE,
    colour: false,
    quiet: false,
    showUndecided: false,
    statistics: false,
    ...more,
  };
}
