import { type Context, casesOf, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed } from '../shared/code/packages.ts';
import { mayComeFromDebug } from '../shared/requests/debug-only.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { withCelery } from '../shared/tasks/celery-example.ts';
import { celeryApp, celerySetting } from '../shared/tasks/celery-settings.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { keysInAnyCase, truth } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const TASK = { 'shop/tasks.py': 'from django.tasks import task\n\n\n@task\ndef bill(order):\n    return order\n' };
const DJANGO_6 = { 'requirements.txt': 'Django==6.0.4\n' };

export default defineRule({
  id: 'tasks/tasks-run-in-web-process',
  title: 'Task queue runs tasks inside the web process',
  severity: 'error',
  topic: 6,
  since: '0.1.0',
  why: 'The request waits for the task, however long it takes; retries and schedules do not happen, and workers have nothing to do.',
  fix: 'Switch the eager mode off in production, or name a backend that hands tasks to workers.',
  autofix: 'unsafe',
  links: [
    'https://docs.celeryq.dev/en/stable/userguide/configuration.html#task-always-eager',
    'https://huey.readthedocs.io/en/latest/django.html',
    'https://docs.djangoproject.com/en/stable/ref/settings/#tasks',
  ],
  cwe: ['CWE-400'],
  examples: {
    bad: [
      withCelery('CELERY_TASK_ALWAYS_EAGER = True # !\n'),
      withCelery('DEBUG = False\n', 'app.conf.task_always_eager = True # !\n'),
      { 'settings.py': "INSTALLED_APPS = ['huey.contrib.djhuey']\nHUEY = {'immediate': True} # !\n" },
      { 'settings.py': "INSTALLED_APPS = ['django_q']\nQ_CLUSTER = {'name': 'shop', 'sync': True} # !\n" },
      { 'settings.py': "INSTALLED_APPS = ['django_rq']\nRQ_QUEUES = {'default': {'HOST': 'redis', 'ASYNC': False}} # !\n" },
      {
        'settings.py': "INSTALLED_APPS = ['django_dramatiq']\nDRAMATIQ_BROKER = {'BROKER': 'dramatiq.brokers.stub.StubBroker'} # !\n",
      },
      { ...DJANGO_6, ...TASK, 'settings.py': 'DEBUG = False # !\n' },
      { ...DJANGO_6, ...TASK, 'settings.py': "TASKS = {'default': {'BACKEND': 'django.tasks.backends.dummy.DummyBackend'}} # !\n" },
    ],
    good: [
      withCelery('CELERY_TASK_ALWAYS_EAGER = False\n'),
      withCelery('CELERY_ALWAYS_EAGER = True\n', '', { 'requirements.txt': 'celery==5.5.3\n' }),
      withCelery('DEBUG = True\nCELERY_TASK_ALWAYS_EAGER = DEBUG\n'),
      { 'settings.py': "INSTALLED_APPS = ['huey.contrib.djhuey']\nDEBUG = False\nHUEY = {'name': 'shop'}\n" },
      { ...DJANGO_6, 'settings.py': 'DEBUG = False\n' },
      { ...DJANGO_6, ...TASK, 'settings.py': "TASKS = {'default': {'BACKEND': 'django_tasks_rq.RQBackend'}}\n" },
      { ...TASK, 'requirements.txt': 'Django==5.2.8\n', 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [withCelery('from elsewhere import flag\n\nCELERY_TASK_ALWAYS_EAGER = flag()\n')],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const code = { settings, repository };
    judgeCelery(code, ctx);
    judgeSwitch(code, ['huey.contrib.djhuey'], ['HUEY', 'immediate'], 'Huey', ctx);
    judgeSwitch(code, ['django_q'], ['Q_CLUSTER', 'sync'], 'Django Q', ctx);
    judgeRq(code, ctx);
    judgeDramatiq(settings, ctx);
    if (isAtLeast(settings.django, '6.0') === 'yes' && repository.codeMentions(/^\s*from django\.tasks import\b/m).items.length > 0) {
      judgeDjango(settings, ctx);
    }
  },
});

function judgeCelery(code: Code & { readonly repository: Parameters<typeof celeryApp>[0] }, ctx: Context): void {
  const app = celeryApp(code.repository);
  if (app === null) return;
  const eager = celerySetting(code.settings, app, 'task_always_eager');
  if (eager.kind === 'known' && mayComeFromDebug(eager.origin, code)) return;
  ctx.expect(
    eager,
    (on) => not(truth(on)),
    () => ({
      message:
        'Celery runs every task at once in the process that calls it (`task_always_eager`): requests wait for it, and no worker is asked.',
      subject: 'task queue',
    }),
  );
}

function judgeSwitch(code: Code, apps: readonly string[], [name, key]: readonly [string, string], queue: string, ctx: Context): void {
  if (code.settings.sets(name) === 'no') return;
  const value = code.settings.get(name, key);
  if (value.kind === 'known' && mayComeFromDebug(value.origin, code)) return;
  ctx.expectAll(
    [value, installed(code.settings, ...apps)],
    (on, app) => or(not(app.is), not(truth(on))),
    () => ({
      message: `\`${name}["${key}"]\` makes ${queue} run every task at once in the process that calls it: requests wait for it.`,
      subject: 'task queue',
    }),
  );
}

function judgeRq(code: Code, ctx: Context): void {
  for (const alias of keysInAnyCase(code.settings.get('RQ_QUEUES'))) {
    const value = code.settings.get('RQ_QUEUES', alias, 'ASYNC');
    if (value.kind === 'known' && mayComeFromDebug(value.origin, code)) continue;
    ctx.expectAll(
      [value, installed(code.settings, 'django_rq')],
      (async, app) => or(not(app.is), answer(async !== false)),
      () => ({
        message: `The queue \`${alias}\` of RQ runs every job at once in the process that calls it (\`ASYNC\`): requests wait for it.`,
        subject: `RQ_QUEUES.${alias}`,
      }),
    );
  }
}

function judgeDramatiq(settings: SettingsFacts, ctx: Context): void {
  ctx.expectAll(
    [settings.get('DRAMATIQ_BROKER', 'BROKER'), installed(settings, 'django_dramatiq')],
    (broker, app) => or(not(app.is), answer(broker !== 'dramatiq.brokers.stub.StubBroker')),
    () => ({ message: 'The stub broker of Dramatiq keeps messages in the web process: no worker ever gets one.', subject: 'task queue' }),
  );
}

const IMMEDIATE = 'django.tasks.backends.immediate.ImmediateBackend';
const DUMMY = 'django.tasks.backends.dummy.DummyBackend';

function judgeDjango(settings: SettingsFacts, ctx: Context): void {
  const backend = settings.get('TASKS', 'default', 'BACKEND');
  const never = casesOf(backend).some(({ then }) => then.kind === 'known' && then.value === DUMMY);
  ctx.expect(
    backend,
    (path) => path !== IMMEDIATE && path !== DUMMY,
    (_path, origin) => ({
      ...(origin.step === 'default' ? { at: settings.placeOf('TASKS') } : {}),
      message: never
        ? 'The dummy backend of `TASKS` runs no task at all.'
        : 'The immediate backend of `TASKS`, which is the default, runs each task within the request that enqueues it.',
      subject: 'task queue',
      ...(never ? {} : { severity: 'warning', because: 'the tasks are run all the same' }),
    }),
  );
}
