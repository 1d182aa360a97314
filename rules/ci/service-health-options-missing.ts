import { defineRule, type Job } from '../../src/rule.ts';
import { github, project } from '../shared/pipelines/examples.ts';
import { jobTests } from '../shared/pipelines/tests.ts';

const test = (service: string, steps = '      - run: python manage.py test\n', mark = ' # !') =>
  project(
    github(
      `  test:\n    runs-on: ubuntu-latest\n    services:\n      postgres:${mark}\n        image: postgres:16\n${service}    steps:\n${steps}`,
    ),
  );
const HEALTH = '        options: --health-cmd pg_isready --health-interval 10s\n';

export default defineRule({
  id: 'ci/service-health-options-missing',
  title: 'Service container without health options',
  severity: 'note',
  topic: 9,
  since: '0.1.0',
  why: 'The steps begin as soon as the container runs, not when the database answers: now and then the first test finds nothing to connect to.',
  fix: 'Add `options: --health-cmd pg_isready --health-interval 10s --health-timeout 5s --health-retries 5`.',
  autofix: 'safe',
  links: ['https://docs.github.com/en/actions/tutorials/use-containerized-services/create-postgresql-service-containers'],
  examples: {
    bad: [test(''), test('        options: --memory 1g\n')],
    good: [
      test(HEALTH, undefined, ''),
      test('', '      - run: until pg_isready -h localhost; do sleep 1; done\n      - run: python manage.py test\n', ''),
      test('', '      - run: ruff check .\n', ''),
      project(
        github(
          '  test:\n    runs-on: ubuntu-latest\n    services:\n      web:\n        image: example/web:1\n    steps:\n      - run: pytest\n',
        ),
      ),
    ],
  },

  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    for (const { jobs, file } of pipelines.filter(({ system }) => system === 'github')) {
      for (const job of jobs) {
        const bare = job.services.find(({ image, options }) => STORES.test(image ?? '') && !/health-cmd/.test(options?.text ?? ''));
        if (bare === undefined || jobTests(job) !== 'yes' || waits(job)) continue;
        ctx.report({
          at: bare.at,
          message: `\`${bare.name}\` has no health command: the tests may start before it answers.`,
          subject: `${file} ${job.id}`,
        });
      }
    }
  },
});

const STORES = /(^|\/)(postgres|postgis|pgvector|timescaledb|mysql|mariadb)(:|@|$)/;

function waits({ steps }: Job): boolean {
  return steps.some(({ script, name }) =>
    /wait|pg_isready|mysqladmin|\bnc -z|dockerize|\bsleep\b|\buntil\b/i.test(`${script?.text ?? ''} ${name ?? ''}`),
  );
}
