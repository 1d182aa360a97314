import { defineRule, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { findModule, interfaceIn, readApplication } from '../shared/processes/application.ts';
import { byCompose, byImage, byProcfile, byUnit } from '../shared/processes/start-example.ts';

const AT = '--host 0.0.0.0 --port 8000';
const ASGI_FILE = 'from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n';

export default defineRule({
  id: 'server/wsgi-asgi-mismatch',
  title: 'WSGI application on an ASGI server or the reverse',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'The server starts, and then calls the application with arguments that it does not take: every request is answered 500.',
  fix: "Give an ASGI server the project's `asgi` module, and gunicorn, uWSGI or waitress its `wsgi` module.",
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/deployment/asgi/',
    'https://docs.djangoproject.com/en/stable/howto/deployment/wsgi/',
  ],
  examples: {
    bad: [
      byCompose(`uvicorn mysite.wsgi:application ${AT} # !`),
      byCompose('gunicorn mysite.asgi:application --bind 0.0.0.0:8000 # !'),
      byImage('daphne -b 0.0.0.0 mysite.wsgi:application', ' # !'),
      byUnit('gunicorn mysite.asgi --threads 4 # !'),
      byUnit('gunicorn mysite.wsgi -k uvicorn_worker.UvicornWorker # !'),
      byUnit('granian --interface asginl mysite.wsgi:application # !'),
      byUnit('waitress-serve mysite.asgi:application # !'),
      byProcfile('gunicorn mysite.asgi -k gthread --chdir . # !'),
    ],
    good: [
      byCompose(`uvicorn mysite.asgi:application ${AT}`),
      byCompose('gunicorn mysite.asgi --bind 0.0.0.0:8000 -k uvicorn.workers.UvicornWorker'),
      byCompose('gunicorn mysite.asgi --bind 0.0.0.0:8000 -k asgi'),
      byCompose(`uvicorn --interface wsgi mysite.wsgi:application ${AT}`),
      byCompose('hypercorn mysite.wsgi:application --bind 0.0.0.0:8000'),
      byCompose('granian --interface wsgi --host 0.0.0.0 mysite.wsgi:application'),
      { ...byCompose(`uvicorn mysite.wsgi:application ${AT}`), 'mysite/wsgi.py': ASGI_FILE },
      {
        ...byUnit('uvicorn mysite.server:application'),
        'mysite/server.py': "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.settings'\nfrom elsewhere import application\n",
      },
    ],
    undecided: [byCompose('gunicorn mysite.asgi --bind 0.0.0.0:8000 -k $WORKER', '    env_file: web.env\n')],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    for (const process of processes) {
      const { server } = process;
      if (server === null || server.software === 'runserver') continue;
      const speaks = spoken(process);
      if (speaks === null) continue;
      ctx.expect(
        server.app,
        (app) => {
          const made = interfaceOf(app, process, repository);
          return made === null || made === speaks ? 'yes' : speaks === 'unknown' ? 'maybe' : 'no';
        },
        (app, decided) => ({
          at: decided,
          message: `\`${app}\` is ${speaks === 'asgi' ? 'a WSGI' : 'an ASGI'} application, which ${server.software} calls as ${speaks === 'asgi' ? 'an ASGI' : 'a WSGI'} one: every request is answered 500.`,
          subject: process.name,
        }),
      );
    }
  },
});

/** What the server takes its application for. hypercorn finds out by itself; granian's own protocol is server/granian-interface-missing. */
function spoken({ server }: Process): 'wsgi' | 'asgi' | 'unknown' | null {
  if (server === null || server.software === 'hypercorn') return null;
  if (server.software === 'granian' && server.interface === 'unknown') return null;
  return server.interface;
}

/** What the module makes; null when that is not known for certain. */
function interfaceOf(app: string, process: Process, repository: Pick<RepositoryFacts, 'files' | 'read'>): 'wsgi' | 'asgi' | null {
  const named = readApplication(app);
  if (named === null) return null;
  const found = findModule(named.module, process, repository);
  const made = found.kind === 'file' ? interfaceIn(found.text) : 'unknown';
  return made === 'unknown' ? null : made;
}
