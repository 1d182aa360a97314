import { CMD, compose, image, type Mutation, nginx } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'socket in another container',
    edits: nginx('server web:8000;', 'server unix:/run/library/app.sock;'),
    expect: ['container/unix-socket-not-shared'],
  },
  {
    name: 'port beside the proxy',
    edits: compose('    cpus: 2\n', '    cpus: 2\n    ports: ["8000:8000"]\n'),
    expect: ['container/app-port-bypasses-proxy', 'settings/proxy-ssl-header-spoofable'],
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
      `CMD ["gunicorn", "library.wsgi:application", "--worker-tmp-dir", "/dev/shm", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "2", ${CMD}`,
      'CMD gunicorn library.wsgi:application --worker-tmp-dir /dev/shm --bind 0.0.0.0:8000 --workers 3 --threads 2',
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
    name: 'everyone is let into the database',
    edits: compose(
      '      POSTGRES_DB: ${POSTGRES_DB:?}\n      POSTGRES_USER: ${POSTGRES_USER:?}\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}\n',
      '      POSTGRES_HOST_AUTH_METHOD: trust\n',
    ),
    expect: ['container/datastore-without-password'],
  },
  {
    name: 'waiting for health that nobody tells',
    edits: compose('    healthcheck:\n      test: ["CMD", "redis-cli", "ping"]\n', ''),
    expect: ['container/dependency-health-never-reported'],
  },
  {
    name: 'the daemon in the hands of the application',
    edits: compose(
      '      - media:/app/media\n    healthcheck',
      '      - media:/app/media\n      - /var/run/docker.sock:/var/run/docker.sock\n    healthcheck',
    ),
    expect: ['container/docker-socket-mounted'],
  },
  {
    name: 'PostgreSQL 18 on the volume of 17',
    edits: compose('postgres:16.10', 'postgres:18'),
    expect: ['ci/datastore-version-mismatch', 'container/postgres-volume-path-wrong'],
  },
  {
    name: 'nothing starts again',
    edits: compose('  build: .\n  restart: unless-stopped\n', '  build: .\n'),
    expect: ['container/restart-policy-missing'],
  },
  { name: 'root', edits: image('USER library\n', ''), expect: ['container/runs-as-root'] },
  {
    name: 'a token in the image',
    edits: image('    PYTHONUNBUFFERED=1 \\\n', '    PYTHONUNBUFFERED=1 \\\n    PAYMENT_API_TOKEN=hJ4rT9vQ2xW7mZ0pL6bN3cY8 \\\n'),
    expect: ['container/secret-in-image-layer'],
  },
  {
    name: 'the checkout over the image',
    edits: compose('      - media:/app/media\n    healthcheck', '      - media:/app/media\n      - .:/app\n    healthcheck'),
    expect: ['container/source-bind-mounted'],
  },
  {
    name: 'killed with requests in flight',
    edits: compose('  stop_grace_period: 40s\n', '  stop_grace_period: 5s\n'),
    expect: ['container/stop-grace-below-drain-time'],
  },
  {
    name: 'a database of any release',
    edits: compose('postgres:16.10', 'postgres:latest'),
    expect: ['container/image-tag-unpinned', 'container/postgres-volume-path-wrong'],
  },
  {
    name: 'logs without end',
    edits: [{ file: 'deploy/daemon.json', find: 'local', replace: 'json-file' }],
    expect: ['container/log-rotation-missing'],
  },
  {
    name: 'a health check that Django refuses',
    edits: compose("'Host': 'library.example', ", ''),
    expect: ['container/healthcheck-rejected-by-django'],
  },
  {
    name: 'a shell that stays in front of the server',
    edits: [
      ...image('CMD ["gunicorn"', 'ENTRYPOINT ["/app/entrypoint.sh"]\nCMD ["gunicorn"'),
      { file: 'entrypoint.sh', replace: '#!/bin/sh\nset -e\necho starting\n"$@"\n' },
    ],
    expect: ['container/entrypoint-without-exec'],
  },
  {
    name: 'a port where nobody listens',
    edits: compose('http://localhost:8000/health/', 'http://localhost:9000/health/'),
    expect: ['container/port-not-served'],
  },
  {
    name: 'the override of development',
    edits: [
      { file: 'docker-compose.override.yml', replace: 'services:\n  web:\n    command: python manage.py runserver 0.0.0.0:8000\n' },
      { file: 'deploy/deploy.sh', replace: '#!/bin/sh\nset -e\ndocker compose up -d --build\n' },
    ],
    expect: ['container/development-override-in-production'],
  },
];
