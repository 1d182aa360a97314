import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import { asMap, asScalar, asText, entriesOf, get, itemsOf, type YamlMap, type YamlNode } from '../../syntax/yaml/index.ts';
import type { Job, JobService, JobStep, Pipeline } from '../model.ts';
import { deployingStep } from '../pipeline/deploys.ts';
import { deploymentOf, plainJob, plainPipeline, plainStep } from '../pipeline/parts.ts';
import { type PipelineContext, type PlacedText, placedScalar } from '../pipeline/script.ts';
import { shellSteps } from '../pipeline/shell-steps.ts';
import { openEnvironment, variablesOf } from '../pipeline/variables.ts';
import type { Syntaxes } from '../syntaxes.ts';

const FILE = 'bitbucket-pipelines.yml';

/** The pipelines of Bitbucket: each step is a job, and waits for those before it. */
export function readBitbucket(
  tree: SourceTree,
  { parseYaml }: Pick<Syntaxes, 'parseYaml'>,
  context: PipelineContext,
  problems: InputProblem[],
): readonly Pipeline[] {
  if (tree.kindOf(FILE) !== 'file') return [];
  const document = parseYaml(context.source(FILE), FILE, '1.2');
  problems.push(...document.problems);
  const root = asMap(document.documents[0]?.root);
  const sections = root === undefined ? [] : sectionsOf(get(root, 'pipelines'));
  if (root === undefined || sections.length === 0) return [];
  const taken = new Set<string>();
  const jobs = sections.flatMap((one) => jobsOf(one, { root, context, taken }));
  return [{ ...plainPipeline(FILE, 'bitbucket', { file: FILE, start: 0, end: 0 }), jobs }];
}

interface Section {
  readonly name: string;
  readonly at: Span;
  readonly items: readonly YamlNode[];
  readonly branches: Answer;
  readonly pullRequests: Answer;
}

function sectionsOf(pipelines: YamlNode | undefined): readonly Section[] {
  return entriesOf(pipelines).flatMap(({ key, keySpan, value }): readonly Section[] => {
    if (key === 'default') return [{ name: key, at: keySpan, items: itemsOf(value), branches: 'yes', pullRequests: 'no' }];
    return entriesOf(value).map((one) => ({
      name: `${key} ${one.key}`,
      at: one.keySpan,
      items: itemsOf(one.value),
      branches: key === 'branches' && /^\*\*?$/.test(one.key) ? 'yes' : 'no',
      pullRequests: key === 'pull-requests' ? 'yes' : 'no',
    }));
  });
}

interface Around {
  readonly root: YamlMap;
  readonly context: PipelineContext;
  /** Names that other jobs have. */
  readonly taken: Set<string>;
}

function jobsOf(section: Section, around: Around): readonly Job[] {
  const jobs: Job[] = [];
  let before: readonly string[] = [];
  let isManual = false;
  for (const item of section.items) {
    const group = stepsIn(item);
    const ids: string[] = [];
    for (const { body, deployment } of group) {
      isManual ||= asText(get(body, 'trigger')) === 'manual';
      const reach = {
        branches: isManual ? 'no' : section.branches,
        pullRequests: isManual ? 'no' : section.pullRequests,
        at: section.at,
      } as const;
      const id = freeName(`${section.name}: ${asText(get(body, 'name')) ?? `step ${jobs.length + 1}`}`, around.taken);
      ids.push(id);
      jobs.push(readJob({ id, body, deployment, needs: before, reach }, around));
    }
    if (ids.length > 0) before = ids;
  }
  return jobs;
}

interface StepIn {
  readonly body: YamlMap;
  readonly deployment: YamlNode | undefined;
}

/** The steps of one item: a step, parallel ones, or those of a stage. */
function stepsIn(item: YamlNode, deployment?: YamlNode): readonly StepIn[] {
  const own = asMap(get(item, 'step'));
  if (own !== undefined) return [{ body: own, deployment: get(own, 'deployment') ?? deployment }];
  const parallel = get(item, 'parallel');
  const inner = parallel?.kind === 'map' ? get(parallel, 'steps') : (parallel ?? get(item, 'stage', 'steps'));
  const place = get(item, 'stage', 'deployment') ?? deployment;
  return inner?.kind === 'seq' ? inner.items.flatMap((one) => stepsIn(one, place)) : [];
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted} ${i}`;
  taken.add(name);
  return name;
}

interface FoundJob extends StepIn {
  readonly id: string;
  readonly needs: readonly string[];
  readonly reach: Job['reach'];
}

function readJob({ id, body, deployment, needs, reach }: FoundJob, { root, context }: Around): Job {
  const at = asScalar(get(body, 'name'))?.span ?? { ...body.span, end: Math.min(body.span.end, body.span.start + 1) };
  const environment = openEnvironment(new Map(), ['CI'], 'variables of the repository are kept in the settings of Bitbucket', at);
  const start = {
    name: asText(get(body, 'name')) ?? null,
    variables: new Map(),
    environment,
    workdir: '',
    condition: null,
    failureAllowed: null,
  };
  const steps: JobStep[] = [];
  let lines: PlacedText[] = [];
  let current = environment;
  const flush = () => {
    const ran = shellSteps(lines, { ...start, environment: current }, context);
    steps.push(...ran.steps);
    current = ran.environment;
    lines = [];
  };
  for (const one of itemsOf(get(body, 'script'))) {
    const scalar = asScalar(one);
    if (scalar !== undefined) lines.push(placedScalar(scalar, context.source(FILE)));
    else {
      flush();
      steps.push(...pipeOf(one));
    }
  }
  flush();
  const after = itemsOf(get(body, 'after-script')).flatMap((one) => asScalar(one) ?? []);
  const ending = shellSteps(
    after.map((one) => placedScalar(one, context.source(FILE))),
    { ...start, environment: current, failureAllowed: at },
    context,
  );
  const image = get(body, 'image') ?? get(root, 'image');
  const reference = asText(image) ?? asText(get(image, 'name'));
  const target = deployment === undefined ? null : { name: asText(deployment) ?? null, at: deployment.span };
  return {
    ...plainJob(id, at, body.span),
    needs,
    image: image === undefined || reference === undefined ? null : { reference, at: image.span },
    services: itemsOf(get(body, 'services')).flatMap((one) => serviceOf(asText(one) ?? '', root)),
    steps: [...steps, ...ending.steps],
    ...deploymentOf(deployingStep(id, steps, target, at), reach),
    environment: target,
  };
}

function pipeOf(node: YamlNode): readonly JobStep[] {
  const pipe = get(node, 'pipe');
  const uses = asText(pipe);
  if (pipe === undefined || uses === undefined) return [];
  const given = entriesOf(get(node, 'variables'));
  const inputs = new Map(
    given.flatMap(({ key, value }) => (value.kind === 'scalar' ? [[key, { text: value.text, at: value.span }] as const] : [])),
  );
  return [{ ...plainStep(pipe.span), uses, inputs, variables: variablesOf(get(node, 'variables'), `${FILE}, variables`) }];
}

/** A service that the file defines; it is reached at localhost. */
function serviceOf(name: string, root: YamlMap): readonly JobService[] {
  const body = get(root, 'definitions', 'services', name);
  if (body === undefined) return [];
  const image = get(body, 'image');
  const variables = variablesOf(get(body, 'variables') ?? get(body, 'environment'), `${FILE}, services`);
  return [{ name, image: asText(image) ?? asText(get(image, 'name')) ?? null, ports: [], variables, options: null, at: body.span }];
}
