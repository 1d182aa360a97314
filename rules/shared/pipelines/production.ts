import type { Job, JobStep, Pipeline } from '../../../src/rule.ts';
import type { PlacedJob } from './order.ts';

const TRIALS =
  /(^|[-_. /:])(preview|review|staging|stage|stg|dev|develop|development|test|testing|qa|uat|demo|sandbox|pr|non-?prod(?:uction)?|pre-?prod(?:uction)?|docs?|documentation|pages|storybook|nightly|beta)($|[-_. /:])/i;

/** Whether a job acts on the place that visitors see: it rolls out, and nothing names it for anything else. */
export function rollsOut(pipeline: Pipeline, job: Job): boolean {
  if (job.deploysBy !== 'rollout' || !holdsKeys(pipeline, job) || ASIDE.test(job.id)) return false;
  const names = [
    job.id,
    job.environment?.name ?? '',
    pipeline.system === 'github' ? pipeline.file.replace(/^.*\//, '').replace(/\.ya?ml$/, '') : '',
  ];
  // `test-and-deploy` tests first; a job that says production is for production.
  if (/(?<!non[-_ ]?|pre[-_ ]?)prod/i.test(job.environment?.name ?? job.id)) return true;
  return !names.some((name) => TRIALS.test(name) && !/test[-_ ]?(and|&|,|\+)|and[-_ ]?test|ci/i.test(name));
}

/** Jobs beside a deployment that touch the server as well. */
const ASIDE = /^(?!.*(deploy|release|publish|rollout|ship)).*(backup|build|cleanup|prepare|notif|healthcheck|upload|lint)/i;

/** A machine of GitHub reaches production with a secret or a token of its own only. */
function holdsKeys({ system, permissions }: Pipeline, { id, secrets, runners, permissions: own }: Job): boolean {
  if (system !== 'github' || /deploy|release|prod/i.test(id)) return true;
  const isKnown = secrets.some((name) => name !== 'GITHUB_TOKEN') || (own ?? permissions)?.scopes.get('id-token') === 'write';
  return isKnown || runners.some(({ label }) => label === 'self-hosted');
}

/** The jobs that put the project into production. */
export function rollouts(pipelines: readonly Pipeline[]): readonly PlacedJob[] {
  return pipelines.flatMap((pipeline) => pipeline.jobs.filter((job) => rollsOut(pipeline, job)).map((job) => ({ pipeline, job })));
}

/** A step with the job and pipeline that it is first met in. */
export interface StepOnce extends PlacedJob {
  readonly step: JobStep;
}

/** Each step once, though several pipelines may share a composite action. */
export function stepsOnce(pipelines: readonly Pipeline[]): readonly StepOnce[] {
  const seen = new Set<string>();
  return pipelines.flatMap((pipeline) =>
    pipeline.jobs.flatMap((job) =>
      job.steps.flatMap((step) => {
        const key = `${step.at.file} ${step.at.start} ${step.uses ?? ''}`;
        if (seen.has(key)) return [];
        seen.add(key);
        return [{ pipeline, job, step }];
      }),
    ),
  );
}
