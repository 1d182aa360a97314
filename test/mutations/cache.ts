import { type Mutation, setting } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'sessions in the memory of each worker',
    edits: setting(
      'CACHES = {\n    "default": {\n        "BACKEND": "django.core.cache.backends.redis.RedisCache",\n        "LOCATION": "redis://redis:6379/1",\n    }\n}',
      'SESSION_ENGINE = "django.contrib.sessions.backends.cache"',
    ),
    expect: ['cache/local-memory-with-several-processes'],
  },
];
