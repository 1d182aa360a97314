import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { SECURITY, standing, whenListed } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { anyItem, isSequence } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const SETTINGS = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n";

const VALID: ReadonlySet<string> = new Set([
  'no-referrer',
  'no-referrer-when-downgrade',
  'origin',
  'origin-when-cross-origin',
  'same-origin',
  'strict-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
]);

export default defineRule({
  id: 'settings/referrer-policy-invalid',
  title: 'Referrer-Policy value is invalid',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: "Browsers ignore a policy they do not know, so the intended one does not apply, and Django's own check fails.",
  fix: 'Use one or more of the eight values of the standard, such as "same-origin".',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#secure-referrer-policy',
    'https://www.w3.org/TR/referrer-policy/#referrer-policies',
  ],
  cwe: ['CWE-1284'],
  django: ['security.E023'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}SECURE_REFERRER_POLICY = 'sameorigin' # !\n`, 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': `${SETTINGS}SECURE_REFERRER_POLICY = 'no-referrer, strict' # !\n`, 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': `${SETTINGS}SECURE_REFERRER_POLICY = ['origin', 'none'] # !\n`, 'requirements.txt': 'Django==5.2.19\n' },
    ],
    good: [
      { 'settings.py': `${SETTINGS}SECURE_REFERRER_POLICY = 'no-referrer, strict-origin'\n` },
      { 'settings.py': `${SETTINGS}SECURE_REFERRER_POLICY = None\n` },
      { 'settings.py': "MIDDLEWARE = []\nSECURE_REFERRER_POLICY = 'nothing'\n" },
    ],
    undecided: [{ 'settings.py': `from elsewhere import policy\n\n${SETTINGS}SECURE_REFERRER_POLICY = policy()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    const applies = answer(isAtLeast(settings.django, '3.0') !== 'no');
    ctx.expectAll(
      [settings.get('SECURE_REFERRER_POLICY'), standing(SECURITY, code)],
      (policy, middleware) => or(not(applies), not(hasUnknownPart(policy)), not(middleware.present)),
      ([, middleware]) => ({
        message: '`SECURE_REFERRER_POLICY` names a policy that browsers do not know, so they ignore it.',
        subject: 'SECURE_REFERRER_POLICY',
        django: whenListed(middleware, ['security.E023']),
      }),
    );
  },
});

function hasUnknownPart(policy: Data | undefined): Answer {
  if (policy === null || policy === undefined) return 'no';
  if (typeof policy === 'string') return answer(policy.split(',').some((part) => !VALID.has(part.trim())));
  if (!isSequence(policy)) return 'maybe';
  return anyItem(policy, (part) => typeof part !== 'string' || !VALID.has(part));
}
