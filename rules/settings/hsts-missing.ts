import { defineRule } from '../../src/rule.ts';
import { headerCover, unreadProxy, withoutTls } from '../shared/requests/cover.ts';
import { SECURITY, standing, whenListed } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const SENDS = /strict-transport-security|\bsts(Seconds|Preload)\b/i;

const COMPOSE = 'services:\n  web:\n    build: .\n';

export default defineRule({
  id: 'settings/hsts-missing',
  title: 'HTTP Strict Transport Security is off',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Without the Strict-Transport-Security header browsers keep trying plain HTTP first, where anyone on the network can keep the visitor off HTTPS.',
  fix: 'Set SECURE_HSTS_SECONDS = 31536000; start with 3600 and raise it once every page works over HTTPS.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-hsts-seconds'],
  cwe: ['CWE-319', 'CWE-523'],
  django: ['security.W004'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware'] # !\n" },
      { 'settings.py': "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_HSTS_SECONDS = 0 # !\n" },
    ],
    good: [
      { 'settings.py': "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_HSTS_SECONDS = 31536000\n" },
      { 'settings.py': 'MIDDLEWARE = []\n' },
    ],
    undecided: [
      {
        'settings.py':
          "from elsewhere import lifetime\n\nMIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_HSTS_SECONDS = lifetime()\n",
      },
      {
        ...django("MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n"),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': COMPOSE,
        Caddyfile: 'example.com {\n    header Strict-Transport-Security max-age=31536000\n    reverse_proxy web:8000\n}\n',
      },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    const unread = unreadProxy(deployment, repository);
    const lifetime = settings.get('SECURE_HSTS_SECONDS');
    if (unread !== null && SENDS.test(unread.text) && lifetime.kind === 'known' && truth(lifetime.value) === 'no') {
      ctx.undecided(`What the proxy of \`${unread.file}\` does is not followed: it names the header.`, lifetime.origin);
      return;
    }
    ctx.expectAll(
      [settings.get('SECURE_HSTS_SECONDS'), standing(SECURITY, code)],
      (seconds, middleware) => or(not(middleware.present), truth(seconds)),
      ([, middleware], [decided]) => ({
        message: `\`SECURE_HSTS_SECONDS\` is ${decided.step === 'default' ? 'not set' : '0'}, so Django sends no Strict-Transport-Security header.`,
        subject: 'SECURE_HSTS_SECONDS',
        django: whenListed(middleware, ['security.W004']),
        ...(headerCover(deployment, 'strict-transport-security') ?? withoutTls(deployment)),
      }),
    );
  },
});
