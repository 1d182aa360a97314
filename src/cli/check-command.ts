import { rules } from '../../rules/index.ts';
import { BUILTIN_RULES } from '../check/builtin.ts';
import { runCheck } from '../check/index.ts';
import { loadProse } from '../check/prose.ts';
import { isSelected } from '../check/select.ts';
import type { Config } from '../config/config.ts';
import { atLeast, type Severity } from '../core/finding.ts';
import { REPORTERS } from '../report/index.ts';
import { type ReportContext, ruleFacts } from '../report/report.ts';
import { joinRuns, type RunPart } from '../report/run.ts';
import type { Arguments } from './arguments.ts';
import { requireKnownRules } from './check-options.ts';
import { requireDeclared, requireDeployment } from './deployment-option.ts';
import { didYouMean } from './nearest.ts';
import { type Opened, openPath } from './open.ts';
import { outputsOf } from './outputs.ts';
import { rootsOf } from './paths.ts';
import { stagesFor } from './stages.ts';
import { deliver, type Terminal, wantsColour } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

/** `check`: exit status 0 without findings at or above --fail-on, 1 with some. */
export async function checkCommand(args: Arguments, terminal: Terminal): Promise<number> {
  const outputs = outputsOf(args);
  const colours = outputs.map((output) => wantsColour(args, output.file, terminal));
  const limit = failOn(args.one('fail-on'));
  const facts = ruleFacts(rules, BUILTIN_RULES);
  const { root, parts } = rootsOf(args.positionals);
  const opened: (Opened & { readonly prefix: string })[] = [];
  for (const part of parts) {
    const one = await openPath(part.path, args);
    requireKnownRules(
      one.options,
      facts.map((rule) => rule.id),
    );
    opened.push({ ...one, prefix: part.prefix });
  }
  const runs = [];
  for (const one of opened) runs.push(await judge(one));
  const [first] = opened;
  if (first === undefined) throw new UsageError('No folder was given.');
  const run = joinRuns(root, first.options.today, runs);
  // Selections of several configuration files differ: a rule that any of them selects is part of the report.
  const selected = facts.filter((rule) => opened.some((one) => isSelected(rule.id, one.options)));
  const prose = outputs.every((output) => output.format === 'concise') ? new Map() : await loadProse();
  for (const [index, output] of outputs.entries()) {
    const context: ReportContext = {
      version: VERSION,
      rules: new Map(selected.map((rule) => [rule.id, rule])),
      prose,
      colour: colours[index] ?? false,
      quiet: args.has('quiet'),
      showUndecided: args.has('show-undecided'),
      statistics: args.has('statistics'),
    };
    const reporter = REPORTERS.find((one) => one.id === output.format);
    if (reporter === undefined) throw new UsageError(`Unknown format ${output.format}.`);
    await deliver(reporter.render(run, context), output.file, terminal);
  }
  const level = limit ?? strictest(opened.map((one) => one.config));
  return level !== 'never' && run.findings.some((finding) => atLeast(finding.severity, level)) ? 1 : 0;
}

async function judge(one: Opened & { readonly prefix: string }): Promise<RunPart> {
  const stages = await stagesFor(one.tree);
  const result = await runCheck({ tree: one.tree, rules, options: one.options, stages });
  requireDeclared(one.options, result.model);
  requireDeployment(one.options.deployment, result.model);
  return { prefix: one.prefix, result: keepDeployment(result, one.options.deployment), read: (file) => textOf(one, file) };
}

/** With --deployment the report tells of that one only. */
function keepDeployment(result: RunPart['result'], id: string | null): RunPart['result'] {
  if (id === null) return result;
  return { ...result, model: { ...result.model, deployments: result.model.deployments.filter((one) => one.id === id) } };
}

function textOf(one: Opened, file: string): string | null {
  const read = one.tree.read(file);
  return read.ok ? read.text : null;
}

const LEVELS: readonly (Severity | 'never')[] = ['error', 'warning', 'note', 'never'];

function failOn(given: string | null): Severity | 'never' | null {
  if (given === null) return null;
  const level = LEVELS.find((one) => one === given);
  if (level === undefined) throw new UsageError(`--fail-on is error, warning, note or never, not ${given}.${didYouMean(given, LEVELS)}`);
  return level;
}

/** Of several configuration files the one that fails soonest. */
function strictest(configs: readonly Config[]): Severity | 'never' {
  const levels = configs.map((one) => one.failOn ?? 'warning');
  return (['note', 'warning', 'error', 'never'] as const).find((level) => levels.includes(level)) ?? 'warning';
}
