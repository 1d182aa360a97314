import { type Deployment, defineRule, type Span } from '../../src/rule.ts';
import { bitbucket, circleci, github, gitlab, project } from '../shared/pipelines/examples.ts';
import { jobTests } from '../shared/pipelines/tests.ts';
import { compose, DOCKERFILE } from '../shared/values/examples.ts';

const live = (files: Readonly<Record<string, string>>, image = 'postgres:16-alpine') =>
  project({ Dockerfile: DOCKERFILE, 'docker-compose.yml': compose({ services: `  db:\n    image: ${image}\n` }), ...files });
const service = (image: string, mark = '') =>
  github(
    `  test:\n    runs-on: ubuntu-latest\n    services:\n      db:${mark}\n        image: ${image}\n    steps:\n      - run: pytest\n`,
  );

export default defineRule({
  id: 'ci/datastore-version-mismatch',
  title: 'CI and production use different database majors',
  severity: 'note',
  topic: 9,
  since: '0.1.0',
  why: 'SQL, collations and defaults differ between major releases: what passes the tests can fail where it is served.',
  fix: 'Use the same major release in CI and in production.',
  autofix: 'unsafe',
  links: ['https://docs.github.com/en/actions/tutorials/use-containerized-services/use-docker-service-containers'],
  cross: true,
  examples: {
    bad: [
      live(service('postgres:13', ' # !')),
      live(gitlab('test:\n  services:\n    - postgres:15 # !\n  script: [pytest]\n')),
      live(
        circleci(
          '  test:\n    docker:\n      - image: cimg/python:3.12\n      - image: cimg/postgres:14.2 # !\n    steps:\n      - run: pytest\n',
          '      - test\n',
        ),
      ),
      live({
        'bitbucket-pipelines.yml':
          'pipelines:\n  default:\n    - step:\n        services: [db]\n        script: [pytest]\ndefinitions:\n  services:\n    db:\n      image: postgres:12 # !\n',
      }),
      live(service('redis:6', ' # !'), 'redis:7'),
    ],
    good: [
      live(service('postgres:16')),
      live(service('postgis/postgis:16-3.4')),
      live(service('redis:6')),
      live({}),
      live(
        github(
          '  lint:\n    runs-on: ubuntu-latest\n    services:\n      db:\n        image: postgres:13\n    steps:\n      - run: ruff check .\n',
        ),
      ),
      project(bitbucket('  default:\n    - step:\n        script: [pytest]\n')),
    ],
    undecided: [live(service('postgres:latest')), live(service('postgres:13'), 'postgres:latest')],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const tested = pipelines.flatMap(({ jobs }) => jobs.filter((job) => jobTests(job) === 'yes').flatMap(({ services }) => services));
    const inTests = tested.flatMap(({ image, at }) => storeOf(image ?? '', at) ?? []);
    const inProduction = repository.model.deployments.filter(({ alternative }) => !alternative).flatMap(storesOf);
    for (const kind of KINDS) {
      const mine = inTests.filter((one) => one.kind === kind);
      const theirs = inProduction.filter((one) => one.kind === kind);
      const [test] = mine;
      const [served] = theirs;
      if (test === undefined || served === undefined) continue;
      const isOpen = [...mine, ...theirs].some(({ major }) => major === null);
      if (mine.some(({ major }) => theirs.some((one) => one.major !== null && one.major === major))) continue;
      if (isOpen) {
        ctx.undecided('The release of a database is not said.', test.at);
        continue;
      }
      ctx.report({
        at: test.at,
        message: `The tests run against ${kind} ${test.major}, production against ${served.major}.`,
        subject: kind,
        related: [{ at: served.at, message: 'production' }],
      });
    }
  },
});

const KINDS = ['PostgreSQL', 'MySQL', 'MariaDB', 'Redis'] as const;

interface StoreRelease {
  readonly kind: (typeof KINDS)[number];
  readonly major: string | null;
  readonly at: Span;
}

/** What an image name says of a store; the tag of images that add to one begins with its release as well. */
function storeOf(reference: string, at: Span): StoreRelease | null {
  const found = /(?:^|\/)(postgres|postgis|pgvector|mysql|mariadb|redis)(?::([^@]*))?(?:@.*)?$/.exec(reference);
  if (found === null) return null;
  const [, name = '', tag = ''] = found;
  const kind = name === 'mysql' ? 'MySQL' : name === 'mariadb' ? 'MariaDB' : name === 'redis' ? 'Redis' : 'PostgreSQL';
  const release = /^(?:pg)?(\d+)(?:\.(\d+))?(?=$|[-.])/.exec(tag);
  // PostgreSQL before 10, MySQL and MariaDB count their second number.
  const isWhole = kind === 'PostgreSQL' ? Number(release?.[1]) >= 10 : kind === 'Redis';
  const parts = isWhole ? [release?.[1]] : [release?.[1], release?.[2]];
  const major = parts.every((part) => part !== undefined) ? parts.join('.') : null;
  return { kind, major, at };
}

function storesOf({ processes }: Deployment): readonly StoreRelease[] {
  return processes.flatMap(({ image, at }) => {
    if (image === null || image.build !== null || image.reference?.kind !== 'known') return [];
    return storeOf(image.reference.value, at) ?? [];
  });
}
