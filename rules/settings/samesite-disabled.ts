import { defineRule } from '../../src/rule.ts';
import { type SessionUse, sessionsApp } from '../shared/requests/cookie.ts';
import { CSRF, SESSION, type Standing, standing } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const SETTINGS = "MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware', 'django.middleware.csrf.CsrfViewMiddleware']\n";

export default defineRule({
  id: 'settings/samesite-disabled',
  title: 'SameSite attribute disabled',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'The cookie is sent along with requests that other sites start, wherever the browser does not default to Lax.',
  fix: 'Delete the line, or set the value to "Lax", Django\'s default.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#session-cookie-samesite'],
  cwe: ['CWE-1275'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SAMESITE = None # !\n` },
      { 'settings.py': `${SETTINGS}CSRF_COOKIE_SAMESITE = False # !\n` },
    ],
    good: [
      { 'settings.py': SETTINGS },
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SAMESITE = 'Strict'\nCSRF_COOKIE_SAMESITE = 'None'\n` },
      { 'settings.py': 'MIDDLEWARE = []\nSESSION_COOKIE_SAMESITE = None\n' },
    ],
    undecided: [{ 'settings.py': `from elsewhere import policy\n\n${SETTINGS}SESSION_COOKIE_SAMESITE = policy()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    const sends = {
      SESSION_COOKIE_SAMESITE: (apps: SessionUse, sessions: Standing) => or(apps.app, sessions.present),
      CSRF_COOKIE_SAMESITE: (_apps: SessionUse, _sessions: Standing, csrf: Standing) => csrf.present,
    };
    for (const [name, isSent] of Object.entries(sends)) {
      ctx.expectAll(
        [settings.get(name), sessionsApp(settings), standing(SESSION, code), standing(CSRF, code)],
        (policy, apps, sessions, csrf) => or(policy === undefined ? 'yes' : truth(policy), not(isSent(apps, sessions, csrf))),
        () => ({ message: `\`${name}\` is off, so browsers may send the cookie with requests that other sites start.`, subject: name }),
      );
    }
  },
});
