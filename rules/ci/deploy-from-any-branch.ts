import { defineRule, type Pipeline } from '../../src/rule.ts';
import { bitbucket, circleci, circleJob, github, gitlab, job, project, run, SSH } from '../shared/pipelines/examples.ts';
import { isCalledOnly, type PlacedJob } from '../shared/pipelines/order.ts';
import { rollouts } from '../shared/pipelines/production.ts';

const push = 'on: push # !\n';
const deploy = (more = '') => job('deploy', run(SSH), more);

export default defineRule({
  id: 'ci/deploy-from-any-branch',
  title: 'Deployment can run from any branch or pull request',
  severity: 'error',
  topic: 9,
  since: '0.1.0',
  why: 'Whatever somebody pushes to a branch of his own, unreviewed and unfinished, is in production a minute later.',
  fix: 'Limit the deployment to the main branch, tags or releases: `on: push: branches: [main]`.',
  autofix: 'unsafe',
  links: [
    'https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/control-deployments',
    'https://docs.gitlab.com/ci/yaml/#rules',
    'https://circleci.com/docs/guides/orchestrate/workflows/#branch-level-job-execution',
    'https://support.atlassian.com/bitbucket-cloud/docs/pipeline-start-conditions/',
  ],
  examples: {
    bad: [
      project(github(deploy(), push)),
      project(github(deploy(), 'on:\n  push:\n    branches: [main]\n  pull_request: # !\n')),
      project(github(deploy("    if: github.event_name == 'push'\n"), 'on:\n  push: # !\n  pull_request:\n')),
      project(gitlab(`deploy: # !\n  script:\n    - ${SSH}\n`)),
      project(gitlab(`deploy:\n  script:\n    - ${SSH}\n  only: [branches] # !\n`)),
      project(circleci(circleJob('deploy', `      - run: ${SSH}\n`), '      - deploy # !\n')),
      project(bitbucket(`  default: # !\n    - step:\n        name: deploy\n        script:\n          - ${SSH}\n`)),
    ],
    good: [
      project(github(deploy())),
      project(github(deploy(), 'on:\n  push:\n    tags: ["v*"]\n')),
      project(github(deploy(), 'on: [release, workflow_dispatch]\n')),
      project(github(job('preview', run(SSH)), 'on: pull_request\n')),
      project(github(deploy('    environment: staging\n'), 'on: push\n')),
      project(gitlab(`deploy:\n  script:\n    - ${SSH}\n  only: [main]\n`)),
      project(gitlab(`deploy:\n  script:\n    - ${SSH}\n  when: manual\n`)),
      project(circleci(circleJob('deploy', `      - run: ${SSH}\n`), '      - deploy:\n          filters: { branches: { only: main } }\n')),
      project(
        circleci(
          circleJob('deploy', `      - run: ${SSH}\n`),
          '      - hold: { type: approval }\n      - deploy:\n          requires: [hold]\n',
        ),
      ),
      project(bitbucket(`  branches:\n    main:\n      - step:\n          name: deploy\n          script:\n            - ${SSH}\n`)),
      project(github(job('image', run('docker push registry.example/mysite')), 'on: push\n')),
    ],
    undecided: [
      project(
        github(
          `${job('build', run('make'), "    if: github.ref == 'refs/heads/main'\n")}${deploy('    needs: build\n')}`,
          'on: [push, pull_request]\n',
        ),
      ),
      project(github(deploy("    if: github.ref == 'refs/heads/main'\n"), 'on: push\n')),
      project(gitlab(`deploy:\n  script:\n    - ${SSH}\n  rules:\n    - if: $RELEASE\n`)),
    ],
  },

  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    for (const { pipeline, job } of rollouts(pipelines)) {
      if (isCalledOnly(pipeline) || pipeline.system === 'jenkins') continue;
      const { branches, pullRequests, at } = job.reach;
      if (branches === 'yes' || pullRequests === 'yes') {
        const who = branches === 'yes' ? 'a push to any branch' : 'every pull request';
        ctx.report({
          at,
          message: `${who[0]?.toUpperCase()}${who.slice(1)} starts \`${job.id}\`, which deploys.`,
          subject: `${pipeline.file} ${job.id}`,
          related: job.deploys === null ? [] : [{ at: job.deploys, message: 'it deploys here' }],
          ...mayBeProtected(pipeline, job),
        });
      } else if (branches === 'maybe' || pullRequests === 'maybe')
        ctx.undecided('A condition decides which branches deploy.', job.condition?.at ?? at);
    }
  },
});

/** Which branches may use an environment is said in the settings of GitHub. */
function mayBeProtected({ system }: Pipeline, { environment }: PlacedJob['job']) {
  if (system !== 'github' || environment === null) return {};
  return { severity: 'note', because: 'its environment may be protected in the settings of GitHub', coveredBy: environment.at } as const;
}
