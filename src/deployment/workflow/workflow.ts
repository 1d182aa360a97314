import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import { normalPath } from '../../files/paths.ts';
import type { Environment } from '../../settings/model.ts';
import {
  asMap,
  asScalar,
  asString,
  asText,
  entriesOf,
  get,
  isNull,
  itemsOf,
  type YamlFile,
  type YamlMap,
  type YamlNode,
} from '../../syntax/yaml/index.ts';
import { givenBy } from '../environment.ts';
import type { Job, JobService, JobStep, Pipeline } from '../model.ts';
import { deployingStep } from '../pipeline/deploys.ts';
import { type StepEffects, scriptEffects } from '../pipeline/effects.ts';
import { deploymentOf, plainPipeline } from '../pipeline/parts.ts';
import { type PipelineContext, placedScalar } from '../pipeline/script.ts';
import { afterAction, jobEnvironment } from './effects.ts';
import { type ExpressionScope, expressionValue } from './expression.ts';
import { concurrencyOf, conditionOf, flagOf, matrixOf, permissionsOf, runnersOf, secretsIn } from './keys.ts';
import { limitedBy, limitedByNeeds, reachOf } from './reach.ts';
import { triggersOf } from './triggers.ts';

/** What reading a workflow asks of its surroundings. */
export interface WorkflowContext extends PipelineContext {
  /** A YAML file of the tree; null when there is none. */
  parse(path: string): YamlFile | null;
}

type Variables = ReadonlyMap<string, Value<string>>;

/** Reads one GitHub workflow. Null when the document is none. */
export function readWorkflow(file: string, document: YamlFile, context: WorkflowContext): Pipeline | null {
  const root = document.documents[0]?.root;
  const jobs = entriesOf(get(root, 'jobs'));
  if (jobs.length === 0) return null;
  const variables = readVariables(get(root, 'env'), file, { variables: new Map(), matrix: new Map() });
  const folder = asText(get(root, 'defaults', 'run', 'working-directory')) ?? '';
  const triggers = triggersOf(root ?? null, file);
  const shared = secretsIn(get(root, 'env'), context.source(file));
  const around = { file, variables, folder, context, triggers, secrets: shared, depth: 0 };
  return {
    ...plainPipeline(file, 'github', { file, start: 0, end: 0 }),
    name: asText(get(root, 'name')) ?? null,
    triggers,
    permissions: permissionsOf(get(root, 'permissions')),
    concurrency: concurrencyOf(get(root, 'concurrency')),
    jobs: limitedByNeeds(
      jobs.flatMap((one) => {
        const body = asMap(one.value);
        return body === undefined ? [] : [readJob(one.key, one.keySpan, body, around)];
      }),
      triggers,
    ),
  };
}

interface Around {
  readonly file: string;
  readonly variables: Variables;
  readonly folder: string;
  readonly context: WorkflowContext;
  readonly triggers: Pipeline['triggers'];
  /** Secrets that the workflow hands to every job. */
  readonly secrets: readonly string[];
  /** Composite actions in flight. */
  readonly depth: number;
}

function readJob(id: string, at: Span, body: YamlMap, around: Around): Job {
  const matrix = singleMatrix(get(body, 'strategy', 'matrix'));
  const scope = { variables: around.variables, matrix };
  const variables = merged(around.variables, readVariables(get(body, 'env'), around.file, scope));
  const container = get(body, 'container');
  const containerVariables = readVariables(get(container, 'env'), around.file, { variables, matrix });
  const environment = jobEnvironment(container, merged(containerVariables, variables), at);
  const folder = asText(get(body, 'defaults', 'run', 'working-directory')) ?? around.folder;
  const steps = readSteps(get(body, 'steps'), { ...around, variables, folder }, matrix, environment);
  const condition = conditionOf(get(body, 'if'));
  const place = get(body, 'environment');
  const target = place === undefined ? null : { name: plain(asText(place) ?? asText(get(place, 'name'))), at: place.span };
  const deploying = deployingStep(id, steps, target, at);
  const reach = limitedBy(limitedBy(reachOf(around.triggers, at), condition), deploying?.condition ?? null);
  const image = asText(container) ?? asText(get(container, 'image'));
  return {
    id,
    at,
    body: { file: at.file, start: at.start, end: Math.max(at.end, body.span.end) },
    needs: itemsOf(get(body, 'needs')).flatMap((one) => asText(one) ?? []),
    container: container !== undefined && !isNull(container),
    image: image === undefined || container === undefined ? null : { reference: image, at: container.span },
    runners: runnersOf(get(body, 'runs-on'), matrixOf(get(body, 'strategy', 'matrix'))),
    services: entriesOf(get(body, 'services')).map((one) =>
      readService(one.key, one.keySpan, one.value, around.file, { variables, matrix }),
    ),
    steps,
    ...deploymentOf(deploying, reach),
    environment: target,
    permissions: permissionsOf(get(body, 'permissions')),
    concurrency: concurrencyOf(get(body, 'concurrency')),
    condition,
    failureAllowed: flagOf(get(body, 'continue-on-error')),
    matrix: matrixOf(get(body, 'strategy', 'matrix')),
    secrets: [...new Set([...around.secrets, ...secretsIn(body, around.context.source(around.file))])],
    calls: callOf(get(body, 'uses'), around.context),
    hidden: null,
  };
}

