import { isPresumed } from '../check/presumed-environment.ts';
import { jsonText } from '../report/json-text.ts';
import { type ModuleJson, moduleEntries } from '../report/settings-modules.ts';
import { settingsText } from '../report/settings-text.ts';
import type { Arguments } from './arguments.ts';
import { examinePath } from './examine.ts';
import { outputsOf } from './outputs.ts';
import { pathAndNames } from './positionals.ts';
import { deliver, type Terminal, wantsColour } from './terminal.ts';

/** `settings [PATH] [NAME…]`: what production will run with, and why. */
export async function settingsCommand(args: Arguments, terminal: Terminal): Promise<number> {
  const outputs = outputsOf(args);
  const colours = outputs.map((output) => wantsColour(args, output.file, terminal));
  const { path, names } = pathAndNames(args);
  const { examined, texts, djangoNames, defaultIn } = await examinePath(path, args);
  const modules: readonly ModuleJson[] = moduleEntries(examined.evaluations, {
    texts,
    showSecrets: args.has('show-secrets'),
    names: names.length === 0 ? null : names,
    defaultNames: args.has('all') ? djangoNames : () => names,
    defaultIn,
  });
  const presumed = new Set(examined.evaluations.flatMap(({ deployment }) => (isPresumed(deployment) ? [deployment.id] : [])));
  for (const [index, output] of outputs.entries()) {
    const text =
      output.format === 'json'
        ? jsonText({ version: 1, modules })
        : settingsText(modules, { names, colour: colours[index] ?? false, presumed });
    await deliver(text, output.file, terminal);
  }
  return 0;
}
