import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { Condition, Job, JobReach, Trigger } from '../model.ts';

/** From where the events of a workflow can start its jobs. */
export function reachOf(triggers: readonly Trigger[], at: Span): JobReach {
  const push = triggers.find((one) => one.event === 'push' && (one.branches === null || one.branches.some(isAnyBranch)));
  const pull = triggers.find(({ event }) => event === 'pull_request' || event === 'pull_request_target');
  // Closing comes after the review, well or ill.
  const isClosing = pull !== undefined && pull.types.length > 0 && pull.types.every((type) => type === 'closed');
  const pullRequests = pull === undefined ? 'no' : isClosing ? 'maybe' : 'yes';
  return { branches: push === undefined ? 'no' : 'yes', pullRequests, at: push?.at ?? pull?.at ?? at };
}

function isAnyBranch(pattern: string): boolean {
  return pattern === '*' || pattern === '**';
}

const EVENT = /^github\.event_name\s*(==|!=)\s*'(\w+)'$/;

/** What a condition leaves: comparisons of the event are understood, status functions limit nothing, anything else may. */
export function limitedBy(reach: JobReach, condition: Condition | null): JobReach {
  if (condition === null) return reach;
  const text = condition.text.replace(/^\s*\$\{\{|\}\}\s*$/g, '').trim();
  if (/\|\|/.test(text)) return limitedByAny(reach, text);
  return text.split('&&').reduce((left, part) => limitedByPart(left, part.trim()), reach);
}

/** `event == 'push' || event == 'release'`: a pull request starts it only when one of them lets it. */
function limitedByAny(reach: JobReach, text: string): JobReach {
  const parts = text.split('||').map((part) => limitedByPart(reach, part.trim()));
  const any = (of: (one: JobReach) => Answer): Answer => {
    const answers = parts.map(of);
    return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
  };
  return /[()]/.test(text)
    ? weakened(reach)
    : { ...reach, branches: any((one) => one.branches), pullRequests: any((one) => one.pullRequests) };
}

function limitedByPart(reach: JobReach, part: string): JobReach {
  if (/^!?\s*(success|always|cancelled|failure)\(\)$/.test(part) || part === 'true') return reach;
  const [, operator, event = ''] = EVENT.exec(part) ?? [];
  if (operator === undefined) return weakened(reach);
  const isPull = event === 'pull_request' || event === 'pull_request_target';
  const keepsPull = operator === '==' ? isPull : !isPull;
  const keepsPush = operator === '==' ? event === 'push' : event !== 'push';
  return { ...reach, branches: keepsPush ? reach.branches : 'no', pullRequests: keepsPull ? reach.pullRequests : 'no' };
}

function weakened(reach: JobReach): JobReach {
  const weaker = (answer: Answer): Answer => (answer === 'yes' ? 'maybe' : answer);
  return { ...reach, branches: weaker(reach.branches), pullRequests: weaker(reach.pullRequests) };
}

/** A job is skipped with one that it needs, unless its own condition says otherwise. */
export function limitedByNeeds(jobs: readonly Job[], triggers: readonly Trigger[]): readonly Job[] {
  const seen = new Map<string, JobReach>();
  const ofJob = (job: Job): JobReach => {
    const before = seen.get(job.id);
    if (before !== undefined) return before;
    const own = limitedBy(reachOf(triggers, job.at), job.condition);
    seen.set(job.id, own);
    const all = narrowed(own, job, needed(job).map(ofJob));
    seen.set(job.id, all);
    return all;
  };
  const needed = ({ needs }: Job) => jobs.filter(({ id }) => needs.includes(id));
  return jobs.map((job) => ({ ...job, reach: narrowed(job.reach, job, needed(job).map(ofJob)) }));
}

function narrowed(reach: JobReach, { condition }: Job, needed: readonly JobReach[]): JobReach {
  if (condition !== null && /always\(\)|cancelled\(\)|failure\(\)/.test(condition.text)) return reach;
  const least = (answers: readonly Answer[]): Answer => (answers.includes('no') ? 'no' : answers.includes('maybe') ? 'maybe' : 'yes');
  return {
    ...reach,
    branches: least([reach.branches, ...needed.map((one) => one.branches)]),
    pullRequests: least([reach.pullRequests, ...needed.map((one) => one.pullRequests)]),
  };
}
