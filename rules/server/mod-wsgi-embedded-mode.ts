import { defineRule } from '../../src/rule.ts';
import { modWsgi } from '../shared/requests/proxy-programs.ts';

const DAEMON = '    WSGIDaemonProcess mysite python-home=/srv/venv python-path=/srv/mysite\n';

export default defineRule({
  id: 'server/mod-wsgi-embedded-mode',
  title: 'mod_wsgi in embedded mode',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'The application runs inside the processes of httpd: with its user, in as many copies as httpd has processes, mixed with other sites, and a new release needs a restart of the whole web server. Django recommends daemon mode.',
  fix: 'Add `WSGIDaemonProcess NAME python-home=VENV python-path=PROJECT` and `WSGIProcessGroup NAME`.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/deployment/wsgi/modwsgi/#using-mod-wsgi-daemon-mode',
    'https://modwsgi.readthedocs.io/en/master/user-guides/processes-and-threading.html',
  ],
  examples: {
    bad: [
      modWsgi('', { mark: ' # !' }),
      modWsgi(DAEMON, { mark: ' # !' }),
      modWsgi(`${DAEMON}    WSGIProcessGroup %{GLOBAL}\n`, { mark: ' # !' }),
    ],
    good: [
      modWsgi(`${DAEMON}    WSGIProcessGroup mysite\n`),
      modWsgi(DAEMON, { option: ' process-group=mysite' }),
      modWsgi(`${DAEMON}    <Location />\n        WSGIProcessGroup mysite\n    </Location>\n`),
    ],
    undecided: [modWsgi('    Include conf/wsgi.conf\n'), modWsgi('    WSGIProcessGroup other\n')],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      if (process.server?.software !== 'mod_wsgi') continue;
      ctx.expect(
        process.server.workerClass,
        (mode) => mode !== 'embedded',
        () => ({
          at: process.at,
          message: 'The application runs in the processes of httpd itself: no WSGIProcessGroup gives it to a WSGIDaemonProcess.',
          subject: process.at.file,
        }),
      );
    }
  },
});
