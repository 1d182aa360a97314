import { DOCKERFILE, django } from '../values/examples.ts';

/** A compose deployment with a Celery app that is configured from the settings; the services go below `web`. */
export function celeryProject(services: string, settings = '', more: Record<string, string> = {}): Record<string, string> {
  return {
    ...django(`CELERY_BROKER_URL = 'redis://redis:6379/0'\n${settings}`),
    Dockerfile: DOCKERFILE,
    'mysite/__init__.py': 'from .celery import app as celery_app\n',
    'mysite/celery.py':
      "import os\nfrom celery import Celery\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napp = Celery('mysite')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n",
    'requirements.txt': 'Django==5.2.8\ngunicorn==23.0.0\ncelery==5.5.3\nredis==6.4.0\n',
    'docker-compose.yml': `services:\n  web:\n    build: .\n${services}`,
    ...more,
  };
}

export const WORKER = '  worker:\n    build: .\n    command: celery -A mysite worker -l info\n';
export const BEAT = '  beat:\n    build: .\n    command: celery -A mysite beat -l info\n';
export const REDIS = '  redis:\n    image: redis:7.4-alpine\n    volumes: ["redis:/data"]\n';
