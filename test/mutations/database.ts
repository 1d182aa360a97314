import { add, base, ci, compose, image, type Mutation, PRODUCTION, setting } from './edits.ts';

const BACKUP =
  '  backup:\n    image: prodrigestivill/postgres-backup-local:16\n    restart: unless-stopped\n    environment:\n      POSTGRES_HOST: db\n      POSTGRES_DB: ${POSTGRES_DB:?}\n      POSTGRES_USER: ${POSTGRES_USER:?}\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD?}\n      SCHEDULE: "@daily"\n    volumes:\n      - /srv/backups:/backups\n    depends_on:\n      db:\n        condition: service_healthy\n\n';

/** One volume for the file in the server and the worker. */
const ON_BOTH = compose('  worker:\n    <<: *app\n', '  worker:\n    <<: *app\n    volumes:\n      - media:/app/media\n');

const POOLER = (variables = '') =>
  compose(
    '  redis:\n    image',
    `  pooler:\n    image: edoburu/pgbouncer:v1.23.1-p3\n    restart: unless-stopped\n    depends_on:\n      db:\n        condition: service_healthy\n    environment:\n      DB_HOST: db\n      POOL_MODE: transaction\n${variables}\n  redis:\n    image`,
  );
/** Reached through the pooler, with cursors as it needs them. */
const behindPooler = (keys: string) => [
  {
    file: PRODUCTION,
    find: '        "HOST": os.environ.get("POSTGRES_HOST", "db"),\n',
    replace: `        "HOST": "pooler",\n        "DISABLE_SERVER_SIDE_CURSORS": True,\n${keys}`,
  },
];

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'persistent connections unchecked',
    edits: setting('        "CONN_HEALTH_CHECKS": True,\n', ''),
    expect: ['database/connection-health-checks-missing'],
  },
  {
    name: 'no persistent connections',
    edits: setting('        "CONN_MAX_AGE": 60,\n        "CONN_HEALTH_CHECKS": True,\n', ''),
    expect: ['database/persistent-connections-missing'],
  },
  { name: 'CONN_MAX_AGE as text', edits: setting('"CONN_MAX_AGE": 60', '"CONN_MAX_AGE": "60"'), expect: ['database/max-age-is-string'] },
  {
    name: 'database on localhost',
    edits: setting('"POSTGRES_HOST", "db"', '"DATABASE_HOST", "localhost"'),
    expect: ['database/host-is-loopback-in-container'],
  },
  { name: 'nameless database', edits: setting('        "NAME": os.environ["POSTGRES_DB"],\n', ''), expect: ['database/name-empty'] },
  {
    name: 'persistent connections under ASGI',
    edits: [
      ...image(
        '"gunicorn", "library.wsgi:application", "--worker-tmp-dir", "/dev/shm", "--bind", "0.0.0.0:8000"',
        '"uvicorn", "library.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "3"]\n# ["gunicorn"',
      ),
      {
        file: 'library/asgi.py',
        replace:
          'import os\n\nfrom django.core.asgi import get_asgi_application\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "library.settings.production")\napplication = get_asgi_application()\n',
      },
    ],
    expect: ['database/persistent-connections-under-asgi'],
  },
  {
    name: 'pool and persistent connections',
    edits: [
      ...setting('        "CONN_HEALTH_CHECKS": True,\n', '        "CONN_HEALTH_CHECKS": True,\n        "OPTIONS": {"pool": True},\n'),
      { file: 'requirements.txt', find: 'psycopg[binary]', replace: 'psycopg[binary,pool]' },
    ],
    expect: ['database/pool-with-persistent-connections'],
  },
  {
    name: 'SQLite',
    edits: [
      ...add('DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "media" / "db.sqlite3"}}'),
      ...ON_BOTH,
    ],
    expect: ['database/sqlite-in-production'],
  },
  {
    name: 'no default database',
    edits: setting('DATABASES = {\n    "default"', 'DATABASES = {\n    "main"'),
    expect: ['database/default-missing'],
  },
  {
    name: 'MySQL without a strict mode',
    edits: setting(
      '"ENGINE": "django.db.backends.postgresql",',
      '"ENGINE": "django.db.backends.mysql",\n        "OPTIONS": {"sql_mode": "ANSI"},',
    ),
    expect: ['database/mysql-strict-mode-off'],
  },
  {
    name: 'a pool in Django 5.0',
    edits: [
      ...setting(
        '        "CONN_MAX_AGE": 60,\n        "CONN_HEALTH_CHECKS": True,\n',
        '        "CONN_MAX_AGE": 0,\n        "OPTIONS": {"pool": True},\n',
      ),
      { file: 'requirements.txt', find: 'Django==5.2.8', replace: 'Django==5.0.14' },
    ],
    expect: ['dependencies/django-end-of-life', 'database/options-unsupported'],
  },
  {
    name: 'a transaction mode of another name',
    edits: [
      ...add(
        'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "media" / "db.sqlite3", "OPTIONS": {"transaction_mode": "WAL"}}}',
      ),
      ...ON_BOTH,
    ],
    expect: ['database/sqlite-in-production', 'database/sqlite-transaction-mode-invalid'],
  },
  {
    name: 'a time zone for the database only',
    edits: [
      ...setting('        "CONN_MAX_AGE": 60,', '        "TIME_ZONE": "UTC",\n        "CONN_MAX_AGE": 60,'),
      ...base('USE_TZ = True', 'USE_TZ = False'),
    ],
    expect: ['database/time-zone-ignored'],
  },
  {
    name: 'no database password',
    edits: setting('        "PASSWORD": os.environ["POSTGRES_PASSWORD"],\n', ''),
    expect: ['database/password-empty'],
  },
  {
    name: 'a managed database without TLS',
    edits: setting('os.environ.get("POSTGRES_HOST", "db")', '"library.c9akciq32.eu-west-1.rds.amazonaws.com"'),
    expect: ['database/tls-not-enforced'],
  },
  {
    name: 'a pool without its package',
    edits: setting(
      '        "CONN_MAX_AGE": 60,\n        "CONN_HEALTH_CHECKS": True,\n',
      '        "CONN_HEALTH_CHECKS": True,\n        "OPTIONS": {"pool": True},\n',
    ),
    expect: ['database/pool-driver-missing'],
  },
  {
    name: 'atomic requests and an async view',
    edits: [
      ...setting('        "CONN_MAX_AGE": 60,', '        "ATOMIC_REQUESTS": True,\n        "CONN_MAX_AGE": 60,'),
      {
        file: 'loans/api_views.py',
        replace: 'from django.http import HttpResponse\n\n\nasync def state(request):\n    return HttpResponse("open")\n',
      },
      {
        file: 'loans/urls.py',
        replace: 'from django.urls import path\n\nfrom . import api_views\n\nurlpatterns = [path("state/", api_views.state)]\n',
      },
    ],
    expect: ['database/atomic-requests-with-async-views'],
  },
  {
    name: 'makemigrations in the start of the server',
    edits: compose('"manage.py", "migrate", "--noinput"', '"manage.py", "makemigrations", "--noinput"'),
    expect: ['database/makemigrations-at-deployment'],
  },
  {
    name: 'migrations in each container',
    edits: [
      ...image('CMD ["gunicorn"', 'ENTRYPOINT ["/app/start.sh"]\nCMD ["gunicorn"'),
      { file: 'start.sh', replace: '#!/bin/sh\nset -e\npython manage.py migrate --noinput\nexec "$@"\n' },
    ],
    expect: ['database/migrate-in-every-replica'],
  },
  {
    name: 'SQLite in a container',
    edits: add('DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}'),
    expect: ['database/sqlite-file-not-persistent'],
  },
  {
    name: 'no backup',
    edits: compose(BACKUP, ''),
    expect: ['database/backup-missing'],
  },
  {
    name: 'no migrations',
    edits: [
      ...compose('  migrate:\n    <<: *app\n    restart: "no"\n    command: ["python", "manage.py", "migrate", "--noinput"]\n\n', ''),
      ...ci(' && docker compose run --rm migrate', ''),
      ...ci('      - run: python manage.py makemigrations --check --dry-run\n', ''),
      {
        file: 'loans/migrations/0001_initial.py',
        replace: 'from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    operations = []\n',
      },
    ],
    expect: ['ci/migration-check-missing', 'database/migrate-never-runs'],
  },
  {
    name: 'a pooler of transactions',
    edits: [...POOLER(), ...setting('"POSTGRES_HOST", "db"', '"POSTGRES_HOST", "pooler"')],
    expect: ['database/pgbouncer-server-side-cursors'],
  },
  {
    name: 'statements prepared behind a pooler',
    edits: [...POOLER(), ...behindPooler('        "OPTIONS": {"prepare_threshold": 5, "server_side_binding": True},\n')],
    expect: ['database/pgbouncer-prepared-statements'],
  },
  {
    name: 'a startup parameter for a pooler',
    edits: [...POOLER(), ...behindPooler('        "OPTIONS": {"options": "-c statement_timeout=3000"},\n')],
    expect: ['database/pgbouncer-rejects-startup-options'],
  },
  {
    name: 'a pooler for few clients',
    edits: [...POOLER('      MAX_CLIENT_CONN: "4"\n'), ...behindPooler('')],
    expect: ['database/pgbouncer-client-limit-exceeded'],
  },
  {
    name: 'a database for few clients',
    edits: compose('    image: postgres:16.10\n', '    image: postgres:16.10\n    command: postgres -c max_connections=8\n'),
    expect: ['database/connection-limit-exceeded'],
  },
  {
    name: 'health checks of connections that nobody keeps',
    edits: setting('        "CONN_MAX_AGE": 60,\n', ''),
    expect: ['database/connection-health-checks-unused'],
  },
  {
    name: 'the short charset of MySQL',
    edits: setting(
      '"ENGINE": "django.db.backends.postgresql",',
      '"ENGINE": "django.db.backends.mysql",\n        "OPTIONS": {"charset": "utf8"},',
    ),
    expect: ['database/mysql-three-byte-charset'],
  },
];
