import type { Job, JobStep, Pipeline, RepositoryFacts } from '../../../src/rule.ts';

/** Actions that bring code, tools, credentials or images and run nothing of the project. */
const PLAIN_ACTIONS =
  /^(actions\/(checkout|setup-\w+|cache|(up|down)load-artifact)|docker\/[\w-]+-action|webfactory\/ssh-agent|shimataro\/ssh-key-action|aws-actions\/configure-aws-credentials)@/i;
const REMOTE_SHELLS = /^appleboy\/(ssh|scp)-action@|^appleboy\/scp/i;

/** Programs that run no other program of the project by themselves. */
const PLAIN_PROGRAMS =
  /^(\[|\.|source|apt|apt-get|cat|cd|chmod|chown|cp|curl|df|do|docker|docker-compose|done|echo|else|env|eval|exit|export|fi|find|git|grep|if|install|ls|mkdir|mv|nginx|npm|pip3?|pnpm|printf|read|rm|rsync|scp|sed|service|set|sleep|ssh|ssh-add|ssh-agent|ssh-keyscan|sshpass|sudo|supervisorctl|systemctl|tar|tee|test|then|touch|true|until|unzip|wait|while|yarn)$/;

/** Whether all that a job runs is known, here and on the machine it deploys to: no script from elsewhere, no action with a will of its own. */
export function isReadableJob(pipeline: Pipeline, job: Job, { read }: Pick<RepositoryFacts, 'read'>, services: readonly string[]): boolean {
  const text = read(job.at.file) ?? '';
  const plain = (program: string, words: readonly string[]) => isPlain(program, words, services);
  return job.steps.every((step) => isReadableStep(step, { pipeline, job, text, plain }));
}

interface Reading {
  readonly pipeline: Pipeline;
  readonly job: Job;
  /** That of the job's file. */
  readonly text: string;
  readonly plain: (program: string, words: readonly string[]) => boolean;
}

function isReadableStep({ uses, commands, script, at }: JobStep, { pipeline, job, text, plain }: Reading): boolean {
  if (uses === null)
    return script !== null && commands.length > 0 && commands.every(({ name, argv }) => name !== null && plain(name, wordsOf(argv)));
  if (PLAIN_ACTIONS.test(uses)) return true;
  if (!REMOTE_SHELLS.test(uses)) return false;
  const places = [...pipeline.jobs.map((one) => one.at), ...job.steps.map((one) => one.at)];
  const own = text.slice(at.start, Math.min(text.length, ...places.map(({ start }) => start).filter((start) => start > at.start)));
  return /^\s*source:/m.test(own) || linesOf(own).every((words) => plain(words[0] ?? '', words));
}

function wordsOf(argv: Job['steps'][number]['commands'][number]['argv']): readonly string[] {
  return argv.map((word) => (word.kind === 'known' ? word.value : ''));
}

/** The commands in the `script` of an action; another form of it than a block of lines counts as one that cannot be read. */
function linesOf(step: string): readonly (readonly string[])[] {
  const block = /^(\s*)script:\s*[|>][-+]?\s*\n((?:\1\s+[^\n]*(?:\n|$)|\s*\n)*)/m.exec(step);
  if (block === null) return [['?']];
  return (block[2] ?? '')
    .replace(/\\\n/g, ' ')
    .split(/\n|&&|\|\||;|\|/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/).filter((word, index) => index > 0 || word !== 'sudo'));
}

/** What a container runtime starts is readable when it is a management command, or what the manifest says of a service. */
function isPlain(program: string, words: readonly string[], services: readonly string[]): boolean {
  if (/^\w+=/.test(program)) return true;
  const manages = words.some((word) => /manage\.py$/.test(word));
  if (/^(python[\d.]*|manage\.py)$/.test(program)) return manages;
  const carries = /^docker(-compose)?$/.test(program) && words.some((word) => word === 'exec' || word === 'run');
  const service = words.indexOf('run') === -1 ? '' : (words.at(-1) ?? '');
  return PLAIN_PROGRAMS.test(program) && (!carries || manages || services.includes(service));
}
