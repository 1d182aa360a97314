import { defineRule } from '../../src/rule.ts';
import { satisfiesCheck, worksAnyway } from '../shared/requests/cookie.ts';
import { secureCookieCover } from '../shared/requests/cover.ts';
import { CSRF, standing, whenListed } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const SETTINGS = "MIDDLEWARE = ['django.middleware.csrf.CsrfViewMiddleware']\n";

export default defineRule({
  id: 'settings/csrf-cookie-over-http',
  title: 'CSRF cookie also sent over plain HTTP',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'The token travels in clear, which lets an attacker on the network forge requests.',
  fix: 'Set CSRF_COOKIE_SECURE = True.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#csrf-cookie-secure'],
  cwe: ['CWE-614'],
  django: ['security.W016'],
  examples: {
    bad: [
      { 'settings.py': "MIDDLEWARE = ['django.middleware.csrf.CsrfViewMiddleware'] # !\n" },
      { 'settings.py': `${SETTINGS}CSRF_COOKIE_SECURE = False # !\n` },
      { 'settings.py': `${SETTINGS}CSRF_COOKIE_SECURE = 1 # !\n`, 'requirements.txt': 'Django==5.2.19\n' },
    ],
    good: [
      { 'settings.py': `${SETTINGS}CSRF_COOKIE_SECURE = True\n` },
      { 'settings.py': `${SETTINGS}CSRF_USE_SESSIONS = True\n` },
      { 'settings.py': 'MIDDLEWARE = []\n' },
    ],
    undecided: [{ 'settings.py': `from elsewhere import flag\n\n${SETTINGS}CSRF_COOKIE_SECURE = flag()\n` }],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    const name = settings.get('CSRF_COOKIE_NAME');
    ctx.expectAll(
      [settings.get('CSRF_COOKIE_SECURE'), settings.get('CSRF_USE_SESSIONS'), standing(CSRF, code)],
      (secure, inSession, middleware) => or(satisfiesCheck(secure, settings.django), truth(inSession), not(middleware.present)),
      ([secure, , middleware]) => {
        const common = { subject: 'CSRF_COOKIE_SECURE', django: whenListed(middleware, ['security.W016']) };
        if (worksAnyway(secure)) {
          const message = "`CSRF_COOKIE_SECURE` is true but not the object `True`, so Django's own check warns.";
          return { ...common, message, severity: 'note', because: 'the cookie is marked secure all the same' };
        }
        const message = '`CSRF_COOKIE_SECURE` is not on, so browsers also send the CSRF cookie over plain HTTP.';
        return { ...common, message, ...secureCookieCover(deployment, name.kind === 'known' ? name.value : undefined) };
      },
    );
  },
});
