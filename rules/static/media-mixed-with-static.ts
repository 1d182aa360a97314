import { type Answer, type Context, type Data, defineRule, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { isBelow, samePath } from '../shared/storage/finder-dirs.ts';
import { isLocalStorage, pathSetting, storageBackend, usesStaticFiles } from '../shared/storage/static.ts';
import { and, answer, not } from '../shared/values/answer.ts';
import { django } from '../shared/values/examples.ts';

const BASE = 'from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent\n';
const BUCKET =
  "STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage'}, 'staticfiles': {'BACKEND': 'storages.backends.s3.S3Storage'}}\n";
const WITHIN = `${BASE}STATIC_ROOT = BASE_DIR / 'public'\nMEDIA_ROOT = BASE_DIR / 'public' / 'media'`;

export default defineRule({
  id: 'static/media-mixed-with-static',
  title: 'Media and static files share a URL or directory',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'Uploads are served, hashed or deleted as static files (collectstatic --clear empties the whole folder); where the values are equal Django raises ImproperlyConfigured as soon as it opens the static files storage.',
  fix: 'Give MEDIA_URL and MEDIA_ROOT a place outside of STATIC_URL and STATIC_ROOT.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#media-root',
    'https://docs.djangoproject.com/en/stable/ref/contrib/staticfiles/#collectstatic',
  ],
  cwe: ['CWE-434'],
  examples: {
    bad: [
      django("STATIC_URL = '/files/'\nMEDIA_URL = '/files/' # !\n"),
      django("STATIC_URL = 'files/'\nMEDIA_URL = '/files/' # !\n"),
      django(`${BASE}STATIC_ROOT = str(BASE_DIR / 'public')\nMEDIA_ROOT = BASE_DIR / 'public' # !\n`),
      django(`${WITHIN} # !\n`),
      { ...django(`${WITHIN} # !\n`), 'deploy.sh': '#!/bin/sh\npython manage.py collectstatic --noinput --clear\n' },
    ],
    good: [
      django(
        `${BASE}STATIC_URL = '/static/'\nMEDIA_URL = '/media/'\nSTATIC_ROOT = BASE_DIR / 'static'\nMEDIA_ROOT = BASE_DIR / 'static-media'\n`,
      ),
      django("STATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/media/static'\nMEDIA_URL = '/static/media/'\nMEDIA_ROOT = '/srv/media'\n"),
      django(`STATIC_URL = 'https://cdn.example.com/'\nMEDIA_URL = 'https://cdn.example.com/'\n${BUCKET}`),
      { 'settings.py': "INSTALLED_APPS = []\nSTATIC_URL = '/files/'\nMEDIA_URL = '/files/'\n" },
      django("STATIC_ROOT = ''\nMEDIA_ROOT = ''\n"),
    ],
    undecided: [django("from elsewhere import address\nSTATIC_URL = '/files/'\nMEDIA_URL = address()\n")],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (usesStaticFiles(settings) !== 'yes') return;
    judgeUrls(settings, ctx);
    judgeRoots(settings, repository, ctx);
  },
});

/** Both storages look at the setting; a bucket makes its own addresses. */
function local(...backends: readonly (Data | undefined)[]): Answer {
  return and(...backends.map(isLocalStorage));
}

function judgeUrls(settings: SettingsFacts, ctx: Context): void {
  if (settings.sets('MEDIA_URL') === 'no' || settings.sets('STATIC_URL') === 'no') return;
  ctx.expectAll(
    [settings.get('MEDIA_URL'), settings.get('STATIC_URL'), storageBackend(settings, 'staticfiles')] as const,
    (media, fixed, backend) => not(and(sameUrl(media, fixed), local(backend))),
    (_values, [decided, other]) => ({
      at: decided,
      message: '`MEDIA_URL` and `STATIC_URL` are equal: Django raises ImproperlyConfigured when it makes the address of a static file.',
      subject: 'MEDIA_URL',
      related: [{ at: other, message: '`STATIC_URL` is set here' }],
    }),
  );
}

/** Django puts the script prefix, "/" for most, before what does not start with a slash or a scheme. */
function sameUrl(one: Data | undefined, other: Data | undefined): Answer {
  if (typeof one !== 'string' || typeof other !== 'string') return one === null || other === null ? 'no' : 'maybe';
  const whole = (url: string) => (/^(https?:\/\/|\/)/.test(url) ? url : `/${url}`);
  return answer(one !== '' && whole(one) === whole(other));
}

function judgeRoots(settings: SettingsFacts, repository: Pick<RepositoryFacts, 'files' | 'read'>, ctx: Context): void {
  if (settings.sets('MEDIA_ROOT') === 'no' || settings.sets('STATIC_ROOT') === 'no') return;
  ctx.expectAll(
    [
      pathSetting(settings, 'MEDIA_ROOT'),
      pathSetting(settings, 'STATIC_ROOT'),
      storageBackend(settings, 'default'),
      storageBackend(settings, 'staticfiles'),
    ] as const,
    (media, fixed, ...backends) => {
      if (media === null || fixed === null) return 'yes';
      return not(and(isBelow(media, fixed) ? 'yes' : samePath(media, fixed), local(...backends)));
    },
    ([media, fixed], [decided, other]) => ({
      at: decided,
      message:
        samePath(media ?? '', fixed ?? '') === 'yes'
          ? '`MEDIA_ROOT` and `STATIC_ROOT` are one folder: uploads and collected files overwrite each other.'
          : '`MEDIA_ROOT` lies inside `STATIC_ROOT`: uploads are served as static files, and `collectstatic --clear` deletes them.',
      subject: 'MEDIA_ROOT',
      related: [{ at: other, message: '`STATIC_ROOT` is set here' }],
      ...(samePath(media ?? '', fixed ?? '') === 'yes' || clears(repository)
        ? {}
        : { severity: 'warning' as const, because: 'nothing in the repository runs `collectstatic --clear`' }),
    }),
  );
}

function clears({ files, read }: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  return files.some((file) => !/\.(css|js|html|map|svg)$/.test(file) && /collectstatic\b[^\n]*\s(--clear|-c)\b/.test(read(file) ?? ''));
}
