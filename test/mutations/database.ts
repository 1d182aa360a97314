import { add, image, type Mutation, setting } from './edits.ts';

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
    edits: setting('        "CONN_HEALTH_CHECKS": True,\n', '        "CONN_HEALTH_CHECKS": True,\n        "OPTIONS": {"pool": True},\n'),
    expect: ['database/pool-with-persistent-connections'],
  },
  {
    name: 'SQLite',
    edits: add('DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "media" / "db.sqlite3"}}'),
    expect: ['database/sqlite-in-production'],
  },
];
