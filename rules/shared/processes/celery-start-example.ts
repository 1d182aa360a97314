import { django } from '../values/examples.ts';

/** A compose file with one worker of a project that has a Celery app. */
export function workerBy(command: string, lines = ''): Record<string, string> {
  return {
    ...django(),
    'mysite/celery.py':
      "import os\nfrom celery import Celery\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napp = Celery('mysite')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n",
    Dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n',
    'docker-compose.yml': `services:\n  worker:\n    build: .\n    command: ${command}\n${lines}`,
  };
}
