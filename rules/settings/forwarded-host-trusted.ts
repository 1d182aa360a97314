import { type Data, defineRule, type Report, type SettingsFacts } from '../../src/rule.ts';
import { type ClientControl, clientControls } from '../shared/requests/forwarded-header.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not } from '../shared/values/answer.ts';
import { holds, isSequence, truth } from '../shared/values/data.ts';
import { DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const SET = PASS.replace('proxy_set_header Host $host;', 'proxy_set_header Host $host;\n        proxy_set_header X-Forwarded-Host $host;');
const TRUSTS = 'USE_X_FORWARDED_HOST = True';
const PUBLISHED = { Dockerfile: DOCKERFILE, 'docker-compose.prod.yml': 'services:\n  web:\n    build: .\n    ports: ["8000:8000"]\n' };

export default defineRule({
  id: 'settings/forwarded-host-trusted',
  title: 'USE_X_FORWARDED_HOST without a proxy that controls the header',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Clients choose the host of links and password-reset mails by a header of their own.',
  fix: 'Let the outermost proxy send it (`proxy_set_header X-Forwarded-Host $host;`), or drop the setting where the proxy passes Host on.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#use-x-forwarded-host',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header',
  ],
  cwe: ['CWE-644', 'CWE-346'],
  cross: true,
  examples: {
    bad: [
      behindNginx(nginx(PASS), `${TRUSTS} # !\nALLOWED_HOSTS = ['*']\n`),
      behindNginx(nginx(PASS), `${TRUSTS} # !\nALLOWED_HOSTS = ['example.com']\n`),
      behindNginx(nginx(SET.replace('X-Forwarded-Host $host', 'X-Forwarded-Host $http_x_forwarded_host')), `${TRUSTS} # !\n`),
      { ...django(`${TRUSTS} # !\nALLOWED_HOSTS = ['example.com']\n`), ...PUBLISHED },
    ],
    good: [
      behindNginx(nginx(SET), `${TRUSTS}\nALLOWED_HOSTS = ['*']\n`),
      behindNginx(nginx(SET.replace('X-Forwarded-Host $host', 'X-Forwarded-Host ""')), `${TRUSTS}\n`),
      behindNginx(nginx(PASS), 'USE_X_FORWARDED_HOST = False\n'),
      behindNginx(nginx(PASS)),
    ],
    undecided: [
      behindNginx(nginx(PASS).replace('listen 443 ssl', 'listen 80'), `${TRUSTS}\n`),
      behindNginx(
        nginx(PASS.replace('proxy_set_header Host', 'include snippets/proxy.conf;\n        proxy_set_header Host')),
        `${TRUSTS}\n`,
      ),
      { ...django(`${TRUSTS}\n`), Procfile: 'web: gunicorn mysite.wsgi\n' },
      { ...django(`${TRUSTS}\n`), ...PUBLISHED, Caddyfile: 'example.com {\n    reverse_proxy web:8000\n}\n' },
      behindNginx(nginx(PASS), 'from elsewhere import flag\n\nUSE_X_FORWARDED_HOST = flag()\n'),
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const trusts = settings.get('USE_X_FORWARDED_HOST');
    if (trusts.kind === 'known' && truth(trusts.value) === 'no') return;
    const control = clientControls('x-forwarded-host', deployment, settings.processes, repository);
    if (control.answer !== 'yes') {
      if (control.answer === 'maybe') ctx.undecided(control.why, settings.placeOf('USE_X_FORWARDED_HOST'));
      return;
    }
    ctx.expect(
      trusts,
      (on) => not(truth(on)),
      () => describe(control, settings),
    );
  },
});

function describe(control: Extract<ClientControl, { readonly answer: 'yes' }>, settings: SettingsFacts): Report {
  const hosts = settings.get('ALLOWED_HOSTS');
  const common = {
    message: `\`USE_X_FORWARDED_HOST\` is on, and ${control.how}: clients choose the host that Django puts into links and mails.`,
    subject: 'USE_X_FORWARDED_HOST',
    related: [{ at: control.at, message: 'nothing sets or clears the header here' }],
  };
  if (hosts.kind !== 'known') return common;
  if (holds(hosts.value, '*') === 'yes') return { ...common, severity: 'error' };
  return isStrict(hosts.value)
    ? { ...common, severity: 'note', because: '`ALLOWED_HOSTS` lets only the names of the site through' }
    : common;
}

function isStrict(hosts: Data | undefined): boolean {
  return isSequence(hosts) && hosts.complete && holds(hosts, '*') === 'no';
}
