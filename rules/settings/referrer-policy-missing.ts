import { defineRule } from '../../src/rule.ts';
import { headerCover } from '../shared/requests/cover.ts';
import { SECURITY, standing, whenListed } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { and, answer, not } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const SETTINGS = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n";

export default defineRule({
  id: 'settings/referrer-policy-missing',
  title: 'No Referrer-Policy header',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Full addresses, with the tokens in them, reach the sites that pages link to.',
  fix: 'Delete the line: SECURE_REFERRER_POLICY is "same-origin" by default since Django 3.1.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-referrer-policy'],
  cwe: ['CWE-200'],
  django: ['security.W022'],
  examples: {
    bad: [{ 'settings.py': `${SETTINGS}SECURE_REFERRER_POLICY = None # !\n`, 'requirements.txt': 'Django==5.2.19\n' }],
    good: [
      { 'settings.py': SETTINGS, 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': `${SETTINGS}SECURE_REFERRER_POLICY = 'no-referrer'\n` },
      { 'settings.py': 'MIDDLEWARE = []\nSECURE_REFERRER_POLICY = None\n' },
    ],
    undecided: [{ 'settings.py': `from elsewhere import policy\n\n${SETTINGS}SECURE_REFERRER_POLICY = policy()\n` }],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    const applies = isAtLeast(settings.django, '3.0');
    ctx.expectAll(
      [settings.get('SECURE_REFERRER_POLICY'), standing(SECURITY, code)],
      (policy, middleware) => not(and(applies === 'no' ? 'no' : 'yes', answer(policy === null), middleware.present)),
      ([, middleware]) => ({
        message: '`SECURE_REFERRER_POLICY` is `None`, so full addresses reach the sites that pages link to.',
        subject: 'SECURE_REFERRER_POLICY',
        django: whenListed(middleware, ['security.W022']),
        ...headerCover(deployment, 'referrer-policy'),
      }),
    );
  },
});
