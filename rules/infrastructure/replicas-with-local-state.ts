import {
  type Answer,
  type Context,
  type Data,
  type Deployment,
  defineRule,
  type Origin,
  originOf,
  type Process,
  type RepositoryFacts,
  type SettingsFacts,
  type Span,
  type Value,
} from '../../src/rule.ts';
import { isLocalStorage, pathSetting, pathText, storageBackend } from '../shared/storage/static.ts';
import { cachesOf, FILE_BASED } from '../shared/stores/caches.ts';
import { databasesOf, isInMemory, isSqlite } from '../shared/stores/databases.ts';
import { and, answer, or } from '../shared/values/answer.ts';
import { dataOf, isSequence, isText } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const UPLOADS = /\b(models\.(File|Image)Field|FilerFileField|FilerImageField)\b/;
const MODEL = { 'mysite/models.py': 'from django.db import models\n\nclass Note(models.Model):\n    file = models.FileField()\n' };
const SQLITE = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': '/srv/data/db.sqlite3'}} # !\n";
const MEDIA = "MEDIA_ROOT = '/srv/media/' # !\n";
const FILES = "SESSION_ENGINE = 'django.contrib.sessions.backends.file' # !\n";
const CACHE = "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': '/srv/cache'}} # !\n";
const THREE = '    deploy:\n      replicas: 3\n';
const WORKFLOW = 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t shop .\n';

const composed = (settings: string, web = THREE, volumes = '') => ({
  ...django(settings),
  ...MODEL,
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web, volumes }),
});
const claim = (mode: string) =>
  `---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: media\nspec:\n  accessModes: [${mode}]\n`;
const pods = (settings: string, replicas: number, volume: string, more = '') => ({
  ...django(settings),
  ...MODEL,
  Dockerfile: DOCKERFILE,
  '.github/workflows/build.yml': WORKFLOW,
  'k8s/web.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: ${replicas}\n  selector:\n    matchLabels: {app: web}\n  template:\n    metadata:\n      labels: {app: web}\n    spec:\n      containers:\n        - name: web\n          image: shop\n          volumeMounts:\n            - {name: media, mountPath: /srv/media}\n      volumes:\n        - name: media\n          ${volume}\n${more}`,
});
const unmarked = (text: string) => text.replace(' # !', '');

