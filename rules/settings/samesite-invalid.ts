import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { sentCookies } from '../shared/requests/sent-cookies.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const SETTINGS = "MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware', 'django.middleware.csrf.CsrfViewMiddleware']\n";

export default defineRule({
  id: 'settings/samesite-invalid',
  title: 'SameSite attribute has an invalid value',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Django raises an exception when it sets the cookie: every login, or every page with a form, ends in a server error.',
  fix: 'Use "Lax", "Strict" or "None".',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#session-cookie-samesite',
    'https://docs.djangoproject.com/en/stable/ref/request-response/#django.http.HttpResponse.set_cookie',
  ],
  cwe: ['CWE-1284'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SAMESITE = 'Lex' # !\n` },
      { 'settings.py': `${SETTINGS}CSRF_COOKIE_SAMESITE = 'False' # !\n` },
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SAMESITE = True # !\n` },
    ],
    good: [
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SAMESITE = 'strict'\nCSRF_COOKIE_SAMESITE = 'NONE'\nCSRF_COOKIE_SECURE = True\n` },
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SAMESITE = None\nCSRF_COOKIE_SAMESITE = False\nLANGUAGE_COOKIE_SAMESITE = ''\n` },
      { 'settings.py': "MIDDLEWARE = []\nSESSION_COOKIE_SAMESITE = 'Lex'\nLANGUAGE_COOKIE_SAMESITE = 'Lex'\n" },
      { 'settings.py': SETTINGS },
    ],
    undecided: [{ 'settings.py': `from elsewhere import policy\n\n${SETTINGS}SESSION_COOKIE_SAMESITE = policy()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    for (const { prefix, name, sent } of sentCookies(settings, repository)) {
      const setting = `${prefix}_COOKIE_SAMESITE`;
      ctx.expectAll(
        [settings.get(setting), sent],
        (policy, { is }) => or(isValid(policy), not(is)),
        ([policy]) => ({
          message: `\`${setting}\` is ${typeof policy === 'string' ? `\`${policy}\`` : 'no text'}, which is none of Lax, Strict and None: setting the ${name} ends in an exception.`,
          subject: setting,
        }),
      );
    }
  },
});

function isValid(policy: Data | undefined): Answer {
  if (typeof policy === 'string') return answer(policy === '' || /^(lax|none|strict)$/i.test(policy));
  return not(truth(policy));
}