function plain(text: string | undefined): string | null {
  return text === undefined || text.includes('${{') ? null : text;
}

function callOf(node: YamlNode | undefined, context: WorkflowContext): Job['calls'] {
  const uses = asText(node);
  if (node === undefined || uses === undefined) return null;
  const path = uses.startsWith('./') ? normalPath(uses) : null;
  return { uses, file: path !== null && context.read(path, '') !== null ? path : null, at: node.span };
}

function merged(a: Variables, b: Variables): Variables {
  return b.size === 0 ? a : new Map([...a, ...b]);
}

/** Matrix keys that every combination shares. */
function singleMatrix(node: YamlNode | undefined): ReadonlyMap<string, string> {
  const single = new Map<string, string>();
  if (get(node, 'include') !== undefined) return single;
  for (const { key, value } of entriesOf(node)) {
    const [only, ...more] = itemsOf(value);
    const text = asText(only);
    if (text !== undefined && more.length === 0 && !text.includes('${{')) single.set(key, text);
  }
  return single;
}

function readVariables(node: YamlNode | undefined, file: string, scope: ExpressionScope): Variables {
  const out = new Map<string, Value<string>>();
  for (const { key, value } of entriesOf(node)) {
    const scalar = asScalar(value);
    if (scalar === undefined) continue;
    const text = typeof scalar.value === 'string' || scalar.value === null ? scalar.text : String(scalar.value);
    const read = expressionValue(scalar.value === null ? '' : text, key, textOrigin(scalar.span), scope);
    out.set(key, givenBy(key, read, scalar.span, `${file}, env`));
  }
  return out;
}

function readService(name: string, at: Span, node: YamlNode, file: string, scope: ExpressionScope): JobService {
  return {
    name,
    image: asText(get(node, 'image')) ?? null,
    ports: itemsOf(get(node, 'ports')).flatMap((one) => {
      const found = /^(?:(\d+):)?(\d+)(?:\/(?:tcp|udp))?$/.exec(asScalar(one)?.text ?? '');
      if (found === null) return [];
      return [{ published: found[1] === undefined ? null : Number(found[1]), target: Number(found[2]), at: one.span }];
    }),
    variables: readVariables(get(node, 'env'), file, scope),
    options: placedText(get(node, 'options')),
    at,
  };
}

function placedText(node: YamlNode | undefined): { readonly text: string; readonly at: Span } | null {
  const text = asScalar(node)?.text;
  return node === undefined || text === undefined ? null : { text, at: node.span };
}

interface Stepped {
  readonly steps: readonly JobStep[];
  readonly environment: Environment;
}

function readSteps(
  node: YamlNode | undefined,
  around: Around,
  matrix: ExpressionScope['matrix'],
  environment: Environment,
): readonly JobStep[] {
  return steppedThrough(node, around, matrix, environment).steps;
}

function steppedThrough(node: YamlNode | undefined, around: Around, matrix: ExpressionScope['matrix'], environment: Environment): Stepped {
  const steps: JobStep[] = [];
  let current = environment;
  for (const one of itemsOf(node)) {
    const body = asMap(one);
    if (body === undefined) continue;
    const { step, effects } = readStep(body, around, matrix, current);
    steps.push(step);
    current = effects.environment;
    const inner = compositeSteps(step, around, current);
    if (inner === null) continue;
    steps.push(...inner.steps);
    current = inner.environment;
  }
  return { steps, environment: current };
}

const MAX_COMPOSITE_DEPTH = 4;

