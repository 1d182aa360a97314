import { add, base, CMD, compose, image, type Mutation, setting } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'existing loggers off',
    edits: setting('    "disable_existing_loggers": False,\n', ''),
    expect: ['logging/existing-loggers-disabled'],
  },
  {
    name: 'no root logger',
    edits: setting(
      '    "root": {"handlers": ["console"], "level": "INFO"},',
      '    "loggers": {"django": {"handlers": ["console"], "level": "INFO"}},',
    ),
    expect: ['logging/error-reporting-missing', 'logging/root-logger-missing'],
  },
  { name: 'buffered output', edits: image('    PYTHONUNBUFFERED=1 \\\n', ''), expect: ['logging/python-output-buffered'] },
  {
    name: 'error mail for nobody',
    edits: [
      ...setting('ADMINS = [("Operations", "ops@library.example")]\n', ''),
      ...setting(
        '    "root": {"handlers": ["console"]',
        '    "loggers": {"loans": {"handlers": ["mail"]}, "django.request": {"handlers": ["mail"], "level": "ERROR"}},\n    "root": {"handlers": ["console"]',
      ),
      ...setting(
        '"formatter": "line"},\n',
        '"formatter": "line"},\n        "mail": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"},\n',
      ),
    ],
    expect: ['logging/admin-mail-without-recipients'],
  },
  {
    name: 'error mail for one app only',
    edits: [
      ...setting(
        '    "root": {"handlers": ["console"]',
        '    "loggers": {"loans": {"handlers": ["mail"]}, "django": {"handlers": ["console"], "propagate": False}},\n    "root": {"handlers": ["console"]',
      ),
      ...setting(
        '"formatter": "line"},\n',
        '"formatter": "line"},\n        "mail": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"},\n',
      ),
    ],
    expect: ['logging/error-mail-not-attached'],
  },
  {
    name: 'a log folder that nobody makes',
    edits: [
      ...setting('"root": {"handlers": ["console"]', '"root": {"handlers": ["console", "file"]'),
      ...setting(
        '"formatter": "line"},\n',
        '"formatter": "line"},\n        "file": {"class": "logging.handlers.WatchedFileHandler", "filename": "/var/log/library/site.log"},\n',
      ),
    ],
    expect: ['logging/log-directory-missing'],
  },
  {
    name: 'a log file that only grows',
    edits: [
      ...setting('"root": {"handlers": ["console"]', '"root": {"handlers": ["console", "file"]'),
      ...setting(
        '"formatter": "line"},\n',
        '"formatter": "line"},\n        "file": {"class": "logging.FileHandler", "filename": "/var/log/library/site.log"},\n',
      ),
      ...compose(
        '      - static:/app/staticfiles\n      - media:/app/media\n',
        '      - static:/app/staticfiles\n      - media:/app/media\n      - /var/log/library:/var/log/library\n',
      ),
      ...compose(
        '    <<: *app\n    restart: "no"\n    command: ["python", "manage.py", "collectstatic", "--noinput"]\n    volumes:\n',
        '    <<: *app\n    restart: "no"\n    command: ["python", "manage.py", "collectstatic", "--noinput"]\n    volumes:\n      - /var/log/library:/var/log/library\n',
      ),
      ...compose(
        '    command: ["python", "manage.py", "migrate", "--noinput"]\n',
        '    command: ["python", "manage.py", "migrate", "--noinput"]\n    volumes: ["/var/log/library:/var/log/library"]\n',
      ),
      ...compose('"--concurrency=2"]\n', '"--concurrency=2"]\n    volumes: ["/var/log/library:/var/log/library"]\n'),
    ],
    expect: ['logging/log-file-never-rotated'],
  },
  {
    name: 'no logging at all, nobody is told',
    edits: [...setting('ADMINS = [("Operations", "ops@library.example")]\n', ''), ...setting('LOGGING = {', 'LOGGING_OF_OLD = {')],
    expect: ['logging/error-reporting-missing', 'logging/not-configured'],
  },
  {
    name: 'debug logging',
    edits: setting('"root": {"handlers": ["console"], "level": "INFO"}', '"root": {"handlers": ["console"], "level": "DEBUG"}'),
    expect: ['logging/debug-level'],
  },
  {
    name: 'a log file in the container that several workers rotate',
    edits: [
      ...setting(
        '"console": {"class": "logging.StreamHandler", "formatter": "line"},',
        '"console": {"class": "logging.handlers.RotatingFileHandler", "filename": "/tmp/site.log", "maxBytes": 10000000, "backupCount": 5},',
      ),
    ],
    expect: ['logging/file-handler-in-container', 'logging/rotation-with-several-processes'],
  },
  {
    name: 'the log among the uploads',
    edits: [
      ...setting('"root": {"handlers": ["console"]', '"root": {"handlers": ["console", "file"]'),
      ...setting(
        '"formatter": "line"},\n',
        '"formatter": "line"},\n        "file": {"class": "logging.handlers.WatchedFileHandler", "filename": "/app/media/site.log"},\n',
      ),
    ],
    expect: ['logging/log-file-publicly-served'],
  },
  {
    name: 'metrics behind the other middleware',
    edits: base(
      '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n',
      '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n    "django_prometheus.middleware.PrometheusBeforeMiddleware",\n    "django_prometheus.middleware.PrometheusAfterMiddleware",\n',
    ),
    expect: ['logging/prometheus-middleware-order'],
  },
  {
    name: 'an access log in the container',
    edits: image(CMD, `${CMD.slice(0, -1)}, "--access-logfile", "/tmp/access.log"]`),
    expect: ['logging/server-log-file-in-container'],
  },
  {
    name: 'dashboards for everybody',
    edits: compose(
      '  db:\n    image: postgres:16.10\n',
      '  grafana:\n    image: grafana/grafana:12.0.1\n    restart: unless-stopped\n    ports: ["3000:3000"]\n    environment:\n      GF_SECURITY_ADMIN_PASSWORD: admin\n\n  db:\n    image: postgres:16.10\n',
    ),
    expect: ['logging/grafana-default-credentials'],
  },
  {
    name: 'personal data for the tracker',
    edits: [
      ...add('import sentry_sdk\n\nsentry_sdk.init(dsn=os.environ["SENTRY_DSN"], send_default_pii=True)'),
      { file: '.env.example', find: 'POSTGRES_DB=', replace: 'SENTRY_DSN=\nPOSTGRES_DB=' },
    ],
    expect: ['logging/sentry-sends-personal-data'],
  },
  {
    name: 'a page of metrics for everybody',
    edits: [
      ...base('    "loans",\n', '    "loans",\n    "django_prometheus",\n'),
      { file: 'library/urls.py', find: 'from django.urls import path', replace: 'from django.urls import include, path' },
      {
        file: 'library/urls.py',
        find: '    path("health/", views.health),\n',
        replace: '    path("health/", views.health),\n    path("", include("django_prometheus.urls")),\n',
      },
    ],
    expect: ['logging/metrics-public', 'logging/prometheus-multiprocess-mode-missing'],
  },
  {
    name: 'every request traced',
    edits: [
      ...add('import sentry_sdk\n\nsentry_sdk.init(dsn=os.environ["SENTRY_DSN"], traces_sample_rate=1.0)'),
      { file: '.env.example', find: 'POSTGRES_DB=', replace: 'SENTRY_DSN=\nPOSTGRES_DB=' },
    ],
    expect: ['logging/sentry-traces-every-request'],
  },
  {
    name: 'an index without a password',
    edits: compose(
      '  db:\n    image: postgres:16.10\n',
      '  search:\n    image: docker.elastic.co/elasticsearch/elasticsearch:8.15.0\n    restart: unless-stopped\n    environment:\n      xpack.security.enabled: "false"\n\n  db:\n    image: postgres:16.10\n',
    ),
    expect: ['logging/elasticsearch-unsecured'],
  },
];
