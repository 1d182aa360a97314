import { defineRule } from '../../src/rule.ts';
import { github, gitlab, jenkins, job, project, run, SSH, sh, stage } from '../shared/pipelines/examples.ts';
import { callersOf, isCalledOnly } from '../shared/pipelines/order.ts';
import { rollouts } from '../shared/pipelines/production.ts';

const deploy = (more = '', mark = '') => job('deploy', run(SSH, mark), more);

export default defineRule({
  id: 'ci/concurrent-deploys-possible',
  title: 'Concurrent deployments possible',
  severity: 'note',
  topic: 9,
  since: '0.1.0',
  why: 'Two pushes soon after each other deploy at the same time: migrations and restarts of both mix, and the older code may win.',
  fix: 'Give the deploying job a group: `concurrency: {group: production, cancel-in-progress: false}`, on GitLab `resource_group: production`.',
  autofix: 'safe',
  links: [
    'https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/control-deployments#using-concurrency',
    'https://docs.gitlab.com/ci/resource_groups/',
    'https://www.jenkins.io/doc/book/pipeline/syntax/#options',
  ],
  examples: {
    bad: [
      project(github(deploy('', ' # !'))),
      project(gitlab(`deploy:\n  script:\n    - ${SSH} # !\n  only: [main]\n`)),
      project(jenkins(stage('Deploy', sh(SSH, ' # !')))),
    ],
    good: [
      project(github(deploy('    concurrency: production\n'))),
      project(github(deploy(), 'on: push\nconcurrency:\n  group: production\n')),
      project(gitlab(`deploy:\n  script:\n    - ${SSH}\n  resource_group: production\n`)),
      project({
        Jenkinsfile: `pipeline {\n  agent any\n  options { disableConcurrentBuilds() }\n  stages {\n${stage('Deploy', sh(SSH))}  }\n}\n`,
      }),
      project(github(deploy(), 'on: workflow_dispatch\n')),
      project(github(job('test', run('pytest')))),
      project({
        ...github(deploy(), 'on: workflow_call\n', 'deploy'),
        ...github('  deploy:\n    uses: ./.github/workflows/deploy.yml\n    concurrency: production\n'),
      }),
    ],
  },

  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    const told = new Set<string>();
    for (const { pipeline, job } of rollouts(pipelines)) {
      const callers = callersOf(pipeline, pipelines);
      const isKept =
        job.concurrency !== null ||
        pipeline.concurrency !== null ||
        (callers.length > 0 && callers.every((one) => one.job.concurrency !== null || one.pipeline.concurrency !== null));
      // Only what starts by itself starts twice unseen.
      const isByHand =
        pipeline.triggers.length > 0 && pipeline.triggers.every(({ event }) => event === 'workflow_dispatch' || event === 'release');
      if (isKept || isByHand || told.has(pipeline.file) || !/github|gitlab|jenkins/.test(pipeline.system)) continue;
      if (isCalledOnly(pipeline) && callers.length === 0) continue;
      told.add(pipeline.file);
      ctx.report({
        at: job.deploys ?? job.at,
        message: `Nothing keeps two runs of \`${job.id}\` from deploying at the same time.`,
        subject: pipeline.file,
      });
    }
  },
});
