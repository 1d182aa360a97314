import { DEFAULTS, defineRule, type Server } from '../../src/rule.ts';
import { django } from '../shared/values/examples.ts';

const APP = '{"buildpacks": [{"url": "heroku/python"}]}\n';
const heroku = (command: string) => ({ ...django(), 'app.json': APP, Procfile: `web: ${command}\n` });

export default defineRule({
  id: 'infrastructure/platform-router-timeout-shorter',
  title: "Worker timeout longer than the platform router's",
  severity: 'note',
  topic: 2,
  since: '0.1.0',
  why: "Heroku's router answers 503 (H12) after 30 seconds while the worker goes on for nobody and takes no other request.",
  fix: 'Set `--timeout` below 30 seconds, and hand what takes longer to a background task.',
  autofix: 'unsafe',
  links: ['https://devcenter.heroku.com/articles/request-timeout', 'https://docs.gunicorn.org/en/stable/settings.html#timeout'],
  examples: {
    bad: [heroku('gunicorn mysite.wsgi --timeout 120 # !'), heroku('gunicorn mysite.wsgi --timeout 0 # !')],
    good: [
      heroku('gunicorn mysite.wsgi --timeout 25'),
      // Threads serve on while one of them waits: the timeout ends no request.
      heroku('gunicorn mysite.wsgi --threads 4 --timeout 120'),
      heroku('uvicorn mysite.asgi:application --port $PORT'),
      { ...django(), Procfile: 'web: gunicorn mysite.wsgi --timeout 120\n' },
      // Scalingo, whose users speak of Heroku as well.
      {
        ...django(),
        'README.md': 'Made on Heroku: git push heroku main\n',
        'cron.json': '{"jobs": []}\n',
        Procfile: 'web: gunicorn mysite.wsgi --timeout 120\n',
      },
      {
        ...django(),
        'render.yaml': 'services:\n  - type: web\n    name: s\n    runtime: python\n    startCommand: gunicorn mysite.wsgi --timeout 120\n',
      },
    ],
    undecided: [heroku('gunicorn mysite.wsgi'), heroku('gunicorn mysite.wsgi --timeout $TIMEOUT')],
  },

  needs: ['platform', 'processes'],
  check({ platform, processes }, ctx) {
    if (platform.name !== 'heroku') return;
    for (const { name, server, role } of processes) {
      if (server?.software !== 'gunicorn' || role !== 'web' || servesOn(server)) continue;
      ctx.expect(
        server.timeout,
        (timeout) => timeout > 0 && timeout <= ROUTER,
        (timeout, at) => ({
          at,
          message: `A request of \`${name}\` may take ${timeout === 0 ? 'any time' : `${timeout} seconds`}, but the router gives up after ${ROUTER}.`,
          subject: name,
        }),
      );
    }
  },
});

/** Seconds until Heroku's router answers in place of the application. */
const ROUTER = DEFAULTS.heroku.values.router_timeout;

/** Threads and event loops serve others meanwhile. Where the command writes the timeout it would write them as well. */
function servesOn({ workerClass, threads }: Server): boolean {
  return (threads.kind === 'known' && threads.value > 1) || (workerClass.kind === 'known' && workerClass.value !== 'sync');
}