export default defineRule({
  id: 'infrastructure/replicas-with-local-state',
  title: 'Several replicas with node-local state',
  severity: 'error',
  topic: 10,
  since: '0.1.0',
  why: 'Each replica has files of its own, so a request sees other uploads, sessions or rows than the one before.',
  fix: 'Keep uploads in object storage or on a volume that many nodes mount (ReadWriteMany), and sessions, caches and data in PostgreSQL or Redis.',
  autofix: 'unsafe',
  links: [
    'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes',
    'https://docs.djangoproject.com/en/stable/topics/http/sessions/#configuring-the-session-engine',
  ],
  cross: true,
  replaces: ['static/uploads-on-ephemeral-disk', 'cache/file-sessions-on-several-hosts', 'database/sqlite-file-not-persistent'],
  examples: {
    bad: [
      composed(MEDIA),
      composed(SQLITE),
      composed(FILES),
      composed(CACHE),
      pods(MEDIA, 2, 'emptyDir: {}'),
      pods(MEDIA, 2, 'persistentVolumeClaim: {claimName: media}', claim('ReadWriteOnce')),
    ],
    good: [
      composed(unmarked(MEDIA), `${THREE}    volumes: ["media:/srv/media"]\n`, 'volumes:\n  media:\n'),
      composed(unmarked(SQLITE), '    volumes: ["data:/srv/data"]\n', 'volumes:\n  data:\n'),
      pods(unmarked(MEDIA), 2, 'persistentVolumeClaim: {claimName: media}', claim('ReadWriteMany')),
      pods(unmarked(MEDIA), 1, 'persistentVolumeClaim: {claimName: media}', claim('ReadWriteOnce')),
    ],
    undecided: [
      pods(unmarked(MEDIA), 2, 'nfs: {server: files.internal, path: /media}'),
      pods(unmarked(MEDIA), 2, 'persistentVolumeClaim: {claimName: media}'),
      composed(
        unmarked(MEDIA),
        '    deploy:\n      replicas: ${REPLICAS}\n    env_file: ops.env\n    volumes: ["other:/srv/other"]\n',
        'volumes:\n  other:\n',
      ),
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    for (const process of settings.processes) {
      if (process.server === null || process.host !== 'container') continue;
      for (const state of localState(settings, process, repository)) judge(state, process, deployment, ctx);
    }
  },
});

/** Something that the application keeps in a file, and where. */
interface State {
  readonly what: string;
  readonly subject: string;
  readonly isKept: Answer;
  readonly path: Value<string | null>;
  readonly at: Origin | Span;
  readonly weaker?: string;
}

function localState(settings: SettingsFacts, process: Process, repository: RepositoryFacts): readonly State[] {
  const states: State[] = [];
  const engine = settings.get('SESSION_ENGINE');
  const sessions = ask(engine, (data) => answer(data === 'django.contrib.sessions.backends.file'));
  const folder = pathSetting(settings, 'SESSION_FILE_PATH');
  const temporary: Value<string | null> = folder.kind === 'known' && folder.value === null ? { ...folder, value: '/tmp' } : folder;
  states.push({ what: 'Sessions', subject: 'SESSION_ENGINE', isKept: sessions, path: temporary, at: originOf(engine) });
  for (const database of databasesOf(settings).filter(({ alias }) => alias === 'default')) {
    const name = database.get('NAME');
    const inFile = and(
      ask(database.get('ENGINE'), isSqlite),
      ask(name, (data) => answer(!(isText(data) && isInMemory(data.toString())))),
    );
    states.push({ what: 'All data', subject: database.subject, isKept: inFile, path: asPath(name), at: originOf(name) });
  }
  for (const cache of cachesOf(settings)) {
    const isFile = ask(cache.get('BACKEND'), (data) => answer(data === FILE_BASED));
    const weaker = 'what a cache has lost is made again';
    states.push({
      what: 'Cached values',
      subject: cache.subject,
      isKept: isFile,
      path: asPath(cache.get('LOCATION')),
      at: originOf(cache.get('LOCATION')),
      weaker,
    });
  }
  const uploads = and(ask(storageBackend(settings, 'default'), isLocalStorage), answer(repository.codeMentions(UPLOADS).items.length > 0));
  const media = pathSetting(settings, 'MEDIA_ROOT');
  const at = originOf(media).step === 'default' ? settings.placeOf('MEDIA_ROOT') : originOf(media);
  states.push({ what: 'Uploads', subject: `MEDIA_ROOT ${process.name}`, isKept: uploads, path: media, at });
  return states;
}

function ask(value: Value<Data | undefined>, test: (data: Data | undefined) => Answer): Answer {
  return value.kind === 'known' ? test(value.value) : 'maybe';
}

function asPath(value: Value<Data | undefined>): Value<string | null> {
  if (value.kind !== 'known') return { kind: 'unknown', why: 'third-party', names: [], origin: originOf(value) };
  return { ...value, value: pathText(value.value) };
}

function judge(state: State, process: Process, deployment: Deployment, ctx: Context): void {
  if (state.isKept !== 'yes' || state.path.kind !== 'known' || state.path.value === null) return;
  const place = placeOf(state.path.value, process, deployment);
  if (place.shared === 'yes') return;
  const several = process.replicas.kind === 'known' ? answer(process.replicas.value > 1) : 'maybe';
  const fault = and(several, place.shared === 'no' ? 'yes' : 'maybe');
  if (fault === 'maybe') ctx.undecided(`Whether the replicas of \`${process.name}\` share \`${state.path.value}\` is not known.`, state.at);
  if (fault !== 'yes' || process.replicas.kind !== 'known') return;
  ctx.report({
    at: state.at,
    message:
      `${state.what} are files in \`${state.path.value}\`, and \`${process.name}\` runs ${process.replicas.value} times: ${place.because}.`.replace(
        'All data are files',
        'All data is a file',
      ),
    subject: state.subject,
    related: [{ at: process.at, message: 'its replicas and what is mounted in it' }],
    ...(state.weaker === undefined ? {} : { severity: 'warning', because: state.weaker }),
  });
}

interface Place {
  readonly shared: Answer;
  readonly because: string;
}

/** Whether all replicas see one folder there. */
function placeOf(path: string, process: Process, deployment: Deployment): Place {
  const where = process.paths.locate(path);
  const own = 'each replica has its own';
  if (where.in === 'container') return { shared: process.mounts.complete === true ? 'no' : 'maybe', because: own };
  if (where.in !== 'volume') return { shared: 'maybe', because: own };
  if (where.kind === 'tmpfs' || where.kind === 'anonymous') return { shared: 'no', because: own };
  // The replicas of a compose file run on one host, which has the volume; those of a swarm may not.
  if (deployment.kind === 'compose') return { shared: deployment.compose?.swarm === false ? 'yes' : 'maybe', because: own };
  const mounted =
    deployment.kubernetes?.objects.items.filter(({ kind, name }) => kind === 'PersistentVolumeClaim' && name === where.volume) ?? [];
  const modes = mounted.map((one) => dataOf(one.get('spec', 'accessModes')));
  const [mode] = modes;
  if (!isSequence(mode) || !mode.complete || modes.length > 1) return { shared: 'maybe', because: own };
  const many = or(...mode.items.map((one) => ask(one, (data) => answer(data === 'ReadWriteMany'))));
  return { shared: many, because: 'its volume is mounted on one node only' };
}
