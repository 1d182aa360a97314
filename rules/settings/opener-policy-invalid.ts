import { type Data, defineRule } from '../../src/rule.ts';
import { SECURITY, standing, whenListed } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const SETTINGS = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n";
const VALID: ReadonlySet<unknown> = new Set([null, undefined, 'same-origin', 'same-origin-allow-popups', 'unsafe-none']);

export default defineRule({
  id: 'settings/opener-policy-invalid',
  title: 'Cross-Origin-Opener-Policy value is invalid',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: "Browsers ignore a header with a value they do not know, and Django's own check fails.",
  fix: 'Use "same-origin", "same-origin-allow-popups" or "unsafe-none", or None for no header.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-cross-origin-opener-policy'],
  cwe: ['CWE-1284'],
  django: ['security.E024'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}SECURE_CROSS_ORIGIN_OPENER_POLICY = 'cross-origin' # !\n`, 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': `${SETTINGS}SECURE_CROSS_ORIGIN_OPENER_POLICY = False # !\n`, 'requirements.txt': 'Django==5.2.19\n' },
    ],
    good: [
      { 'settings.py': `${SETTINGS}SECURE_CROSS_ORIGIN_OPENER_POLICY = None\n`, 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': `${SETTINGS}SECURE_CROSS_ORIGIN_OPENER_POLICY = 'cross-origin'\n`, 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': "MIDDLEWARE = []\nSECURE_CROSS_ORIGIN_OPENER_POLICY = 'cross-origin'\n" },
    ],
    undecided: [{ 'settings.py': `from elsewhere import policy\n\n${SETTINGS}SECURE_CROSS_ORIGIN_OPENER_POLICY = policy()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    const since = isAtLeast(settings.django, '4.0');
    ctx.expectAll(
      [settings.get('SECURE_CROSS_ORIGIN_OPENER_POLICY'), standing(SECURITY, code)],
      (policy, middleware) => or(not(since), answer(isValid(policy)), not(middleware.present)),
      ([, middleware]) => ({
        message: '`SECURE_CROSS_ORIGIN_OPENER_POLICY` has a value that browsers do not know, so they ignore the header.',
        subject: 'SECURE_CROSS_ORIGIN_OPENER_POLICY',
        django: whenListed(middleware, ['security.E024']),
      }),
    );
  },
});

function isValid(policy: Data | undefined): boolean {
  return VALID.has(policy);
}
