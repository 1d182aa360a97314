import { jsonText } from '../report/json-text.ts';
import { type Topology, topologyJson } from '../report/topology-json.ts';
import { topologyMermaid } from '../report/topology-mermaid.ts';
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
  const { examined, texts, options } = await examinePath(onlyPath(args), args);
  const only = options.deployment;
  const { names } = options.production;
  const model = { ...examined.model, deployments: examined.model.deployments.filter((one) => only === null || one.id === only) };
  const { evaluations } = examined;
  const topology = topologyJson({ model, evaluations, names }, texts);
  for (const [index, output] of outputs.entries()) {
    const text = textOf(topology, output.format, colours[index] ?? false);
    await deliver(text, output.file, terminal);
  }
  return 0;
}

function textOf(topology: Topology, format: string, colour: boolean): string {
  if (format === 'json') return jsonText(topology);
  return format === 'mermaid' ? topologyMermaid(topology) : topologyText(topology, colour);
}
