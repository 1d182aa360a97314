import {
  type Data,
  DEFAULTS,
  defineRule,
  known,
  type Process,
  type RepositoryFacts,
  type SettingsFacts,
  type Value,
} from '../../src/rule.ts';
import { program, supervisor } from '../shared/processes/supervisor-example.ts';
import { celeryApp, celerySetting } from '../shared/tasks/celery-settings.ts';
import { limitsElsewhere } from '../shared/tasks/time-limits.ts';
import { django } from '../shared/values/examples.ts';

const CELERY = {
  'mysite/celery.py':
    "import os\nfrom celery import Celery\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napp = Celery('mysite')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n",
};
const worker = (lines = '', command = 'celery -A mysite worker') => supervisor(program('worker', command, `user=deploy\n${lines}`));
const marked = (files: Readonly<Record<string, string>>, line: RegExp) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replace(line, '$& # !')]));
/** supervisor takes `# !` behind a blank for a comment. */
const SECTION = /^\[program:worker\]$/m;

export default defineRule({
  id: 'tasks/supervisor-stop-wait-too-short',
  title: 'Worker killed ten seconds after stop',
  severity: 'note',
  topic: 6,
  since: '0.1.0',
  why: 'supervisor kills a program ten seconds after it asked it to stop: tasks that are running then are lost, or run a second time.',
  fix: 'Set `stopwaitsecs` to more than the longest task takes, with `stopasgroup=true` where a shell starts the worker.',
  autofix: 'unsafe',
  links: [
    'https://supervisord.org/configuration.html#program-x-section-settings',
    'https://docs.celeryq.dev/en/stable/userguide/workers.html#stopping-the-worker',
  ],
  cross: true,
  examples: {
    bad: [
      { ...django(), ...CELERY, ...marked(worker(), SECTION) },
      { ...django(), ...CELERY, ...marked(worker('stopwaitsecs=20\n'), /^stopwaitsecs=20$/m) },
      { ...django(), ...marked(worker('', 'python manage.py rqworker'), SECTION) },
      { ...django('CELERY_TASK_TIME_LIMIT = 300\n'), ...CELERY, ...marked(worker('stopwaitsecs=30\n'), /^stopwaitsecs=30$/m) },
    ],
    good: [
      { ...django(), ...CELERY, ...worker('stopwaitsecs=600\n') },
      { ...django('CELERY_TASK_TIME_LIMIT = 30\n'), ...CELERY, ...worker('stopwaitsecs=30\n') },
      { ...django(), ...CELERY, ...supervisor(program('beat', 'celery -A mysite beat', 'user=deploy\n')) },
      { ...django(), ...supervisor(program('web', 'gunicorn mysite.wsgi', 'user=deploy\n')) },
    ],
    undecided: [
      { ...django(), ...CELERY, ...worker('stopwaitsecs=%(ENV_GRACE)s\n') },
      { ...django(), ...CELERY, ...worker('', 'celery -A mysite worker --time-limit=5') },
    ],
  },

  needs: ['deployment', 'repository', 'evaluations'],
  check({ deployment, repository, evaluations }, ctx) {
    for (const process of deployment.processes) {
      const { program: section, role } = process;
      if (section === null || role !== 'worker' || process.taskQueue === null) continue;
      const given = section.get('stopwaitsecs');
      const grace: Value<number> = process.stopGrace ?? known(DEFAULTS.supervisor.values.stopwaitsecs, { step: 'text', at: section.at });
      if (given === null && limitsElsewhere(deployment, repository)) {
        ctx.undecided(`How long a task of \`${process.name}\` may run is limited outside of the settings.`, section.at);
        continue;
      }
      const settings = evaluations.find(({ processes }) => processes.some((one) => one.name === process.name));
      ctx.expectAll(
        [grace, limitOf(process, settings, repository)],
        (seconds, limit) => seconds >= 60 || (typeof limit === 'number' && limit > 0 && limit <= seconds),
        ([seconds]) => ({
          at: given?.at ?? section.at,
          message: `\`${process.name}\` has ${seconds} seconds to end its tasks, then supervisor kills it.`,
          subject: process.name,
        }),
      );
    }
  },
});

/** Seconds after which Celery itself ends a task; undefined where nothing limits it. */
function limitOf(
  process: Process,
  settings: SettingsFacts | undefined,
  repository: Pick<RepositoryFacts, 'codeMentions' | 'read'>,
): Value<Data | undefined> {
  const app = process.taskQueue?.software === 'celery' ? celeryApp(repository) : null;
  const none = known(undefined, { step: 'text', at: process.commandAt });
  return settings === undefined || app === null ? none : celerySetting(settings, app, 'task_time_limit');
}
