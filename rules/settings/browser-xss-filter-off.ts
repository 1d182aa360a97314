import { defineRule } from '../../src/rule.ts';
import { SECURITY, standing, whenListed } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const SETTINGS = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n";

export default defineRule({
  id: 'settings/browser-xss-filter-off',
  title: 'Legacy XSS filter header is off',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Only the check of Django 2.2 asks for this header, which present browsers ignore; the release itself is what puts the site at risk.',
  fix: 'Upgrade Django: no supported release knows the setting.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/2.2/ref/settings/#secure-browser-xss-filter'],
  cwe: ['CWE-693'],
  django: ['security.W007'],
  examples: {
    bad: [{ 'settings.py': `${SETTINGS}SECURE_BROWSER_XSS_FILTER = False # !\n`, 'requirements.txt': 'Django==2.2.28\n' }],
    good: [
      { 'settings.py': `${SETTINGS}SECURE_BROWSER_XSS_FILTER = True\n`, 'requirements.txt': 'Django==2.2.28\n' },
      { 'settings.py': SETTINGS, 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': SETTINGS },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings) || isAtLeast(settings.django, '3.0') !== 'no') return;
    const code = { settings, repository };
    ctx.expectAll(
      [settings.get('SECURE_BROWSER_XSS_FILTER'), standing(SECURITY, code)],
      (filter, middleware) => or(answer(filter === true), not(middleware.present)),
      ([, middleware]) => ({
        message: '`SECURE_BROWSER_XSS_FILTER` is not `True`, which the check of Django 2.2 asks for.',
        subject: 'SECURE_BROWSER_XSS_FILTER',
        django: whenListed(middleware, ['security.W007']),
      }),
    );
  },
});
