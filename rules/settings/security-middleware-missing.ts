import { type Deployment, defineRule } from '../../src/rule.ts';
import { headerCover, redirectCover } from '../shared/requests/cover.ts';
import { listed, SECURITY, standIn } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';

export default defineRule({
  id: 'settings/security-middleware-missing',
  title: 'SecurityMiddleware is not installed',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'HSTS, the HTTPS redirect, nosniff, the referrer and opener policies have no effect, whatever the settings say.',
  fix: "Put 'django.middleware.security.SecurityMiddleware' first in MIDDLEWARE.",
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/middleware/#module-django.middleware.security'],
  cwe: ['CWE-693'],
  django: ['security.W001'],
  replaces: [
    'settings/content-type-sniffing-allowed',
    'settings/hsts-missing',
    'settings/https-redirect-off',
    'settings/referrer-policy-missing',
  ],
  examples: {
    bad: [
      { 'settings.py': "MIDDLEWARE = ['django.middleware.common.CommonMiddleware'] # !\n" },
      { 'settings.py': 'DEBUG = False # !\n' },
      {
        'settings.py': "MIDDLEWARE = ['hardening.Hardened'] # !\n",
        'hardening.py':
          'from django.middleware.security import SecurityMiddleware\n\n\nclass Hardened(SecurityMiddleware):\n    sts_seconds = 60\n',
      },
    ],
    good: [{ 'settings.py': "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n" }],
    undecided: [{ 'settings.py': 'from elsewhere import STACK\n\nMIDDLEWARE = STACK\n' }],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    ctx.expect(
      settings.get('MIDDLEWARE'),
      (middleware) => listed(middleware, SECURITY),
      (middleware) => {
        const other = standIn(middleware, SECURITY, { settings, repository });
        const common = { subject: 'MIDDLEWARE' };
        if (other !== null) {
          return {
            ...common,
            message: `\`SecurityMiddleware\` is not in \`MIDDLEWARE\` by its own path, so Django's check warns.`,
            severity: 'note',
            because: `\`${other.path}\` ${other.is === 'subclass' ? 'is a subclass of it' : 'may do its work'}`,
          };
        }
        const message = '`SecurityMiddleware` is not in `MIDDLEWARE`, so every `SECURE_…` header and redirect setting is without effect.';
        return { ...common, message, ...cover(deployment) };
      },
    );
  },
});

/** The proxy has to do all of the work before it excuses anything. */
function cover(deployment: Deployment) {
  const covers = [
    redirectCover(deployment),
    headerCover(deployment, 'strict-transport-security'),
    headerCover(deployment, 'x-content-type-options'),
  ];
  const [first] = covers;
  return covers.every((one) => one !== null) ? first : {};
}
