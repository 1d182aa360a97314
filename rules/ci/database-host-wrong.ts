import { defineRule, type JobService, type Pipeline } from '../../src/rule.ts';
import { django } from '../shared/values/examples.ts';

const DATABASES = /(^|\/)(postgres|postgis|mysql|mariadb|timescaledb|pgvector)(:|$)/;
const settings =
  "import os\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'x', 'HOST': os.environ.get('DB_HOST', 'localhost')}}\n";
const workflow = (parts: { readonly job?: string; readonly env?: string; readonly ports?: string; readonly mark?: string }) =>
  `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n${parts.job ?? ''}    services:\n      postgres:\n        image: postgres:16\n${parts.ports ?? "        ports: ['5432:5432']\n"}    steps:\n      - uses: actions/checkout@v4\n      - run: python manage.py test${parts.mark ?? ''}\n${parts.env ?? ''}`;
const bitbucket = (mark: string, host: string) =>
  `pipelines:\n  default:\n    - step:\n        services: [postgres]\n        script:\n          - export DB_HOST=${host}\n          - python manage.py test${mark}\ndefinitions:\n  services:\n    postgres:\n      image: postgres:16\n`;

export default defineRule({
  id: 'ci/database-host-wrong',
  title: 'CI database host does not match the job type',
  severity: 'error',
  topic: 9,
  since: '0.1.0',
  why: 'A job on the runner reaches a service at localhost and its published port; a job in a container reaches it by its name. The other way round every connection is refused.',
  fix: 'Set the host variable of the step to localhost (runner) or to the name of the service (container).',
  autofix: 'unsafe',
  links: ['https://docs.github.com/en/actions/use-cases-and-examples/using-containerized-services/about-service-containers'],
  cross: true,
  examples: {
    bad: [
      { ...django(settings), '.github/workflows/test.yml': workflow({ env: '        env:\n          DB_HOST: postgres\n', mark: ' # !' }) },
      { ...django(settings), '.github/workflows/test.yml': workflow({ job: '    container: python:3.12\n', mark: ' # !' }) },
      {
        ...django(settings),
        'bitbucket-pipelines.yml': bitbucket(' # !', 'postgres'),
      },
    ],
    good: [
      { ...django(settings), 'bitbucket-pipelines.yml': bitbucket('', '127.0.0.1') },
      {
        ...django(settings),
        '.circleci/config.yml':
          'version: 2.1\njobs:\n  build:\n    docker:\n      - image: cimg/python:3.12\n        environment:\n          DB_HOST: postgres\n      - image: cimg/postgres:16.2\n        name: postgres\n    steps:\n      - checkout\n      - run: python manage.py test\n',
      },
      {
        ...django(settings),
        '.gitlab-ci.yml':
          'test:\n  image: python:3.12\n  services: ["postgres:16"]\n  variables:\n    DB_HOST: localhost\n  script:\n    - python manage.py test\n',
      },
      { ...django(settings), '.github/workflows/test.yml': workflow({}) },
      {
        ...django(settings),
        '.github/workflows/test.yml': workflow({ job: '    container: python:3.12\n', env: '        env:\n          DB_HOST: postgres\n' }),
      },
    ],
  },
  needs: ['jobCommands'],
  check({ jobCommands }, ctx) {
    for (const { command, job, settings: facts, pipeline } of jobCommands) {
      const service = job.services.find((one) => DATABASES.test(one.image ?? ''));
      if (service === undefined || command.remote || !isTold(pipeline)) continue;
      ctx.expect(
        facts.get('DATABASES', 'default', 'HOST'),
        (host) => typeof host !== 'string' || reaches(host, service, job.container),
        (host, decided) => ({
          at: command.at,
          message: job.container
            ? `The job runs in a container: its database is at \`${service.name}\`, not at \`${typeof host === 'string' && host !== '' ? host : 'localhost'}\`.`
            : `The job reaches its database at localhost: the name \`${service.name}\` does not resolve there.`,
          subject: `${pipeline.file} ${job.id}`,
          related: [
            { at: service.at, message: 'the service' },
            { at: decided, message: 'the host is decided here' },
          ],
        }),
      );
    }
  },
});

/**
 * GitHub says where services are, and those of Bitbucket are at localhost. On CircleCI a service with a name has both; in GitLab the
 * kind of runner decides, which is not in the repository.
 */
function isTold({ system }: Pipeline): boolean {
  return system === 'github' || system === 'bitbucket';
}

/** Only the two hosts that can be told apart are judged: a third one may be anything. */
function reaches(host: string, service: JobService, container: boolean): boolean {
  const local = host === '' || host === 'localhost' || host === '127.0.0.1';
  return container ? !local : host !== service.name;
}
