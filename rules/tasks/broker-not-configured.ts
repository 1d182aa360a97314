import { type Answer, type Collection, defineRule, type SettingsFacts, type Span } from '../../src/rule.ts';
import { truth } from '../shared/data.ts';
import { DOCKERFILE, django } from '../shared/examples.ts';
import { moduleFile } from '../shared/python-class.ts';

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
    undecided: [project("app = Celery('mysite')\napp.config_from_object('mysite.celeryconfig')\n", '', '')],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    for (const process of settings.processes) {
      const queue = process.taskQueue;
      if (queue?.software !== 'celery' || queue.broker !== null) continue;
      const given = process.environment.variables.has('CELERY_BROKER_URL');
      if (given) continue;
      const app = queue.app.kind === 'known' ? appModule(queue.app.value, settings, repository) : null;
      const namespace = app === null ? null : namespaceOf(app.text);
      if (app === null || namespace === null || process.environment.closed !== true) {
        if (app === null || !/broker/i.test(app.text))
          ctx.undecided(`Where \`${process.name}\` takes its broker from is not known.`, process.commandAt);
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

interface AppFile {
  readonly file: string;
  readonly text: string;
}

/** Celery looks for `app` or `celery` in the module itself, then in its `celery` submodule. */
function appModule(app: string, settings: SettingsFacts, repository: Parameters<typeof moduleFile>[1]['repository']): AppFile | null {
  const code = { settings, repository };
  const module = app.replace(/:.*$/, '');
  const candidates = [`${module}.celery`, module, module.replace(/\.\w+$/, '')];
  return candidates.map((one) => moduleFile(one, code)).find((found) => found !== null && /\bCelery\(/.test(found.text)) ?? null;
}

/** The prefix of settings that the app reads; null when its broker is set elsewhere or the source is another one. */
function namespaceOf(text: string): string | null {
  const code = text.replace(/^\s*#.*$/gm, '');
  if (/broker/i.test(code)) return null;
  const call = /config_from_object\(\s*(['"])django\.conf:settings\1\s*(?:,\s*(?:namespace\s*=\s*)?(['"])(\w*)\2)?[^)]*\)/.exec(code);
  if (call === null) return null;
  const namespace = call[3] ?? '';
  return namespace === '' ? '' : `${namespace}_`;
}

interface Candidate {
  readonly at: Span;
  readonly is: Answer;
}

/** Settings that name a broker under the prefix. */
function brokerSettings(settings: SettingsFacts, prefix: string): Collection<Candidate> {
  const { complete } = settings.evaluated;
  const names = [`${prefix}BROKER_URL`, `${prefix}BROKER_READ_URL`, `${prefix}BROKER`, `${prefix}BROKER_HOST`];
  const items = names.flatMap((name): Candidate[] => {
    if (settings.sets(name) === 'no') return [];
    const value = settings.get(name);
    return [{ at: settings.placeOf(name), is: value.kind === 'known' ? truth(value.value) : 'maybe' }];
  });
  return { items, complete: complete === true ? true : { because: complete.because } };
}

function startOf({ file, text }: AppFile): Span {
  const at = Math.max(text.search(/^.*\bCelery\(/m), 0);
  return { file, start: at, end: text.indexOf('\n', at) === -1 ? text.length : text.indexOf('\n', at) };
}
