import { type Command, defineRule, type Job, type JobStep, type Pipeline, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { bitbucket, circleci, circleJob, github, gitlab, jenkins, job, project, run, sh, stage } from '../shared/pipelines/examples.ts';
import { isTest, jobTests, stepTests } from '../shared/pipelines/tests.ts';

const test = (more: string) => project(github(job('test', `${run('python manage.py test')}${more}`)));

export default defineRule({
  id: 'ci/test-failures-ignored',
  title: 'Test failures are ignored',
  severity: 'error',
  topic: 9,
  since: '0.1.0',
  why: 'The job is green whatever the tests say: the gate in front of production stands open.',
  fix: 'Remove what hides the failure, so that a failing test fails the job.',
  autofix: 'unsafe',
  links: [
    'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepscontinue-on-error',
    'https://docs.gitlab.com/ci/yaml/#allow_failure',
    'https://www.jenkins.io/doc/pipeline/steps/workflow-basic-steps/#catcherror-catch-error-and-set-build-result-to-failure',
  ],
  examples: {
    bad: [
      test('        continue-on-error: true # !\n'),
      project(github(job('test', run('pytest'), '    continue-on-error: true # !\n'))),
      project(github(job('test', run('python manage.py test || true # !')))),
      project(github(job('test', '      - run: |\n          pytest || echo failed # !\n'))),
      project(gitlab('test:\n  script: [pytest]\n  allow_failure: true # !\n')),
      project(gitlab('test:\n  script:\n    - pytest || true # !\n')),
      project(circleci(circleJob('test', '      - run: pytest || true # !\n'), '      - test\n')),
      project(bitbucket('  default:\n    - step:\n        script:\n          - pytest || true # !\n')),
      project(jenkins(stage('Test', "        catchError(buildResult: 'SUCCESS') { # !\n          sh 'pytest'\n        }\n"))),
      project(jenkins(stage('Test', sh('python manage.py test || true', ' # !')))),
    ],
    good: [
      test(''),
      project(github(job('lint', run('tox -e lint || true')))),
      project(github(job('lint', run('flake8 || true')))),
      project(github(job('test', `${run('coverage run manage.py test')}${run('coverage report || true')}`))),
      project(
        github(
          job(
            'test',
            run('pytest'),
            `    strategy:\n      matrix:\n        include:\n          - python: "3.15-dev"\n            experimental: true\n    continue-on-error: \${{ matrix.experimental }}\n`,
          ),
        ),
      ),
      project(github(job('test-django-main', run('pytest'), '    continue-on-error: true\n') + job('test', run('pytest')))),
      project(gitlab('test:\n  script: [pytest]\n  allow_failure: { exit_codes: 5 }\n')),
      project(github(job('test', run('pytest || exit 1')))),
      project({ ...github(job('comment', run('pytest || true')), 'on: pull_request\n', 'comment'), ...github(job('test', run('pytest'))) }),
      project(
        github(
          job(
            'test',
            `${run('pytest')}        id: first\n        continue-on-error: true\n${run('pytest --lf')}        if: steps.first.outcome == 'failure'\n`,
          ),
        ),
      ),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const seen = new Set<string>();
    for (const pipeline of pipelines) {
      for (const job of pipeline.jobs) {
        const found = asksOutcome(job, repository) ? null : hidden(pipelines, job);
        if (found === null || seen.has(`${found.at.file} ${found.at.start}`)) continue;
        seen.add(`${found.at.file} ${found.at.start}`);
        ctx.report({
          at: found.at,
          message: `\`${job.id}\` goes on when its tests fail.`,
          subject: `${pipeline.file} ${job.id}`,
          related: found.tests === null ? [] : [{ at: found.tests, message: 'the tests run here' }],
        });
      }
    }
  },
});

interface Hiding {
  readonly at: Span;
  readonly tests: Span | null;
}

/** Jobs that are an attempt by their own name: what a coming release will break. */
const ATTEMPT =
  /experimental|nightly|allowed|optional|canary|flaky|upcoming|pre-?release|(^|[-_ ./])(main|master|dev|latest|next|edge|beta|rc|e2e|mutation|perf\w*|bench\w*|smoke|quarantine\w*)($|[-_ ./])/i;

/** A later step that asks how the tests ended fails the job itself. */
function asksOutcome({ body }: Job, { read }: Pick<RepositoryFacts, 'read'>): boolean {
  return /steps\.[\w-]+\.(outcome|conclusion)|returnStatus/.test((read(body.file) ?? '').slice(body.start, body.end));
}

function hidden(pipelines: readonly Pipeline[], job: Job): Hiding | null {
  if (ATTEMPT.test(job.id) || jobTests(job) !== 'yes') return null;
  // Another job, or another step, that takes the same tests seriously is the gate.
  const isServed = pipelines.some(({ jobs }) => jobs.some((other) => other !== job && jobTests(other) === 'yes' && failing(other)));
  if (isServed) return null;
  if (job.failureAllowed !== null) return { at: job.failureAllowed, tests: null };
  return failing(job) ? null : (job.steps.flatMap((step) => stepHides(step) ?? [])[0] ?? null);
}

/** Whether some test of the job can fail it. */
function failing(job: Job): boolean {
  return job.failureAllowed === null && job.steps.some((step) => stepTests(step) === 'yes' && stepHides(step) === null);
}

function stepHides(step: JobStep): Hiding | null {
  const tests = step.commands.filter((command) => isTest(command) === 'yes');
  const [first] = tests;
  if (first === undefined) return null;
  if (step.failureAllowed !== null) return { at: step.failureAllowed, tests: first.at };
  return tests.every(isIgnored) ? { at: first.at, tests: null } : null;
}

function isIgnored({ failureIgnored }: Command): boolean {
  return failureIgnored;
}
