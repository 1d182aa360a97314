import { add, BASE, base, ci, compose, image, type Mutation, nginx, requirement, setting } from './edits.ts';

/** One more line of the base settings, behind the folders. */
const folders = (line: string) => base('MEDIA_ROOT = BASE_DIR / "media"\n', `MEDIA_ROOT = BASE_DIR / "media"\n${line}\n`);
const WHITENOISE = '    "whitenoise.middleware.WhiteNoiseMiddleware",\n';
const behind = (name: string) => ({ file: BASE, find: `    "${name}",\n`, replace: `    "${name}",\n${WHITENOISE}` });

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
  {
    name: 'static address without slash',
    edits: base('STATIC_URL = "/static/"', 'STATIC_URL = "/static"'),
    expect: ['static/url-slash-missing'],
  },
  { name: 'uploads where the process runs', edits: base('BASE_DIR / "media"', '"media"'), expect: ['static/root-relative'] },
  {
    name: 'both storage settings',
    edits: [
      ...requirement('Django==5.2.8', 'Django==5.0.14'),
      ...add('DEFAULT_FILE_STORAGE = "django.core.files.storage.FileSystemStorage"'),
    ],
    expect: ['dependencies/django-end-of-life', 'static/storages-conflict'],
  },
  {
    name: 'storage for uploads only',
    edits: setting('    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},\n', ''),
    expect: ['static/storages-incomplete'],
  },
  {
    name: 'storages for an old Django',
    edits: requirement('Django==5.2.8', 'Django==4.1.13'),
    expect: ['dependencies/django-end-of-life', 'static/storages-unsupported', 'static/immutable-cache-without-hash'],
  },
  { name: 'one folder as text', edits: folders('STATICFILES_DIRS = "/srv/assets"'), expect: ['static/finder-dirs-malformed'] },
  {
    name: 'prefix with slash',
    edits: folders('STATICFILES_DIRS = [("docs/", BASE_DIR / "loans" / "static")]'),
    expect: ['static/finder-prefix-slash'],
  },
  { name: 'collects from where it writes', edits: folders('STATICFILES_DIRS = [STATIC_ROOT]'), expect: ['static/root-among-finder-dirs'] },
  {
    name: 'one address for both',
    edits: base('MEDIA_URL = "/media/"', 'MEDIA_URL = "/static/"'),
    expect: ['static/media-mixed-with-static', 'static/location-misses-media-root', 'static/uploads-served-as-active-content'],
  },
  {
    name: 'WhiteNoise behind sessions',
    edits: [behind('django.contrib.sessions.middleware.SessionMiddleware')],
    expect: ['static/whitenoise-middleware-order', 'static/static-files-served-twice'],
  },
  {
    name: 'WhiteNoise as in development',
    edits: [behind('django.middleware.security.SecurityMiddleware'), ...add('WHITENOISE_AUTOREFRESH = True')],
    expect: ['static/whitenoise-development-mode', 'static/static-files-served-twice'],
  },
  {
    name: 'a folder that is not there',
    edits: folders('STATICFILES_DIRS = [BASE_DIR / "shared_assets"]'),
    expect: ['static/finder-dir-missing'],
  },
  {
    name: 'compressed while pages are served',
    edits: [
      ...base('    "loans",\n]', '    "loans",\n    "compressor",\n]'),
      ...folders('COMPRESS_ROOT = "/srv/compressed"'),
      { file: 'loans/templates/loans/base.html', replace: '{% load compress %}{% compress css %}{% endcompress %}\n' },
    ],
    expect: ['static/compressor-writes-at-request-time'],
  },
  {
    name: 'collected once and for all',
    edits: [
      ...image(
        'USER library\n',
        'RUN SECRET_KEY=build POSTGRES_DB=build POSTGRES_USER=build POSTGRES_PASSWORD=build EMAIL_HOST_USER=build EMAIL_HOST_PASSWORD=build python manage.py collectstatic --noinput\nUSER library\n',
      ),
      ...compose('["python", "manage.py", "collectstatic", "--noinput"]', '["python", "manage.py", "check"]'),
      ...ci(' && docker compose run --rm collect', ''),
    ],
    expect: ['static/volume-hides-new-files'],
  },
  {
    name: 'static files left to the application',
    edits: nginx(
      '        location /static/ {\n            alias /srv/static/;\n            add_header Cache-Control "public, max-age=31536000, immutable";\n            add_header X-Content-Type-Options "nosniff" always;\n        }\n',
      '',
    ),
    expect: ['static/static-files-unserved'],
  },
  {
    name: 'uploads left to the application',
    edits: [
      ...nginx(
        '        location /media/ {\n            alias /srv/media/;\n            add_header X-Content-Type-Options "nosniff" always;\n            add_header Content-Security-Policy "sandbox; default-src \'none\'" always;\n        }\n',
        '',
      ),
      {
        file: 'loans/urls.py',
        replace:
          'from django.conf import settings\nfrom django.conf.urls.static import static\n\nurlpatterns = static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)\n',
      },
    ],
    expect: ['static/media-served-by-debug-view'],
  },
  {
    name: 'a file that nobody has',
    edits: [{ file: 'loans/templates/loans/base.html', replace: '{% load static %}<link href="{% static "loans/ste.css" %}">\n' }],
    expect: ['static/manifest-entry-missing'],
  },
  {
    name: 'WhiteNoise behind a location',
    edits: [behind('django.middleware.security.SecurityMiddleware')],
    expect: ['static/static-files-served-twice'],
  },
];
