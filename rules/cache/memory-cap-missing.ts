import { type Answer, type Data, defineRule, type SettingsFacts, type Store } from '../../src/rule.ts';
import { cachesOf } from '../shared/stores/caches.ts';
import { isMapping, isSequence } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const REDIS = "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': 'redis://redis:6379/1'}}\n";
const project = (lines = '', settings = REDIS, mark = '') => ({
  ...django(settings),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': `services:\n  web:\n    build: .\n  redis:${mark}\n    image: redis:7.4\n${lines}`,
});

export default defineRule({
  id: 'cache/memory-cap-missing',
  title: 'Cache Redis without a memory cap',
  severity: 'note',
  topic: 7,
  since: '0.1.0',
  why: 'Redis drops no entry before it is told how much memory it may use: it grows until the machine kills it, or another process beside it.',
  fix: 'Start it with --maxmemory 256mb --maxmemory-policy allkeys-lru.',
  autofix: 'unsafe',
  links: ['https://redis.io/docs/latest/develop/reference/eviction/', 'https://docs.docker.com/reference/compose-file/deploy/#memory'],
  cwe: ['CWE-770'],
  cross: true,
  examples: {
    bad: [project('', REDIS, ' # !'), project('    command: redis-server --appendonly no\n', REDIS, ' # !')],
    good: [
      project('    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru\n'),
      {
        ...project('    command: redis-server /etc/redis.conf\n    volumes: ["./redis.conf:/etc/redis.conf"]\n'),
        'redis.conf': 'maxmemory 256mb\n',
      },
      project('    mem_limit: 512m\n'),
      project('', `${REDIS}CELERY_BROKER_URL = 'redis://redis:6379/0'\n`),
      project('', "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.db.DatabaseCache', 'LOCATION': 'cache_table'}}\n"),
    ],
    undecided: [
      project('    command: redis-server /etc/redis.conf\n    volumes: ["/srv/redis.conf:/etc/redis.conf"]\n'),
      project('', `from elsewhere import broker\n${REDIS}CELERY_BROKER_URL = broker()\n`),
    ],
  },

  needs: ['stores', 'evaluations'],
  check({ stores, evaluations }, ctx) {
    for (const store of stores) {
      if (store.kind !== 'redis' || store.process.memory !== null) continue;
      if (!evaluations.some((settings) => holdsCache(settings, store.name))) continue;
      const cap = store.option('maxmemory');
      if (cap?.kind === 'known' && cap.value !== '0') continue;
      const others = evaluations.map((settings) => servesOthers(settings, store.name));
      if (others.includes('yes')) continue;
      if ((cap !== null && cap.kind !== 'known') || others.includes('maybe')) ctx.undecided(open(store, cap === null), store.process.at);
      else
        ctx.report({
          at: store.process.at,
          message: `\`${store.name}\` holds the cache and has neither \`maxmemory\` nor a memory limit: it grows until something is killed.`,
          subject: `memory ${store.name}`,
        });
    }
  },
});

function open({ name }: Store, uncapped: boolean): string {
  return uncapped ? `Whether \`${name}\` is a broker as well is not known.` : `How \`${name}\` is configured is not known.`;
}

function pointsAt(data: Data | undefined, name: string): boolean {
  if (isSequence(data)) return data.items.some((item) => item.kind === 'known' && pointsAt(item.value, name));
  if (isMapping(data)) return data.entries.some(({ value }) => value.kind === 'known' && pointsAt(value.value, name));
  return typeof data === 'string' && /^(?:[\w+]+:\/\/)?(?:[^@/]*@)?([^:/?#]+)/.exec(data)?.[1] === name;
}

function holdsCache(settings: SettingsFacts, name: string): boolean {
  return cachesOf(settings).some(({ get }) => {
    const location = get('LOCATION');
    return location.kind === 'known' && pointsAt(location.value, name);
  });
}

/** Whether a broker, a channel layer or sessions live there too: evicting their keys would lose work. */
function servesOthers(settings: SettingsFacts, name: string): Answer {
  const answers = settings.names
    .filter((one) => one !== 'CACHES')
    .map((one): Answer => {
      const value = settings.get(one);
      if (value.kind !== 'known') return /BROKER|REDIS|CHANNEL|QUEUE|RQ_|HUEY/.test(one) ? 'maybe' : 'no';
      return pointsAt(value.value, name) ? 'yes' : 'no';
    });
  const engine = settings.get('SESSION_ENGINE');
  if (answers.includes('yes') || (engine.kind === 'known' && typeof engine.value === 'string' && /\.cache$/.test(engine.value)))
    return 'yes';
  const works = settings.processes.some(({ taskQueue }) => taskQueue !== null);
  return answers.includes('maybe') || works ? 'maybe' : 'no';
}
