import { BUILTIN_RULES } from '../../src/check/builtin.ts';
import { type CheckResult, defaultOptions, runCheck } from '../../src/check/index.ts';
import { loadProse } from '../../src/check/prose.ts';
import { stagesFor } from '../../src/cli/stages.ts';
import { lineIndex, positionAt, type Span } from '../../src/core/span.ts';
import { memoryTree } from '../../src/files/memory.ts';
import { REPORTERS } from '../../src/report/index.ts';
import { type ReportContext, ruleFacts } from '../../src/report/report.ts';
import { type CheckRun, joinRuns } from '../../src/report/run.ts';
import { text } from '../../src/report/text.ts';
import type { ExampleFiles, Rule } from '../../src/rule.ts';

/** The day on which examples are judged: an example that depends on it would otherwise age. */
export const TODAY = '2026-11-21';

const MARK = /[ \t]*# !$/;

/** An example as it stands in a repository, and the places where its marks were: "settings.py:3". */
export interface Unmarked {
  readonly files: ExampleFiles;
  readonly marks: readonly string[];
}

export function unmark(example: ExampleFiles): Unmarked {
  const marks: string[] = [];
  const files: Record<string, string> = {};
  for (const [file, text] of Object.entries(example)) {
    const lines = text.split('\n');
    lines.forEach((line, index) => {
      if (MARK.test(line)) marks.push(`${file}:${index + 1}`);
    });
    files[file] = lines.map((line) => line.replace(MARK, '')).join('\n');
  }
  return { files, marks: marks.sort() };
}

/** Runs the whole engine over an example, from texts to findings. */
export async function runExample(files: ExampleFiles, rules: readonly Rule[]): Promise<CheckResult> {
  const tree = memoryTree(files, { tracked: 'all' });
  const stages = await stagesFor(tree);
  const options = defaultOptions(TODAY);
  const result = await runCheck({ tree, rules, options, stages });
  // Settings alone are no deployment: the example means "production loads these".
  if (result.model.deployments.some(({ kind }) => kind !== 'settings') || files['settings.py'] === undefined) return result;
  return runCheck({ tree, rules, options: { ...options, settings: ['settings'] }, stages });
}

/** Where the findings of one rule start, as `unmark` writes it. */
export function placesOf(result: CheckResult, rule: string, files: ExampleFiles): readonly string[] {
  return result.findings
    .filter((one) => one.rule === rule)
    .map((one) => lineOf(one.at, files))
    .sort();
}

function lineOf(at: Span, files: ExampleFiles): string {
  return `${at.file}:${positionAt(lineIndex(files[at.file] ?? ''), at.start).line}`;
}

/** Every format's output for a result, one after the other: for asking what must be in none of them. */
export function renderings(result: CheckResult, files: ExampleFiles, rules: readonly Rule[]): string {
  const context = { ...reportContext(rules, new Map()), showUndecided: true, statistics: true };
  return REPORTERS.map((reporter) => reporter.render(runOf(result, files), context)).join('\n');
}

/** What the command line prints for people. */
export async function textOutput(result: CheckResult, files: ExampleFiles, rules: readonly Rule[]): Promise<string> {
  return text.render(runOf(result, files), reportContext(rules, await loadProse()));
}

function runOf(result: CheckResult, files: ExampleFiles): CheckRun {
  return joinRuns('.', TODAY, [{ prefix: '', result, read: (file) => files[file] ?? null }]);
}

function reportContext(rules: readonly Rule[], prose: ReportContext['prose']): ReportContext {
  const facts = ruleFacts(rules, BUILTIN_RULES);
  return {
    version: '0.0.0',
    rules: new Map(facts.map((rule) => [rule.id, rule])),
    prose,
    colour: false,
    quiet: false,
    showUndecided: false,
    statistics: false,
  };
}
