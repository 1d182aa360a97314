import { type Command, type Deployment, defineRule, type Process, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { mentionIn, OPERATIONS, PROSE } from '../shared/code/mentions.ts';
import { gitlab } from '../shared/pipelines/examples.ts';
import { isReadableJob } from '../shared/processes/job-commands.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const MODELS = { 'mysite/migrations/__init__.py': '', 'mysite/migrations/0001_initial.py': 'class Migration:\n    pass\n' };
const procfile = (lines: string) => ({ ...django(), ...MODELS, Procfile: lines });
const WEB = 'web: gunicorn mysite.wsgi\n';
const workflow = (run: string, mark = '') => ({
  ...django(),
  ...MODELS,
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose(),
  '.github/workflows/deploy.yml': `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: ${run}${mark}\n`,
});
const SSH = 'ssh app@example.com "cd /srv/app && git pull && docker compose up -d --build"';

export default defineRule({
  id: 'database/migrate-never-runs',
  title: 'Deployment never runs migrate',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'New code meets the old schema: each query for a column that a migration should have added ends in an error.',
  fix: 'Run `python manage.py migrate --noinput` once a release, before the new code serves: a release line of the Procfile, a one-off service, a step of the job.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/django-admin/#migrate', 'https://devcenter.heroku.com/articles/release-phase'],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [
      procfile(`${WEB.trimEnd()} # !\n`),
      { ...procfile(`${WEB.trimEnd()} # !\n`), 'README.md': 'After a deployment: `heroku run python manage.py migrate`\n' },
      workflow(SSH, ' # !'),
      {
        ...django(),
        ...MODELS,
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose(),
        ...gitlab(`deploy:\n  script:\n    - ${SSH} # !\n`),
      },
    ],
    good: [
      procfile(`release: python manage.py migrate --noinput\n${WEB}`),
      { ...procfile(WEB), 'app.json': '{"scripts": {"postdeploy": "python manage.py migrate"}}\n' },
      { ...procfile(WEB), 'bin/post_compile': '#!/bin/sh\npython manage.py migrate\n' },
      { ...django(), Procfile: WEB },
      workflow(SSH.replace('"cd', '"docker compose exec -T web python manage.py migrate; cd')),
      { ...workflow(SSH), 'entrypoint.sh': '#!/bin/sh\n./manage.py migrate\nexec "$@"\n' },
      { ...django(), ...MODELS, Dockerfile: DOCKERFILE, 'docker-compose.yml': compose() },
    ],
    undecided: [
      workflow('ssh app@example.com "cd /srv/app && ./release"'),
      procfile(`release: ./prepare\n${WEB}`),
      { ...workflow(SSH), 'docker-compose.yml': compose({ services: '  jobs:\n    image: registry.example.com/jobs:1\n' }) },
    ],
  },

  needs: ['deployment', 'repository'],
  check({ deployment, repository }, ctx) {
    const isMigrated = repository.files.some((file) => /(^|\/)migrations\/\d{4}_\w+\.py$/.test(file));
    const served = deployment.processes.find(({ server }) => server !== null && server.software !== 'runserver');
    if (deployment.alternative || !isMigrated || served === undefined) return;
    const path = deployment.kind === 'procfile' ? { at: served.at, isReadable: true } : deployingJob(deployment, repository);
    if (path === null || mayMigrate(repository)) return;
    if (!path.isReadable || !deployment.processes.every(isFollowed)) {
      ctx.undecided('A step of the deployment is not in the repository.', path.at);
      return;
    }
    const prose = mentionIn(repository, PROSE, /\bmigrate\b/);
    ctx.report({
      at: path.at,
      message: 'No step of this deployment runs migrate: new code meets the old schema.',
      subject: 'migrate',
      related: [{ at: served.at, message: `\`${served.name}\` serves the new code` }],
      ...(prose === null ? {} : { severity: 'note', because: 'it is written down as a step by hand', coveredBy: prose }),
    });
  },
});

/** Anything that speaks of migrating, outside of prose, may be part of a release. */
function mayMigrate(repository: RepositoryFacts): boolean {
  const inCode = () => repository.codeMentions(/call_command\(\s*['"]\w*migrate|['"]migrate['"]|MigrationExecutor/).items.length > 0;
  return mentionIn(repository, OPERATIONS, /migrat/i) !== null || inCode();
}

/** What it runs is known down to the last step. Services beside the project count too: one of them may be the release. */
function isFollowed({ name, image, command, steps, settings }: Process): boolean {
  if (/release|deploy|migrat|init|setup/i.test(name)) return false;
  const isPlain = settings === null && image !== null && image.build === null && image.base !== null && PLAIN.test(image.base);
  return isPlain || (command.kind === 'known' && steps.every(isReadableStep));
}

/** No script that is not in the repository: those that are have been followed. */
function isReadableStep({ name, argv: [program] }: Command): boolean {
  const path = program?.kind === 'known' ? program.value : '';
  return name !== null && !/\.(sh|bash)$/.test(name) && !/^\.\.?\/(?!(.*\/)?manage\.py$)/.test(path);
}

const PLAIN =
  /^(postgres|postgis|pgvector|mysql|mariadb|redis|valkey|memcached|rabbitmq|nginx|caddy|traefik|certbot|elasticsearch|mailpit|flower|pgadmin4?|adminer|node|[\w-]*backup[\w-]*|pgbouncer)$/;

/** The job of a pipeline that puts a manifest of the repository into production. */
function deployingJob(
  { kind, processes }: Deployment,
  repository: RepositoryFacts,
): { readonly at: Span; readonly isReadable: boolean } | null {
  if (kind !== 'compose' && kind !== 'systemd') return null;
  const services = processes.map(({ name }) => name);
  const jobs = repository.model.pipelines.flatMap((pipeline) =>
    pipeline.jobs.flatMap((job) =>
      job.deploys === null ? [] : [{ at: job.deploys, isReadable: isReadableJob(pipeline, job, repository, services) }],
    ),
  );
  const [first] = jobs;
  return first === undefined ? null : { at: first.at, isReadable: jobs.every((one) => one.isReadable) };
}
