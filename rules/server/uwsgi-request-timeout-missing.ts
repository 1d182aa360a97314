import { DEFAULTS, defineRule, mapValue, usual } from '../../src/rule.ts';
import { placeIn } from '../shared/processes/place.ts';
import { byCompose, byUnit, byUwsgi } from '../shared/processes/start-example.ts';

export default defineRule({
  id: 'server/uwsgi-request-timeout-missing',
  title: 'uWSGI without a request time limit',
  severity: 'note',
  topic: 2,
  since: '0.1.0',
  why: 'uWSGI ends no request by itself: one that waits for ever holds its worker for ever, and when all are held the site is down.',
  fix: 'Set `harakiri = 30`, below the read timeout of the proxy.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/deployment/wsgi/uwsgi/',
    'https://uwsgi-docs.readthedocs.io/en/latest/Options.html#harakiri',
  ],
  cwe: ['CWE-400'],
  examples: {
    bad: [
      { ...byUwsgi(''), 'docker-compose.yml': byCompose('uwsgi --ini uwsgi.ini # !')['docker-compose.yml'] ?? '' },
      byUwsgi('harakiri = 0 # !\n'),
      byUnit('uwsgi --module mysite.wsgi --http 127.0.0.1:8000 # !'),
    ],
    good: [
      byUwsgi('harakiri = 30\n'),
      byUwsgi('http-timeout = 60\nevil-reload-on-rss = 512\n'),
      byUwsgi('http-websockets = true\ngevent = 100\n'),
      byUnit('uwsgi --module mysite.wsgi --http 127.0.0.1:8000 -t 30'),
      byUwsgi('', '    environment:\n      UWSGI_HARAKIRI: 60\n'),
    ],
    undecided: [byUwsgi('', '    env_file: web.env\n')],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      const { server } = process;
      if (server?.software !== 'uwsgi' || isTuned(server.sources)) continue;
      ctx.expect(
        server.option('harakiri') ?? mapValue(usual(DEFAULTS.uwsgi, 'harakiri'), String),
        (seconds) => !/^0*$/.test(seconds.trim()),
        (_seconds, decided) => ({
          at: placeIn(process, decided),
          message: `\`${process.name}\` ends no request by itself: uWSGI has no \`harakiri\`.`,
          subject: process.name,
        }),
      );
    }
  },
});

/** Other limits show that somebody chose; requests of websockets and coroutines stay open on purpose. */
function isTuned(sources: (name: string) => readonly unknown[]): boolean {
  const timeout = ['http-timeout', 'socket-timeout'].some((name) => sources(name).length > 0);
  const others = ['cheaper', 'evil-reload-on-rss', 'evil-reload-on-as'].some((name) => sources(name).length > 0);
  return (
    (timeout && others) || ['http-websockets', 'gevent', 'asyncio', 'offload-threads', 'ugreen'].some((name) => sources(name).length > 0)
  );
}
