import { defineRule, type Span } from '../../src/rule.ts';
import { insteadOfDjango } from '../shared/requests/cover.ts';
import { SECURITY, standing, whenListed } from '../shared/requests/middleware.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

export default defineRule({
  id: 'settings/hsts-without-subdomains',
  title: 'HSTS does not cover subdomains',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'A subdomain that is still reached over plain HTTP can set cookies for the whole site.',
  fix: 'Set SECURE_HSTS_INCLUDE_SUBDOMAINS = True once every subdomain serves HTTPS.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-hsts-include-subdomains'],
  cwe: ['CWE-319'],
  django: ['security.W005'],
  examples: {
    bad: [
      { 'settings.py': "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware'] # !\nSECURE_HSTS_SECONDS = 3600\n" },
      {
        'settings.py':
          "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_HSTS_SECONDS = 3600\nSECURE_HSTS_INCLUDE_SUBDOMAINS = False # !\n",
      },
    ],
    good: [
      {
        'settings.py':
          "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_HSTS_SECONDS = 3600\nSECURE_HSTS_INCLUDE_SUBDOMAINS = True\n",
      },
      { 'settings.py': "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n" },
      behindNginx(
        nginx(
          `    proxy_hide_header Strict-Transport-Security;\n    add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;\n${PASS}`,
        ),
        "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_HSTS_SECONDS = 3600\n",
      ),
    ],
    undecided: [
      {
        'settings.py':
          "from elsewhere import flag\n\nMIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_HSTS_SECONDS = 3600\nSECURE_HSTS_INCLUDE_SUBDOMAINS = flag()\n",
      },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    // Visitors see the proxy's header alone, which covers them.
    if (insteadOfDjango(deployment, 'strict-transport-security', 'includeSubDomains')) return;
    const code = { settings, repository };
    ctx.expectAll(
      [settings.get('SECURE_HSTS_INCLUDE_SUBDOMAINS'), settings.get('SECURE_HSTS_SECONDS'), standing(SECURITY, code)],
      (subdomains, seconds, middleware) => or(not(middleware.present), not(truth(seconds)), answer(subdomains === true)),
      ([, , middleware]) => ({
        message: '`SECURE_HSTS_INCLUDE_SUBDOMAINS` is not `True`, so subdomains may still be reached over plain HTTP.',
        subject: 'SECURE_HSTS_INCLUDE_SUBDOMAINS',
        django: whenListed(middleware, ['security.W005']),
        ...ownHeader(deployment.proxy?.provides('strict-transport-security').at ?? null),
      }),
    );
  },
});

function ownHeader(at: Span | null) {
  return at === null ? {} : { related: [{ at, message: 'the proxy sends a Strict-Transport-Security header of its own here' }] };
}
