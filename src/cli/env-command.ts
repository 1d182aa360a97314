import { envContract, envDotenv, envText } from '../report/env.ts';
import { jsonText } from '../report/json-text.ts';
import { moduleEntries } from '../report/settings-modules.ts';
import type { Arguments } from './arguments.ts';
import { examinePath } from './examine.ts';
import { outputsOf } from './outputs.ts';
import { onlyPath } from './positionals.ts';
import { deliver, type Terminal, wantsColour } from './terminal.ts';

/** `env [PATH]`: the variables that the settings read, and whether production provides them. */
export async function envCommand(args: Arguments, terminal: Terminal): Promise<number> {
  const outputs = outputsOf(args);
  const colours = outputs.map((output) => wantsColour(args, output.file, terminal));
  const { examined, texts, defaultIn } = await examinePath(onlyPath(args), args);
  const modules = moduleEntries(examined.evaluations, { texts, showSecrets: false, names: [], defaultNames: () => [], defaultIn });
  const contract = envContract(modules);
  for (const [index, output] of outputs.entries()) {
    const text =
      output.format === 'json'
        ? jsonText({ version: 1, modules: contract })
        : output.format === 'dotenv'
          ? envDotenv(contract)
          : envText(contract, colours[index] ?? false);
    await deliver(text, output.file, terminal);
  }
  return 0;
}
