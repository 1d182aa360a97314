import { defineRule, placeOf } from '../../src/rule.ts';
import { brokerOn, cachesOn } from '../shared/stores/broker.ts';
import { celeryProject, WORKER } from '../shared/tasks/task-example.ts';

const CACHE = "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': 'redis://redis:6379/1'}}\n";
const redis = (command: string, mark = '') =>
  `  redis:\n    image: redis:7.4-alpine\n    command: ${command}${mark}\n    volumes: ["redis:/data"]\n`;
const LRU = 'redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru';

export default defineRule({
  id: 'tasks/broker-on-evicting-redis',
  title: 'Broker or sessions share an evicting Redis with the cache',
  severity: 'error',
  topic: 6,
  since: '0.1.0',
  why: 'When its memory is full, Redis makes room by deleting keys: queued tasks and the bindings of the queues are keys as well, so tasks disappear without a trace.',
  fix: 'Run two Redis servers: one for the cache that evicts, one for the broker with maxmemory-policy noeviction.',
  autofix: 'unsafe',
  links: [
    'https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html#key-eviction',
    'https://redis.io/docs/latest/develop/reference/eviction/',
  ],
  cross: true,
  examples: {
    bad: [
      celeryProject(`${redis(LRU, ' # !')}${WORKER}`, CACHE),
      celeryProject(`${redis(LRU.replace('allkeys-lru', 'volatile-lru'), ' # !')}${WORKER}`, CACHE),
      celeryProject(
        `  redis:\n    image: redis:7.4-alpine\n    command: redis-server /etc/redis.conf\n    volumes: ["redis:/data", "./redis.conf:/etc/redis.conf"]\n${WORKER}`,
        CACHE,
        { 'redis.conf': 'maxmemory 100mb\nmaxmemory-policy allkeys-lfu # !\n' },
      ),
    ],
    good: [
      celeryProject(`${redis(LRU.replace('allkeys-lru', 'noeviction'))}${WORKER}`, CACHE),
      celeryProject(`${redis('redis-server --appendonly yes')}${WORKER}`, CACHE),
      celeryProject(`${redis(LRU)}${WORKER}`.replace('redis:\n', 'cache:\n'), CACHE.replace('//redis', '//cache')),
      celeryProject(`${redis(LRU.replace('--maxmemory 256mb ', ''))}${WORKER}`, CACHE),
    ],
    undecided: [
      celeryProject(
        `  redis:\n    image: redis:7.4-alpine\n    command: redis-server /etc/redis.conf\n    volumes: ["redis:/data", "/srv/redis.conf:/etc/redis.conf"]\n${WORKER}`,
        CACHE,
      ),
    ],
  },

  needs: ['stores', 'evaluations'],
  check({ stores, evaluations }, ctx) {
    for (const store of stores) {
      const broker = store.kind === 'redis' ? brokerOn(store, evaluations) : null;
      if (broker === null) continue;
      const policy = store.option('maxmemory-policy');
      const limit = store.option('maxmemory');
      if (policy === null || limit === null || (limit.kind === 'known' && /^0+$/.test(limit.value))) continue;
      if (policy.kind !== 'known' || limit.kind !== 'known') {
        ctx.undecided(`Whether \`${store.name}\` evicts keys is not known.`, store.process.at);
        continue;
      }
      if (policy.value === 'noeviction') continue;
      const all = policy.value.startsWith('allkeys');
      const [cache] = evaluations.flatMap((settings) => cachesOn(store, settings));
      const place = placeOf(broker.origin);
      const cached = cache === undefined ? undefined : placeOf(cache.origin);
      ctx.report({
        at: policy.origin,
        message: `\`${store.name}\` holds the tasks (\`${broker.setting}\`)${cache === undefined ? '' : ' and the cache'}, and deletes keys when its memory is full (${policy.value}).`,
        subject: store.name,
        related: [
          ...(place === undefined ? [] : [{ at: place, message: 'the broker is set here' }]),
          ...(cached === undefined ? [] : [{ at: cached, message: 'the cache is set here' }]),
        ],
        ...(all
          ? {}
          : { severity: 'note', because: 'only keys with a time to live are deleted, such as results and unacknowledged tasks' }),
      });
    }
  },
});
