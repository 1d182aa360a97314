/** One way to break the gold project, and the rules that must say so: no more and no less. */
export interface Mutation {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly expect: readonly string[];
}

/** `find` must occur exactly once. Without it the file is added (or, with an empty text, left as it is). */
export interface Edit {
  readonly file: string;
  readonly find?: string;
  readonly replace: string;
}

const PRODUCTION = 'library/settings/production.py';
const BASE = 'library/settings/base.py';
const NGINX = 'deploy/nginx.conf';
const COMPOSE = 'docker-compose.yml';

const setting = (find: string, replace: string): readonly Edit[] => [{ file: PRODUCTION, find, replace }];
const add = (line: string): readonly Edit[] => setting('TIMEOUT = 10\n', `TIMEOUT = 10\n${line}\n`);
const base = (find: string, replace: string): readonly Edit[] => [{ file: BASE, find, replace }];
const nginx = (find: string, replace: string): readonly Edit[] => [{ file: NGINX, find, replace }];
const compose = (find: string, replace: string): readonly Edit[] => [{ file: COMPOSE, find, replace }];
const image = (find: string, replace: string): readonly Edit[] => [{ file: 'Dockerfile', find, replace }];
const ci = (find: string, replace: string): readonly Edit[] => [{ file: '.github/workflows/ci.yml', find, replace }];
const CMD = '"--timeout", "30", "--max-requests", "1000", "--max-requests-jitter", "100"]';

