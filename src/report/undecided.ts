import type { Undecided } from '../core/finding.ts';
import type { Paint } from './paint.ts';
import type { CheckRun } from './run.ts';

/** Reasons without an option that are told by default, the ones that hold back most rules first. */
const SHORT_LIST = 5;

/** What could not be settled: all of it on demand, else what an option settles and the commonest of the other reasons. */
export function undecidedBlock(run: CheckRun, all: boolean, paint: Paint): readonly string[] {
  if (run.undecided.length === 0) return [];
  const head = paint.strong('Undecided, and what would decide it:');
  if (all) return [head, ...run.undecided.map((one) => lineOf(run, one, paint))];
  const byOption = run.undecided.filter(namesOption);
  const others = byReason(run.undecided.filter((one) => !namesOption(one)));
  const listed = others.slice(0, SHORT_LIST);
  const lines = [...byOption.map((one) => lineOf(run, one, paint)), ...listed.map((group) => groupLine(group, paint))];
  if (others.length > listed.length || listed.some((group) => group.length > 1)) {
    lines.push(paint.quiet('  --show-undecided lists every one with its place.'));
  }
  return [head, ...lines];
}

/** Whether the reason itself names an option of the command line that settles it. */
function namesOption(one: Undecided): boolean {
  return /(^|[\s`])--[a-z]/.test(one.why);
}

function byReason(undecided: readonly Undecided[]): readonly (readonly Undecided[])[] {
  const groups = new Map<string, Undecided[]>();
  for (const one of undecided) {
    const group = groups.get(one.why);
    if (group) group.push(one);
    else groups.set(one.why, [one]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

function groupLine(group: readonly Undecided[], paint: Paint): string {
  const rules = [...new Set(group.map((one) => one.rule))];
  const [first = ''] = rules;
  const more = rules.length === 1 ? '' : ` and ${rules.length - 1} more`;
  return `  ${first}${more}: ${group[0]?.why ?? ''}${paint.quiet(group.length > rules.length ? ` (${group.length} places)` : '')}`;
}

function lineOf(run: CheckRun, one: Undecided, paint: Paint): string {
  const at = one.at === null ? null : run.texts.position(one.at.file, one.at.start);
  const where = one.at === null || at === null ? one.deployments.join(', ') : `${one.at.file}:${at.line}:${at.column}`;
  return `  ${one.rule}: ${one.why}${where === '' ? '' : paint.quiet(` (${where})`)}`;
}
