import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import { asMap, asScalar, asText, entriesOf, get, itemsOf, type YamlMap, type YamlNode } from '../../syntax/yaml/index.ts';
import type { Job, JobService, Pipeline } from '../model.ts';
import { deployingStep } from '../pipeline/deploys.ts';
import { deploymentOf, plainJob, plainPipeline } from '../pipeline/parts.ts';
import type { PipelineContext } from '../pipeline/script.ts';
import { openEnvironment, type Variables, variablesOf } from '../pipeline/variables.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { type Parameters, parametersOf, withParameters } from './parameters.ts';
import { inCheckout, stepsOf } from './steps.ts';

const FILE = '.circleci/config.yml';

/** The pipeline of CircleCI: the jobs that its workflows run. */
export function readCircleci(
  tree: SourceTree,
  { parseYaml }: Pick<Syntaxes, 'parseYaml'>,
  context: PipelineContext,
  problems: InputProblem[],
): readonly Pipeline[] {
  if (tree.kindOf(FILE) !== 'file') return [];
  const document = parseYaml(context.source(FILE), FILE, '1.2');
  problems.push(...document.problems);
  const root = asMap(document.documents[0]?.root);
  if (root === undefined || (get(root, 'jobs') === undefined && get(root, 'workflows') === undefined)) return [];
  const calls = callsOf(root);
  const jobs = calls.map((call) => readJob(call, root, context));
  const setup = get(root, 'setup');
  const hidden = setup === undefined ? null : { because: 'it writes another configuration', at: setup.span };
  return [{ ...plainPipeline(FILE, 'circleci', { file: FILE, start: 0, end: 0 }), jobs: jobs.map((job) => limited(job, jobs)), hidden }];
}

/** One job of one workflow. */
interface Call {
  readonly id: string;
  readonly job: string;
  readonly at: Span;
  readonly given: YamlNode | undefined;
  readonly needs: readonly string[];
  readonly approval: boolean;
}

function callsOf(root: YamlMap): readonly Call[] {
  const workflows = entriesOf(get(root, 'workflows')).filter(({ key, value }) => key !== 'version' && value.kind === 'map');
  const build = entriesOf(get(root, 'jobs')).find(({ key }) => key === 'build');
  if (workflows.length === 0)
    return build === undefined ? [] : [{ id: 'build', job: 'build', at: build.keySpan, given: undefined, needs: [], approval: false }];
  const taken = new Set<string>();
  return workflows.flatMap(({ key, value }) => {
    const found = itemsOf(get(value, 'jobs')).flatMap((one) => callOf(one) ?? []);
    const names = new Map(found.map(({ id }) => [id, taken.has(id) ? `${key}/${id}` : id]));
    for (const { id } of found) taken.add(id);
    const renamed = (name: string) => names.get(name) ?? name;
    return found.map((one) => ({ ...one, id: renamed(one.id), needs: one.needs.map(renamed) }));
  });
}

function callOf(node: YamlNode): Call | null {
  const name = asText(node);
  if (name !== undefined) return { id: name, job: name, at: node.span, given: undefined, needs: [], approval: false };
  const [first] = entriesOf(node);
  if (first === undefined) return null;
  const given = first.value;
  return {
    id: asText(get(given, 'name')) ?? first.key,
    job: first.key,
    at: first.keySpan,
    given,
    needs: itemsOf(get(given, 'requires')).flatMap((one) => asText(one) ?? entriesOf(one)[0]?.key ?? []),
    approval: asText(get(given, 'type')) === 'approval',
  };
}

