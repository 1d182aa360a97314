import type { Examined } from '../check/index.ts';
import { type CheckOptions, examine } from '../check/index.ts';
import type { Evaluation } from '../check/result.ts';
import type { Data } from '../core/data.ts';
import type { Value } from '../core/value.ts';
import { type Texts, textsOf } from '../report/run.ts';
import { djangoDefaultNames } from '../settings/django/defaults.ts';
import type { Arguments } from './arguments.ts';
import { requireDeclared, requireDeployment } from './deployment-option.ts';
import { openPath } from './open.ts';
import { defaultOf, stagesFor } from './stages.ts';

export interface ExaminedPath {
  readonly examined: Examined;
  readonly texts: Texts;
  readonly options: CheckOptions;
  /** Names of the settings that Django has a default for. */
  djangoNames(evaluation: Evaluation): readonly string[];
  /** What Django takes for a setting that an evaluation leaves out. */
  defaultIn(evaluation: Evaluation, name: string): Value<Data | undefined>;
}

/** Links and evaluates one PATH, without any rule: what `settings`, `env` and `topology` print. */
export async function examinePath(path: string, args: Arguments): Promise<ExaminedPath> {
  const { tree, options } = await openPath(path, args);
  const stages = await stagesFor(tree, { counterfactuals: true });
  const examined = await examine({ tree, options, stages });
  requireDeclared(options, examined.model);
  requireDeployment(options.deployment, examined.model);
  const read = (file: string) => {
    const result = tree.read(file);
    return result.ok ? result.text : null;
  };
  return {
    examined,
    options,
    texts: textsOf(read),
    djangoNames: (evaluation) => djangoDefaultNames(evaluation.project.django),
    defaultIn: (evaluation, name) => defaultOf(name, [], evaluation.project.django),
  };
}
