import type { Value } from '../core/value.ts';
import type { Project } from '../deployment/model.ts';
import type { SourceTree } from '../files/tree.ts';
import type { Environment, EvaluatedSettings } from '../settings/model.ts';
import type { CheckOptions, Stages } from './result.ts';

/** What decides an evaluation. `tree` is the view that the code gets: the checkout, an image's context, a clean clone. */
export interface EvaluationRequest {
  readonly tree: SourceTree;
  readonly project: Project;
  readonly module: string;
  readonly environment: Environment;
  readonly argv: readonly string[];
}

/** An evaluation that everything with the same module and the same values may share. */
interface Shared extends EvaluationRequest {
  readonly evaluated: EvaluatedSettings;
  readonly asksForArguments: boolean;
}

/** Evaluates settings past missing variables, each distinct pair of module and environment once in each view of the tree. */
export function sharedEvaluations(stages: Stages, options: Pick<CheckOptions, 'className' | 'hermetic'>) {
  const shared: Shared[] = [];
  return async (request: EvaluationRequest): Promise<EvaluatedSettings> => {
    const before = shared.find((one) => canShare(one, request));
    if (before !== undefined) return before.evaluated;
    const { project, ...rest } = request;
    const { importRoots, django, python, packages } = project;
    const evaluated = await stages.evaluate({
      ...rest,
      importRoots,
      django,
      python,
      packages,
      assumeMissing: true,
      host: options.hermetic ? 'bare' : 'unknown',
      ...(options.className === null ? {} : { className: options.className }),
    });
    const asksForArguments = evaluated.files.some((file) => mentionsArguments(request.tree, file));
    shared.push({ ...request, evaluated, asksForArguments });
    return evaluated;
  };
}

/** sys.argv as far as a command line is known: the interpreter itself and its options are not in it. */
export function argumentsOf(words: readonly Value<string>[]): readonly string[] {
  const texts = words.map((word) => (word.kind === 'known' ? word.value : ''));
  const [first] = texts;
  return first !== undefined && /(^|\/)python[\d.]*$/.test(first) ? texts.slice(1) : texts;
}

/** Equal values of all variables that were read give an equal result; so do equal arguments when the code looks at them. */
function canShare(one: Shared, { tree, project, module, environment, argv }: EvaluationRequest): boolean {
  if (one.tree !== tree || one.project !== project || one.module !== module) return false;
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