function readJob(call: Call, root: YamlMap, context: PipelineContext): Job {
  const entry = entriesOf(get(root, 'jobs')).find(({ key }) => key === call.job);
  const body = asMap(entry?.value);
  const reach = reachOf(call);
  const base = { ...plainJob(call.id, call.at, call.at), needs: call.needs, reach };
  if (body === undefined || entry === undefined)
    return call.approval ? base : { ...base, hidden: { because: `${call.job} is defined by an orb`, at: call.at } };
  const matrix = matrixOf(get(call.given, 'matrix', 'parameters'));
  const outer = new Map([...matrix].flatMap(([key, values]) => (values.length === 1 ? [[key, values[0] ?? ''] as const] : [])));
  const declared = parametersOf(get(body, 'parameters'), call.given, new Map());
  const known = new Map([...declared, ...outer].filter(([key]) => (matrix.get(key)?.length ?? 1) === 1));
  const executor = executorOf(body, root, known);
  const variables = variablesOf(get(body, 'environment'), `${FILE}, environment`, executor.variables);
  const environment = openEnvironment(
    variables,
    ['CI', 'CIRCLECI'],
    'variables of the project are kept in the settings of CircleCI',
    entry.keySpan,
  );
  const folder = asText(get(body, 'working_directory')) ?? executor.folder ?? '~/project';
  const checkout = checkoutOf(get(body, 'steps')) ?? folder;
  const workdir = inCheckout(folder, checkout, null);
  const scope = { root, context, variables, environment, checkout, workdir, parameters: known, condition: null, depth: 0 };
  const steps = stepsOf(get(body, 'steps'), scope);
  const at = entry.keySpan;
  return {
    ...base,
    at,
    body: { ...at, end: Math.max(at.end, body.span.end) },
    image: executor.image,
    services: executor.services,
    steps,
    ...deploymentOf(deployingStep(call.id, steps, null, at), reach),
    matrix,
  };
}

/** `checkout: { path: … }` among the steps. */
function checkoutOf(steps: YamlNode | undefined): string | undefined {
  return itemsOf(steps).flatMap((one) => asText(get(one, 'checkout', 'path')) ?? [])[0];
}

interface Executor {
  readonly folder: string | undefined;
  readonly image: Job['image'];
  readonly services: readonly JobService[];
  readonly variables: Variables;
}

/** The first image runs the steps, the others are services that it reaches at localhost. */
function executorOf(body: YamlMap, root: YamlMap, parameters: Parameters): Executor {
  const named = get(body, 'executor');
  const name = asText(named) ?? asText(get(named, 'name'));
  const executor = name === undefined ? undefined : get(root, 'executors', withParameters(name, parameters) ?? '');
  const mine = executor === undefined ? parameters : parametersOf(get(executor, 'parameters'), named, parameters);
  const [first, ...others] = itemsOf(get(body, 'docker') ?? get(executor, 'docker'));
  const read = (node: YamlNode | undefined) => {
    const scalar = asScalar(get(node, 'image'));
    return scalar === undefined ? null : { reference: withParameters(scalar.text, mine) ?? scalar.text, at: scalar.span };
  };
  const services = others.map((one): JobService => {
    const image = read(one);
    const reference = image?.reference ?? null;
    return {
      name: asText(get(one, 'name')) ?? reference ?? '',
      image: reference,
      ports: [],
      variables: variablesOf(get(one, 'environment'), `${FILE}, environment`),
      options: null,
      at: image?.at ?? one.span,
    };
  });
  const given = variablesOf(
    get(executor, 'environment'),
    `${FILE}, environment`,
    variablesOf(get(first, 'environment'), `${FILE}, environment`),
  );
  return { image: read(first), services, variables: given, folder: asText(get(executor, 'working_directory')) };
}

function reachOf({ given, at, approval }: Call): Job['reach'] {
  const branches = get(given, 'filters', 'branches');
  const only = itemsOf(get(branches, 'only')).flatMap((one) => asText(one) ?? []);
  const filter = asText(get(given, 'filters'));
  const isLimited = get(branches, 'only') !== undefined && !only.some((one) => /^\/?\.\*\/?$/.test(one));
  const answer: Answer = approval || isLimited ? 'no' : filter === undefined ? 'yes' : 'maybe';
  return { branches: answer, pullRequests: 'no', at: branches?.span ?? at };
}

/** A job starts only where all that it requires have run. */
function limited(job: Job, jobs: readonly Job[]): Job {
  const seen = new Set<string>();
  const all = (one: Job): readonly Answer[] => {
    if (seen.has(one.id)) return [];
    seen.add(one.id);
    return [one.reach.branches, ...one.needs.flatMap((id) => jobs.filter((other) => other.id === id).flatMap(all))];
  };
  const answers = all(job);
  const branches: Answer = answers.includes('no') ? 'no' : answers.includes('maybe') ? 'maybe' : 'yes';
  return branches === job.reach.branches ? job : { ...job, reach: { ...job.reach, branches } };
}

function matrixOf(node: YamlNode | undefined): Job['matrix'] {
  return new Map(entriesOf(node).map(({ key, value }) => [key, itemsOf(value).flatMap((one) => asText(one) ?? [])]));
}
