import { type Data, defineRule } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { isInternetAddress } from '../shared/requests/address.ts';
import { mayComeFromDebug } from '../shared/requests/debug-only.ts';
import { withCelery } from '../shared/tasks/celery-example.ts';
import { brokerFromEnvironment, celeryApp, celerySetting } from '../shared/tasks/celery-settings.ts';
import { truth } from '../shared/values/data.ts';
import { matchesText } from '../shared/values/text.ts';

/** Transports that hand nothing to another machine, and what becomes of a message. */
const LOCAL: readonly (readonly [RegExp, string])[] = [
  [/^memory:/i, 'keeps messages in the memory of the process that sends them: no worker ever sees one'],
  [/^filesystem:/i, 'keeps messages in a folder: only workers on the same disk see them, and messages are lost with it'],
  [/^sqla(lchemy)?\+sqlite|^sqla(lchemy)?:\/\/.*sqlite|^django:/i, 'keeps messages in a database file that every process polls and locks'],
];

export default defineRule({
  id: 'tasks/broker-in-memory',
  title: 'Task broker is in memory, in a file or open',
  severity: 'error',
  topic: 6,
  since: '0.1.0',
  why: 'Messages never reach another process, are lost on restart, or anybody on the network can publish tasks.',
  fix: 'Redis or RabbitMQ as the broker, with a password.',
  autofix: 'none',
  links: [
    'https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/index.html',
    'https://docs.celeryq.dev/projects/kombu/en/stable/reference/kombu.transport.memory.html',
  ],
  cwe: ['CWE-306'],
  examples: {
    bad: [
      withCelery("CELERY_BROKER_URL = 'memory://' # !\n"),
      withCelery("CELERY_BROKER_URL = 'filesystem://' # !\n"),
      withCelery("CELERY_BROKER_URL = 'sqla+sqlite:///broker.sqlite3' # !\n"),
      withCelery("CELERY_BROKER_URL = 'redis://203.0.114.7:6379/0' # !\n"),
      withCelery('DEBUG = False\n', `app.conf.broker_url = 'memory://' # !\n`),
    ],
    good: [
      withCelery("CELERY_BROKER_URL = 'redis://redis:6379/0'\n"),
      withCelery("CELERY_BROKER_URL = 'redis://10.0.0.7:6379/0'\n"),
      withCelery("CELERY_BROKER_URL = 'redis://:k7v2m9x4q8@203.0.114.7:6379/0'\n"),
      withCelery("CELERY_BROKER_URL = 'memory://'\nCELERY_TASK_ALWAYS_EAGER = True\n"),
      withCelery("DEBUG = True\nif DEBUG:\n    CELERY_BROKER_URL = 'memory://'\n"),
      { 'settings.py': "CELERY_BROKER_URL = 'memory://'\n" },
    ],
    undecided: [withCelery('from elsewhere import broker\n\nCELERY_BROKER_URL = broker()\n')],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const app = celeryApp(repository);
    if (app === null || brokerFromEnvironment(settings)) return;
    const value = celerySetting(settings, app, 'broker_url');
    const eager = celerySetting(settings, app, 'task_always_eager');
    // Without a queue the broker is not asked: tasks/tasks-run-in-web-process speaks of that.
    if (eager.kind === 'known' && truth(eager.value) === 'yes') return;
    if (value.kind === 'known' && mayComeFromDebug(value.origin, { settings, repository })) return;
    ctx.expect(
      value,
      (url) => !LOCAL.some(([pattern]) => matchesText(url, pattern)),
      (url) => ({
        message: `The broker ${LOCAL.find(([pattern]) => matchesText(url, pattern))?.[1] ?? 'is no queue'}.`,
        subject: 'Celery broker',
      }),
    );
    ctx.expect(
      value,
      (url) => !isOpen(url),
      () => ({
        message: 'The broker is a Redis at a public address without a password: anybody can publish tasks.',
        subject: 'Celery broker',
        severity: 'warning',
        because: 'a firewall may stand before it',
      }),
    );
  },
});

/** A URL with a password is a secret, or has a part before the host. */
function isOpen(url: Data | undefined): boolean {
  const host = typeof url === 'string' ? /^rediss?:\/\/(\[[^\]]*\]|[^/:@]+)(:\d+)?(\/|$)/i.exec(url)?.[1] : undefined;
  return host !== undefined && isInternetAddress(host);
}
