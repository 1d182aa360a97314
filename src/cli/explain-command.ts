import { rules } from '../../rules/index.ts';
import { BUILTIN_RULES } from '../check/builtin.ts';
import { loadExamples } from '../check/examples.ts';
import { loadProse } from '../check/prose.ts';
import { explainJson, explainText } from '../report/explain.ts';
import { jsonText } from '../report/json-text.ts';
import { ruleFacts } from '../report/report.ts';
import type { Arguments } from './arguments.ts';
import { didYouMean } from './nearest.ts';
import { outputsOf } from './outputs.ts';
import { deliver, type Terminal, wantsColour } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** `explain RULE`: the page of a rule. */
export async function explainCommand(args: Arguments, terminal: Terminal): Promise<number> {
  const outputs = outputsOf(args);
  const colours = outputs.map((output) => wantsColour(args, output.file, terminal));
  const [id, ...more] = args.positionals;
  if (id === undefined || more.length > 0)
    throw new UsageError('explain takes the id of one rule, like settings/debug-enabled. The command rules lists them.');
  const facts = ruleFacts(rules, BUILTIN_RULES);
  const rule = facts.find((one) => one.id === id || one.formerly.includes(id));
  const prose = rule === undefined ? undefined : (await loadProse()).get(rule.id);
  const examples = rule === undefined ? undefined : (await loadExamples()).get(rule.id);
  if (rule === undefined || prose === undefined || examples === undefined) {
    throw new UsageError(
      `No rule is called ${id}.${didYouMean(
        id,
        facts.map((one) => one.id),
      )} The command rules lists them.`,
    );
  }
  const page = { ...prose, examples };
  for (const [index, output] of outputs.entries()) {
    const text = output.format === 'json' ? jsonText(explainJson(rule, page)) : explainText(rule, page, colours[index] ?? false);
    await deliver(text, output.file, terminal);
  }
  return 0;
}
