import { byText } from '../../files/paths.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import { readBitbucket } from '../bitbucket/bitbucket.ts';
import { readCircleci } from '../circleci/circleci.ts';
import { readGitlab } from '../gitlab/gitlab.ts';
import { readJenkins } from '../jenkins/jenkins.ts';
import type { Pipeline } from '../model.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { readWorkflows } from '../workflow/workflows.ts';
import { pipelineContext } from './script.ts';

/** The CI definitions of a tree, sorted by file; the settings modules of their commands are not chosen yet. */
export function readPipelines(tree: SourceTree, syntaxes: Syntaxes, problems: InputProblem[]): readonly Pipeline[] {
  const context = pipelineContext(tree, syntaxes);
  const found = [readWorkflows, readGitlab, readCircleci, readBitbucket, readJenkins].flatMap((read) =>
    read(tree, syntaxes, context, problems),
  );
  return found.sort((a, b) => byText(a.file, b.file));
}
