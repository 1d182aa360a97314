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
    bad: [workflow(''), project(github(job('deploy', run(SSH)), 'on: push\npermissions: write-all # !\n'))],
    good: [
      quiet('permissions:\n  contents: read\n'),
      quiet('permissions: read-all\n'),
      quiet('', '    permissions:\n      contents: read\n'),
      quiet('permissions: {}\n'),
      project(github(job('test', run('pytest')), 'on: push\n')),
    ],
  },

  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    for (const pipeline of pipelines.filter(({ system }) => system === 'github')) {
      const wide = [pipeline.permissions, ...pipeline.jobs.map(({ permissions }) => permissions)].find((one) => one?.all === 'write');
      const open =
        pipeline.permissions === null ? pipeline.jobs.find(({ permissions, calls }) => permissions === null && calls === null) : undefined;
      // Where nothing is deployed, the token is all that there is to take.
      if (pipeline.jobs.every(({ deploys }) => deploys === null)) continue;
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

function topOf({ triggers }: Pipeline, { at }: Job): Span {
  return triggers[0]?.at ?? at;
}
