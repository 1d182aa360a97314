import { type Context, type Data, defineRule, type Process, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { answersFromSeveralContainers } from '../shared/processes/several-processes.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { exists } from '../shared/storage/folders.ts';
import { pathText } from '../shared/storage/static.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';
import { openUnlessKnown } from '../shared/values/undecided.ts';

const ENGINE = 'django.contrib.sessions.backends.file';
const files = (mark: string, more = '') => `SESSION_ENGINE = '${ENGINE}'${mark}\n${more}`;
const project = (settings: string, web = '', volumes = '') => ({
  ...django(settings),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web, volumes }),
});
/** Two services that answer; for replicas of one there is infrastructure/replicas-with-local-state. */
const twice = (settings: string, web = '', volumes = '') => ({
  ...project(settings),
  'docker-compose.yml': compose({ web, services: '  second:\n    build: .\n', volumes }),
});

export default defineRule({
  id: 'cache/file-sessions-on-several-hosts',
  title: 'File sessions with several hosts or a missing directory',
  severity: 'warning',
  topic: 7,
  since: '0.1.0',
  why: 'A session that one container has written is unknown to the next, so visitors are logged out at random; in a missing folder every request fails.',
  fix: 'Set SESSION_ENGINE to django.contrib.sessions.backends.db or cached_db, or mount one volume on SESSION_FILE_PATH everywhere.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/topics/http/sessions/#using-file-based-sessions'],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [
      twice(files(' # !')),
      twice(files(' # !', "SESSION_FILE_PATH = '/srv'\n"), '    volumes: ["media:/srv/media"]\n', 'volumes:\n  media:\n'),
      project(files('', "SESSION_FILE_PATH = '/srv/sessions' # !\n")),
    ],
    good: [
      project(files('')),
      project(
        files('', "SESSION_FILE_PATH = '/srv/sessions'\n"),
        '    deploy:\n      replicas: 2\n    volumes: ["sessions:/srv/sessions"]\n',
        'volumes:\n  sessions:\n',
      ),
      project("SESSION_ENGINE = 'django.contrib.sessions.backends.db'\n", '    deploy:\n      replicas: 3\n'),
      {
        ...project(files('', "SESSION_FILE_PATH = '/srv/sessions'\n")),
        Dockerfile: DOCKERFILE.replace('CMD', 'RUN mkdir -p /srv/sessions\nCMD'),
      },
    ],
    undecided: [
      project('from elsewhere import engine\nSESSION_ENGINE = engine()\n', '    deploy:\n      replicas: 3\n'),
      project(files('', "from elsewhere import folder\nSESSION_FILE_PATH = folder('sessions')\n"), '    deploy:\n      replicas: 3\n'),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const engine = settings.get('SESSION_ENGINE');
    if (engine.kind !== 'known') {
      openUnlessKnown(engine, ctx);
      return;
    }
    if (engine.value !== ENGINE) return;
    const folder = settings.get('SESSION_FILE_PATH');
    if (folder.kind !== 'known') {
      openUnlessKnown(folder, ctx);
      return;
    }
    const [process] = settings.processes.filter(({ server }) => server !== null);
    if (process === undefined) return;
    if (missingFolder(folder.value, process, settings, repository, ctx)) return;
    if (answersFromSeveralContainers(settings) !== 'yes' || isShared(folder.value, process)) return;
    ctx.report({
      at: engine.origin,
      message: `Sessions are files of the container that wrote them, and \`${process.name}\` is not the only one: visitors are logged out at random.`,
      subject: 'SESSION_ENGINE',
      related: [{ at: process.at, message: 'the service, its replicas and its mounts' }],
    });
  },
});

/** Reports a folder that is not there; the same session store falls back to the folder for temporary files only when none is set. */
function missingFolder(
  folder: Data | undefined,
  process: Process,
  settings: SettingsFacts,
  repository: Pick<RepositoryFacts, 'files' | 'read'>,
  ctx: Context,
): boolean {
  const path = pathText(folder);
  const own = path?.startsWith('<ROOT>/') === true ? path.slice('<ROOT>/'.length) : null;
  const seen = path === null ? null : path.startsWith('<ROOT>') ? process.paths.runtimePath(path) : path;
  if (seen === null || !seen.startsWith('/') || exists(seen, process, settings, repository, own) !== 'no') return false;
  ctx.report({
    at: settings.placeOf('SESSION_FILE_PATH'),
    message: `Nothing creates \`${seen}\` (\`SESSION_FILE_PATH\`) for \`${process.name}\`: every request that has a session raises ImproperlyConfigured.`,
    subject: 'SESSION_FILE_PATH',
    related: [{ at: process.at, message: `\`${process.name}\` runs here` }],
  });
  return true;
}

/** On a volume, or not known to be on none. */
function isShared(folder: Data | undefined, process: Process): boolean {
  const path = pathText(folder) ?? '/tmp';
  const place = process.paths.locate(path);
  return place.in === 'unknown' || (place.in === 'volume' && (place.kind === 'named' || place.kind === 'bind'));
}
