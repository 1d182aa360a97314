import { defineRule } from '../../src/rule.ts';
import { installed } from '../shared/code/installed-apps.ts';
import { AUTHENTICATION, before, LOGIN_REQUIRED } from '../shared/requests/middleware-places.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const APPS = "INSTALLED_APPS = ['django.contrib.auth']\n";
const AUTH = "'django.contrib.auth.middleware.AuthenticationMiddleware'";
const REQUIRED = "'django.contrib.auth.middleware.LoginRequiredMiddleware'";
const pinned = { 'requirements.txt': 'Django==5.2.8\n' };

export default defineRule({
  id: 'settings/login-required-middleware-order',
  title: 'LoginRequiredMiddleware before AuthenticationMiddleware',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: '`request.user` does not exist yet when the middleware asks for it: each request ends in an error.',
  fix: 'Place LoginRequiredMiddleware after AuthenticationMiddleware.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/middleware/#django.contrib.auth.middleware.LoginRequiredMiddleware'],
  cwe: ['CWE-696'],
  django: ['auth.E013'],
  examples: {
    bad: [
      { 'settings.py': `${APPS}MIDDLEWARE = [${REQUIRED}, ${AUTH}] # !\n`, ...pinned },
      { 'settings.py': `${APPS}MIDDLEWARE = [${REQUIRED}] # !\n`, ...pinned },
      {
        'settings.py': `${APPS}MIDDLEWARE = ['gate.Gate', ${AUTH}] # !\n`,
        'gate.py':
          'from django.contrib.auth.middleware import LoginRequiredMiddleware\n\n\nclass Gate(LoginRequiredMiddleware):\n    pass\n',
        ...pinned,
      },
    ],
    good: [
      { 'settings.py': `${APPS}MIDDLEWARE = [${AUTH}, ${REQUIRED}]\n`, ...pinned },
      { 'settings.py': `${APPS}MIDDLEWARE = [${AUTH}]\n`, ...pinned },
      {
        'settings.py': `${APPS}MIDDLEWARE = ['stronghold.middleware.LoginRequiredMiddleware', ${AUTH}]\n`,
        'requirements.txt': 'Django==4.2.30\n',
      },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import MORE\n\n${APPS}MIDDLEWARE = [${REQUIRED}] + MORE\n`, ...pinned },
      { 'settings.py': `${APPS}MIDDLEWARE = ['sso.AuthenticationMiddleware', ${REQUIRED}]\n`, ...pinned },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const since = isAtLeast(settings.django, '5.1');
    if (since === 'no' || !servesVisitors(settings)) return;
    const code = { settings, repository };
    ctx.expectAll(
      [settings.get('MIDDLEWARE'), settings.get('INSTALLED_APPS')],
      (middleware, apps) =>
        or(not(since), not(installed(apps, 'django.contrib.auth', code)), before(middleware, AUTHENTICATION, LOGIN_REQUIRED, code)),
      () => ({
        message: '`LoginRequiredMiddleware` runs without `AuthenticationMiddleware` before it, so every request ends in an error.',
        subject: 'MIDDLEWARE LoginRequiredMiddleware',
      }),
    );
  },
});
