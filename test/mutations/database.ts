import { add, base, image, type Mutation, setting } from './edits.ts';

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
        '"gunicorn", "library.wsgi:application", "--bind", "0.0.0.0:8000"',
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
    edits: add('DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "media" / "db.sqlite3"}}'),
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
    expect: ['database/options-unsupported'],
  },
  {
    name: 'a transaction mode of another name',
    edits: add(
      'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "media" / "db.sqlite3", "OPTIONS": {"transaction_mode": "WAL"}}}',
    ),
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
];