/** The steps of a composite action of the same repository, under the condition of the step that uses it. */
function compositeSteps({ uses, condition, failureAllowed }: JobStep, around: Around, environment: Environment): Stepped | null {
  if (uses === null || !uses.startsWith('./') || around.depth >= MAX_COMPOSITE_DEPTH) return null;
  const folder = normalPath(uses);
  const found = ['action.yml', 'action.yaml'].map((name) => `${folder}/${name}`);
  for (const file of folder === null ? [] : found) {
    const steps = get(around.context.parse(file)?.documents[0]?.root, 'runs', 'steps');
    if (steps === undefined) continue;
    const inner = steppedThrough(steps, { ...around, file, folder: '', depth: around.depth + 1 }, new Map(), environment);
    return {
      ...inner,
      steps: inner.steps.map((step) => ({
        ...step,
        condition: step.condition ?? condition,
        failureAllowed: step.failureAllowed ?? failureAllowed,
      })),
    };
  }
  return null;
}

function readStep(
  body: YamlMap,
  around: Around,
  matrix: ExpressionScope['matrix'],
  environment: Environment,
): { readonly step: JobStep; readonly effects: StepEffects } {
  const mine = readVariables(get(body, 'env'), around.file, { variables: around.variables, matrix });
  const variables = merged(around.variables, mine);
  const reached: Environment = { variables: merged(environment.variables, mine), closed: environment.closed };
  const condition = conditionOf(get(body, 'if'));
  const script = readScript(body, around.context.source(around.file), { variables, matrix });
  const folder = asText(get(body, 'working-directory')) ?? around.folder;
  const shell = asText(get(body, 'shell'));
  const runs = script !== null && (shell === undefined || /^(ba)?sh\b/.test(shell));
  const workdir = folder.includes('${{') ? null : folder.replace(/^\.\//, '').replace(/\/$/, '');
  const seen = script === null ? reached : { ...reached, variables: merged(reached.variables, script.expressions) };
  const conditional = condition !== null;
  const commands = runs
    ? around.context.run({ text: script.text, place: script.place, file: around.file, environment: seen, workdir, conditional })
    : [];
  const inputs = entriesOf(get(body, 'with'));
  const step: JobStep = {
    at: script?.at ?? get(body, 'uses')?.span ?? body.span,
    name: asString(get(body, 'name')) ?? null,
    uses: asText(get(body, 'uses')) ?? null,
    inputs: new Map(
      inputs.flatMap(({ key, value }) => (value.kind === 'scalar' ? [[key, { text: value.text, at: value.span }] as const] : [])),
    ),
    condition,
    failureAllowed: flagOf(get(body, 'continue-on-error')),
    variables,
    commands,
    script: script === null ? null : { text: script.raw, at: script.at },
  };
  const read = (path: string) => (workdir === null ? null : around.context.read(path, workdir));
  const effects = step.uses === null ? scriptEffects(step, environment, read) : { environment: afterAction(step.uses, step, environment) };
  return { step, effects };
}

interface Script {
  /** As it stands in the file, indentation taken off. */
  readonly raw: string;
  /** With each expression replaced by a shell variable. */
  readonly text: string;
  readonly at: Span;
  readonly place: (at: number) => number;
  readonly expressions: Variables;
}

function readScript(step: YamlMap, source: string, scope: ExpressionScope): Script | null {
  const scalar = asScalar(get(step, 'run'));
  if (scalar === undefined) return null;
  const { at, place } = placedScalar(scalar, source);
  const { text, toRaw, expressions } = withoutExpressions(scalar.text, at, scope);
  return { raw: scalar.text, text, at, place: (offset) => place(toRaw(offset)), expressions };
}

/** The runner writes the value of an expression into the script before the shell reads it: much the same as a variable there. */
function withoutExpressions(raw: string, at: Span, scope: ExpressionScope) {
  const expressions = new Map<string, Value<string>>();
  const shifts: { readonly from: number; readonly by: number }[] = [];
  let shift = 0;
  const text = raw.replace(/\$\{\{(?:[^}\n]|\}(?!\}))*\}\}/g, (all, offset: number) => {
    const name = `__expression_${expressions.size}`;
    expressions.set(name, expressionValue(all, name, textOrigin(at), scope));
    const variable = `\${${name}}`;
    shift += all.length - variable.length;
    shifts.push({ from: offset + all.length - shift, by: shift });
    return variable;
  });
  const toRaw = (offset: number) => offset + (shifts.findLast((one) => one.from <= offset)?.by ?? 0);
  return { text, toRaw, expressions };
}
