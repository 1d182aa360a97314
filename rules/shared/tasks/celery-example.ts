/** Settings with a Celery app that takes its configuration from them; `app` goes below the lines that make it. */
export function withCelery(settings: string, app = '', files: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    'settings.py': settings,
    'mysite/celery.py': `from celery import Celery\n\napp = Celery('mysite')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n${app}`,
    ...files,
  };
}
