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
];
