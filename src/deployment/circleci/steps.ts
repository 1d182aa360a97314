import { MAX_INCLUDE_DEPTH } from '../../core/limits.ts';
import { joinPath } from '../../files/paths.ts';
import type { Environment } from '../../settings/model.ts';
import { asScalar, asText, entriesOf, get, itemsOf, type YamlMap, type YamlNode } from '../../syntax/yaml/index.ts';
import type { Condition, JobStep } from '../model.ts';
import { plainStep } from '../pipeline/parts.ts';
import { type PipelineContext, placedScalar, replacedIn } from '../pipeline/script.ts';
import { shellSteps } from '../pipeline/shell-steps.ts';
import { type Variables, variablesOf } from '../pipeline/variables.ts';
import { type Parameters, parametersOf, withParameters } from './parameters.ts';

export interface StepScope {
  readonly root: YamlMap;
  readonly context: PipelineContext;
  readonly variables: Variables;
  readonly environment: Environment;
  /** The folder of the machine that the code lies in. */
  readonly checkout: string;
  /** Relative to the checkout; null when it is not known. */
  readonly workdir: string | null;
  readonly parameters: Parameters;
  readonly condition: Condition | null;
  readonly depth: number;
}

/** The steps of a job or command, those of the file's own commands in their place. */
export function stepsOf(node: YamlNode | undefined, scope: StepScope): readonly JobStep[] {
  return itemsOf(node).flatMap((one) => {
    const name = asText(one);
    if (name !== undefined) return called(name, one, undefined, scope);
    const [first] = entriesOf(one);
    if (first === undefined) return [];
    if (first.key === 'run') return runStep(first.value, scope);
    if (first.key === 'when' || first.key === 'unless') {
      const condition = { text: asScalar(get(first.value, 'condition'))?.text ?? '', at: first.keySpan };
      return stepsOf(get(first.value, 'steps'), { ...scope, condition });
    }
    return called(first.key, one, first.value, scope);
  });
}

/** A command of the file, of an orb or of CircleCI itself (`checkout`). */
function called(name: string, at: YamlNode, given: YamlNode | undefined, scope: StepScope): readonly JobStep[] {
  const command = get(scope.root, 'commands', name);
  if (command !== undefined && scope.depth < MAX_INCLUDE_DEPTH) {
    const parameters = parametersOf(get(command, 'parameters'), given, scope.parameters);
    return stepsOf(get(command, 'steps'), { ...scope, parameters, depth: scope.depth + 1 });
  }
  const inputs = entriesOf(given).flatMap(({ key, value }) =>
    value.kind === 'scalar' ? [[key, { text: value.text, at: value.span }] as const] : [],
  );
  return [{ ...plainStep(at.span), uses: name, inputs: new Map(inputs), condition: scope.condition, variables: scope.variables }];
}

function runStep(node: YamlNode, scope: StepScope): readonly JobStep[] {
  const scalar = asScalar(node) ?? asScalar(get(node, 'command'));
  if (scalar === undefined) return [];
  const { context, parameters } = scope;
  const whole = placedScalar(scalar, context.source(scalar.span.file));
  const placed = replacedIn(whole, /<<[^<>\n]*>>/g, ([all]) => withParameters(all, parameters) ?? '$__parameter');
  const variables = variablesOf(get(node, 'environment'), `${scalar.span.file}, environment`, scope.variables);
  const environment: Environment = { variables: new Map([...scope.environment.variables, ...variables]), closed: scope.environment.closed };
  const folder = asText(get(node, 'working_directory'));
  const when = get(node, 'when');
  const rarely = asText(when) === 'on_fail' && when !== undefined ? { text: 'on_fail', at: when.span } : null;
  const shell = asText(get(node, 'shell'));
  if (shell !== undefined && !/\b(ba)?sh\b/.test(shell)) return [{ ...plainStep(placed.at), script: { text: placed.text, at: placed.at } }];
  const start = {
    name: asText(get(node, 'name')) ?? null,
    variables,
    environment,
    workdir: folder === undefined ? scope.workdir : inCheckout(folder, scope.checkout, scope.workdir),
    condition: scope.condition ?? rarely,
    failureAllowed: null,
  };
  return shellSteps([placed], start, context).steps;
}

/** A folder of the machine as one of the checkout that lies in `base`; null when it is another. */
export function inCheckout(folder: string, base: string, from: string | null): string | null {
  const clean = folder.replace(/\/$/, '');
  if (clean === base) return '';
  if (clean.startsWith(`${base}/`)) return clean.slice(base.length + 1);
  return from === null || /^[~/$]|<</.test(clean) ? null : joinPath(from, clean.replace(/^\.\/?/, ''));
}
