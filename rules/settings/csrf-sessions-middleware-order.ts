import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { type Code, CSRF, present, SESSION } from '../shared/requests/middleware.ts';
import { runsBefore } from '../shared/requests/middleware-order.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const SESSIONS = 'django.contrib.sessions.middleware.SessionMiddleware';
const TOKENS = 'django.middleware.csrf.CsrfViewMiddleware';

export default defineRule({
  id: 'settings/csrf-sessions-middleware-order',
  title: 'CSRF token in sessions without SessionMiddleware before it',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'With CSRF_USE_SESSIONS Django keeps the token in the session; without one it raises ImproperlyConfigured on the first request.',
  fix: 'Put SessionMiddleware before CsrfViewMiddleware in MIDDLEWARE.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#csrf-use-sessions',
    'https://docs.djangoproject.com/en/stable/ref/middleware/#middleware-ordering',
  ],
  cwe: ['CWE-696'],
  examples: {
    bad: [
      { 'settings.py': `CSRF_USE_SESSIONS = True\nMIDDLEWARE = ['${TOKENS}', '${SESSIONS}'] # !\n` },
      { 'settings.py': `CSRF_USE_SESSIONS = True\nMIDDLEWARE = ['${TOKENS}'] # !\n` },
    ],
    good: [
      { 'settings.py': `CSRF_USE_SESSIONS = True\nMIDDLEWARE = ['${SESSIONS}', '${TOKENS}']\n` },
      { 'settings.py': `MIDDLEWARE = ['${TOKENS}', '${SESSIONS}']\n` },
      { 'settings.py': 'CSRF_USE_SESSIONS = True\nMIDDLEWARE = []\n' },
      {
        'settings.py': `CSRF_USE_SESSIONS = True\nMIDDLEWARE = ['visits.Sessions', '${TOKENS}']\n`,
        'visits.py': 'from django.contrib.sessions.middleware import SessionMiddleware\n\n\nclass Sessions(SessionMiddleware):\n    pass\n',
      },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import STACK\n\nCSRF_USE_SESSIONS = True\nMIDDLEWARE = [*STACK, '${TOKENS}']\n` },
      { 'settings.py': `CSRF_USE_SESSIONS = True\nMIDDLEWARE = ['elsewhere.SessionMiddleware', '${TOKENS}']\n` },
      { 'settings.py': `from elsewhere import flag\n\nCSRF_USE_SESSIONS = flag()\nMIDDLEWARE = ['${TOKENS}']\n` },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    ctx.expectAll(
      [settings.get('MIDDLEWARE'), settings.get('CSRF_USE_SESSIONS')],
      (middleware, inSession) => or(not(truth(inSession)), not(present(middleware, CSRF, code)), findsSession(middleware, code)),
      ([middleware]) => ({
        message: `\`CSRF_USE_SESSIONS\` is on, but \`SessionMiddleware\` ${present(middleware, SESSION, code) === 'no' ? 'is not in `MIDDLEWARE`' : 'comes after `CsrfViewMiddleware`'}: the first request ends in ImproperlyConfigured.`,
        subject: 'MIDDLEWARE',
      }),
    );
  },
});

function findsSession(middleware: Data | undefined, code: Code): Answer {
  const inUse = present(middleware, SESSION, code);
  return inUse === 'yes' ? runsBefore(middleware, SESSION, CSRF, code) : inUse;
}
