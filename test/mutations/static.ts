import { add, base, ci, compose, image, type Mutation, nginx, setting } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  { name: 'alias without slash', edits: nginx('alias /srv/static/;', 'alias /srv/static;'), expect: ['static/alias-slash-missing'] },
  {
    name: 'nothing compressed',
    edits: nginx('    gzip_types text/css application/javascript application/json image/svg+xml;\n', ''),
    expect: ['static/compression-missing'],
  },
  {
    name: 'uploads run scripts',
    edits: nginx('            add_header Content-Security-Policy "sandbox; default-src \'none\'" always;\n', ''),
    expect: ['static/uploads-served-as-active-content'],
  },
  {
    name: 'static volume elsewhere',
    edits: nginx('alias /srv/static/;', 'alias /var/www/static/;'),
    expect: ['static/location-misses-static-root'],
  },
  { name: 'media volume elsewhere', edits: compose('      - media:/srv/media:ro\n', ''), expect: ['static/location-misses-media-root'] },
  {
    name: 'uploads in the container',
    edits: compose('      - media:/app/media\n', ''),
    expect: ['static/uploads-on-ephemeral-disk', 'static/location-misses-media-root'],
  },
  {
    name: 'unhashed names',
    edits: setting('ManifestStaticFilesStorage', 'StaticFilesStorage'),
    expect: ['static/immutable-cache-without-hash'],
  },
  {
    name: 'old storage setting',
    edits: [
      ...setting(
        '    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},\n',
        '    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},\n',
      ),
      ...add('STATICFILES_STORAGE = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"'),
    ],
    expect: ['static/storage-setting-ignored', 'static/immutable-cache-without-hash'],
  },
  { name: 'decimal mode', edits: add('FILE_UPLOAD_PERMISSIONS = 644'), expect: ['static/upload-permissions-wrong'] },
  {
    name: 'collectstatic without its key',
    edits: image('USER library\n', 'RUN python manage.py collectstatic --noinput\nUSER library\n'),
    expect: ['static/collectstatic-lacks-variables'],
  },
  {
    name: 'nobody collects',
    edits: [
      ...compose('["python", "manage.py", "collectstatic", "--noinput"]', '["python", "manage.py", "check"]'),
      ...ci(' && docker compose run --rm collect', ''),
    ],
    expect: ['static/collectstatic-never-runs'],
  },
  { name: 'nowhere to collect', edits: base('STATIC_ROOT = BASE_DIR / "staticfiles"\n', ''), expect: ['static/root-missing'] },
];