export const MUTATIONS: readonly Mutation[] = [
  { name: 'DEBUG on', edits: setting('DEBUG = False', 'DEBUG = True'), expect: ['settings/debug-enabled'] },
  {
    name: 'DEBUG as text',
    edits: setting('DEBUG = False', 'DEBUG = os.environ.get("DEBUG", "False")'),
    expect: ['settings/debug-from-string'],
  },
  {
    name: 'DEBUG fails open',
    edits: setting('DEBUG = False', 'DEBUG = os.environ.get("DEBUG", "1") == "1"'),
    expect: ['settings/debug-defaults-to-true'],
  },
  { name: 'no hosts', edits: setting('["library.example", "www.library.example"]', '[]'), expect: ['settings/allowed-hosts-empty'] },
  { name: 'any host', edits: setting('["library.example", "www.library.example"]', '["*"]'), expect: ['settings/allowed-hosts-wildcard'] },
  {
    name: 'blank host',
    edits: setting('["library.example", "www.library.example"]', 'os.environ.get("HOSTS", "").split(",")'),
    expect: ['settings/allowed-hosts-blank'],
  },
  { name: 'session cookie in clear', edits: setting('SESSION_COOKIE_SECURE = True', ''), expect: ['settings/session-cookie-over-http'] },
  { name: 'CSRF cookie in clear', edits: setting('CSRF_COOKIE_SECURE = True', ''), expect: ['settings/csrf-cookie-over-http'] },
  {
    name: 'session cookie for scripts',
    edits: add('SESSION_COOKIE_HTTPONLY = False'),
    expect: ['settings/session-cookie-readable-by-scripts'],
  },
  { name: 'no SameSite', edits: add('SESSION_COOKIE_SAMESITE = None'), expect: ['settings/samesite-disabled'] },
  { name: 'no HSTS', edits: setting('SECURE_HSTS_SECONDS = 31536000', ''), expect: ['settings/hsts-missing'] },
  {
    name: 'HSTS without subdomains',
    edits: setting('SECURE_HSTS_INCLUDE_SUBDOMAINS = True', ''),
    expect: ['settings/hsts-without-subdomains'],
  },
  { name: 'HSTS without preload', edits: setting('SECURE_HSTS_PRELOAD = True', ''), expect: ['settings/hsts-without-preload'] },
  { name: 'no redirect in Django', edits: setting('SECURE_SSL_REDIRECT = True', ''), expect: ['settings/https-redirect-off'] },
  {
    name: 'no proxy header',
    edits: setting('SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")', ''),
    expect: ['settings/proxy-ssl-header-missing'],
  },
  {
    name: 'no proxy header and no origins',
    edits: [
      ...setting('SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")', ''),
      ...setting('CSRF_TRUSTED_ORIGINS = ["https://library.example", "https://www.library.example"]', ''),
    ],
    expect: ['settings/proxy-ssl-header-missing'],
  },
  {
    name: 'no SecurityMiddleware',
    edits: base('    "django.middleware.security.SecurityMiddleware",\n', ''),
    expect: ['settings/security-middleware-missing'],
  },
  {
    name: 'no CSRF middleware',
    edits: base('    "django.middleware.csrf.CsrfViewMiddleware",\n', ''),
    expect: ['settings/csrf-middleware-missing'],
  },
  {
    name: 'no frame middleware',
    edits: base('    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n', ''),
    expect: ['settings/clickjacking-middleware-missing'],
  },
  { name: 'framed by itself', edits: add('X_FRAME_OPTIONS = "SAMEORIGIN"'), expect: ['settings/frame-options-not-deny'] },
  { name: 'sniffing', edits: add('SECURE_CONTENT_TYPE_NOSNIFF = False'), expect: ['settings/content-type-sniffing-allowed'] },
  { name: 'no referrer policy', edits: add('SECURE_REFERRER_POLICY = None'), expect: ['settings/referrer-policy-missing'] },
  { name: 'wrong referrer policy', edits: add('SECURE_REFERRER_POLICY = "sometimes"'), expect: ['settings/referrer-policy-invalid'] },
  { name: 'wrong opener policy', edits: add('SECURE_CROSS_ORIGIN_OPENER_POLICY = "none"'), expect: ['settings/opener-policy-invalid'] },
  {
    name: 'origin without scheme',
    edits: setting('["https://library.example", "https://www.library.example"]', '["library.example"]'),
    expect: ['settings/csrf-origin-without-scheme'],
  },
  { name: 'removed setting', edits: add('USE_L10N = False'), expect: ['settings/removed-setting-ignored'] },
  {
    name: 'key in the source',
    edits: setting('os.environ["SECRET_KEY"]', '"Kq8-vN3m_pZr7TtL0sXw2YbC5dEfGhJ9aQ6uRi4oPkMnBvCxZl"'),
    expect: ['secrets/secret-key-hardcoded'],
  },
  {
    name: 'key of a template',
    edits: setting('os.environ["SECRET_KEY"]', '"django-insecure-Kq8vN3mpZr7TtL0sXw2YbC5dEfGhJ9aQ6uRi4oPkMn"'),
    expect: ['secrets/secret-key-publicly-known'],
  },
  {
    name: 'a variable that nothing gives',
    edits: add('PAYMENT_URL = os.environ["PAYMENT_URL"]'),
    expect: ['environment/required-variable-missing'],
  },
  {
    name: 'a module that is not there',
    edits: image('library.settings.production', 'library.settings.prod'),
    expect: ['environment/settings-module-not-found'],
  },
  {
    name: 'development settings in the image',
    edits: image('library.settings.production', 'library.settings.development'),
    expect: ['environment/development-settings-in-production'],
  },
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
  { name: 'no mail timeout', edits: setting('EMAIL_TIMEOUT = 10\n', ''), expect: ['email/timeout-missing'] },
  { name: 'TLS and SSL', edits: add('EMAIL_USE_SSL = True'), expect: ['email/tls-and-ssl-both-on'] },
  {
    name: 'mail in clear',
    edits: [...setting('EMAIL_USE_TLS = True\n', ''), ...setting('os.environ["EMAIL_HOST_USER"]', '"desk"')],
    expect: ['email/transport-unencrypted'],
  },
  { name: 'no broker', edits: setting('CELERY_BROKER_URL = "redis://redis:6379/0"\n', ''), expect: ['tasks/broker-not-configured'] },
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
    expect: ['logging/root-logger-missing'],
  },
  { name: 'buffered output', edits: image('    PYTHONUNBUFFERED=1 \\\n', ''), expect: ['logging/python-output-buffered'] },
  { name: 'location without slash', edits: nginx('location /static/ {', 'location /static {'), expect: ['proxy/alias-path-traversal'] },
  { name: 'alias without slash', edits: nginx('alias /srv/static/;', 'alias /srv/static;'), expect: ['static/alias-slash-missing'] },
  { name: 'default body limit', edits: nginx('        client_max_body_size 20m;\n', ''), expect: ['proxy/body-limit-below-uploads'] },
  {
    name: 'Cache-Control twice',
    edits: nginx('            alias /srv/static/;\n', '            alias /srv/static/;\n            expires 30d;\n'),
    expect: ['proxy/cache-control-duplicated'],
  },
  {
    name: 'certificates not mounted',
    edits: compose('      - /etc/letsencrypt:/etc/letsencrypt:ro\n', ''),
    expect: ['proxy/certificate-path-missing'],
  },
  {
    name: 'unknown hosts let in',
    edits: nginx(
      '        ssl_reject_handshake on;\n        return 444;\n',
      '        ssl_certificate /etc/letsencrypt/live/library.example/fullchain.pem;\n        ssl_certificate_key /etc/letsencrypt/live/library.example/privkey.pem;\n        location = /ping { return 200; }\n',
    ),
    expect: ['proxy/default-server-missing'],
  },
  {
    name: 'scheme from the client',
    edits: nginx('X-Forwarded-Proto $scheme;', 'X-Forwarded-Proto $http_x_forwarded_proto;'),
    expect: ['proxy/forwarded-proto-client-controlled'],
  },
  {
    name: 'scheme not forwarded',
    edits: nginx('            proxy_set_header X-Forwarded-Proto $scheme;\n', ''),
    expect: ['proxy/forwarded-proto-missing'],
  },
  {
    name: 'host not forwarded',
    edits: nginx('            proxy_set_header Host $host;\n', ''),
    expect: ['proxy/host-header-not-forwarded'],
  },
  {
    name: 'headers of the server lost',
    edits: nginx(
      '        client_max_body_size 20m;\n',
      '        client_max_body_size 20m;\n        proxy_set_header Forwarded-By library;\n        proxy_set_header X-Forwarded-Proto $scheme;\n        location /api/ {\n            proxy_pass http://library;\n            proxy_read_timeout 40s;\n            proxy_set_header Host $host;\n        }\n',
    ),
    expect: ['proxy/proxy-headers-shadowed'],
  },
  {
    name: 'http2 on listen',
    edits: nginx('        listen 443 ssl;\n        http2 on;\n', '        listen 443 ssl http2;\n'),
    expect: ['proxy/http2-listen-deprecated'],
  },
  {
    name: 'port 80 serves',
    edits: nginx(
      '            return 301 https://$host$request_uri;',
      '            proxy_pass http://library;\n            proxy_set_header Host $host;\n            proxy_set_header X-Forwarded-Proto $scheme;\n            proxy_read_timeout 40s;\n            client_max_body_size 20m;',
    ),
    expect: ['proxy/https-redirect-missing'],
  },
  {
    name: 'old TLS',
    edits: nginx('ssl_protocols TLSv1.2 TLSv1.3;', 'ssl_protocols TLSv1.1 TLSv1.2;'),
    expect: ['proxy/obsolete-tls-versions'],
  },
  {
    name: 'header twice',
    edits: nginx(
      '            proxy_read_timeout 40s;\n        }\n    }\n',
      '            proxy_read_timeout 40s;\n            add_header X-Frame-Options "DENY" always;\n        }\n    }\n',
    ),
    expect: ['proxy/security-header-duplicated'],
  },
  {
    name: 'header shadowed',
    edits: [
      ...nginx(
        '        client_max_body_size 20m;\n',
        '        client_max_body_size 20m;\n        add_header Referrer-Policy same-origin always;\n',
      ),
    ],
    expect: ['proxy/security-headers-shadowed', 'proxy/security-header-duplicated'],
  },
  { name: 'proxy waits too long', edits: nginx('proxy_read_timeout 40s;', 'proxy_read_timeout 300s;'), expect: [] },
  {
    name: 'proxy gives up',
    edits: [...image('"--threads", "2", "--timeout", "30"', '"--timeout", "50"')],
    expect: ['proxy/timeout-below-server-timeout'],
  },
  {
    name: 'sync workers killed early',
    edits: [...image('"--threads", "2", ', ''), ...nginx('proxy_read_timeout 40s;', 'proxy_read_timeout 300s;')],
    expect: ['proxy/timeout-above-server-timeout'],
  },
  { name: 'wrong port', edits: nginx('server web:8000;', 'server web:8080;'), expect: ['proxy/upstream-mismatch'] },
  {
    name: 'socket in another container',
    edits: nginx('server web:8000;', 'server unix:/run/library/app.sock;'),
    expect: ['container/unix-socket-not-shared'],
  },
  { name: 'version told', edits: nginx('    server_tokens off;\n', ''), expect: ['proxy/version-disclosed'] },
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
  {
    name: 'port beside the proxy',
    edits: compose('    cpus: 2\n', '    cpus: 2\n    ports: ["8000:8000"]\n'),
    expect: ['container/app-port-bypasses-proxy'],
  },
  { name: 'version key', edits: compose('x-app: &app', 'version: "3.9"\nx-app: &app'), expect: ['container/compose-version-key-obsolete'] },
  {
    name: 'database without volume',
    edits: compose('      - pgdata:/var/lib/postgresql/data\n', '      - ./backups:/backups\n'),
    expect: ['container/database-volume-missing'],
  },
  { name: 'trivial password', edits: compose('${POSTGRES_PASSWORD:?}', 'postgres'), expect: ['container/datastore-default-password'] },
  {
    name: 'redis for everyone',
    edits: compose('      - redisdata:/data\n', '      - redisdata:/data\n    ports: ["6379:6379"]\n'),
    expect: ['container/datastore-port-published'],
  },
  {
    name: '.env in the image',
    edits: [{ file: '.dockerignore', find: '.env*\n', replace: '' }],
    expect: ['container/secrets-in-build-context'],
  },
  {
    name: '.env copied by name',
    edits: [{ file: '.dockerignore', find: '.env*\n', replace: '' }, ...image('COPY . .', 'COPY library loans manage.py .env ./')],
    expect: ['container/env-file-copied'],
  },
  {
    name: 'shell form',
    edits: image(
      `CMD ["gunicorn", "library.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "2", ${CMD}`,
      'CMD gunicorn library.wsgi:application --bind 0.0.0.0:8000 --workers 3 --threads 2',
    ),
    expect: ['container/shell-form-command'],
  },
  {
    name: 'no waiting',
    edits: compose(
      '  depends_on:\n    db:\n      condition: service_healthy\n    redis:\n      condition: service_healthy\n',
      '  depends_on: [db, redis]\n',
    ),
    expect: ['container/startup-does-not-wait'],
  },
  {
    name: 'runserver',
    edits: compose('    cpus: 2\n', '    cpus: 2\n    command: python manage.py runserver 0.0.0.0:8000\n'),
    expect: ['server/development-server'],
  },
  { name: 'too many workers', edits: image('"--workers", "3"', '"--workers", "12"'), expect: ['server/worker-count-exceeds-cpu'] },
  { name: 'one worker', edits: image('"--workers", "3", "--threads", "2"', '"--workers", "1"'), expect: ['server/single-worker'] },
  { name: 'recycling at once', edits: image(', "--max-requests-jitter", "100"', ''), expect: ['server/worker-recycling-without-jitter'] },
  {
    name: 'threads for gevent',
    edits: image('"--threads", "2"', '"--threads", "2", "--worker-class", "gevent"'),
    expect: ['server/threads-option-ignored'],
  },
  {
    name: 'no buffering',
    edits: [
      ...image('"--threads", "2", ', ''),
      ...nginx('proxy_read_timeout 40s;', 'proxy_read_timeout 40s;\n            proxy_request_buffering off;'),
    ],
    expect: ['server/sync-workers-unbuffered'],
  },
  {
    name: 'tests on the production module',
    edits: ci('library.settings.testing', 'library.settings.production'),
    expect: ['ci/required-variable-missing'],
  },
  {
    name: 'bash on the other side',
    edits: ci('cd /srv/library &&', 'cd /srv/library && source venv/bin/activate &&'),
    expect: ['ci/remote-shell-syntax'],
  },
  {
    name: 'secret in the workflow',
    edits: ci('${{ secrets.SSH_KEY }}', 'x').map((edit) => ({
      ...edit,
      find: '          SSH_KEY: ${{ secrets.SSH_KEY }}\n',
      replace: '          SSH_KEY: ${{ secrets.SSH_KEY }}\n          DEPLOY_TOKEN: 5f1c9e7ab2\n',
    })),
    expect: ['ci/secret-literal'],
  },
  {
    name: 'another host and no origins',
    edits: [
      ...nginx('proxy_set_header Host $host;', ''),
      ...setting('CSRF_TRUSTED_ORIGINS = ["https://library.example", "https://www.library.example"]', ''),
    ],
    expect: ['proxy/host-header-not-forwarded', 'settings/csrf-origin-missing-behind-proxy'],
  },
  {
    name: 'sessions in the memory of each worker',
    edits: setting(
      'CACHES = {\n    "default": {\n        "BACKEND": "django.core.cache.backends.redis.RedisCache",\n        "LOCATION": "redis://redis:6379/1",\n    }\n}',
      'SESSION_ENGINE = "django.contrib.sessions.backends.cache"',
    ),
    expect: ['cache/local-memory-with-several-processes'],
  },
  {
    name: 'database of the runner by name',
    edits: [
      ...ci(
        '    runs-on: ubuntu-latest\n    timeout-minutes: 15\n    env:',
        '    runs-on: ubuntu-latest\n    services:\n      database:\n        image: postgres:16\n        ports: ["5432:5432"]\n    timeout-minutes: 15\n    env:',
      ),
      {
        file: 'library/settings/testing.py',
        find: '{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}',
        replace: '{"ENGINE": "django.db.backends.postgresql", "NAME": "test", "HOST": "database"}',
      },
    ],
    expect: ['ci/database-host-wrong'],
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
  {
    name: 'DEBUG switched on by the image',
    edits: [
      ...setting('DEBUG = False', 'DEBUG = os.environ.get("DEBUG", "0") == "1"'),
      ...image('    PYTHONUNBUFFERED=1 \\\n', '    PYTHONUNBUFFERED=1 \\\n    DEBUG=1 \\\n'),
    ],
    expect: ['environment/debug-enabled-by-deployment'],
  },
  {
    name: 'a tag that nothing gives',
    edits: compose('postgres:16.10', 'postgres:${PG_TAG}'),
    expect: ['environment/interpolated-variable-missing'],
  },
  {
    name: 'another module for the worker',
    edits: [
      ...compose('"--concurrency=2"]\n', '"--concurrency=2"]\n    environment:\n      DJANGO_SETTINGS_MODULE: library.settings.batch\n'),
      {
        file: 'library/settings/batch.py',
        replace: 'from .production import *  # noqa: F403\n\nDATABASES["default"]["HOST"] = "replica.library.example"  # noqa: F405\n',
      },
    ],
    expect: ['environment/settings-module-differs'],
  },
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
        '    "loggers": {"loans": {"handlers": ["mail"]}, "django": {"handlers": ["quiet"], "propagate": False}},\n    "root": {"handlers": ["console"]',
      ),
      ...setting(
        '"formatter": "line"},\n',
        '"formatter": "line"},\n        "quiet": {"class": "logging.NullHandler"},\n        "mail": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"},\n',
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
    name: 'no HTTPS anywhere',
    edits: [
      ...nginx('        listen 443 ssl;\n        http2 on;\n', '        listen 80;\n'),
      ...nginx(
        '        server_name library.example www.library.example;\n\n        location /.well-known',
        '        server_name old.library.example;\n\n        location /.well-known',
      ),
    ],
    expect: ['proxy/https-missing'],
  },
  { name: 'short old key', edits: add('SECRET_KEY_FALLBACKS = ["short"]'), expect: ['secrets/secret-key-fallbacks-unsafe'] },
  {
    name: 'key as bytes',
    edits: setting('os.environ["SECRET_KEY"]', 'b"Kq8-vN3m_pZr7TtL0sXw2YbC5dEfGhJ9aQ6uRi4oPkMnBvCxZl"'),
    expect: ['secrets/secret-key-is-bytes'],
  },
  {
    name: 'weak key',
    edits: compose('  env_file: .env\n', '  env_file: .env\n  environment:\n    SECRET_KEY: bb2tzq\n'),
    expect: ['secrets/secret-key-weak'],
  },
  {
    name: 'policy as text',
    edits: [...add('SECURE_CSP = "default-src self"'), { file: 'requirements.txt', find: 'Django==5.2.8', replace: 'Django==6.0.1' }],
    expect: ['settings/csp-not-a-dict'],
  },
  {
    name: 'nonce without its processor',
    edits: [
      ...add(
        'MIDDLEWARE += ["django.middleware.csp.ContentSecurityPolicyMiddleware"]\nSECURE_CSP = {"script-src": ["<CSP_NONCE_SENTINEL>"]}',
      ),
      { file: 'requirements.txt', find: 'Django==5.2.8', replace: 'Django==6.1.3' },
    ],
    expect: ['settings/csp-nonce-processor-missing'],
  },
  { name: 'no such failure view', edits: add('CSRF_FAILURE_VIEW = "loans.views.nowhere"'), expect: ['settings/csrf-failure-view-broken'] },
  { name: 'no such URLconf', edits: base('"library.urls"', '"library.nowhere"'), expect: ['settings/root-urlconf-not-found'] },
  { name: 'nowhere to collect', edits: base('STATIC_ROOT = BASE_DIR / "staticfiles"\n', ''), expect: ['static/root-missing'] },
];
