import { add, compose, type Mutation, setting } from './edits.ts';

/** One more service of the gold project. */
const service = (lines: string) => compose('  db:\n    image: postgres:16.10\n', `${lines}\n  db:\n    image: postgres:16.10\n`);
const BEAT = '    <<: *app\n    command: ["celery", "-A", "library", "beat"]\n';
const WORKER = '"--loglevel=info", "--concurrency=2"]\n';

export const MUTATIONS: readonly Mutation[] = [
  { name: 'no broker', edits: setting('CELERY_BROKER_URL = "redis://redis:6379/0"\n', ''), expect: ['tasks/broker-not-configured'] },
  {
    name: 'a scheduler within the worker',
    edits: compose(WORKER, '"--loglevel=info", "--concurrency=2", "-B"]\n'),
    expect: ['tasks/beat-embedded-in-worker'],
  },
  {
    name: 'two schedulers',
    edits: service(`  beat:\n${BEAT}\n  clock:\n${BEAT}`),
    expect: ['tasks/beat-duplicated'],
  },
  {
    name: 'flower for everybody',
    edits: service('  flower:\n    <<: *app\n    command: ["celery", "-A", "library", "flower"]\n    ports: ["5555:5555"]\n'),
    expect: ['tasks/flower-unauthenticated'],
  },
  {
    name: 'a second broker with the account of its image',
    edits: service('  rabbitmq:\n    image: rabbitmq:4.3\n    restart: unless-stopped\n'),
    expect: ['tasks/rabbitmq-guest-account'],
  },
  {
    name: 'a broker that forgets',
    edits: compose(
      '    image: redis:7.4-alpine\n',
      '    image: redis:7.4-alpine\n    command: redis-server --maxmemory 100mb --maxmemory-policy allkeys-lru\n',
    ),
    expect: ['tasks/broker-on-evicting-redis'],
  },
  {
    name: 'a broker in the container',
    edits: compose('    volumes:\n      - redisdata:/data\n', ''),
    expect: ['tasks/broker-not-persistent'],
  },
  {
    name: 'a worker that insists on root',
    edits: compose(WORKER, `${WORKER}    user: root\n    environment:\n      C_FORCE_ROOT: "1"\n`),
    expect: ['tasks/worker-runs-as-root'],
  },
  {
    name: 'tasks for nobody',
    edits: [
      ...compose(
        '  worker:\n    <<: *app\n    command: ["celery", "-A", "library", "worker", "--loglevel=info", "--concurrency=2"]\n\n',
        '',
      ),
      {
        file: 'loans/desk.py',
        replace: 'from loans.tasks import remind\n\n\ndef remind_all(loans):\n    for loan in loans:\n        remind.delay(loan.pk)\n',
      },
    ],
    expect: ['tasks/worker-not-deployed'],
  },
  {
    name: 'a plan without a clock',
    edits: add('CELERY_BEAT_SCHEDULE = {"nightly": {"task": "loans.tasks.remind", "schedule": 86400, "args": [1]}}'),
    expect: ['tasks/scheduler-not-deployed'],
  },
  {
    name: 'as many processes as the host has CPUs',
    edits: compose(WORKER, '"--loglevel=info"]\n    cpus: 0.5\n'),
    expect: ['tasks/concurrency-from-host-cpus'],
  },
  {
    name: 'tasks longer than RabbitMQ waits',
    edits: [
      ...setting('CELERY_BROKER_URL = "redis://redis:6379/0"', 'CELERY_BROKER_URL = "amqp://rabbitmq:5672//"'),
      ...setting('CELERY_TASK_TIME_LIMIT = 300', 'CELERY_TASK_TIME_LIMIT = 7200'),
      ...service(
        '  rabbitmq:\n    image: rabbitmq:4.3\n    restart: unless-stopped\n    environment:\n      RABBITMQ_DEFAULT_PASS: ${RABBIT_PASSWORD:?}\n',
      ),
      { file: '.env.example', find: 'POSTGRES_DB=', replace: 'RABBIT_PASSWORD=\nPOSTGRES_DB=' },
    ],
    expect: ['tasks/rabbitmq-ack-timeout-too-short'],
  },
];
