import { defineRule } from '../../src/rule.ts';
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
} from '../shared/pipelines/examples.ts';
import { rollouts } from '../shared/pipelines/production.ts';
import { anyTests, imageTests, testFile } from '../shared/pipelines/tests.ts';

const LINT = job('lint', run('ruff check .'));

export default defineRule({
  id: 'ci/tests-missing',
  title: 'Pipeline never runs the test suite',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'There are tests, and nothing runs them when code is pushed: they break unseen and guard nothing.',
  fix: 'Add a step that runs `python manage.py test` (or pytest) to a job that every pull request starts.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/topics/testing/overview/#running-tests'],
  examples: {
    bad: [
      project(github(LINT.replace('  lint:', '  lint: # !'))),
      project(gitlab('lint: # !\n  script: [flake8]\n')),
      project(circleci(circleJob('lint', '      - run: flake8\n', ' # !'), '      - lint\n')),
      project(bitbucket('  default:\n    - step:\n        name: Lint # !\n        script: [flake8]\n')),
      project(jenkins(`    stage('Lint') { # !\n      steps {\n${sh('flake8')}      }\n    }\n`)),
    ],
    good: [
      project(github(`${LINT}${job('test', run('pytest'))}`)),
      project({}),
      project(github(job('test', run('docker compose run web python manage.py test')))),
      project(jenkins(stage('Test', sh('tox')))),
      project(github(job('deploy', run(SSH)))),
      { ...github(LINT), 'mysite/tests.py': 'from django.test import TestCase\n\n# Create your tests here.\n' },
      project(github(job('analyze', '      - uses: github/codeql-action/init@v4\n'), undefined, 'codeql')),
    ],
    undecided: [
      project({ ...github(LINT), '.travis.yml': 'script:\n  - python manage.py test\n' }),
      project(github(job('check', run('./ci.sh')))),
      project(gitlab('include:\n  - project: a/b\n    file: c.yml\nlint:\n  script: [flake8]\n')),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const own = pipelines.filter(({ file }) => !ELSEWHERE.test(file));
    const [first] = own.flatMap(({ jobs }) => jobs);
    const tests = testFile(repository);
    // A deployment without tests is told as such.
    if (first === undefined || tests === null || rollouts(pipelines).length > 0) return;
    const tested = anyTests(pipelines);
    if (tested === 'maybe' || (tested === 'no' && imageTests(repository))) ctx.undecided('A job may run the tests.', first.at);
    if (tested !== 'no' || imageTests(repository)) return;
    const unread = repository.files.find((file) => UNREAD.test(file));
    if (unread !== undefined) {
      ctx.undecided(`\`${unread}\` may run the tests, and is not read.`, first.at);
      return;
    }
    ctx.report({
      at: first.at,
      message: 'No job runs the tests of this project.',
      subject: 'tests',
      related: [{ at: { file: tests, start: 0, end: 0 }, message: 'tests stand here' }],
    });
  },
});

/** Systems of which no pipeline is read. */
const UNREAD =
  /^(\.travis|\.?appveyor|\.cirrus|\.drone|\.woodpecker|\.build|wercker|azure-pipelines[\w.-]*|codeship-steps|buildspec[\w.-]*|cloudbuild[\w.-]*)\.ya?ml$|^\.(woodpecker|buildkite|semaphore|teamcity|azure-pipelines|azuredevops)\//;

/** Pipelines that do one thing beside the code: where tests run is then not said here. */
const ELSEWHERE =
  /(^|\/)[\w-]*(codeql|dependabot|pages|docs?|stale|label\w*|release-drafter|scorecards?|welcome|greetings|lock|security\w*|secrets?|scan|gitguardian|sync|mirror|triage)[\w-]*\.ya?ml$/i;
