import { add, compose, type Mutation, setting } from './edits.ts';

const REDIS =
  'CACHES = {\n    "default": {\n        "BACKEND": "django.core.cache.backends.redis.RedisCache",\n        "LOCATION": "redis://redis:6379/1",\n    }\n}';
const files = (location: string) =>
  `CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": ${location}}}`;

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'sessions in the memory of each worker',
    edits: setting(REDIS, 'SESSION_ENGINE = "django.contrib.sessions.backends.cache"'),
    expect: ['cache/sessions-in-volatile-cache'],
  },
  {
    name: 'a cache in the memory of each worker',
    edits: setting(REDIS, ''),
    expect: ['cache/local-memory-with-several-processes'],
  },
  {
    name: 'the dummy cache',
    edits: setting(REDIS, 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}'),
    expect: ['cache/dummy-cache'],
  },
  { name: 'no default cache', edits: setting('CACHES = {\n    "default"', 'CACHES = {\n    "redis"'), expect: ['cache/default-missing'] },
  {
    name: 'a cache among the uploads',
    edits: setting(REDIS, files('"/app/media/cache"')),
    expect: ['cache/file-cache-publicly-served'],
  },
  { name: 'a cache in a relative folder', edits: setting(REDIS, files('"cache"')), expect: ['cache/file-cache-location-relative'] },
  {
    name: 'sessions in cookies',
    edits: add('SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"'),
    expect: ['cache/sessions-in-signed-cookies'],
  },
  {
    name: 'sessions in files of each container',
    edits: [
      ...add('SESSION_ENGINE = "django.contrib.sessions.backends.file"'),
      ...compose('    cpus: 2\n', '    cpus: 2\n    deploy:\n      replicas: 2\n'),
    ],
    expect: ['infrastructure/replicas-with-local-state'],
  },
  {
    name: 'sessions in a folder that nothing makes',
    edits: add('SESSION_ENGINE = "django.contrib.sessions.backends.file"\nSESSION_FILE_PATH = "/srv/sessions"'),
    expect: ['cache/file-sessions-on-several-hosts'],
  },
  {
    name: 'a cache without a cap',
    edits: [
      ...setting('CELERY_BROKER_URL = "redis://redis:6379/0"', 'CELERY_BROKER_URL = "amqp://app@broker.library.example//"'),
      ...compose(
        '  worker:\n    <<: *app\n    command: ["celery", "-A", "library", "worker", "--loglevel=info", "--concurrency=2"]\n\n',
        '',
      ),
    ],
    expect: ['cache/memory-cap-missing'],
  },
  {
    name: 'one database for cache and tasks',
    edits: setting('"redis://redis:6379/1"', '"redis://redis:6379/0"'),
    expect: ['cache/redis-database-shared'],
  },
];
