import type { Job, Pipeline } from '../../../src/rule.ts';
import type { PlacedJob } from './order.ts';

const TRIALS =
  /(^|[-_. /:])(preview|review|staging|stage|stg|dev|develop|development|test|testing|qa|uat|demo|sandbox|pr|docs?|pages|storybook|nightly|beta)($|[-_. /:])/i;

/** Whether a job acts on the place that visitors see: it rolls out, and nothing names it for anything else. */
export function rollsOut(pipeline: Pipeline, job: Job): boolean {
  if (job.deploysBy !== 'rollout') return false;
  const names = [
    job.id,
    job.environment?.name ?? '',
    pipeline.system === 'github' ? pipeline.file.replace(/^.*\//, '').replace(/\.ya?ml$/, '') : '',
  ];
  // `test-and-deploy` tests first; a job that says production is for production.
  if (/prod/i.test(job.environment?.name ?? job.id)) return true;
  return !names.some((name) => TRIALS.test(name) && !/test[-_ ]?(and|&|,|\+)|and[-_ ]?test|ci/i.test(name));
}

/** The jobs that put the project into production. */
export function rollouts(pipelines: readonly Pipeline[]): readonly PlacedJob[] {
  return pipelines.flatMap((pipeline) => pipeline.jobs.filter((job) => rollsOut(pipeline, job)).map((job) => ({ pipeline, job })));
}

/** Each step once, though several pipelines may share a composite action. */
export function stepsOnce(pipelines: readonly Pipeline[]): readonly (PlacedJob & { readonly step: Job['steps'][number] })[] {
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
