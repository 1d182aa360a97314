import { type Answer, DEFAULTS, defineRule, placeOf, type SettingsFacts, type Store } from '../../src/rule.ts';
import { celeryProject, WORKER } from '../shared/tasks/task-example.ts';
import { matchesText } from '../shared/values/text.ts';

const RABBIT = '  rabbitmq:\n    image: rabbitmq:4.1\n    environment:\n      RABBITMQ_DEFAULT_PASS: kV3pQ9xTf27LwZ\n';
const AMQP = "CELERY_BROKER_URL = 'amqp://site@rabbitmq:5672//'\n";
const LATE = 'CELERY_TASK_ACKS_LATE = True\n';
const LONG = 'CELERY_TASK_TIME_LIMIT = 7200';

const DEFAULT_TIMEOUT = DEFAULTS.rabbitmq.values.consumer_timeout;

export default defineRule({
  id: 'tasks/rabbitmq-ack-timeout-too-short',
  title: 'RabbitMQ acknowledgement timeout shorter than tasks',
  severity: 'note',
  topic: 6,
  since: '0.1.0',
  why: 'RabbitMQ closes the channel of a worker that has not acknowledged a task for 30 minutes (PRECONDITION_FAILED) and gives the task out again: long tasks start over and over.',
  fix: 'Raise consumer_timeout in rabbitmq.conf above the longest task, or split the task.',
  autofix: 'unsafe',
  links: [
    'https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout',
    'https://docs.celeryq.dev/en/stable/userguide/configuration.html#task-acks-late',
  ],
  cross: true,
  examples: {
    bad: [celeryProject(`${RABBIT}${WORKER}`, `${AMQP}${LATE}${LONG} # !\n`)],
    good: [
      celeryProject(`${RABBIT}${WORKER}`, `${AMQP}${LATE}CELERY_TASK_TIME_LIMIT = 600\n`),
      celeryProject(`${RABBIT}${WORKER}`, `${AMQP}${LONG}\n`),
      celeryProject(`${RABBIT}${WORKER}`, `${LATE}${LONG}\n`),
      celeryProject(`${RABBIT}    volumes: ["./rabbitmq.conf:/etc/rabbitmq/rabbitmq.conf"]\n${WORKER}`, `${AMQP}${LATE}${LONG}\n`, {
        'rabbitmq.conf': 'consumer_timeout = 36000000\n',
      }),
    ],
    undecided: [
      celeryProject(`${RABBIT}${WORKER}`, `${AMQP}${LATE}`),
      celeryProject(`${RABBIT}    volumes: ["/srv/rabbitmq.conf:/etc/rabbitmq/rabbitmq.conf"]\n${WORKER}`, `${AMQP}${LATE}${LONG}\n`),
    ],
  },

  needs: ['settings', 'stores', 'repository'],
  check({ settings, stores, repository }, ctx) {
    const broker = settings.names.find((name) => /(^|_)BROKER_URL$/.test(name) && isAmqp(settings, name));
    const late = settings.names.find((name) => /(^|_)(TASK_)?ACKS_LATE$/.test(name));
    if (broker === undefined || late === undefined) return;
    const acks = settings.get(late);
    if (acks.kind === 'known' && acks.value !== true) return;
    const name = settings.names.find((one) => /(^|_)(TASK_TIME_LIMIT|TASKD_TIME_LIMIT|CELERYD_TASK_TIME_LIMIT)$/.test(one));
    const limit = name === undefined ? null : settings.get(name);
    const seconds = limit?.kind === 'known' && typeof limit.value === 'number' ? limit.value : null;
    if (seconds !== null && seconds <= DEFAULT_TIMEOUT) return;
    const raised = raises(stores, repository.files, repository.read);
    if (raised === 'yes') return;
    if (limit?.kind !== 'known' || seconds === null || raised === 'maybe' || acks.kind !== 'known') {
      ctx.undecided('How long tasks run, or how long RabbitMQ waits for them, is not known.', settings.placeOf(late));
      return;
    }
    ctx.report({
      at: placeOf(limit.origin) ?? settings.placeOf(late),
      message: `Tasks may run for ${seconds} seconds before they are acknowledged, and RabbitMQ gives them out again after ${DEFAULT_TIMEOUT}.`,
      subject: 'consumer_timeout',
      related: [{ at: settings.placeOf(late), message: `\`${late}\` puts the acknowledgement at their end` }],
    });
  },
});

function isAmqp(settings: SettingsFacts, name: string): boolean {
  const value = settings.get(name);
  return value.kind === 'known' && matchesText(value.value, /^(amqps?|pyamqp):/);
}

/** Whether something raises the timeout: a server that is not part of the deployment may. */
function raises(stores: readonly Store[], files: readonly string[], read: (path: string) => string | null): Answer {
  const own = stores.filter(({ kind }) => kind === 'rabbitmq');
  if (own.length === 0) return 'maybe';
  if (files.some((file) => /\.(conf|config|ya?ml|sh|env|tf)$|Dockerfile/.test(file) && /consumer_timeout/.test(read(file) ?? '')))
    return 'yes';
  const hidden = own.some(({ process: { mounts, environment, image } }) => {
    const configured = mounts.items.some(({ target }) => target.startsWith('/etc/rabbitmq'));
    return configured || environment.variables.has('RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS') || image?.build !== null;
  });
  return hidden ? 'maybe' : 'no';
}
