import { type Answer, defineRule, placeOf, type SettingsFacts, type Span } from '../../src/rule.ts';
import { handsOver, inView, isEager, runsAny, startedElsewhere } from '../shared/tasks/queue-use.ts';
import { celeryProject, REDIS, WORKER } from '../shared/tasks/task-example.ts';
import { truth } from '../shared/values/data.ts';

const TASK = { 'shop/tasks.py': 'from celery import shared_task\n\n\n@shared_task\ndef remind(pk):\n    return pk\n' };
const CALL = { ...TASK, 'shop/views.py': 'from shop.tasks import remind\n\n\ndef order(request):\n    remind.delay(1)\n' };

function marked(services: string, settings = '', more: Record<string, string> = CALL): Record<string, string> {
  const files = celeryProject(services, settings, more);
  return { ...files, 'mysite/settings.py': (files['mysite/settings.py'] ?? '').replace(/(CELERY_BROKER_URL.*)/, '$1 # !') };
}

export default defineRule({
  id: 'tasks/worker-not-deployed',
  title: 'Task queue configured but no worker runs',
  severity: 'warning',
  topic: 6,
  since: '0.1.0',
  why: 'The site puts tasks into the queue and nobody takes them out: mails are never sent, and the queue grows until the broker is full.',
  fix: 'Add a service that runs the worker, such as `celery -A PROJECT worker`.',
  autofix: 'none',
  links: ['https://docs.celeryq.dev/en/stable/userguide/workers.html', 'https://python-rq.org/docs/workers/'],
  cross: true,
  examples: {
    bad: [
      marked(REDIS),
      {
        ...celeryProject(REDIS.replace('redis:7', 'redis:7')),
        'mysite/settings.py':
          "ROOT_URLCONF = 'mysite.urls'\nINSTALLED_APPS = ['django_rq']\nRQ_QUEUES = {'default': {'HOST': 'redis', 'PORT': 6379}} # !\n",
        'shop/views.py': 'import django_rq\n\n\ndef order(request):\n    django_rq.enqueue(print)\n',
      },
    ],
    good: [
      celeryProject(`${REDIS}${WORKER}`, '', CALL),
      celeryProject(REDIS, '', TASK),
      celeryProject(REDIS, 'CELERY_TASK_ALWAYS_EAGER = True\n', CALL),
    ],
    undecided: [
      celeryProject(REDIS, '', { ...CALL, 'deploy/worker.service': '[Service]\nExecStart=/srv/venv/bin/celery -A mysite worker\n' }),
      celeryProject(`${REDIS}  jobs:\n    image: registry.example.com/jobs:1\n`, '', CALL),
      celeryProject(`${REDIS}  jobs:\n    build: .\n    command: supervisord -n\n`, '', CALL),
    ],
  },

  needs: ['evaluations', 'processes', 'deployment', 'repository'],
  check({ evaluations, processes, deployment, repository }, ctx) {
    if (deployment.alternative || !processes.some(({ server }) => server !== null)) return;
    const queue = evaluations.flatMap(queuesOf)[0];
    const call = queue === undefined ? null : handsOver(repository);
    if (queue === undefined || call === null) return;
    const eager = evaluations.map(isEager);
    if (eager.length > 0 && eager.every((one) => one === 'yes')) return;
    const runs = processes.map((process) =>
      process.taskQueue !== null && process.role !== 'beat' ? 'yes' : runsAny(process, queue.worker),
    );
    if (runs.includes('yes')) return;
    const elsewhere = startedElsewhere(queue.command, repository);
    if (runs.includes('maybe') || eager.includes('maybe') || eager.includes('yes') || !inView(deployment) || elsewhere !== null) {
      ctx.undecided('Whether a worker of the task queue runs elsewhere is not known.', elsewhere ?? queue.at);
      return;
    }
    const [web] = processes.filter(({ server }) => server !== null);
    ctx.report({
      at: queue.at,
      message: `The code hands tasks to ${queue.name}, and nothing in ${deployment.id} runs a worker: they wait in the queue forever.`,
      subject: queue.name,
      related: [
        { at: call, message: 'a task is queued here' },
        ...(web === undefined ? [] : [{ at: web.at, message: `\`${web.name}\` runs here without a worker beside it` }]),
      ],
    });
  },
});

interface Queue {
  readonly name: string;
  readonly at: Span;
  /** A word of a command line that runs its worker. */
  readonly worker: RegExp;
  /** The same in the text of a manifest. */
  readonly command: RegExp;
}

const CELERY = { worker: /^(worker|multi)$/, command: /\bcelery\b[^\n]{0,200}\b(worker|multi)\b|\bworker\b[^\n]{0,60}\bcelery\b/ };
const OTHERS: readonly (readonly [setting: string, name: string, worker: RegExp])[] = [
  ['RQ_QUEUES', 'RQ', /rqworker|^rq$|rqworker-pool/],
  ['Q_CLUSTER', 'django-q', /qcluster/],
  ['HUEY', 'Huey', /run_huey|huey_consumer/],
  ['DRAMATIQ_BROKER', 'Dramatiq', /dramatiq/],
];

/** Queues that the settings configure for certain. */
function queuesOf(settings: SettingsFacts): readonly Queue[] {
  const celery = settings.names.filter((name) => /(^|_)BROKER_URL$/.test(name) && isSet(settings, name) === 'yes');
  const others = OTHERS.filter(([name]) => isSet(settings, name) === 'yes');
  return [
    ...celery.map((name): Queue => ({ name: 'Celery', at: placeIn(settings, name), ...CELERY })),
    ...others.map(
      ([setting, name, worker]): Queue => ({
        name,
        at: placeIn(settings, setting),
        worker,
        command: new RegExp(worker.source.replaceAll('^rq$|', '')),
      }),
    ),
  ];
}

function isSet(settings: SettingsFacts, name: string): Answer {
  const value = settings.get(name);
  return value.kind === 'known' ? truth(value.value) : 'maybe';
}

function placeIn(settings: SettingsFacts, name: string): Span {
  const value = settings.get(name);
  return (value.kind === 'known' ? placeOf(value.origin) : undefined) ?? settings.placeOf(name);
}
