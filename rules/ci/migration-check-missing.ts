import { defineRule } from '../../src/rule.ts';
import { mentionIn, OPERATIONS } from '../shared/code/mentions.ts';
import { bitbucket, circleci, circleJob, github, gitlab, jenkins, job, project, run, sh, stage } from '../shared/pipelines/examples.ts';
import { jobTests } from '../shared/pipelines/tests.ts';

const MODELS = {
  'mysite/models.py': 'from django.db import models\n\n\nclass Book(models.Model):\n    title = models.CharField(max_length=50)\n',
  'mysite/migrations/0001_initial.py': 'class Migration:\n    pass\n',
  Procfile: 'web: gunicorn mysite.wsgi\n',
};
const shop = (files: Readonly<Record<string, string>>) => project({ ...MODELS, ...files });
const TEST = 'python manage.py test';

export default defineRule({
  id: 'ci/migration-check-missing',
  title: 'Missing migrations are not detected',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'A changed model without its migration passes every test, which build the schema from migrations or models alike, and fails in production on the first query.',
  fix: 'Run `python manage.py makemigrations --check --dry-run` beside the tests.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/django-admin/#cmdoption-makemigrations-check'],
  examples: {
    bad: [
      shop(github(job('test', run(TEST, ' # !')))),
      shop(gitlab(`test:\n  script:\n    - ${TEST} # !\n`)),
      shop(circleci(circleJob('test', `      - run: ${TEST} # !\n`), '      - test\n')),
      shop(bitbucket(`  default:\n    - step:\n        script:\n          - ${TEST} # !\n`)),
      shop(jenkins(stage('Test', sh(TEST, ' # !')))),
    ],
    undecided: [shop(github(`${job('test', run(TEST))}  quality:\n    uses: example/shared/.github/workflows/quality.yml@v1\n`))],
    good: [
      shop(github(job('test', `${run('python manage.py makemigrations --check')}${run(TEST)}`))),
      shop({ ...github(job('test', run(TEST))), Makefile: 'check:\n\tpython manage.py makemigrations --check --dry-run\n' }),
      shop({
        ...github(job('test', run(TEST))),
        'mysite/tests.py': "def test_migrations():\n    call_command('makemigrations', check=True, dry_run=True)\n",
      }),
      project(github(job('test', run(TEST)))),
      shop(github(job('lint', run('ruff check .')))),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const hasOwn = repository.files.some((file) => /(^|\/)migrations\/\d{4}_\w+\.py$/.test(file));
    const isServed = repository.model.deployments.some(
      ({ processes, alternative }) => !alternative && processes.some(({ server }) => server !== null),
    );
    const tests = pipelines.flatMap(({ jobs }) => jobs).find((one) => jobTests(one) === 'yes');
    if (!hasOwn || !isServed || tests === undefined) return;
    const checked = mentionIn(
      repository,
      OPERATIONS,
      /makemigrations\b[^\n]*(--check|--dry-run|-\w*n)|migrations?[-_]check|check[-_](missing[-_])?migrations?|missing[-_]migrations|linear[-_]migrations/i,
    );
    if (checked !== null || inTests(repository)) return;
    const elsewhere = pipelines
      .flatMap(({ jobs }) => jobs)
      .find((one) => one.hidden !== null || (one.calls !== null && one.calls.file === null));
    if (elsewhere !== undefined) {
      ctx.undecided('A job runs what is not in the repository.', elsewhere.at);
      return;
    }
    const command = tests.steps
      .flatMap((step) => step.commands)
      .find((one) => one.management?.name === 'test' || /^(pytest|py\.test|tox|nox|coverage)$/.test(one.name ?? ''));
    ctx.report({
      at: command?.at ?? tests.at,
      message: 'Tests run, and nothing asks whether models have changed without a migration.',
      subject: 'makemigrations',
    });
  },
});

/** A test of the project may ask the same. */
function inTests({ files, read }: { readonly files: readonly string[]; read(path: string): string | null }): boolean {
  return files
    .filter((file) =>
      /(^|\/)(tests?\/.*|test_\w+|\w+_tests?|tests?|conftest|noxfile|tasks|fabfile)\.py$|(^|\/)(pyproject\.toml|requirements[^/]*\.txt|setup\.cfg)$/.test(
        file,
      ),
    )
    .slice(0, 2000)
    .some((file) => /makemigrations|MigrationAutodetector|linear[-_]migrations|migration[-_]linter/.test(read(file) ?? ''));
}
