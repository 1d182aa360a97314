import type { Span } from '../../core/span.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import {
  asBoolean,
  asMap,
  asScalar,
  asText,
  entriesOf,
  get,
  itemsOf,
  type YamlFile,
  type YamlMap,
  type YamlNode,
} from '../../syntax/yaml/index.ts';
import type { Job, JobService, Pipeline } from '../model.ts';
import { deployingStep } from '../pipeline/deploys.ts';
import { deploymentOf, plainJob, plainPipeline } from '../pipeline/parts.ts';
import { type PipelineContext, type PlacedText, placedScalar } from '../pipeline/script.ts';
import { shellSteps } from '../pipeline/shell-steps.ts';
import { openEnvironment, type Variables, variablesOf } from '../pipeline/variables.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { dereferenced, flattened, gitlabDocument, jobBody, jobEntries } from './document.ts';
import { globPattern } from './glob.ts';
import { reachOf } from './reach.ts';

const FILE = '.gitlab-ci.yml';

/** The pipeline of GitLab: the file at the root of the repository. */
export function readGitlab(
  tree: SourceTree,
  { parseYaml }: Pick<Syntaxes, 'parseYaml'>,
  context: PipelineContext,
  problems: InputProblem[],
): readonly Pipeline[] {
  if (tree.kindOf(FILE) !== 'file') return [];
  const parse = (path: string): YamlFile | null => {
    if (tree.kindOf(path) !== 'file') return null;
    const read = parseYaml(context.source(path), path, '1.2');
    problems.push(...read.problems);
    return read;
  };
  const matching = (pattern: string) => {
    if (!pattern.includes('*')) return tree.kindOf(pattern) === 'file' ? [pattern] : [];
    const glob = globPattern(pattern);
    return tree.files.flatMap(({ path }) => (glob.test(path) ? [path] : []));
  };
  const document = gitlabDocument(FILE, { parse, matching });
  return document === null ? [] : [pipelineOf(document.root, document.hidden, context)];
}

interface Around {
  readonly root: YamlMap;
  readonly variables: Variables;
  readonly stages: readonly string[];
  readonly context: PipelineContext;
}

function pipelineOf(root: YamlMap, hidden: Pipeline['hidden'], context: PipelineContext): Pipeline {
  const named = itemsOf(get(root, 'stages')).flatMap((one) => asText(one) ?? []);
  const stages = ['.pre', ...(named.length === 0 ? ['build', 'test', 'deploy'] : named), '.post'];
  const variables = variablesOf(get(root, 'variables'), `${FILE}, variables`);
  const around = { root, variables, stages, context };
  const found = jobEntries(root).flatMap(({ key, keySpan }) => {
    const read = jobBody(key, root);
    return read === null ? [] : [{ id: key, at: keySpan, stage: stageOf(read.body), ...read }];
  });
  const jobs = found.map((one) => {
    const rank = stages.indexOf(one.stage);
    const before = found.filter((other) => stages.indexOf(other.stage) < rank).map(({ id }) => id);
    return readJob(one, before, around);
  });
  return { ...plainPipeline(FILE, 'gitlab', { file: FILE, start: 0, end: 0 }), jobs, hidden };
}

function stageOf(body: YamlMap): string {
  return asText(get(body, 'stage')) ?? 'test';
}

interface FoundJob {
  readonly id: string;
  readonly at: Span;
  readonly stage: string;
  readonly body: YamlMap;
  readonly missing: string | null;
}

function readJob({ id, at, stage, body, missing }: FoundJob, before: readonly string[], around: Around): Job {
  const { root, context } = around;
  const key = (name: string) => dereferenced(get(body, name) ?? get(root, 'default', name) ?? get(root, name), root);
  const variables = variablesOf(dereferenced(get(body, 'variables'), root), `${at.file}, variables`, around.variables);
  const environment = openEnvironment(variables, ['CI', 'GITLAB_CI'], 'variables of the GitLab project are kept in its settings', at);
  const start = { name: id, variables, environment, workdir: '', condition: null, failureAllowed: null };
  const lines = (name: string) => linesOf(flattened(key(name), root), context);
  const main = shellSteps([...lines('before_script'), ...lines('script')], start, context);
  const after = shellSteps(lines('after_script'), { ...start, environment: main.environment, failureAllowed: at }, context);
  const place = get(body, 'environment');
  const steps = main.steps;
  const action = asText(get(place, 'action'));
  const acts = action === undefined || action === 'start';
  const target = place === undefined ? null : { name: plain(asText(place) ?? asText(get(place, 'name'))), at: place.span };
  const found = acts ? (deployingStep(id, steps, target, at) ?? deployingStep(`${stage}/${id}`, steps, target, at)) : null;
  const image = key('image');
  const reference = asText(image) ?? asText(get(image, 'name'));
  const trigger = get(body, 'trigger');
  const group = get(body, 'resource_group');
  return {
    ...plainJob(id, at, { file: at.file, start: at.start, end: Math.max(at.end, body.span.end) }),
    needs: needsOf(get(body, 'needs'), before),
    container: true,
    image: image === undefined || reference === undefined ? null : { reference, at: image.span },
    services: itemsOf(key('services')).flatMap((one) => readService(one, variables)),
    steps: [...steps, ...after.steps],
    ...deploymentOf(found, reachOf(body, root, at)),
    environment: target,
    concurrency: group === undefined ? null : { at: group.span, group: asText(group) ?? null, cancels: 'no' },
    failureAllowed: allowed(get(body, 'allow_failure')),
    matrix: matrixOf(get(body, 'parallel', 'matrix')),
    hidden:
      missing === null && trigger === undefined
        ? null
        : { because: missing === null ? 'it starts another pipeline' : `it extends ${missing}, which is not in the repository`, at },
  };
}

function plain(text: string | undefined): string | null {
  return text === undefined || text.includes('$') ? null : text;
}

function allowed(node: YamlNode | undefined): Span | null {
  return node !== undefined && asBoolean(node) === true ? node.span : null;
}

function needsOf(node: YamlNode | undefined, before: readonly string[]): readonly string[] {
  if (node === undefined) return before;
  return itemsOf(node).flatMap((one) => asText(one) ?? asText(get(one, 'job')) ?? []);
}

function linesOf(nodes: readonly YamlNode[], context: PipelineContext): readonly PlacedText[] {
  return nodes.flatMap((one) => {
    const scalar = asScalar(one);
    return scalar === undefined ? [] : [placedScalar(scalar, context.source(scalar.span.file))];
  });
}

/** Variables of the job reach its services as well. */
function readService(node: YamlNode, variables: Variables): readonly JobService[] {
  const image = asText(node) ?? asText(get(node, 'name'));
  if (image === undefined) return [];
  const alias = asText(get(node, 'alias'))?.split(/[,\s]+/)[0];
  const name = alias ?? image.replace(/[:@].*$/, '').replaceAll('/', '-');
  return [
    {
      name,
      image,
      ports: [],
      variables: variablesOf(get(node, 'variables'), `${node.span.file}, services`, variables),
      options: null,
      at: node.span,
    },
  ];
}

function matrixOf(node: YamlNode | undefined): Job['matrix'] {
  const values = new Map<string, readonly string[]>();
  for (const one of itemsOf(node)) {
    for (const { key, value } of entriesOf(asMap(one)))
      values.set(key, [...(values.get(key) ?? []), ...itemsOf(value).flatMap((text) => asText(text) ?? [])]);
  }
  return values;
}
