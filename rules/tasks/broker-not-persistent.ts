import { defineRule, placeOf } from '../../src/rule.ts';
import { brokerOn } from '../shared/stores/broker.ts';
import { celeryProject, WORKER } from '../shared/tasks/task-example.ts';
import { django } from '../shared/values/examples.ts';

const redis = (lines: string, mark = '') => `  redis:${mark}\n    image: redis:7.4-alpine\n${lines}`;
const VOLUME = '    volumes: ["redis:/data"]\n';

export default defineRule({
  id: 'tasks/broker-not-persistent',
  title: 'Broker Redis without persistence',
  severity: 'warning',
  topic: 6,
  since: '0.1.0',
  why: 'Tasks that wait in the queue, and those put off to a later time, are gone when the container is recreated.',
  fix: 'Mount a volume on /data and start Redis with --appendonly yes.',
  autofix: 'unsafe',
  links: ['https://hub.docker.com/_/redis', 'https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/'],
  cross: true,
  examples: {
    bad: [
      celeryProject(`${redis('', ' # !')}${WORKER}`),
      celeryProject(`${redis(`    command: redis-server --save "" --appendonly no\n${VOLUME}`, ' # !')}${WORKER}`),
      {
        ...celeryProject(`${redis('', ' # !')}  worker:\n    build: .\n    command: python manage.py rqworker\n`),
        ...django("RQ_QUEUES = {'default': {'HOST': 'redis', 'PORT': 6379}}\n"),
      },
    ],
    good: [
      celeryProject(`${redis(VOLUME)}${WORKER}`),
      celeryProject(`${redis(`    command: redis-server --appendonly yes\n${VOLUME}`)}${WORKER}`),
      celeryProject(`${redis('')}`.replace('redis:\n', 'cache:\n')),
    ],
    undecided: [
      celeryProject(`${redis('    command: redis-server /etc/redis/redis.conf\n    volumes: ["./redis:/etc/redis"]\n')}${WORKER}`),
    ],
  },

  needs: ['stores', 'evaluations'],
  check({ stores, evaluations }, ctx) {
    for (const store of stores) {
      const { process, name } = store;
      const broker = store.kind === 'redis' && process.host === 'container' ? brokerOn(store, evaluations) : null;
      if (broker === null) continue;
      const folder = store.option('dir');
      const data = folder?.kind === 'known' ? folder.value : '/data';
      const kept = process.mounts.items.some(({ kind, target }) => (kind === 'named' || kind === 'bind') && isAt(target, data));
      const save = store.option('save');
      const append = store.option('appendonly');
      const off =
        save?.kind === 'known' && /^("")?$/.test(save.value) && (append === null || (append.kind === 'known' && append.value === 'no'));
      if (kept && !off) continue;
      if (!off && ((folder !== null && folder.kind !== 'known') || process.mounts.complete !== true)) {
        ctx.undecided(`Where \`${name}\` keeps its data is not known.`, process.at);
        continue;
      }
      const place = placeOf(broker.origin);
      ctx.report({
        at: process.at,
        message: off
          ? `\`${name}\` holds the tasks and saves nothing to disk: those that wait are lost when it restarts.`
          : `\`${name}\` holds the tasks and has no volume on \`${data}\`: those that wait are lost when the container is recreated.`,
        subject: name,
        related: place === undefined ? [] : [{ at: place, message: `\`${broker.setting}\` leads there` }],
      });
    }
  },
});

function isAt(target: string, folder: string): boolean {
  const clean = (path: string) => `${path.replace(/\/+$/, '')}/`;
  return clean(folder).startsWith(clean(target));
}
