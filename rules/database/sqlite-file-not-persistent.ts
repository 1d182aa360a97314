import {
  type Answer,
  type Data,
  type Deployment,
  defineRule,
  type Process,
  type RepositoryFacts,
  type SettingsFacts,
} from '../../src/rule.ts';
import { mentionIn, OPERATIONS, PROSE } from '../shared/code/mentions.ts';
import { pathText, sameFolder } from '../shared/storage/static.ts';
import { databasesOf, isInMemory, isSqlite } from '../shared/stores/databases.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { isText } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const sqlite = (name = "BASE_DIR / 'data' / 'db.sqlite3'", mark = ' # !') =>
  `from pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\nDATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ${name}}}${mark}\n`;
const RENDER = 'services:\n  - type: web\n    name: site\n    runtime: python\n    startCommand: gunicorn mysite.wsgi\n';
const project = (settings: string, web = '', services = '') => ({
  ...django(settings),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web, services, volumes: 'volumes:\n  data:\n  media:\n' }),
});
const WORKER = (volumes = '') => `  worker:\n    build: .\n    command: celery -A mysite worker\n${volumes}`;

const CELERY = {
  'mysite/celery.py':
    "import os\nfrom celery import Celery\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napp = Celery('mysite')\n",
};

export default defineRule({
  id: 'database/sqlite-file-not-persistent',
  title: 'SQLite file lost or shared unsafely',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'The database is a file in the layer of the container: the next deployment recreates it and all data is gone; another container has a database of its own.',
  fix: 'Use PostgreSQL, or mount one volume on the folder of the file in every container that uses it.',
  autofix: 'unsafe',
  links: [
    'https://docs.docker.com/engine/storage/',
    'https://docs.djangoproject.com/en/stable/ref/databases/#sqlite-notes',
    'https://devcenter.heroku.com/articles/dynos#ephemeral-filesystem',
  ],
  cwe: ['CWE-1188'],
  cross: true,
  replaces: ['database/sqlite-in-production'],
  examples: {
    bad: [
      { ...django(sqlite()), 'render.yaml': RENDER },
      project(sqlite()),
      project(sqlite(), '    volumes: ["media:/app/media"]\n'),
      project(sqlite(), '    tmpfs: /app/data\n'),
      { ...project(sqlite(), '    volumes: ["data:/app/data"]\n', WORKER()), ...CELERY },
      { ...django(sqlite()), Procfile: 'web: gunicorn mysite.wsgi\n', 'app.json': '{"name": "mysite"}\n' },
    ],
    good: [
      project(sqlite(undefined, ''), '    volumes: ["data:/app/data"]\n'),
      project(sqlite(undefined, ''), '    volumes: ["./data:/app/data"]\n'),
      { ...project(sqlite(undefined, ''), '    volumes: ["data:/app/data"]\n', WORKER('    volumes: ["data:/app/data"]\n')), ...CELERY },
      project(sqlite("':memory:'", '')),
      project(`${sqlite(undefined, '')}DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app'}}\n`),
      { ...project(sqlite(undefined, '')), 'litestream.yml': 'dbs:\n  - path: /app/data/db.sqlite3\n' },
      { ...django(sqlite("'/var/data/db.sqlite3'", '')), 'render.yaml': `${RENDER}    disk: { name: data, mountPath: /var/data }\n` },
    ],
    undecided: [
      { ...django(sqlite(undefined, '')), Dockerfile: DOCKERFILE },
      { ...django(sqlite(undefined, '')), Procfile: 'web: gunicorn mysite.wsgi\n' },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    const processes = settings.processes.filter(isRunning);
    const [database] = databasesOf(settings).filter(({ alias }) => alias === 'default');
    if (deployment.kind === 'settings' || processes.length === 0 || database === undefined) return;
    const engine = database.get('ENGINE');
    if ((engine.kind === 'known' && isSqlite(engine.value) === 'no') || isReplicated(repository)) return;
    const platform =
      deployment.kind === 'procfile' ? isEphemeral(deployment, repository, settings) : (deployment.platform?.ephemeralDisk ?? 'yes');
    ctx.expectAll(
      [engine, database.get('NAME')],
      (kind, name) => {
        const kept = not(and(platform, not(isKept(name, processes))));
        return or(not(isSqlite(kind)), answer(isText(name) && isInMemory(name.toString())), kept);
      },
      ([, name], [, origin]) => ({
        at: origin,
        message: fault(database.subject, name, processes),
        subject: database.subject,
        related: processes.map(({ at, name: process }) => ({ at, message: `\`${process}\` and what is mounted in it` })),
      }),
    );
  },
});

/** A server or worker in a container; runserver is another fault. */
function isRunning({ host, server, taskQueue }: Process): boolean {
  return host === 'container' && (taskQueue !== null || (server !== null && server.software !== 'runserver'));
}

/** Litestream and LiteFS bring the file back. */
function isReplicated(repository: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  return (
    repository.files.some((file) => /lite(stream|fs)/i.test(file)) || mentionIn(repository, OPERATIONS, /\blite(stream|fs)\b/i) !== null
  );
}

/** Whether the platform that reads the Procfile is one that throws files away; others can mount a disk. */
function isEphemeral({ platform }: Deployment, repository: Pick<RepositoryFacts, 'files' | 'read'>, { project }: SettingsFacts): Answer {
  if (platform?.ephemeralDisk === 'yes' || project.packages.installs('django-heroku') === 'yes') return 'yes';
  return mentionIn(repository, PROSE, /\bheroku (create|login|config|run|git:remote)\b|git push heroku\b/) === null ? 'maybe' : 'yes';
}

function placesOf(name: Data | undefined, processes: readonly Process[]) {
  const path = pathText(name)?.replace(/^file:(\/\/)?|\?.*$/g, '') ?? null;
  return path === null ? null : processes.map((process) => ({ process, place: process.paths.locate(path) }));
}

/** On the same volume for all processes. */
function isKept(name: Data | undefined, processes: readonly Process[]): Answer {
  const places = placesOf(name, processes);
  const [first] = places ?? [];
  if (places === null || first === undefined) return 'maybe';
  const each = places.map(({ place }): Answer => {
    if (place.in === 'unknown') return 'maybe';
    return answer(place.in === 'volume' && (place.kind === 'named' || place.kind === 'bind'));
  });
  return and(...each, ...places.map(({ place }) => (place.in === 'unknown' ? 'maybe' : sameFolder(first.place, place))));
}

function fault(subject: string, name: Data | undefined, processes: readonly Process[]): string {
  const places = placesOf(name, processes) ?? [];
  const lost = places.find(
    ({ place }) => place.in !== 'unknown' && !(place.in === 'volume' && (place.kind === 'named' || place.kind === 'bind')),
  );
  const kept = places.find(({ place }) => place.in === 'volume' && (place.kind === 'named' || place.kind === 'bind'));
  if (lost !== undefined && kept !== undefined)
    return `The SQLite file of \`${subject}\` lies on a volume of \`${kept.process.name}\`, but \`${lost.process.name}\` has it in its own container: they use two databases.`;
  if (lost === undefined) return `The SQLite file of \`${subject}\` lies on another volume in each container: they use several databases.`;
  return `The SQLite file of \`${subject}\` lies in the container of \`${lost.process.name}\`, on no volume that outlives it: recreating the container deletes all data.`;
}
