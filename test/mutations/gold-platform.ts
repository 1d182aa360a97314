import type { Mutation } from './edits.ts';

const PROCFILE = 'Procfile';
const SETTINGS = 'harbour/settings/production.py';

/** Ways to break the model project of a platform. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'the server listens on a port of its own',
    edits: [{ file: PROCFILE, find: 'harbour.wsgi:application', replace: 'harbour.wsgi:application --bind 0.0.0.0:8000' }],
    expect: ['infrastructure/platform-port-not-bound'],
  },
  {
    name: 'the server listens on the loopback only',
    edits: [{ file: PROCFILE, find: 'harbour.wsgi:application', replace: 'harbour.wsgi:application --bind 127.0.0.1:$PORT' }],
    expect: ['infrastructure/platform-port-not-bound'],
  },
  {
    name: 'requests outlive the router',
    edits: [{ file: PROCFILE, find: '--timeout 25', replace: '--timeout 120' }],
    expect: ['infrastructure/platform-router-timeout-shorter'],
  },
  {
    name: 'nothing migrates',
    edits: [
      { file: PROCFILE, find: 'release: python manage.py migrate --noinput\n', replace: '' },
      { file: '.github/workflows/ci.yml', find: '      - run: python manage.py makemigrations --check --dry-run\n', replace: '' },
    ],
    expect: ['ci/migration-check-missing', 'database/migrate-never-runs'],
  },
  {
    name: 'the release makes migrations',
    edits: [
      {
        file: PROCFILE,
        find: 'release: python manage.py migrate',
        replace: 'release: python manage.py makemigrations && python manage.py migrate',
      },
    ],
    expect: ['database/makemigrations-at-deployment'],
  },
  {
    name: 'the database is a file of the dyno',
    edits: [
      {
        file: SETTINGS,
        find: 'dj_database_url.config(conn_max_age=60, conn_health_checks=True, ssl_require=True)',
        replace: '{"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}',
      },
    ],
    expect: ['infrastructure/replicas-with-local-state'],
  },
  {
    name: 'the development server serves',
    edits: [
      {
        file: PROCFILE,
        find: 'gunicorn harbour.wsgi:application --workers 3 --timeout 25 --max-requests 1000 --max-requests-jitter 100 --forwarded-allow-ips=*',
        replace: 'python manage.py runserver 0.0.0.0:$PORT',
      },
    ],
    expect: ['server/development-server'],
  },
  {
    name: 'the manifest turns debugging on',
    edits: [
      { file: SETTINGS, find: 'DEBUG = False', replace: 'DEBUG = os.environ.get("DEBUG", "0") == "1"' },
      { file: 'app.json', find: '"SECRET_KEY": {', replace: '"DEBUG": { "value": "1" },\n    "SECRET_KEY": {' },
    ],
    expect: ['environment/debug-enabled-by-deployment'],
  },
  {
    name: 'the manifest names settings that are not there',
    edits: [{ file: 'app.json', find: 'harbour.settings.production', replace: 'harbour.settings.live' }],
    expect: ['environment/settings-module-not-found'],
  },
  {
    name: 'the platform does not collect static files',
    edits: [{ file: 'app.json', find: '"SECRET_KEY": {', replace: '"DISABLE_COLLECTSTATIC": { "value": "1" },\n    "SECRET_KEY": {' }],
    expect: ['static/platform-collectstatic-disabled'],
  },
  {
    name: 'nothing serves static files',
    edits: [{ file: 'harbour/settings/base.py', find: '    "whitenoise.middleware.WhiteNoiseMiddleware",\n', replace: '' }],
    expect: ['static/static-files-unserved'],
  },
  {
    name: 'uploads go to the disk of the dyno',
    edits: [
      { file: 'berths/models.py', find: '    length =', replace: '    plan = models.FileField(upload_to="plans/")\n    length =' },
      {
        file: 'harbour/settings/base.py',
        find: 'STATIC_URL =',
        replace: 'MEDIA_URL = "/media/"\nMEDIA_ROOT = BASE_DIR / "media"\nSTATIC_URL =',
      },
    ],
    expect: ['infrastructure/replicas-with-local-state'],
  },
];
