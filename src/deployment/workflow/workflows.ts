import type { InputProblem, SourceTree } from '../../files/tree.ts';
import type { YamlFile } from '../../syntax/yaml/index.ts';
import type { Pipeline } from '../model.ts';
import type { PipelineContext } from '../pipeline/script.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { readWorkflow } from './workflow.ts';

/** The workflows of GitHub, and the composite actions of the repository that they use. */
export function readWorkflows(
  tree: SourceTree,
  { parseYaml }: Pick<Syntaxes, 'parseYaml'>,
  context: PipelineContext,
  problems: InputProblem[],
): readonly Pipeline[] {
  const actions = new Map<string, YamlFile | null>();
  const parse = (path: string): YamlFile | null => {
    const before = actions.get(path);
    if (before !== undefined) return before;
    const read = tree.kindOf(path) === 'file' ? parseYaml(context.source(path), path, '1.2') : null;
    actions.set(path, read);
    problems.push(...(read?.problems ?? []));
    return read;
  };
  return tree.files.flatMap(({ path }) => {
    if (!/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) return [];
    const document = parse(path);
    const pipeline = document === null ? null : readWorkflow(path, document, { ...context, parse });
    return pipeline === null ? [] : [pipeline];
  });
}
