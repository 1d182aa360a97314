import { defineRule } from '../../src/rule.ts';
import { insteadOfDjango } from '../shared/requests/cover.ts';
import { SECURITY, standing, whenListed } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

/** Seconds below which browsers refuse to preload a domain. */
const ONE_YEAR = 31_536_000;

export default defineRule({
  id: 'settings/hsts-without-preload',
  title: 'HSTS is not marked for preloading',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'The very first visit of a browser is still unprotected; being on the preload list closes that gap, but it is hard to undo.',
  fix: 'Set SECURE_HSTS_PRELOAD = True when the domain is meant for the preload list.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-hsts-preload', 'https://hstspreload.org/'],
  cwe: ['CWE-319'],
  django: ['security.W021'],
  examples: {
    bad: [
      {
        'settings.py':
          "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware'] # !\nSECURE_HSTS_SECONDS = 31536000\nSECURE_HSTS_INCLUDE_SUBDOMAINS = True\n",
      },
      {
        'settings.py':
          "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_HSTS_SECONDS = 31536000\nSECURE_HSTS_PRELOAD = False # !\n",
      },
    ],
    good: [
      {
        'settings.py':
          "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_HSTS_SECONDS = 31536000\nSECURE_HSTS_PRELOAD = True\n",
      },
      { 'settings.py': "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n" },
    ],
    undecided: [
      {
        'settings.py':
          "from elsewhere import flag\n\nMIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_HSTS_SECONDS = 31536000\nSECURE_HSTS_PRELOAD = flag()\n",
      },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    // Visitors see the proxy's header alone, which asks for it.
    if (insteadOfDjango(deployment, 'strict-transport-security', 'preload')) return;
    const code = { settings, repository };
    ctx.expectAll(
      [settings.get('SECURE_HSTS_PRELOAD'), settings.get('SECURE_HSTS_SECONDS'), standing(SECURITY, code)],
      (preload, seconds, middleware) => or(not(middleware.present), not(truth(seconds)), answer(preload === true)),
      ([, seconds, middleware]) => ({
        message: `\`SECURE_HSTS_PRELOAD\` is not \`True\`, so the domain cannot join the browsers' preload list${tooShort(seconds)}.`,
        subject: 'SECURE_HSTS_PRELOAD',
        django: whenListed(middleware, ['security.W021']),
      }),
    );
  },
});

function tooShort(seconds: unknown): string {
  return typeof seconds === 'number' && seconds < ONE_YEAR ? ' (which also asks for `SECURE_HSTS_SECONDS` of a year)' : '';
}
