import { type Context, type Data, type Deployment, defineRule, type Value } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { withCelery } from '../shared/tasks/celery-example.ts';
import { celeryApp, celerySetting } from '../shared/tasks/celery-settings.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';
import { matchesText } from '../shared/values/text.ts';

const BACKEND = "CELERY_RESULT_BACKEND = 'redis://redis:6379/1'\n";
const WORKER = '  worker:\n    build: .\n    command: celery -A mysite worker\n';
const BEAT = '  beat:\n    build: .\n    command: celery -A mysite beat\n';

function deployed(settings: string, services: string) {
  const { 'settings.py': _unused, ...app } = withCelery('');
  return { ...django(settings), ...app, Dockerfile: DOCKERFILE, 'docker-compose.yml': `services:\n  web:\n    build: .\n${services}` };
}

export default defineRule({
  id: 'tasks/results-never-expire',
  title: 'Task results pile up',
  severity: 'note',
  topic: 6,
  since: '0.1.0',
  why: 'Every task leaves a result behind: the table, or the memory of Redis, grows without an end.',
  fix: 'CELERY_TASK_IGNORE_RESULT = True where nobody reads results; else CELERY_RESULT_EXPIRES, and beat to clean a database.',
  autofix: 'unsafe',
  links: [
    'https://docs.celeryq.dev/en/stable/userguide/configuration.html#result-expires',
    'https://docs.celeryq.dev/en/stable/userguide/tasks.html#ignore-results-you-don-t-want',
  ],
  cwe: ['CWE-400'],
  examples: {
    bad: [
      withCelery(`${BACKEND}CELERY_RESULT_EXPIRES = None # !\n`),
      withCelery(`${BACKEND}CELERY_RESULT_EXPIRES = 0 # !\n`),
      deployed("CELERY_RESULT_BACKEND = 'django-db' # !\n", WORKER),
    ],
    good: [
      withCelery(BACKEND),
      withCelery(`${BACKEND}CELERY_RESULT_EXPIRES = 3600\n`),
      withCelery(`${BACKEND}CELERY_RESULT_EXPIRES = None\nCELERY_TASK_IGNORE_RESULT = True\n`),
      withCelery('CELERY_RESULT_EXPIRES = None\n'),
      deployed("CELERY_RESULT_BACKEND = 'django-db'\n", `${WORKER}${BEAT}`),
      deployed("CELERY_RESULT_BACKEND = 'django-db'\n", WORKER.replace('worker\n', 'worker -B\n')),
    ],
    undecided: [withCelery(`from elsewhere import seconds\n\n${BACKEND}CELERY_RESULT_EXPIRES = seconds()\n`)],
  },

  needs: ['settings', 'repository', 'deployment'],
  check({ settings, repository: whole, deployment }, ctx) {
    const repository = ownCode(settings, whole);
    const app = celeryApp(repository);
    if (app === null || repository.codeMentions(/backend_cleanup|TaskResult\.objects[^\n]*(delete|expire)|\bforget\(\)/).items.length > 0)
      return;
    const backend = celerySetting(settings, app, 'result_backend');
    const ignores = celerySetting(settings, app, 'task_ignore_result');
    judgeExpiry({ expires: celerySetting(settings, app, 'result_expires'), backend, ignores }, ctx);
    const worker = deployment.processes.find(({ taskQueue, role }) => taskQueue?.software === 'celery' && role === 'worker');
    if (worker === undefined || hasBeat(deployment)) return;
    ctx.expectAll(
      [backend, ignores, celerySetting(settings, app, 'result_expires')],
      (store, ignored, expires) => or(answer(!isDatabase(store)), truth(ignored), answer(isNever(expires))),
      () => ({
        message:
          'Results go to the database, and nothing removes old ones: that is a task of `celery beat`, which this deployment does not run.',
        subject: 'Celery results',
        related: [{ at: worker.commandAt, message: `\`${worker.name}\` writes them` }],
      }),
    );
  },
});

interface Results {
  readonly expires: Value<Data | undefined>;
  readonly backend: Value<Data | undefined>;
  readonly ignores: Value<Data | undefined>;
}

function judgeExpiry({ expires, backend, ignores }: Results, ctx: Context): void {
  ctx.expectAll(
    [expires, backend, ignores],
    (seconds, store, ignored) => or(answer(!isNever(seconds)), not(truth(store)), truth(ignored)),
    () => ({ message: 'Results of tasks never expire (`result_expires`): each stays for ever.', subject: 'Celery results' }),
  );
}

/** Not set is a day (celery/app/defaults.py). */
function isNever(seconds: Data | undefined): boolean {
  if (seconds === undefined) return false;
  return seconds === null || truth(seconds) === 'no';
}

function isDatabase(store: Data | undefined): boolean {
  return matchesText(store, /^(django-db|db\+|database\b)/i);
}

/** A scheduler of its own, one within a worker, or a process whose command is not known. */
function hasBeat({ processes }: Deployment): boolean {
  return processes.some(({ role, taskQueue, command }) => {
    if (role === 'beat') return true;
    if (command.kind !== 'known') return role === 'worker' || role === 'other';
    return taskQueue !== null && command.value.some((word) => word.kind !== 'known' || /^(--beat|-\w*B)$/.test(word.value));
  });
}
