import { type Data, defineRule } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { withCelery } from '../shared/tasks/celery-example.ts';
import { celeryApp, celerySetting } from '../shared/tasks/celery-settings.ts';
import { limitsElsewhere } from '../shared/tasks/time-limits.ts';
import { or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const marked = (settings: string) => {
  const files = withCelery(settings);
  return { ...files, 'mysite/celery.py': (files['mysite/celery.py'] ?? '').replace("Celery('mysite')\n", "Celery('mysite') # !\n") };
};

export default defineRule({
  id: 'tasks/time-limit-missing',
  title: 'Celery tasks have no time limit',
  severity: 'note',
  topic: 6,
  since: '0.1.0',
  why: 'By default a task may run for ever: one that hangs on a connection holds a slot of its worker until that is restarted.',
  fix: 'CELERY_TASK_TIME_LIMIT = 300, with CELERY_TASK_SOFT_TIME_LIMIT a little lower.',
  autofix: 'unsafe',
  links: [
    'https://docs.celeryq.dev/en/stable/userguide/configuration.html#task-time-limit',
    'https://docs.celeryq.dev/en/stable/userguide/workers.html#time-limits',
  ],
  cwe: ['CWE-400'],
  examples: {
    bad: [marked('DEBUG = False\n'), marked('CELERY_TASK_TIME_LIMIT = None\n')],
    good: [
      withCelery('CELERY_TASK_TIME_LIMIT = 300\n'),
      withCelery('CELERY_TASK_SOFT_TIME_LIMIT = 240\n'),
      withCelery('DEBUG = False\n', 'app.conf.task_time_limit = 300\n'),
      withCelery('DEBUG = False\n', '', { 'shop/tasks.py': '@app.task(soft_time_limit=60)\ndef bill():\n    pass\n' }),
      withCelery('DEBUG = False\n', '', { 'start.sh': 'exec celery -A mysite worker --time-limit=300\n' }),
      withCelery('CELERY_TASK_ALWAYS_EAGER = True\n'),
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [withCelery('from elsewhere import seconds\n\nCELERY_TASK_TIME_LIMIT = seconds()\n')],
  },

  needs: ['settings', 'repository', 'deployment'],
  check({ settings, repository: whole, deployment }, ctx) {
    const repository = ownCode(settings, whole);
    const app = celeryApp(repository);
    if (app === null || limitsElsewhere(deployment, repository)) return;
    const setting = (key: string) => celerySetting(settings, app, key);
    ctx.expectAll(
      [setting('task_time_limit'), setting('task_soft_time_limit'), setting('task_always_eager')],
      (hard, soft, eager) => or(isLimit(hard), isLimit(soft), truth(eager)),
      () => ({
        at: app.at,
        message: 'Nothing limits how long a task may run: one that hangs holds a slot of its worker for ever.',
        subject: 'Celery time limit',
      }),
    );
  },
});

function isLimit(seconds: Data | undefined) {
  return truth(seconds);
}
