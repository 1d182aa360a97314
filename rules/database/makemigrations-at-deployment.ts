import { defineRule, type Job, type Pipeline, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { gitlab, jenkins, sh, stage } from '../shared/pipelines/examples.ts';
import { callsOfCommand, callsOfProcess, type ManagementCall } from '../shared/processes/management.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const image = (command: string) => DOCKERFILE.replace(/CMD .*/, command);
const entrypoint = (lines: string) => ({
  ...django(),
  Dockerfile: image('ENTRYPOINT ["/app/entrypoint.sh"]\nCMD ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000"]'),
  'entrypoint.sh': `#!/bin/sh\n${lines}exec "$@"\n`,
});
const workflow = (name: string, job: string) => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  [`.github/workflows/${name}.yml`]: `on: push\njobs:\n${job}`,
});

export default defineRule({
  id: 'database/makemigrations-at-deployment',
  title: 'makemigrations runs at deployment',
  severity: 'error',
  topic: 9,
  since: '0.1.0',
  why: 'Each container writes migrations of its own, which no other copy of the code has: the next deployment numbers them anew, and the schema diverges for good.',
  fix: 'Run makemigrations while developing, commit what it writes, and run only migrate at deployment.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/topics/migrations/#workflow',
    'https://docs.djangoproject.com/en/stable/ref/django-admin/#makemigrations',
  ],
  cwe: ['CWE-1188'],
  examples: {
    bad: [
      entrypoint('python manage.py makemigrations --noinput # !\npython manage.py migrate --noinput\n'),
      { ...django(), Procfile: 'release: python manage.py makemigrations && python manage.py migrate # !\nweb: gunicorn mysite.wsgi\n' },
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ web: '    command: sh -c "python manage.py makemigrations && gunicorn mysite.wsgi" # !\n' }),
      },
      { ...django(), Dockerfile: image('RUN python manage.py makemigrations # !\nCMD ["gunicorn", "mysite.wsgi"]') },
      workflow(
        'deploy',
        '  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ssh app@example.com "cd /srv/app && docker compose exec -T web python manage.py makemigrations" # !\n',
      ),
      workflow(
        'deploy',
        '  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: appleboy/ssh-action@v1\n        with:\n          script: |\n            docker compose exec -T web python manage.py makemigrations # !\n',
      ),
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        ...gitlab('deploy:\n  script:\n    - ssh app@example.com "cd /srv/app && python manage.py makemigrations" # !\n'),
      },
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        ...jenkins(stage('Deploy', sh('ssh app@example.com "cd /srv/app && python manage.py makemigrations"', ' # !'))),
      },
    ],
    good: [
      { ...django(), Dockerfile: DOCKERFILE, ...gitlab('test:\n  script:\n    - python manage.py makemigrations --check\n') },
      entrypoint('python manage.py makemigrations --check --dry-run\npython manage.py migrate\n'),
      entrypoint('python manage.py migrate --noinput\n'),
      workflow('ci', '  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python manage.py makemigrations\n'),
      {
        ...entrypoint('python manage.py migrate\n'),
        'docker-compose.dev.yml': compose({ web: '    command: python manage.py makemigrations\n' }),
      },
    ],
    undecided: [entrypoint('if [ "$MAKE" = "1" ]; then\n  python manage.py makemigrations\nfi\n')],
  },

  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    const calls = processes.flatMap((process) => [
      ...callsOfProcess(process),
      ...(process.image?.build?.runs ?? []).flatMap(callsOfCommand),
    ]);
    const inJobs = repository.model.pipelines.flatMap((pipeline) => pipeline.jobs.flatMap((job) => callsOfJob(pipeline, job, repository)));
    const told = new Set<string>();
    for (const call of [...calls, ...inJobs]) {
      // One line to mend in a file is enough to tell of.
      const key = call.at.file;
      if (!writesMigrations(call) || told.has(key)) continue;
      if (!call.conditional) told.add(key);
      if (call.conditional) ctx.undecided('Whether makemigrations runs depends on a condition of the script.', call.at);
      else
        ctx.report({
          at: call.at,
          message:
            '`makemigrations` runs here: what it writes exists in this one copy of the code only, and the schema diverges from the repository.',
          subject: key,
        });
    }
  },
});

function writesMigrations({ name, words }: ManagementCall): boolean {
  return name === 'makemigrations' && !words.some((word) => /^--(check|dry-run)/.test(word));
}

/** What a job runs from the step on that deploys; scripts that an action carries to the server are text to the reader of pipelines. */
function callsOfJob({ jobs }: Pipeline, job: Job, { read }: Pick<RepositoryFacts, 'read'>): readonly ManagementCall[] {
  const { file } = job.at;
  if (
    job.deploys === null ||
    job.deploys.file !== file ||
    /(^|[-_./])(dev|development|tests?|preview)([-_./]|$)/i.test(`${file.replace(/^.*\//, '')}/${job.id}`)
  )
    return [];
  const text = read(file) ?? '';
  const next = Math.min(text.length, ...jobs.map(({ at }) => at.start).filter((start) => start > job.at.start));
  const from = text.lastIndexOf('\n', job.deploys.start) + 1;
  return [...text.slice(from, next).matchAll(/^[^\n#]*?\b((?:manage\.py|django-admin)\s+makemigrations\b)([^\n;&|"']*)/gm)].map((found) => {
    const [whole, command = '', rest = ''] = found;
    const start = from + found.index + whole.indexOf(command);
    const at: Span = { file, start, end: start + command.length };
    return { name: 'makemigrations', words: rest.split(/\s+/), at, conditional: false };
  });
}
