import { ROOT } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import { known, unknown } from '../../core/value.ts';
import { joinPath, normalPath } from '../../files/paths.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import type { Command, Pipeline } from '../model.ts';
import { CHECKOUT_PATHS, repositoryFile } from '../path-map.ts';
import { textAt } from '../project/files.ts';
import { runText } from '../shell/run.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { readWorkflow, type WorkflowScript } from './workflow.ts';

/** The CI definitions of a tree, sorted by file; the settings modules of their commands are not chosen yet. */
export function readPipelines(tree: SourceTree, syntaxes: Syntaxes, problems: InputProblem[]): readonly Pipeline[] {
  return tree.files.flatMap(({ path }) => {
    if (!/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) return [];
    const source = textAt(tree, path);
    const document = syntaxes.parseYaml(source, path, '1.2');
    problems.push(...document.problems);
    const pipeline = readWorkflow(path, document, {
      source,
      read: (name, folder) => readIn(tree, name, folder),
      run: (script) => runScript(script, tree, syntaxes),
    });
    return pipeline === null ? [] : [pipeline];
  });
}

function readIn(tree: SourceTree, name: string, folder: string): string | null {
  const path = normalPath(joinPath(folder, name));
  return path !== null && tree.kindOf(path) === 'file' ? textAt(tree, path) : null;
}

function runScript(script: WorkflowScript, tree: SourceTree, syntaxes: Syntaxes): readonly Command[] {
  const { workdir, file, environment, conditional, place, text } = script;
  const origin = textOrigin({ file, start: place(0), end: place(text.length) });
  const folder =
    workdir === null
      ? unknown('unsupported-syntax', origin, [], 'str')
      : known(workdir === '' || workdir === '.' ? ROOT : `${ROOT}/${workdir}`, origin);
  const locate = (path: string) => repositoryFile(CHECKOUT_PATHS, path);
  return runText(text, { file, place }, { tree, syntaxes, environment, workdir: folder, locate, conditional }).commands;
}
