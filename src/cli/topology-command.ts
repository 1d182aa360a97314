import { jsonText } from '../report/json-text.ts';
import { topologyJson } from '../report/topology-json.ts';
import { topologyText } from '../report/topology-text.ts';
import type { Arguments } from './arguments.ts';
import { examinePath } from './examine.ts';
import { outputsOf } from './outputs.ts';
import { onlyPath } from './positionals.ts';
import { deliver, type Terminal, wantsColour } from './terminal.ts';

/** `topology [PATH]`: what was found to be production. */
export async function topologyCommand(args: Arguments, terminal: Terminal): Promise<number> {
  const outputs = outputsOf(args);
  const colours = outputs.map((output) => wantsColour(args, output.file, terminal));
  const { examined, texts } = await examinePath(onlyPath(args), args);
  const only = args.one('deployment');
  const model = { ...examined.model, deployments: examined.model.deployments.filter((one) => only === null || one.id === only) };
  const topology = topologyJson(model, texts);
  for (const [index, output] of outputs.entries()) {
    const text = output.format === 'json' ? jsonText(topology) : topologyText(topology, colours[index] ?? false);
    await deliver(text, output.file, terminal);
  }
  return 0;
}
