import { rules } from '../../rules/index.ts';
import { jsonText } from '../report/json-text.ts';
import { ruleFacts } from '../report/report.ts';
import { ruleJson, ruleListText } from '../report/rule-list.ts';
import type { Arguments } from './arguments.ts';
import { outputsOf } from './outputs.ts';
import { deliver, type Terminal, wantsColour } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** `rules`: every rule, by id. */
export async function rulesCommand(args: Arguments, terminal: Terminal): Promise<number> {
  const outputs = outputsOf(args);
  const colours = outputs.map((output) => wantsColour(args, output.file, terminal));
  if (args.positionals.length > 0) throw new UsageError(`rules takes no arguments; explain ${args.positionals[0]} tells of one rule.`);
  const facts = ruleFacts(rules, []);
  for (const [index, output] of outputs.entries()) {
    const text = output.format === 'json' ? jsonText(facts.map(ruleJson)) : ruleListText(facts, colours[index] ?? false);
    await deliver(text, output.file, terminal);
  }
  return 0;
}
