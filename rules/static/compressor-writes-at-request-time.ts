import {
  type Answer,
  bindValue,
  type Data,
  defineRule,
  known,
  type RepositoryFacts,
  type SettingsFacts,
  type Value,
} from '../../src/rule.ts';
import { pathSetting, webProcesses } from '../shared/storage/static.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { holds, truth } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const APPS = "INSTALLED_APPS = ['django.contrib.staticfiles', 'compressor']\nDEBUG = False\n";
const ROOT = "STATIC_ROOT = '/srv/static/'\n";
const page = { 'mysite/templates/page.html': '{% load compress %}{% compress css %}<link href="/static/a.css">{% endcompress %}\n' };
const project = (settings: string, web = '') => ({
  ...django(`${APPS}${ROOT}${settings}`),
  ...page,
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web, volumes: 'volumes:\n  static:\n' }),
});

export default defineRule({
  id: 'static/compressor-writes-at-request-time',
  title: 'django-compressor writes files during requests',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'The first request for a page writes its CSS and JavaScript into the container that happens to answer: WhiteNoise and the proxy do not know the files, other containers do not have them, and a read-only one raises an error.',
  fix: 'Set COMPRESS_OFFLINE = True and run manage.py compress while the image is built.',
  autofix: 'unsafe',
  links: [
    'https://django-compressor.readthedocs.io/en/stable/scenarios.html#offline-compression',
    'https://django-compressor.readthedocs.io/en/stable/settings.html',
  ],
  cross: true,
  examples: {
    bad: [project('COMPRESS_ENABLED = True # !\n'), project('COMPRESS_OFFLINE = False # !\n')],
    good: [
      project('COMPRESS_OFFLINE = True\n'),
      project('COMPRESS_ENABLED = False\n'),
      project('', '    volumes: ["static:/srv/static"]\n'),
      project("COMPRESS_STORAGE = 'storages.backends.s3.S3Storage'\n"),
      { ...project(''), 'mysite/templates/page.html': 'plain\n' },
      { 'settings.py': `${APPS}${ROOT}`, ...page },
    ],
    undecided: [project('from elsewhere import flag\nCOMPRESS_OFFLINE = flag()\n')],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const web = webProcesses(settings.processes).filter(({ host }) => host === 'container');
    if (settings.names.every((name) => name !== 'INSTALLED_APPS') || web.length === 0 || !compresses(repository)) return;
    const written = settings.sets('COMPRESS_ROOT') === 'no' ? 'STATIC_ROOT' : 'COMPRESS_ROOT';
    ctx.expectAll(
      [
        settings.get('COMPRESS_OFFLINE'),
        enabled(settings),
        settings.get('INSTALLED_APPS'),
        settings.get('COMPRESS_STORAGE'),
        pathSetting(settings, written),
      ] as const,
      (offline, on, apps, storage, folder) =>
        or(
          truth(offline),
          not(on),
          not(holds(apps, 'compressor')),
          not(isLocal(storage)),
          ...web.map(({ paths }) => outlives(folder, paths)),
        ),
      (_values, [offline, , , , root]) => ({
        at: offline.step !== 'default' ? offline : settings.sets('COMPRESS_ENABLED') === 'no' ? root : settings.placeOf('COMPRESS_ENABLED'),
        message: `\`COMPRESS_OFFLINE\` is not on: django-compressor writes CSS and JavaScript to \`${written}\` of one container, while it answers requests.`,
        subject: 'COMPRESS_OFFLINE',
      }),
    );
  },
});

/** Compression follows DEBUG unless it is set: compressor/conf.py. */
function enabled(settings: SettingsFacts): Value<Answer> {
  if (settings.sets('COMPRESS_ENABLED') === 'no')
    return bindValue(settings.get('DEBUG'), (debug) => known(not(truth(debug.value)), debug.origin));
  return bindValue(settings.get('COMPRESS_ENABLED'), (on) => known(truth(on.value), on.origin));
}

function isLocal(storage: Data | undefined): Answer {
  if (storage === undefined) return 'yes';
  return typeof storage === 'string' ? answer(/^compressor\.storage\.\w*CompressorFileStorage$/.test(storage)) : 'maybe';
}

/** Whether the files last and are shared: they lie in a volume. */
function outlives(folder: string | null, paths: { locate(path: string): { readonly in: string } }): Answer {
  if (folder === null) return 'maybe';
  const place = paths.locate(folder).in;
  return place === 'unknown' ? 'maybe' : answer(place === 'volume');
}

/** A template asks for it: the app may be installed for another one's sake. */
function compresses({ files, read }: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  return files.some((file) => /\.(html|djhtml|jinja2?)$/.test(file) && /\{%-?\s*compress\s/.test(read(file) ?? ''));
}
