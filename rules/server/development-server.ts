import { defineRule } from '../../src/rule.ts';
import { onEcs } from '../shared/infrastructure/ecs-example.ts';
import { compose, DOCKERFILE, django, unit } from '../shared/values/examples.ts';

export default defineRule({
  id: 'server/development-server',
  title: 'Django development server started in production',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'runserver has gone through no security audit or performance test, reloads the code while it serves, and keeps no workers alive.',
  fix: 'Start gunicorn or an ASGI server instead.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver'],
  cwe: ['CWE-489'],
  examples: {
    bad: [
      {
        ...django(),
        'render.yaml':
          'services:\n  - type: web\n    name: site\n    runtime: python\n    startCommand: python manage.py runserver 0.0.0.0:$PORT # !\n',
      },
      {
        ...django(),
        'deploy/site.conf': '[program:web]\ncommand=python manage.py runserver 0.0.0.0:8000 # !\ndirectory=/srv/mysite\nuser=deploy\n',
      },
      onEcs('', { container: '    command = ["python", "manage.py", "runserver", "0.0.0.0:8000"] # !\n' }),
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ web: '    command: python manage.py runserver 0.0.0.0:8000 # !\n' }),
      },
      { ...django(), 'site.service': unit('', 'python manage.py runserver # !') },
    ],
    good: [
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose() },
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose(),
        'docker-compose.dev.yml': compose({ web: '    command: python manage.py runserver 0.0.0.0:8000\n' }),
      },
    ],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      if (process.server?.software !== 'runserver') continue;
      ctx.report({
        at: process.commandAt,
        message: `\`${process.name}\` serves the site with Django's development server.`,
        subject: process.name,
      });
    }
  },
});
