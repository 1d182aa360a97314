import { type Answer, type Data, defineRule, type Value } from '../../src/rule.ts';
import { cachesOf } from '../shared/stores/caches.ts';
import { not } from '../shared/values/answer.ts';
import { isSequence } from '../shared/values/data.ts';

const cache = (location: string) =>
  `CACHES = {'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': ${location}}}`;

export default defineRule({
  id: 'cache/redis-database-shared',
  title: 'Cache and broker share a Redis database',
  severity: 'note',
  topic: 7,
  since: '0.1.0',
  why: 'cache.clear() empties the whole database, waiting tasks included, and where memory is short tasks are evicted like cached entries.',
  fix: 'Give the cache a database of its own: redis://redis:6379/1 beside /0 of the broker.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/topics/cache/#redis',
    'https://github.com/django/django/blob/5.2/django/core/cache/backends/redis.py#L165',
  ],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': `${cache("'redis://redis:6379/0'")} # !\nCELERY_BROKER_URL = 'redis://redis:6379/0'\n` },
      { 'settings.py': `${cache("'redis://redis'")} # !\nCELERY_BROKER_URL = 'redis://:x@redis:6379/0'\n` },
      { 'settings.py': `${cache("['redis://a:6379/1', 'redis://b:6379/1']")} # !\nBROKER_URL = 'redis://a/1'\n` },
    ],
    good: [
      { 'settings.py': `${cache("'redis://redis:6379/1'")}\nCELERY_BROKER_URL = 'redis://redis:6379/0'\n` },
      { 'settings.py': `${cache("'redis://cache:6379/0'")}\nCELERY_BROKER_URL = 'redis://broker:6379/0'\n` },
      { 'settings.py': `${cache("'redis://redis:6379/0'")}\nCELERY_BROKER_URL = 'amqp://rabbit//'\n` },
      { 'settings.py': `${cache("'redis://redis:6379/0'")}\n` },
    ],
    undecided: [{ 'settings.py': `from elsewhere import url\n\n${cache("'redis://redis:6379/0'")}\nCELERY_BROKER_URL = url('broker')\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const [broker] = ['CELERY_BROKER_URL', 'BROKER_URL'].filter((name) => settings.sets(name) !== 'no');
    if (broker === undefined) return;
    for (const one of cachesOf(settings)) {
      ctx.expectAll(
        [one.get('LOCATION'), settings.get(broker), one.get('BACKEND')],
        (location, url, backend) => (typeof backend === 'string' && /redis/i.test(backend) ? not(meet(location, url)) : 'yes'),
        () => ({
          message: `\`${one.subject}\` and \`${broker}\` use the same Redis database: clearing the cache deletes waiting tasks.`,
          subject: one.subject,
          related: [{ at: settings.placeOf(broker), message: 'the broker is set here' }],
        }),
      );
    }
  },
});

/** Whether one of the places of a cache is that of the broker. */
function meet(location: Data | undefined, broker: Data | undefined): Answer {
  const tasks = databaseOf(broker);
  if (tasks === null) return broker === undefined || typeof broker === 'string' ? 'no' : 'maybe';
  const items: readonly Value<Data>[] | null = isSequence(location) ? location.items : null;
  if (items === null) return typeof location === 'string' ? (databaseOf(location) === tasks ? 'yes' : 'no') : 'maybe';
  if (items.some((item) => item.kind === 'known' && databaseOf(item.value) === tasks)) return 'yes';
  return items.every((item) => item.kind === 'known') ? 'no' : 'maybe';
}

/** "host:port/number" of a Redis URL, defaults filled in; null for anything else. */
function databaseOf(data: Data | undefined): string | null {
  if (typeof data !== 'string') return null;
  const [, host, port = '6379', number = '0'] =
    /^rediss?:\/\/(?:[^@/]*@)?([^:/?]+)(?::(\d+))?(?:\/(\d+))?\/?(?:\?(?!.*\bdb=).*)?$/i.exec(data) ?? [];
  return host === undefined ? null : `${host.toLowerCase()}:${port}/${Number(number)}`;
}
