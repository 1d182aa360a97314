import { defineRule, type Job, type Pipeline, type Span } from '../../src/rule.ts';
import { github, job, project, run, SSH } from '../shared/pipelines/examples.ts';

const workflow = (top: string, more = '') => project(github(job('deploy', run(SSH), more), `on: push # !\n${top}`));
const quiet = (top: string, more = '') => project(github(job('deploy', run(SSH), more), `on: push\n${top}`));

export default defineRule({
  id: 'ci/token-permissions-unrestricted',
  title: 'GITHUB_TOKEN permissions not restricted',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Every action and package that the job runs can use the token: with the older default of repositories it may push to the repository and its releases.',
  fix: 'Write `permissions: {contents: read}` at the top of the workflow, and give single jobs what they need beyond it.',
  autofix: 'safe',
  links: [
    'https://docs.zizmor.sh/audits/#excessive-permissions',
    'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions',
  ],
  cwe: ['CWE-250'],
  examples: {
    bad: [
      workflow(''),
      project(github(job('deploy', run(SSH)), 'on: push\npermissions: write-all # !\n')),
      project({
        ...github(job('deploy', run(SSH)), 'on: workflow_call\n', 'release'),
        ...github('  release:\n    uses: ./.github/workflows/release.yml\n', 'on: push # !\n'),
      }),
    ],
    good: [
      quiet('permissions:\n  contents: read\n'),
      quiet('permissions: read-all\n'),
      quiet('', '    permissions:\n      contents: read\n'),
      quiet('permissions: {}\n'),
      project(github(job('test', run('pytest')), 'on: push\n')),
      // Nothing but its name says that it deploys, and nothing that a pull request starts does.
      project(github(job('deploy', run('mkdocs build --strict')), 'on: pull_request\n')),
      // The workflow that calls it decides.
      project({
        ...github(job('deploy', run(SSH)), 'on: workflow_call\n', 'release'),
        ...github('  release:\n    uses: ./.github/workflows/release.yml\n', 'on: push\npermissions:\n  contents: read\n'),
      }),
      // A cluster of its own, for tests.
      project(github(job('deploy', `      - uses: helm/kind-action@v1\n${run('helm install mysite chart')}`), 'on: push\n')),
    ],
  },

  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    // One that also starts by itself is told as such.
    const called = ({ calls }: Job) => pipelines.find((one) => calls !== null && one.file === calls.file && isOnlyCalled(one));
    const saysNothing = ({ permissions, jobs }: Pipeline, isOpen: (job: Job) => boolean) =>
      permissions === null ? jobs.find(isOpen) : undefined;
    const isOwn = ({ permissions, calls }: Job) => permissions === null && calls === null;
    const isOpen = (job: Job) => {
      const other = called(job);
      const leavesIt = other !== undefined && saysNothing(other, isOwn) !== undefined;
      return isOwn(job) || (job.permissions === null && leavesIt);
    };
    for (const pipeline of pipelines.filter(({ system }) => system === 'github')) {
      const wide = [pipeline.permissions, ...pipeline.jobs.map(({ permissions }) => permissions)].find((one) => one?.all === 'write');
      const open = isOnlyCalled(pipeline) ? undefined : saysNothing(pipeline, isOpen);
      // Where nothing is deployed, the token is all that there is to take.
      if (![pipeline, ...pipeline.jobs.flatMap((job) => called(job) ?? [])].some(deploysSomething)) continue;
      const at: Span | undefined = wide?.at ?? (open === undefined ? undefined : topOf(pipeline, open));
      if (at === undefined) continue;
      ctx.report({
        at,
        message:
          wide === undefined || wide === null
            ? 'The workflow does not say what its token may do: the settings of the organisation decide.'
            : 'The token of the workflow may write everything.',
        subject: pipeline.file,
      });
    }
  },
});

/** Its token is what the calling workflow hands on. */
function isOnlyCalled({ triggers }: Pipeline): boolean {
  return triggers.length > 0 && triggers.every(({ event }) => event === 'workflow_call');
}

function deploysSomething({ triggers, jobs }: Pipeline): boolean {
  const isTrial = triggers.length > 0 && triggers.every(({ event }) => event === 'pull_request');
  return jobs.some(({ deploys, deploysBy }) => deploys !== null && !(isTrial && deploysBy === 'name'));
}

function topOf({ triggers }: Pipeline, { at }: Job): Span {
  return triggers[0]?.at ?? at;
}
