import type { Job, Pipeline } from '../../../src/rule.ts';

/** A job with the pipeline that it belongs to. */
export interface PlacedJob {
  readonly pipeline: Pipeline;
  readonly job: Job;
}

/** All jobs that must have ended well before one starts, through workflows that call each other. */
export function jobsBefore(start: PlacedJob, pipelines: readonly Pipeline[]): readonly PlacedJob[] {
  const found = new Map<string, PlacedJob>();
  const add = (one: PlacedJob) => {
    const key = `${one.pipeline.file} ${one.job.id}`;
    if (found.has(key)) return;
    found.set(key, one);
    const { file } = one.job.calls ?? {};
    for (const called of pipelines.filter((other) => other.file === file)) {
      for (const job of called.jobs) add({ pipeline: called, job });
    }
    visit(one);
  };
  const visit = ({ pipeline, job }: PlacedJob) => {
    for (const id of job.needs) for (const other of pipeline.jobs.filter((one) => one.id === id)) add({ pipeline, job: other });
  };
  const callers = (file: string) =>
    pipelines.flatMap((pipeline) => pipeline.jobs.filter((job) => job.calls?.file === file).map((job) => ({ pipeline, job })));
  visit(start);
  for (const caller of callers(start.pipeline.file)) visit(caller);
  return [...found.values()];
}

/** The jobs that call the workflow of another. */
export function callersOf({ file }: Pipeline, pipelines: readonly Pipeline[]): readonly PlacedJob[] {
  return pipelines.flatMap((pipeline) => pipeline.jobs.filter((job) => job.calls?.file === file).map((job) => ({ pipeline, job })));
}

/** Whether only other workflows start it. */
export function isCalledOnly({ triggers }: Pipeline): boolean {
  return triggers.length > 0 && triggers.every(({ event }) => event === 'workflow_call');
}
