import type { CheckResult, Summary, TopicCount } from '../check/result.ts';
import type { Finding, Undecided } from '../core/finding.ts';
import { type LineIndex, lineIndex, type Position, positionAt, type Span } from '../core/span.ts';
import type { DeploymentModel } from '../deployment/model.ts';
import { type Headline, headlinesOf } from './headline.ts';
import { maskUserParts } from './mask.ts';

/** Everything a report of `check` may show: finished outcomes and the texts they point into. */
export interface CheckRun {
  /** As the user gave it; of several paths their common ancestor. */
  readonly root: string;
  readonly today: string;
  readonly deployments: readonly Headline[];
  readonly setAside: DeploymentModel['setAside'];
  /** False when no part of the tree is a Django project. */
  readonly hasDjango: boolean;
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
  readonly summary: Summary;
  readonly texts: Texts;
}

/** The texts that spans point into. */
export interface Texts {
  /** Null when the file cannot be read. */
  read(file: string): string | null;
  position(file: string, offset: number): Position;
}

export function textsOf(read: (file: string) => string | null): Texts {
  const indexes = new Map<string, LineIndex>();
  const indexOf = (file: string): LineIndex => {
    const had = indexes.get(file);
    if (had) return had;
    const made = lineIndex(read(file) ?? '');
    indexes.set(file, made);
    return made;
  };
  return { read, position: (file, offset) => positionAt(indexOf(file), offset) };
}

export interface RunPart {
  /** Folder of this run below the common root, '' when it is the root itself. */
  readonly prefix: string;
  readonly result: CheckResult;
  read(file: string): string | null;
}

/** One report's input out of the runs of all PATH arguments. */
export function joinRuns(root: string, today: string, parts: readonly RunPart[]): CheckRun {
  const under = (prefix: string, path: string) => (prefix === '' ? path : `${prefix}/${path}`);
  const read = (file: string): string | null => {
    for (const part of parts) {
      if (part.prefix === '') return part.read(file);
      if (file.startsWith(`${part.prefix}/`)) return part.read(file.slice(part.prefix.length + 1));
    }
    return null;
  };
  const texts = textsOf(read);
  return {
    root,
    today,
    deployments: parts.flatMap((part) => headlinesOf(part.result, (path) => under(part.prefix, path))),
    setAside: parts.flatMap((part) => part.result.model.setAside.map((one) => ({ id: under(part.prefix, one.id), because: one.because }))),
    hasDjango: parts.some((part) => part.result.model.projects.length > 0),
    findings: sortFindings(
      parts.flatMap((part) => part.result.findings.map((one) => moveFinding(one, (path) => under(part.prefix, path)))),
      texts,
    ),
    undecided: parts.flatMap((part) => part.result.undecided.map((one) => moveUndecided(one, (path) => under(part.prefix, path)))),
    summary: addSummaries(parts.map((part) => part.result.summary)),
    texts,
  };
}

type Move = (path: string) => string;

function moveSpan(span: Span, move: Move): Span {
  return { ...span, file: move(span.file) };
}

function moveFinding(finding: Finding, move: Move): Finding {
  return {
    ...finding,
    message: maskUserParts(finding.message),
    subject: maskUserParts(finding.subject),
    fix: finding.fix === null ? null : maskUserParts(finding.fix),
    at: moveSpan(finding.at, move),
    related: finding.related.map((one) => ({ at: moveSpan(one.at, move), message: maskUserParts(one.message) })),
    deployments: finding.deployments.map(move),
    coveredBy: finding.coveredBy === null ? null : moveSpan(finding.coveredBy, move),
  };
}

function moveUndecided(one: Undecided, move: Move): Undecided {
  return {
    ...one,
    why: maskUserParts(one.why),
    at: one.at === null ? null : moveSpan(one.at, move),
    deployments: one.deployments.map(move),
  };
}

function sortFindings(findings: readonly Finding[], texts: Texts): readonly Finding[] {
  const placed = findings.map((finding) => ({ finding, ...texts.position(finding.at.file, finding.at.start) }));
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return placed
    .sort(
      (a, b) =>
        compare(a.finding.at.file, b.finding.at.file) ||
        a.line - b.line ||
        a.column - b.column ||
        compare(a.finding.rule, b.finding.rule) ||
        compare(a.finding.message, b.finding.message),
    )
    .map((one) => one.finding);
}

function addSummaries(summaries: readonly Summary[]): Summary {
  const [first, ...rest] = summaries;
  if (first === undefined) return EMPTY_SUMMARY;
  return rest.reduce(addSummary, first);
}

const EMPTY_SUMMARY: Summary = { files: 0, error: 0, warning: 0, note: 0, passed: 0, undecided: 0, notApplicable: 0, topics: [] };

function addSummary(a: Summary, b: Summary): Summary {
  const topics = new Map<number, TopicCount>(a.topics.map((one) => [one.topic, one]));
  for (const one of b.topics) {
    const had = topics.get(one.topic);
    topics.set(one.topic, had === undefined ? one : addTopic(had, one));
  }
  return {
    files: a.files + b.files,
    error: a.error + b.error,
    warning: a.warning + b.warning,
    note: a.note + b.note,
    passed: a.passed + b.passed,
    undecided: a.undecided + b.undecided,
    notApplicable: a.notApplicable + b.notApplicable,
    topics: [...topics.values()].sort((x, y) => x.topic - y.topic),
  };
}

function addTopic(a: TopicCount, b: TopicCount): TopicCount {
  return {
    topic: a.topic,
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    undecided: a.undecided + b.undecided,
    notApplicable: a.notApplicable + b.notApplicable,
  };
}
