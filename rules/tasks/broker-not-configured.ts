import { defineRule } from '../../src/rule.ts';
import { type AppFile, appOf, brokerSettings, prefixOf, startOf, withoutComments } from '../shared/tasks/celery.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

function project(app: string, settings: string, mark: string): Record<string, string> {
  return {
    ...django(settings),
    Dockerfile: DOCKERFILE,
    'mysite/__init__.py': 'from .celery import app as celery_app\n',
    'mysite/celery.py': `import os\nfrom celery import Celery\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n${app}`,
    'docker-compose.yml': `services:\n  web:\n    build: .\n  worker:\n    build: .\n    command: celery -A mysite worker${mark}\n`,
  };
}

const FROM_SETTINGS = "app = Celery('mysite')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n";

export default defineRule({
  id: 'tasks/broker-not-configured',
  title: 'Task worker runs without a configured broker',
  severity: 'error',
  topic: 6,
  since: '0.1.0',
  why: 'Celery then looks for RabbitMQ on its own machine: the worker never gets a task, and every delay() in the site fails.',
  fix: 'Set CELERY_BROKER_URL, in the settings or the environment, to the broker that the deployment runs.',
  autofix: 'none',
  links: [
    'https://docs.celeryq.dev/en/stable/userguide/configuration.html#broker-url',
    'https://docs.celeryq.dev/en/stable/django/first-steps-with-django.html',
  ],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [project(FROM_SETTINGS, '', ' # !'), project(FROM_SETTINGS, "BROKER_URL = 'redis://redis:6379/0'\n", ' # !')],
    good: [
      project(FROM_SETTINGS, "CELERY_BROKER_URL = 'redis://redis:6379/0'\n", ''),
      project("app = Celery('mysite', broker='redis://redis:6379/0')\n", '', ''),
      project(FROM_SETTINGS, '', '\n    environment:\n      CELERY_BROKER_URL: redis://redis:6379/0'),
      project(FROM_SETTINGS, '', ' -b redis://redis:6379/0'),
    ],
    undecided: [
      project(FROM_SETTINGS, "\n\nclass Site:\n    @classmethod\n    def CELERY_BROKER_URL(cls):\n        return 'redis://redis'\n", ''),
      project("app = Celery('mysite')\napp.config_from_object('mysite.celeryconfig')\n", '', ''),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    for (const process of settings.processes) {
      const queue = process.taskQueue;
      if (queue?.software !== 'celery' || queue.broker !== null) continue;
      const given = process.environment.variables.has('CELERY_BROKER_URL');
      if (given) continue;
      const app = appOf(process, settings, repository);
      const namespace = app === null ? null : namespaceOf(app);
      if (app === null || namespace === null || process.environment.closed !== true) {
        if (app === null || !/broker/i.test(app.text))
          ctx.undecided(`Where \`${process.name}\` takes its broker from is not known.`, process.commandAt);
        continue;
      }
      // A method of a settings class gives the value where the evaluation does not look.
      const mentioned = settings.evaluated.files.some((file) => new RegExp(`\\bdef ${namespace}BROKER_`).test(repository.read(file) ?? ''));
      if (mentioned) {
        ctx.undecided(`A method gives \`${namespace}BROKER_URL\`.`, settings.top);
        continue;
      }
      ctx.none(
        brokerSettings(settings, namespace),
        ({ is }) => is,
        () => ({
          at: process.commandAt,
          message: `\`${process.name}\` runs a Celery worker without a broker: nothing sets \`${namespace}BROKER_URL\`, so it tries RabbitMQ on its own machine.`,
          subject: process.name,
          related: [
            { at: startOf(app), message: 'the Celery app takes its configuration from the Django settings' },
            { at: settings.top, message: `the settings do not name \`${namespace}BROKER_URL\`` },
          ],
        }),
      );
    }
  },
});

/** The prefix of settings that the app reads; null when its broker is set elsewhere or the source is another one. */
function namespaceOf(app: AppFile): string | null {
  return /broker/i.test(withoutComments(app.text)) ? null : prefixOf(app);
}
