import type { Span } from '../core/span.ts';
import type { Deployment, Process, SettingsChoice } from '../deployment/model.ts';
import type { SourceTree } from '../files/tree.ts';
import type { CheckOptions, Evaluation, Stages } from './result.ts';
import { argumentsOf, sharedEvaluations } from './shared-evaluations.ts';

/** Why a process's settings could not be judged. */
export interface Unresolved {
  readonly process: Process;
  readonly why: string;
  readonly at: Span;
}

/** The settings of one deployment. */
export interface EvaluatedDeployment {
  readonly evaluations: readonly Evaluation[];
  readonly unresolved: readonly Unresolved[];
}

/** Evaluates each distinct pair of module and environment of a repository once. */
export function evaluator(tree: SourceTree, stages: Stages, options: Pick<CheckOptions, 'className' | 'hermetic'>) {
  const evaluate = sharedEvaluations(stages, options);
  return async (deployment: Deployment): Promise<EvaluatedDeployment> => {
    const evaluations: Evaluation[] = [];
    const unresolved: Unresolved[] = [];
    // A script that nothing refers to is judged for its own text only.
    for (const process of deployment.alternative ? [] : deployment.processes) {
      if (process.settings === null) continue;
      const chosen = choose(process.settings, process.at, deployment.kind !== 'settings');
      const { project } = deployment;
      if ('why' in chosen || project === null) {
        const why = 'why' in chosen ? chosen.why : 'No Django project of the repository belongs to it.';
        unresolved.push({ process, why, at: 'at' in chosen ? chosen.at : process.at });
        continue;
      }
      const { environment } = process;
      const argv = process.command.kind === 'known' ? argumentsOf(process.command.value) : [''];
      const evaluated = await evaluate({ tree, project, module: chosen.module, environment, argv });
      const at = evaluations.findIndex((one) => one.evaluated === evaluated && samePresumed(one.presumed, chosen.presumed));
      const joined = evaluations[at];
      if (joined !== undefined) evaluations[at] = { ...joined, processes: [...joined.processes, process] };
      else {
        evaluations.push({
          deployment,
          project,
          module: chosen.module,
          processes: [process],
          environment,
          evaluated,
          presumed: chosen.presumed,
        });
      }
    }
    return { evaluations, unresolved };
  };
}

type Chosen = { readonly module: string; readonly presumed: Evaluation['presumed'] } | { readonly why: string; readonly at: Span };

/**
 * The module a process loads, or the one that is meant when the proven choice is itself a fault. With no manifest (`isProven` false) the
 * environment of the server may mend the choice of wsgi.py, so nothing is to be mended first.
 */
export function choose(choice: SettingsChoice, fallback: Span, isProven = true): Chosen {
  if (choice.fault !== null || choice.production !== undefined) {
    const { presumed } = choice;
    if (presumed === null)
      return { why: `${faultInWords(choice)}, and no other module is clearly meant.`, at: faultPlace(choice, fallback) };
    return {
      module: presumed.module,
      presumed: {
        at: faultPlace(choice, fallback),
        message: isProven
          ? `once this is mended: ${faultInWords(choice)}`
          : `${faultInWords(choice)}; ${presumed.module} is judged instead`,
      },
    };
  }
  if (choice.module.kind === 'known' && choice.file !== null) return { module: choice.module.value, presumed: null };
  if (choice.presumed !== null) {
    const { module, because } = choice.presumed;
    const message = `once DJANGO_SETTINGS_MODULE, which is not known from the repository, names ${module}: ${because}`;
    return { module, presumed: { at: faultPlace(choice, fallback), message } };
  }
  const why =
    choice.module.kind === 'known'
      ? `The settings module ${choice.module.value} is not in the repository.`
      : 'The settings module that this process loads is not known.';
  return { why, at: faultPlace(choice, fallback) };
}

function faultPlace(choice: SettingsChoice, fallback: Span): Span {
  return choice.evidence[0]?.at ?? fallback;
}

function faultInWords(choice: SettingsChoice): string {
  const module = choice.module.kind === 'known' ? `The settings module ${choice.module.value}` : 'The settings module';
  if (choice.production !== undefined) return `${module} is for development`;
  switch (choice.fault) {
    case 'missing':
      return `${module} does not exist`;
    case 'empty':
      return `${module} sets nothing that a project needs`;
    default:
      return 'Nothing names a settings module';
  }
}

function samePresumed(a: Evaluation['presumed'], b: Evaluation['presumed']): boolean {
  return a === b || (a !== null && b !== null && a.message === b.message && a.at.file === b.at.file && a.at.start === b.at.start);
}
