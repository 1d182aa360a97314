import { defineRule } from '../../src/rule.ts';
import { satisfiesCheck, sessionIds, sessionsApp, worksAnyway } from '../shared/requests/cookie.ts';
import { SESSION, standing } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';

const SETTINGS = "INSTALLED_APPS = ['django.contrib.sessions']\nMIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware']\n";

export default defineRule({
  id: 'settings/session-cookie-readable-by-scripts',
  title: 'Session cookie readable by scripts',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Any cross-site scripting flaw can read the cookie and take over the session.',
  fix: 'Delete the line: SESSION_COOKIE_HTTPONLY is True by default.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#session-cookie-httponly'],
  cwe: ['CWE-1004'],
  django: ['security.W013', 'security.W014', 'security.W015'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_HTTPONLY = False # !\n` },
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_HTTPONLY = 1 # !\n`, 'requirements.txt': 'Django==5.2.19\n' },
    ],
    good: [
      { 'settings.py': SETTINGS },
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_HTTPONLY = True\n` },
      { 'settings.py': 'INSTALLED_APPS = []\nMIDDLEWARE = []\nSESSION_COOKIE_HTTPONLY = False\n' },
    ],
    undecided: [{ 'settings.py': `from elsewhere import flag\n\n${SETTINGS}SESSION_COOKIE_HTTPONLY = flag()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    ctx.expectAll(
      [settings.get('SESSION_COOKIE_HTTPONLY'), sessionsApp(settings), standing(SESSION, code)],
      (hidden, apps, middleware) => or(satisfiesCheck(hidden, settings.django), not(or(apps.app, middleware.present))),
      ([hidden, apps, middleware]) => {
        const django = sessionIds(apps, middleware, ['security.W013', 'security.W014', 'security.W015']);
        const common = { subject: 'SESSION_COOKIE_HTTPONLY', django };
        if (worksAnyway(hidden)) {
          const message = "`SESSION_COOKIE_HTTPONLY` is true but not the object `True`, so Django's own check warns.";
          return { ...common, message, severity: 'note', because: 'scripts cannot read the cookie all the same' };
        }
        return { ...common, message: '`SESSION_COOKIE_HTTPONLY` is off, so any script on a page can read the session cookie.' };
      },
    );
  },
});
