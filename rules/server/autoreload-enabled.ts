import { type Deployment, defineRule, type Process } from '../../src/rule.ts';
import { workerBy } from '../shared/processes/celery-start-example.ts';
import { byCompose, byConfig, byImage, byProcfile, byUnit, byUwsgi } from '../shared/processes/start-example.ts';
import { isNamedForProduction } from '../shared/requests/web.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

export default defineRule({
  id: 'server/autoreload-enabled',
  title: 'Code autoreloader enabled in production',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'The reloader watches every file and restarts the workers under the visitors; gunicorn shows clients the full traceback when the new code does not load, and uvicorn serves from one worker only.',
  fix: 'Drop the option; deploy new code with a restart or SIGHUP.',
  autofix: 'safe',
  links: [
    'https://gunicorn.org/reference/settings/#reload',
    'https://uvicorn.dev/settings/#development',
    'https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html',
  ],
  cwe: ['CWE-489'],
  examples: {
    bad: [
      byCompose('gunicorn mysite.wsgi --bind 0.0.0.0:8000 --reload # !'),
      byProcfile('uvicorn mysite.asgi:application --host 0.0.0.0 --port $PORT --reload # !'),
      byUnit('granian --interface wsgi --reload mysite.wsgi:application # !'),
      byImage('hypercorn --reload --bind 0.0.0.0:8000 mysite.asgi:application', ' # !'),
      byConfig('reload = True # !\n'),
      byCompose('uvicorn mysite.asgi:application --host 0.0.0.0', '    environment:\n      UVICORN_RELOAD: "true" # !\n'),
      byCompose('gunicorn mysite.wsgi', '    environment:\n      GUNICORN_CMD_ARGS: "--bind=0.0.0.0:8000 --reload" # !\n'),
      byUwsgi('py-autoreload = 2 # !\n'),
      workerBy("watchmedo auto-restart -d . -p '*.py' -R -- celery -A mysite worker # !"),
    ],
    good: [
      byCompose('gunicorn mysite.wsgi --bind 0.0.0.0:8000'),
      byUwsgi('py-autoreload = 0\n'),
      byConfig('reload = False\n'),
      { ...byCompose('gunicorn mysite.wsgi'), 'docker-compose.dev.yml': 'services:\n  web:\n    command: gunicorn mysite.wsgi --reload\n' },
      workerBy('celery -A mysite worker'),
    ],
    undecided: [
      {
        ...byCompose('gunicorn mysite.wsgi --bind 0.0.0.0:8000 --reload', '    volumes: [".:/app"]\n'),
        'nginx.conf': nginx(PASS),
      },
      byConfig("import os\nreload = os.environ['RELOAD'] == '1'\n", '    env_file: web.env\n'),
    ],
  },
  needs: ['processes', 'deployment'],
  check({ processes, deployment }, ctx) {
    for (const process of processes) {
      const { server, taskQueue } = process;
      // runserver reloads because it is made for development: server/development-server says so.
      const reload = server?.software === 'runserver' ? undefined : (server?.reload ?? taskQueue?.reload);
      if (reload === undefined) continue;
      if (isEdited(process, deployment)) {
        if (reload.kind !== 'known' || reload.value)
          ctx.undecided(`The source is mounted into \`${process.name}\`: the file may serve for development.`, process.at);
        continue;
      }
      ctx.expect(
        reload,
        (on) => !on,
        (_on, decided) => ({
          at: decided,
          message: `\`${process.name}\` restarts whenever a file changes: that is for development.`,
          subject: process.name,
        }),
      );
    }
  },
});

/** A compose file whose name does not say production mounts the source: edits show at once, which is what files for development do. */
function isEdited({ mounts, settings }: Process, deployment: Deployment): boolean {
  const file = settings?.file ?? '';
  const mounted = mounts.items.some(
    ({ kind, source }) => kind === 'bind' && (source === '' || source === '.' || file.startsWith(`${source}/`)),
  );
  return mounted && deployment.kind === 'compose' && !isNamedForProduction(deployment);
}
