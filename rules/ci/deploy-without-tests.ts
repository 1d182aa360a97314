import { type Answer, defineRule, type JobStep, type Pipeline, type Report, type RepositoryFacts } from '../../src/rule.ts';
import {
  bitbucket,
  circleci,
  circleJob,
  github,
  gitlab,
  jenkins,
  job,
  project,
  run,
  SSH,
  sh,
  stage,
  TEST_JOB,
} from '../shared/pipelines/examples.ts';
import { callersOf, isCalledOnly, jobsBefore, type PlacedJob } from '../shared/pipelines/order.ts';
import { rollouts } from '../shared/pipelines/production.ts';
import { anyTests, imageTests, jobTests, stepTests, testFile } from '../shared/pipelines/tests.ts';
import { or } from '../shared/values/answer.ts';

const deploy = (more = '', mark = '') => job('deploy', run(SSH, mark), more);
const ship = `  script:\n    - ${SSH}`;

export default defineRule({
  id: 'ci/deploy-without-tests',
  title: 'Deploy job does not depend on tests',
  severity: 'error',
  topic: 9,
  since: '0.1.0',
  why: 'The deployment does not wait for the tests: what they would have found is in production before they have run.',
  fix: 'Let the deploying job need the one that runs the tests (`needs: [test]`), or run them as an earlier step.',
  autofix: 'unsafe',
  links: [
    'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds',
    'https://docs.gitlab.com/ci/yaml/#needs',
    'https://circleci.com/docs/reference/configuration-reference/#requires',
  ],
  examples: {
    bad: [
      project(github(`${TEST_JOB}${deploy('', ' # !')}`)),
      project(github(deploy('', ' # !'))),
      project({ ...github(TEST_JOB, undefined, 'tests'), ...github(deploy('', ' # !'), undefined, 'deploy') }),
      project({ ...github(TEST_JOB, 'on: pull_request\n', 'tests'), ...github(deploy('', ' # !'), undefined, 'deploy') }),
      project(gitlab(`test:\n  stage: test\n  script: [pytest]\ndeploy:\n  stage: deploy\n  needs: []\n${ship} # !\n  only: [main]\n`)),
      project(
        circleci(
          `${circleJob('test', '      - run: python manage.py test\n')}${circleJob('deploy', `      - run: ${SSH} # !\n`)}`,
          '      - test\n      - deploy:\n          filters: { branches: { only: main } }\n',
        ),
      ),
      project(
        bitbucket(
          `  default:\n    - step:\n        script: [pytest]\n  branches:\n    main:\n      - step:\n          name: deploy\n          script:\n            - ${SSH} # !\n`,
        ),
      ),
      project(jenkins(`${stage('Deploy', sh(SSH, ' # !'))}${stage('Test', sh('pytest'))}`)),
    ],
    good: [
      project(github(`${TEST_JOB}${deploy('    needs: test\n')}`)),
      project(github(`${TEST_JOB}${job('build', run('docker build .'), '    needs: [test]\n')}${deploy('    needs: build\n')}`)),
      project(github(job('deploy', `${run('pytest')}${run(SSH)}`))),
      project({
        ...github(TEST_JOB, undefined, 'tests'),
        ...github(
          deploy("    if: github.event.workflow_run.conclusion == 'success'\n"),
          'on:\n  workflow_run:\n    workflows: [tests]\n    types: [completed]\n',
          'deploy',
        ),
      }),
      project({
        ...github(TEST_JOB, 'on: workflow_call\n', 'tests'),
        ...github(`  tests:\n    uses: ./.github/workflows/tests.yml\n${deploy('    needs: tests\n')}`, undefined, 'deploy'),
      }),
      { ...github(deploy()), 'manage.py': '' },
      project(gitlab(`test:\n  stage: test\n  script: [pytest]\ndeploy:\n  stage: deploy\n${ship}\n  only: [main]\n`)),
      project(
        circleci(
          `${circleJob('test', '      - run: pytest\n')}${circleJob('deploy', `      - run: ${SSH}\n`)}`,
          '      - test\n      - deploy:\n          requires: [test]\n          filters: { branches: { only: main } }\n',
        ),
      ),
      project(jenkins(`${stage('Test', sh('pytest'))}${stage('Deploy', sh(SSH))}`)),
      project(github(`${TEST_JOB}${job('deploy-staging', run(SSH))}`)),
    ],
    undecided: [
      project(github(`${job('check', run('./scripts/ci.sh'))}${deploy('    needs: check\n')}`)),
      project(github(`${job('check', '      - uses: example/ci@v1\n')}${deploy('    needs: check\n')}`)),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const found = rollouts(pipelines).filter(({ job }) => job.deploys !== null);
    if (found.length === 0 || testFile(repository) === null) return;
    for (const one of found) {
      const tested = testedBefore(one, pipelines, repository);
      if (tested === 'yes') continue;
      const { job, pipeline } = one;
      if (tested === 'maybe') ctx.undecided('What runs before the deployment may be the tests.', job.at);
      else if (job.deploys !== null)
        ctx.report({
          at: job.deploys,
          message: `\`${job.id}\` deploys, and nothing that it waits for runs the tests.`,
          subject: `${pipeline.file} ${job.id}`,
          ...softened(one, pipelines),
        });
    }
  },
});

function testedBefore(one: PlacedJob, pipelines: readonly Pipeline[], repository: RepositoryFacts): Answer {
  const { pipeline, job } = one;
  if (isCalledOnly(pipeline) && callersOf(pipeline, pipelines).length === 0) return 'maybe';
  const followed = pipeline.triggers.filter(({ event }) => event === 'workflow_run').flatMap(({ workflows }) => workflows);
  const before = pipelines.filter(({ name, file }) => followed.includes(name ?? file.replace(/^.*\/|\.ya?ml$/g, '')));
  const builds = imageTests(repository) && /docker|build/i.test(repository.read(job.at.file) ?? '');
  return or(
    stepsBefore(job.steps, job.deploys?.start ?? 0),
    ...jobsBefore(one, pipelines).map((other) => jobTests(other.job)),
    ...before.map((other) => (anyTests([other]) === 'no' ? 'no' : 'yes')),
    builds || job.hidden !== null || (pipeline.hidden !== null && job.needs.length > 0) ? 'maybe' : 'no',
  );
}

/** Steps of the job up to the one that deploys; in that step its own commands before. */
function stepsBefore(steps: readonly JobStep[], start: number): Answer {
  return or('no', ...steps.filter(({ at }) => at.start <= start).map(stepTests));
}

/** A person's hand, or tests of pull requests, stand before such a deployment; whether they hold it up is said in settings. */
function softened({ pipeline, job }: PlacedJob, pipelines: readonly Pipeline[]): Pick<Report, 'severity' | 'because' | 'coveredBy'> {
  const { triggers } = pipeline;
  const isByHand =
    triggers.length > 0 &&
    triggers.every(
      ({ event, tags, branches }) =>
        /^(release|workflow_dispatch)$/.test(event) || (event === 'push' && tags !== null && branches?.length === 0),
    );
  const [trigger] = triggers;
  if (isByHand && trigger !== undefined)
    return { severity: 'note', because: 'a person starts it, by a tag, a release or by hand', coveredBy: trigger.at };
  const reviewed = pipelines
    .flatMap((one) => one.jobs)
    .find((other) => other !== job && other.reach.pullRequests === 'yes' && jobTests(other) === 'yes');
  return reviewed === undefined
    ? {}
    : {
        severity: 'note',
        because: 'the tests run for pull requests, which the settings of the repository may require',
        coveredBy: reviewed.at,
      };
}
