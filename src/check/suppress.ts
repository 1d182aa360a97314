import type { Finding, Severity } from '../core/finding.ts';
import { type LineIndex, lineIndex, positionAt, type Span } from '../core/span.ts';
import { BUILTIN_RULES } from './builtin.ts';
import { nearest } from './nearest.ts';
import { type Suppression, suppressionsIn } from './suppression-comments.ts';

export interface SuppressInput {
  /** Findings after replacement: what would be reported. */
  readonly findings: readonly Finding[];
  /** Findings before replacement: a suppression of a symptom is not unused because its cause is named too. */
  readonly all: readonly Finding[];
  /** Texts of the files that were read. */
  readonly texts: ReadonlyMap<string, string>;
  /** Every rule id, with the ids it had before. */
  readonly rules: readonly { readonly id: string; readonly formerly?: readonly string[] }[];
  /** Whether it can be told that a rule has nothing to say: it was selected, ran, and was settled everywhere. */
  readonly settled: (rule: string) => boolean;
  readonly strict: boolean;
}

export interface Suppressed {
  readonly kept: readonly Finding[];
  readonly suppressed: readonly { readonly finding: Finding; readonly reason: string }[];
  /** Findings about the suppressions themselves. */
  readonly about: readonly Finding[];
}

/** Keeps back what inline comments ignore, and finds comments that do nothing. */
export function applySuppressions(input: SuppressInput): Suppressed {
  const byFile = new Map<string, Reach>();
  for (const [file, text] of input.texts) {
    const suppressions = suppressionsIn(file, text);
    if (suppressions.length > 0) byFile.set(file, { suppressions, index: lineIndex(text) });
  }
  if (byFile.size === 0) return { kept: input.findings, suppressed: [], about: [] };
  const names = currentNames(input.rules);
  const reasonOf = (finding: Finding) => {
    const reach = byFile.get(finding.at.file);
    return reach?.suppressions.find((one) => reaches(one, reach.index, finding) && has(one, finding.rule, names))?.reason;
  };
  const kept: Finding[] = [];
  const suppressed: { finding: Finding; reason: string }[] = [];
  for (const finding of input.findings) {
    const reason = reasonOf(finding);
    if (reason === undefined) kept.push(finding);
    else suppressed.push({ finding, reason });
  }
  const about = [...byFile.values()].flatMap((reach) => reach.suppressions.flatMap((one) => findingsAbout(one, reach.index, names, input)));
  return { kept, suppressed, about };
}

interface Reach {
  readonly suppressions: readonly Suppression[];
  readonly index: LineIndex;
}

/** Every accepted id with the one it stands for today. */
function currentNames(rules: SuppressInput['rules']): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const rule of rules) for (const old of rule.formerly ?? []) names.set(old, rule.id);
  for (const { id } of [...rules, ...BUILTIN_RULES]) names.set(id, id);
  return names;
}

function has(suppression: Suppression, rule: string, names: ReadonlyMap<string, string>): boolean {
  return suppression.ids.some(({ id }) => names.get(id) === rule);
}

/** A finding is reached on the first and on the last line of its place. */
function reaches(suppression: Suppression, index: LineIndex, { at }: Finding): boolean {
  if (suppression.misplaced !== null) return false;
  if (suppression.line === null) return true;
  const first = positionAt(index, at.start).line;
  const last = positionAt(index, Math.max(at.start, at.end - 1)).line;
  return suppression.line === first || suppression.line === last;
}

function findingsAbout(one: Suppression, index: LineIndex, names: ReadonlyMap<string, string>, input: SuppressInput): readonly Finding[] {
  const found: Finding[] = [];
  for (const { id, at } of one.ids) {
    const rule = names.get(id);
    const used = input.all.some((finding) => finding.rule === rule && finding.at.file === one.at.file && reaches(one, index, finding));
    if (rule === undefined) found.push(unknownRule(id, at, names));
    else if (!used && input.settled(rule)) {
      const why = one.misplaced === null ? '' : `: ${one.misplaced}`;
      found.push(about('suppression/unused', 'note', at, `No finding of \`${rule}\` is kept back here${why}.`));
    } else if (rule !== id) found.push(about('suppression/unknown-rule', 'note', at, `\`${id}\` is now called \`${rule}\`.`));
  }
  if (input.strict && one.reason === '')
    found.push(about('suppression/reason-missing', 'warning', one.at, 'This suppression gives no reason.'));
  return found;
}

function unknownRule(id: string, at: Span, names: ReadonlyMap<string, string>): Finding {
  const meant = nearest(id, [...names.keys()]);
  const hint = meant === null ? '' : ` Is \`${names.get(meant) ?? meant}\` meant?`;
  return about('suppression/unknown-rule', 'warning', at, `There is no rule \`${id}\`.${hint}`);
}

function about(rule: string, severity: Severity, at: Span, message: string): Finding {
  return { rule, severity, message, at, related: [], subject: 'suppression', deployments: [], coveredBy: null, django: [], fix: null };
}
