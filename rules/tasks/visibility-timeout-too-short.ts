import {
  bindValue,
  type Context,
  type Data,
  DEFAULTS,
  defineRule,
  known,
  type RepositoryFacts,
  type SettingsFacts,
  type Span,
  type Value,
} from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { withCelery } from '../shared/tasks/celery-example.ts';
import { type CeleryApp, celeryApp, celerySetting } from '../shared/tasks/celery-settings.ts';
import { answer, or } from '../shared/values/answer.ts';
import { isMapping, truth } from '../shared/values/data.ts';
import { matchesText } from '../shared/values/text.ts';

const REDIS = "CELERY_BROKER_URL = 'redis://redis:6379/0'\n";
const LATE = `${REDIS}CELERY_TASK_ACKS_LATE = True\n`;
const DAY = { 'shop/views.py': 'def order(request):\n    remind.apply_async(countdown=24 * 3600) # !\n' };
/** Seconds by default (kombu/transport/redis.py and SQS.py). */
const TRANSPORTS: readonly (readonly [RegExp, number])[] = [
  [/^(rediss?|sentinel|valkey)\b/i, DEFAULTS.kombu.values.redis_visibility_timeout],
  [/^sqs\b/i, DEFAULTS.kombu.values.sqs_visibility_timeout],
];

export default defineRule({
  id: 'tasks/visibility-timeout-too-short',
  title: 'Redis visibility timeout shorter than late-acked work',
  severity: 'warning',
  topic: 6,
  since: '0.1.0',
  why: 'The broker hands a task that nobody has acknowledged in time to another worker: it runs twice, or once every hour until its turn comes.',
  fix: 'A visibility_timeout in CELERY_BROKER_TRANSPORT_OPTIONS that is longer than the longest task and the farthest countdown.',
  autofix: 'unsafe',
  links: ['https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html#visibility-timeout'],
  cross: true,
  examples: {
    bad: [
      withCelery(`${LATE}CELERY_TASK_TIME_LIMIT = 7200 # !\n`),
      withCelery(`${LATE}CELERY_TASK_TIME_LIMIT = 300 # !\nCELERY_BROKER_TRANSPORT_OPTIONS = {'visibility_timeout': 60}\n`),
      withCelery(REDIS, '', DAY),
    ],
    good: [
      withCelery(`${LATE}CELERY_TASK_TIME_LIMIT = 300\n`),
      withCelery(`${REDIS}CELERY_TASK_TIME_LIMIT = 7200\n`),
      withCelery(`${LATE}CELERY_TASK_TIME_LIMIT = 7200\nCELERY_BROKER_TRANSPORT_OPTIONS = {'visibility_timeout': 14400}\n`),
      withCelery("CELERY_BROKER_URL = 'amqp://rabbitmq'\nCELERY_TASK_ACKS_LATE = True\nCELERY_TASK_TIME_LIMIT = 7200\n"),
      withCelery(REDIS, '', { 'shop/views.py': 'def order(request):\n    remind.apply_async(countdown=60 * 30)\n' }),
    ],
    undecided: [withCelery(`from elsewhere import seconds\n\n${LATE}CELERY_TASK_TIME_LIMIT = seconds()\n`)],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const app = celeryApp(repository);
    if (app === null) return;
    const timeout = visibility(settings, app);
    const acksLate = celerySetting(settings, app, 'task_acks_late');
    ctx.expectAll(
      [celerySetting(settings, app, 'task_time_limit'), timeout, acksLate],
      (limit, seconds, late) =>
        or(answer(truth(late) !== 'yes'), answer(seconds === null || typeof limit !== 'number' || limit <= seconds)),
      ([limit, seconds], [, , late]) => ({
        message: `Tasks may run for ${String(limit)} seconds and are acknowledged at their end, but after ${String(seconds)} the broker gives them to another worker: they run twice.`,
        subject: 'Celery visibility timeout',
        related: [{ at: late, message: 'tasks are acknowledged late' }],
      }),
    );
    judgeDelays(repository, timeout, ctx);
  },
});

/** Seconds until a message is delivered again; null for a broker that waits for its worker. */
function visibility(settings: SettingsFacts, app: CeleryApp): Value<number | null> {
  return bindValue(celerySetting(settings, app, 'broker_url'), ({ value: url, origin }) => {
    const standard = TRANSPORTS.find(([scheme]) => matchesText(url, scheme));
    if (standard === undefined) return known(null, origin);
    return bindValue(celerySetting(settings, app, 'broker_transport_options'), (options) =>
      secondsIn(options.value, standard[1], options.origin),
    );
  });
}

function secondsIn(options: Data | undefined, standard: number, origin: Parameters<typeof known>[1]): Value<number | null> {
  if (!isMapping(options)) return known(standard, origin);
  const entry = options.entries.find(({ key }) => key === 'visibility_timeout');
  if (entry === undefined) return options.complete ? known(standard, origin) : { kind: 'unknown', why: 'dynamic-call', names: [], origin };
  return bindValue(entry.value, ({ value, origin: at }) => known(typeof value === 'number' ? value : null, at));
}

interface Delay {
  readonly at: Span;
  readonly seconds: number;
}

/** Workers keep a task with a countdown unacknowledged until its time comes, whatever the setting says. */
function judgeDelays(repository: Pick<RepositoryFacts, 'codeMentions' | 'read'>, timeout: Value<number | null>, ctx: Context): void {
  const longest = [...delays(repository)].sort((a, b) => b.seconds - a.seconds)[0];
  if (longest === undefined) return;
  ctx.expect(
    timeout,
    (seconds) => seconds === null || longest.seconds <= seconds,
    (seconds) => ({
      at: longest.at,
      message: `A task is put off by ${longest.seconds} seconds, but after ${String(seconds)} the broker gives it to one more worker: it runs several times.`,
      subject: 'Celery visibility timeout',
    }),
  );
}

function delays({ codeMentions, read }: Pick<RepositoryFacts, 'codeMentions' | 'read'>): readonly Delay[] {
  return codeMentions(/\bcountdown\s*=\s*\d+(\s*\*\s*\d+)*\s*[,)]/).items.map((at) => {
    const text = (read(at.file) ?? '').slice(at.start, at.end);
    return { at, seconds: (text.match(/\d+/g) ?? []).map(Number).reduce((a, b) => a * b, 1) };
  });
}
