import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
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
import type { Command, Job, JobService, JobStep, Pipeline } from '../model.ts';
import { alignment } from '../shell/alignment.ts';

import { deployingStep } from './deploys.ts';
import { jobEnvironment, type StepEffects, stepEffects } from './effects.ts';
import { type ExpressionScope, expressionValue } from './expression.ts';

/** What reading a workflow asks of its surroundings. */
export interface WorkflowContext {
  /** The whole text of the file. */
  readonly source: string;
  /** Text of a file of the checkout, as seen from a folder of it; null when there is none. */
  read(path: string, folder: string): string | null;
  /** Commands of a `run:` script; `workdir` is relative to the checkout, null when it is not known. */
  run(script: WorkflowScript): readonly Command[];
}

export interface WorkflowScript {
  readonly text: string;
  readonly file: string;
  readonly place: (at: number) => number;
  readonly environment: Environment;
  readonly workdir: string | null;
  readonly conditional: boolean;
}

type Variables = ReadonlyMap<string, Value<string>>;

/** Reads one GitHub workflow. Null when the document is none. */
export function readWorkflow(file: string, document: YamlFile, context: WorkflowContext): Pipeline | null {
  const root = document.documents[0]?.root;
  const jobs = entriesOf(get(root, 'jobs'));
  if (jobs.length === 0) return null;
  const variables = readVariables(get(root, 'env'), file, { variables: new Map(), matrix: new Map() });
  const folder = asText(get(root, 'defaults', 'run', 'working-directory')) ?? '';
  return {
    file,
    system: 'github',
    name: asText(get(root, 'name')) ?? null,
    jobs: jobs.flatMap((one) => {
      const body = asMap(one.value);
      return body === undefined ? [] : [readJob(one.key, one.keySpan, body, { file, variables, folder, context })];
    }),
  };
}

interface Around {
  readonly file: string;
  readonly variables: Variables;
  readonly folder: string;
  readonly context: WorkflowContext;
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
  return {
    id,
    at,
    needs: itemsOf(get(body, 'needs')).flatMap((one) => asText(one) ?? []),
    container: container !== undefined && !isNull(container),
    services: entriesOf(get(body, 'services')).map((one) =>
      readService(one.key, one.keySpan, one.value, around.file, { variables, matrix }),
    ),
    steps,
    deploys: deployingStep(id, body, steps, at),
  };
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
    at,
  };
}

function readSteps(
  node: YamlNode | undefined,
  around: Around,
  matrix: ExpressionScope['matrix'],
  environment: Environment,
): readonly JobStep[] {
  const steps: JobStep[] = [];
  let current = environment;
  for (const one of itemsOf(node)) {
    const body = asMap(one);
    if (body === undefined) continue;
    const { step, effects } = readStep(body, around, matrix, current);
    steps.push(step);
    current = effects.environment;
  }
  return steps;
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
  const conditional = get(body, 'if') !== undefined;
  const script = readScript(body, around.context.source, { variables, matrix });
  const folder = asText(get(body, 'working-directory')) ?? around.folder;
  const shell = asText(get(body, 'shell'));
  const runs = script !== null && (shell === undefined || /^(ba)?sh\b/.test(shell));
  const workdir = folder.includes('${{') ? null : folder.replace(/^\.\//, '').replace(/\/$/, '');
  const seen = script === null ? reached : { ...reached, variables: merged(reached.variables, script.expressions) };
  const commands = runs
    ? around.context.run({ text: script.text, place: script.place, file: around.file, environment: seen, workdir, conditional })
    : [];
  const step: JobStep = {
    at: script?.at ?? get(body, 'uses')?.span ?? body.span,
    name: asString(get(body, 'name')) ?? null,
    uses: asText(get(body, 'uses')) ?? null,
    variables,
    commands,
    script: script === null ? null : { text: script.raw, at: script.at },
  };
  return {
    step,
    effects: stepEffects(step, environment, asMap(get(body, 'with')) ?? null, (path) =>
      workdir === null ? null : around.context.read(path, workdir),
    ),
  };
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
  const { span, style } = scalar;
  const body = style === 'literal' || style === 'folded' ? source.indexOf('\n', span.start) + 1 : span.start;
  const toFile = alignment(scalar.text, source, Math.min(Math.max(body, span.start), span.end), span.end);
  const start = toFile(0);
  const at = { file: scalar.span.file, start, end: Math.max(start, scalar.span.end) };
  const { text, toRaw, expressions } = withoutExpressions(scalar.text, at, scope);
  return { raw: scalar.text, text, at, place: (offset) => toFile(toRaw(offset)), expressions };
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
