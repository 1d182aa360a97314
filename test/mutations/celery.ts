import { add, base, image, type Mutation, setting } from './edits.ts';

const BROKER = 'CELERY_BROKER_URL = "redis://redis:6379/0"';
const CONSUMER = 'class Shelf:\n    async def connect(self):\n        await self.channel_layer.group_add("shelf", self.channel_name)\n';
const ASGI =
  'import os\n\nfrom django.core.asgi import get_asgi_application\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "library.settings.production")\n\napplication = get_asgi_application()\n';

/** What the settings decide about the task queue. */
export const MUTATIONS: readonly Mutation[] = [
  { name: 'a broker in a folder', edits: setting(BROKER, 'CELERY_BROKER_URL = "filesystem://"'), expect: ['tasks/broker-in-memory'] },
  { name: 'an old name of Celery', edits: add('CELERYD_MAX_TASKS_PER_CHILD = 100'), expect: ['tasks/celery-settings-ignored'] },
  { name: 'pickled tasks', edits: add('CELERY_ACCEPT_CONTENT = ["json", "pickle"]'), expect: ['tasks/pickle-accepted'] },
  { name: 'eager tasks', edits: add('CELERY_TASK_ALWAYS_EAGER = True'), expect: ['tasks/tasks-run-in-web-process'] },
  {
    name: 'Daphne behind the static files',
    edits: base('    "django.contrib.staticfiles",\n', '    "django.contrib.staticfiles",\n    "daphne",\n'),
    expect: ['tasks/daphne-after-staticfiles'],
  },
  {
    name: 'a channel layer that is not there',
    edits: [...add('INSTALLED_APPS += ["channels"]'), { file: 'loans/consumers.py', replace: CONSUMER }],
    expect: ['tasks/channel-layer-missing'],
  },
  {
    name: 'a channel layer in memory',
    edits: [
      ...add('CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}\nDATABASES["default"]["CONN_MAX_AGE"] = 0'),
      { file: 'library/asgi.py', replace: ASGI },
      ...image('"library.wsgi:application", ', '"library.asgi:application", "-k", "uvicorn_worker.UvicornWorker", '),
      ...image(' "--threads", "2",', ''),
    ],
    expect: ['tasks/channel-layer-in-memory'],
  },
  {
    name: 'results for ever',
    edits: add('CELERY_RESULT_BACKEND = "redis://redis:6379/2"\nCELERY_RESULT_EXPIRES = None'),
    expect: ['tasks/results-never-expire'],
  },
  { name: 'tasks without a limit', edits: setting('CELERY_TASK_TIME_LIMIT = 300\n', ''), expect: ['tasks/time-limit-missing'] },
  {
    name: 'tasks longer than the broker waits',
    edits: setting('CELERY_TASK_TIME_LIMIT = 300', 'CELERY_TASK_TIME_LIMIT = 7200'),
    expect: ['tasks/visibility-timeout-too-short'],
  },
];
