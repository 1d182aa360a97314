import type { Span } from '../../core/span.ts';
import type { Job, JobReach, JobStep, Pipeline } from '../model.ts';
import type { Deploying } from './deploys.ts';

/** A pipeline that says nothing but its place; readers fill in the rest. */
export function plainPipeline(file: string, system: Pipeline['system'], at: Span): Pipeline {
  return { file, system, name: null, at, jobs: [], triggers: [], permissions: null, concurrency: null, hidden: null };
}

/** A job that says nothing but its name and place. */
export function plainJob(id: string, at: Span, body: Span): Job {
  return {
    id,
    at,
    body,
    needs: [],
    container: false,
    image: null,
    runners: [],
    services: [],
    steps: [],
    deploys: null,
    deploysBy: null,
    reach: { branches: 'maybe', pullRequests: 'maybe', at },
    environment: null,
    permissions: null,
    concurrency: null,
    condition: null,
    failureAllowed: null,
    matrix: new Map(),
    secrets: [],
    calls: null,
    hidden: null,
  };
}

export function plainStep(at: Span): JobStep {
  return {
    at,
    name: null,
    uses: null,
    inputs: new Map(),
    condition: null,
    failureAllowed: null,
    variables: new Map(),
    commands: [],
    script: null,
  };
}

/** What a job does for production, in the fields of a job. */
export function deploymentOf(found: Deploying | null, reach: JobReach): Pick<Job, 'deploys' | 'deploysBy' | 'reach'> {
  if (found === null) return { deploys: null, deploysBy: null, reach };
  // A script that asks for the branch itself may limit what the definition does not.
  const limited: JobReach = found.decidedInScript
    ? { ...reach, branches: weakened(reach.branches), pullRequests: weakened(reach.pullRequests) }
    : reach;
  return { deploys: found.at, deploysBy: found.by, reach: limited };
}

function weakened(answer: JobReach['branches']): JobReach['branches'] {
  return answer === 'yes' ? 'maybe' : answer;
}
