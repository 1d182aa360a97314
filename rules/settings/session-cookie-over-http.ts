import { defineRule } from '../../src/rule.ts';
import { satisfiesCheck, sessionIds, sessionsApp, worksAnyway } from '../shared/requests/cookie.ts';
import { secureCookieCover } from '../shared/requests/cover.ts';
import { SESSION, standing } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';

const SETTINGS = "INSTALLED_APPS = ['django.contrib.sessions']\nMIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware']\n";

export default defineRule({
  id: 'settings/session-cookie-over-http',
  title: 'Session cookie also sent over plain HTTP',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'One plain HTTP request on a hostile network gives the session away.',
  fix: 'Set SESSION_COOKIE_SECURE = True.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#session-cookie-secure'],
  cwe: ['CWE-614'],
  django: ['security.W010', 'security.W011', 'security.W012'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SECURE = False # !\n` },
      { 'settings.py': "INSTALLED_APPS = ['django.contrib.sessions'] # !\n" },
      { 'settings.py': "MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware'] # !\n" },
      { 'settings.py': "INSTALLED_APPS = ['django.contrib.sessions.apps.SessionsConfig'] # !\n" },
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SECURE = 1 # !\n`, 'requirements.txt': 'Django==5.2.19\n' },
    ],
    good: [
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SECURE = True\n` },
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SECURE = 1\n`, 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': "INSTALLED_APPS = ['django.contrib.auth']\nMIDDLEWARE = []\n" },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import flag\n\n${SETTINGS}SESSION_COOKIE_SECURE = flag()\n` },
      { 'settings.py': 'from elsewhere import APPS\n\nINSTALLED_APPS = APPS\n' },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    const name = settings.get('SESSION_COOKIE_NAME');
    ctx.expectAll(
      [settings.get('SESSION_COOKIE_SECURE'), sessionsApp(settings), standing(SESSION, code)],
      (secure, apps, middleware) => or(satisfiesCheck(secure, settings.django), not(or(apps.app, middleware.present))),
      ([secure, apps, middleware]) => {
        const django = sessionIds(apps, middleware, ['security.W010', 'security.W011', 'security.W012']);
        const common = { subject: 'SESSION_COOKIE_SECURE', django };
        if (worksAnyway(secure)) {
          const message = "`SESSION_COOKIE_SECURE` is true but not the object `True`, so Django's own check warns.";
          return { ...common, message, severity: 'note', because: 'the cookie is marked secure all the same' };
        }
        const message = '`SESSION_COOKIE_SECURE` is not on, so browsers also send the session cookie over plain HTTP.';
        return { ...common, message, ...secureCookieCover(deployment, name.kind === 'known' ? name.value : undefined) };
      },
    );
  },
});
