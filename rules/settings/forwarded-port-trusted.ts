import { defineRule } from '../../src/rule.ts';
import { clientControls } from '../shared/requests/forwarded-header.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const SET = PASS.replace(
  'proxy_set_header Host $host;',
  'proxy_set_header Host $host;\n        proxy_set_header X-Forwarded-Port $server_port;',
);
const TRUSTS = 'USE_X_FORWARDED_PORT = True';

export default defineRule({
  id: 'settings/forwarded-port-trusted',
  title: 'USE_X_FORWARDED_PORT without a proxy that sets the port',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Clients choose what request.get_port() answers, and with CSRF_COOKIE_DOMAIN the port that the Referer of a form post is compared with.',
  fix: 'Let the proxy send it (`proxy_set_header X-Forwarded-Port $server_port;`), or drop the setting.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#use-x-forwarded-port',
    'https://github.com/django/django/blob/stable/5.2.x/django/http/request.py',
  ],
  cwe: ['CWE-346'],
  cross: true,
  examples: {
    bad: [
      behindNginx(nginx(PASS), `${TRUSTS} # !\n`),
      {
        ...django(`${TRUSTS} # !\n`),
        Dockerfile: DOCKERFILE,
        'docker-compose.prod.yml': 'services:\n  web:\n    build: .\n    ports: ["8000:8000"]\n',
      },
    ],
    good: [behindNginx(nginx(SET), `${TRUSTS}\n`), behindNginx(nginx(PASS), 'USE_X_FORWARDED_PORT = False\n'), behindNginx(nginx(PASS))],
    undecided: [
      behindNginx(nginx(PASS).replace('listen 443 ssl', 'listen 80'), `${TRUSTS}\n`),
      { ...django(`${TRUSTS}\n`), Procfile: 'web: gunicorn mysite.wsgi\n' },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const trusts = settings.get('USE_X_FORWARDED_PORT');
    if (trusts.kind === 'known' && truth(trusts.value) === 'no') return;
    const control = clientControls('x-forwarded-port', deployment, settings.processes, repository);
    if (control.answer !== 'yes') {
      if (control.answer === 'maybe') ctx.undecided(control.why, settings.placeOf('USE_X_FORWARDED_PORT'));
      return;
    }
    ctx.expect(
      trusts,
      (on) => not(truth(on)),
      () => ({
        message: `\`USE_X_FORWARDED_PORT\` is on, and ${control.how}: clients choose the port that Django takes the request for.`,
        subject: 'USE_X_FORWARDED_PORT',
        related: [{ at: control.at, message: 'nothing sets or clears the header here' }],
      }),
    );
  },
});
