import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';
import type { Deployment, Process, Project, SettingsChoice } from '../deployment/model.ts';
import type { SourceTree } from '../files/tree.ts';
import type { Environment, EvaluatedSettings } from '../settings/model.ts';
import type { CheckOptions, Evaluation, Stages } from './result.ts';

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

/** An evaluation that any process of the repository with the same module and the same values may share. */
interface Shared {
  readonly project: Project;
  readonly module: string;
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly evaluated: EvaluatedSettings;
  readonly asksForArguments: boolean;
}

type EvaluateOptions = Pick<CheckOptions, 'className'>;

/** Evaluates each distinct pair of module and environment of a repository once. */
export function evaluator(tree: SourceTree, stages: Stages, options: EvaluateOptions) {
  const shared: Shared[] = [];

  const evaluate = async (project: Project, module: string, process: Process): Promise<EvaluatedSettings> => {
    const { environment } = process;
    const argv = argumentsOf(process);
    const before = shared.find((one) => one.project === project && one.module === module && canShare(one, environment, argv));
    if (before !== undefined) return before.evaluated;
    const evaluated = await stages.evaluate({
      tree,
      module,
      importRoots: project.importRoots,
      environment,
      django: project.django,
      python: project.python,
      assumeMissing: true,
      argv,
      ...(options.className === null ? {} : { className: options.className }),
    });
    const asksForArguments = evaluated.files.some((file) => mentionsArguments(tree, file));
    shared.push({ project, module, argv, environment, evaluated, asksForArguments });
    return evaluated;
  };

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
      const evaluated = await evaluate(project, chosen.module, process);
      const at = evaluations.findIndex((one) => one.evaluated === evaluated && samePresumed(one.presumed, chosen.presumed));
      const joined = evaluations[at];
      if (joined !== undefined) evaluations[at] = { ...joined, processes: [...joined.processes, process] };
      else {
        const { environment } = process;
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

/** Equal values of all variables that were read give an equal result; so do equal arguments when the code looks at them. */
function canShare(one: Shared, environment: Environment, argv: readonly string[]): boolean {
  if (one.environment === environment && !one.asksForArguments) return true;
  if (one.asksForArguments && !sameTexts(one.argv, argv)) return false;
  if ((one.environment.closed === true) !== (environment.closed === true)) return false;
  return one.evaluated.reads.every(({ name }) => sameVariable(one.environment.variables.get(name), environment.variables.get(name)));
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

/** Same value from the same place: a finding may name the line that gives it. */
function sameVariable(a: Value<string> | undefined, b: Value<string> | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'known' && b.kind === 'known') return a.value === b.value;
  return JSON.stringify(a) === JSON.stringify(b);
}

function mentionsArguments(tree: SourceTree, file: string): boolean {
  const read = tree.read(file);
  return read.ok && /\bargv\b|\borig_argv\b|\benviron\.(items|copy|keys|values)\b|\bdict\(os\.environ/.test(read.text);
}

/** sys.argv as far as the command line is known: the interpreter itself and its options are not in it. */
function argumentsOf(process: Process): readonly string[] {
  if (process.command.kind !== 'known') return [''];
  const words = process.command.value.map((word) => (word.kind === 'known' ? word.value : ''));
  const [first] = words;
  return first !== undefined && /(^|\/)python[\d.]*$/.test(first) ? words.slice(1) : words;
}
