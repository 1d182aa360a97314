import type { Answer } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { unknown, type Value } from '../../core/value.ts';
import { baseName } from '../../files/paths.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import { type JenkinsCall, type JenkinsNode, parseJenkins } from '../../syntax/jenkins/index.ts';
import { givenBy } from '../environment.ts';
import type { Concurrency, Hidden, Job, JobReach, Pipeline } from '../model.ts';
import { deployingStep } from '../pipeline/deploys.ts';
import { deploymentOf, plainJob, plainPipeline } from '../pipeline/parts.ts';
import type { PipelineContext } from '../pipeline/script.ts';
import { openEnvironment, type Variables } from '../pipeline/variables.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { readValue, type StepScope, stepsIn, withVariables } from './steps.ts';

const NAME = /^Jenkinsfile([._-][\w.-]+)?$|^[\w-]+\.[Jj]enkinsfile$/;

/** The pipelines of Jenkins: each stage with steps is a job, and waits for those before it. */
export function readJenkins(
  tree: SourceTree,
  _syntaxes: Syntaxes,
  context: PipelineContext,
  _problems: InputProblem[],
): readonly Pipeline[] {
  return tree.files.flatMap(({ path }) => {
    if (!NAME.test(baseName(path)) || /(^|\/)(node_modules|vendor)\//.test(path)) return [];
    const { nodes } = parseJenkins(context.source(path), path);
    const pipeline = pipelineOf(path, nodes, context);
    return pipeline === null ? [] : [pipeline];
  });
}

interface Around {
  readonly context: PipelineContext;
  readonly scope: Pick<StepScope, 'variables' | 'environment'>;
  readonly image: Job['image'];
  readonly reach: JobReach;
  readonly jobs: Job[];
}

function pipelineOf(file: string, nodes: readonly JenkinsNode[], context: PipelineContext): Pipeline | null {
  const calls = callsOf(nodes);
  const declared = calls.find(({ name, body }) => name === 'pipeline' && body !== null);
  const scripted = calls.find(({ name, body }) => name === 'node' && body !== null);
  const whole = declared ?? scripted;
  if (whole === undefined) return null;
  const at = whole.nameSpan;
  const around: Around = {
    context,
    scope: { variables: new Map(), environment: openEnvironment(new Map(), ['CI'], 'Jenkins keeps variables in its settings', at) },
    image: null,
    // Which branches a Jenkins builds is said in its settings.
    reach: { branches: 'maybe', pullRequests: 'maybe', at },
    jobs: [],
  };
  const body = callsOf(whole.body ?? []);
  const ends = declared === undefined ? stagesOf(body, [], around) : declarative(whole.body ?? [], around);
  const post = postOf(body, ends, { ...around, ...settingsOf(whole.body ?? [], around) });
  const base = plainPipeline(file, 'jenkins', { file, start: 0, end: 0 });
  const hidden: Hidden | null = declared === undefined ? { because: 'a scripted pipeline is decided in Groovy', at } : null;
  return { ...base, jobs: [...around.jobs, ...post], concurrency: concurrencyOf(body), hidden };
}

function callsOf(nodes: readonly JenkinsNode[]): readonly JenkinsCall[] {
  return nodes.flatMap((one) => (one.kind === 'call' ? [one] : []));
}

/** Declarative: `environment` and `agent` hold for all stages. */
function declarative(nodes: readonly JenkinsNode[], around: Around): readonly string[] {
  const stages = callsOf(nodes).find(({ name }) => name === 'stages');
  return stagesOf(callsOf(stages?.body ?? []), [], { ...around, ...settingsOf(nodes, around) });
}

/** What a pipeline or stage says for all that it holds. */
function settingsOf(nodes: readonly JenkinsNode[], { scope, image, reach }: Around): Pick<Around, 'scope' | 'image' | 'reach'> {
  const calls = callsOf(nodes);
  const block = calls.find(({ name }) => name === 'environment');
  const agent = calls.find(({ name }) => name === 'agent');
  const when = calls.find(({ name }) => name === 'when');
  return {
    scope: block === undefined ? scope : withVariables(scope, directiveOf(block)),
    image: agent === undefined ? image : imageOf(agent),
    reach: when === undefined ? reach : limitedBy(reach, when),
  };
}

function directiveOf({ body }: JenkinsCall): Variables {
  const out = new Map<string, Value<string>>();
  for (const one of body ?? []) {
    if (one.kind !== 'assignment') continue;
    const from = `${one.span.file}, environment`;
    out.set(one.name, givenBy(one.name, readValue(one.value, one.name), one.span, from));
    // `credentials('id')` gives the two parts of a password under names of their own.
    if (one.value.kind === 'call' && one.value.call.name === 'credentials')
      for (const part of ['USR', 'PSW']) out.set(`${one.name}_${part}`, unknown('opaque-env', textOrigin(one.span), [one.name], 'str'));
  }
  return out;
}

function imageOf({ args, body }: JenkinsCall): Job['image'] {
  const docker = callsOf(body ?? []).find(({ name }) => name === 'docker');
  const named = docker === undefined ? undefined : callsOf(docker.body ?? []).find(({ name }) => name === 'image');
  const value = (named ?? docker)?.args[0]?.value ?? args.find(({ name }) => name === 'docker')?.value;
  return value?.kind === 'text' ? { reference: value.text, at: value.span } : null;
}

/** `when { branch 'main' }` names the branches; any other condition may as well. */
function limitedBy(reach: JobReach, { body, nameSpan }: JenkinsCall): JobReach {
  const [only, ...more] = callsOf(body ?? []);
  const names = only?.name === 'branch' || only?.name === 'buildingTag' || only?.name === 'tag';
  const branches: Answer = names && more.length === 0 ? 'no' : reach.branches;
  return { branches, pullRequests: branches === 'no' ? 'no' : reach.pullRequests, at: nameSpan };
}

/** Reads stages one after the other; gives the names that what follows has to wait for. */
function stagesOf(calls: readonly JenkinsCall[], before: readonly string[], around: Around): readonly string[] {
  let waits = before;
  for (const call of calls) {
    if (call.body === null) continue;
    if (call.name === 'stage') waits = stageOf(call, waits, around);
    // A scripted pipeline wraps its stages in other blocks.
    else if (!/^(steps|post|options|environment|agent|when)$/.test(call.name)) waits = stagesOf(callsOf(call.body), waits, around);
  }
  return waits;
}

function stageOf(call: JenkinsCall, before: readonly string[], around: Around): readonly string[] {
  const nodes = call.body ?? [];
  const calls = callsOf(nodes);
  const inner: Around = { ...around, ...settingsOf(nodes, around) };
  const stages = calls.find(({ name }) => name === 'stages');
  const parallel = calls.find(({ name }) => name === 'parallel');
  if (stages !== undefined) return stagesOf(callsOf(stages.body ?? []), before, inner);
  if (parallel !== undefined && parallel.body !== null) {
    const ends = callsOf(parallel.body).flatMap((one) => (one.name === 'stage' ? stageOf(one, before, inner) : []));
    return ends.length === 0 ? before : ends;
  }
  const steps = calls.find(({ name }) => name === 'steps');
  const job = jobOf(call, steps?.body ?? nodes, before, inner);
  around.jobs.push(job);
  return [...before, job.id];
}

function jobOf(call: JenkinsCall, nodes: readonly JenkinsNode[], needs: readonly string[], around: Around): Job {
  const title = call.args[0]?.value;
  const taken = around.jobs.map(({ id }) => id);
  const id = freeName(title?.kind === 'text' ? title.text : 'stage', taken);
  const calls = callsOf(call.body ?? []);
  const at = call.nameSpan;
  const scope: StepScope = {
    ...around.scope,
    name: id,
    context: around.context,
    workdir: '',
    condition: null,
    failureAllowed: null,
    depth: 0,
  };
  const main = stepsIn(nodes, scope);
  const post = calls.filter(({ name }) => name === 'post').flatMap(({ body }) => callsOf(body ?? []));
  const after = post.map((one) =>
    stepsIn(one.body ?? [], { ...scope, condition: { text: one.name, at: one.nameSpan }, failureAllowed: null }),
  );
  const steps = [...main.steps, ...after.flatMap((one) => one.steps)];
  const isAsked = calls.some(({ name }) => name === 'input');
  const reach: JobReach = isAsked ? { branches: 'no', pullRequests: 'no', at } : around.reach;
  return {
    ...plainJob(id, at, call.span),
    needs,
    image: around.image,
    steps,
    ...deploymentOf(deployingStep(id, main.steps, null, at), reach),
    hidden: main.hidden ?? after.find((one) => one.hidden !== null)?.hidden ?? null,
  };
}

/** What runs when all stages have ended. */
function postOf(calls: readonly JenkinsCall[], needs: readonly string[], around: Around): readonly Job[] {
  return calls
    .filter(({ name }) => name === 'post')
    .flatMap(({ body }) => callsOf(body ?? []))
    .flatMap((one) => {
      const job = jobOf({ ...one, args: [], body: one.body ?? [] }, one.body ?? [], needs, around);
      return job.steps.some(({ script }) => script !== null) ? [{ ...job, id: `post ${one.name}` }] : [];
    });
}

function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let i = 2; taken.includes(name); i++) name = `${wanted} ${i}`;
  return name;
}

function concurrencyOf(calls: readonly JenkinsCall[]): Concurrency | null {
  const options = calls.find(({ name }) => name === 'options');
  const found = callsOf(options?.body ?? []).find(({ name }) => name === 'disableConcurrentBuilds');
  return found === undefined ? null : { at: found.span satisfies Span, group: null, cancels: 'no' };
}
