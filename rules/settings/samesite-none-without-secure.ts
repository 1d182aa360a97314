import { defineRule } from '../../src/rule.ts';
import { secureCookieCover } from '../shared/requests/cover.ts';
import { sentCookies } from '../shared/requests/sent-cookies.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const SETTINGS = "MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware', 'django.middleware.csrf.CsrfViewMiddleware']\n";

export default defineRule({
  id: 'settings/samesite-none-without-secure',
  title: 'SameSite=None cookie without Secure',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Browsers reject a cookie with SameSite=None that is not marked secure: nobody stays logged in, or every form post fails the CSRF check.',
  fix: 'Set the matching …_COOKIE_SECURE = True, or use "Lax".',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#session-cookie-samesite',
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#none',
  ],
  cwe: ['CWE-1275', 'CWE-614'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SAMESITE = 'None' # !\n` },
      { 'settings.py': `${SETTINGS}CSRF_COOKIE_SAMESITE = 'none' # !\nCSRF_COOKIE_SECURE = False\n` },
      {
        'settings.py': "MIDDLEWARE = []\nROOT_URLCONF = 'urls'\nLANGUAGE_COOKIE_SAMESITE = 'None' # !\n",
        'urls.py': "from django.urls import include, path\n\nurlpatterns = [path('i18n/', include('django.conf.urls.i18n'))]\n",
      },
    ],
    good: [
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SAMESITE = 'None'\nSESSION_COOKIE_SECURE = True\n` },
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_SAMESITE = None\nCSRF_COOKIE_SAMESITE = 'Lax'\n` },
      { 'settings.py': `${SETTINGS}CSRF_COOKIE_SAMESITE = 'None'\nCSRF_USE_SESSIONS = True\n` },
      { 'settings.py': "MIDDLEWARE = []\nSESSION_COOKIE_SAMESITE = 'None'\nLANGUAGE_COOKIE_SAMESITE = 'None'\n" },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import flag\n\n${SETTINGS}SESSION_COOKIE_SAMESITE = 'None'\nSESSION_COOKIE_SECURE = flag()\n` },
      { 'settings.py': `from elsewhere import policy\n\n${SETTINGS}SESSION_COOKIE_SAMESITE = policy()\n` },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings) || isAtLeast(settings.django, '3.1') === 'no') return;
    for (const { prefix, name, sent } of sentCookies(settings, repository)) {
      const samesite = `${prefix}_COOKIE_SAMESITE`;
      const flag = `${prefix}_COOKIE_SECURE`;
      const cookie = settings.get(`${prefix}_COOKIE_NAME`);
      ctx.expectAll(
        [settings.get(samesite), settings.get(flag), sent],
        (policy, secure, { is }) =>
          or(typeof policy === 'string' && policy.toLowerCase() === 'none' ? 'no' : 'yes', truth(secure), not(is)),
        () => ({
          message: `\`${samesite}\` is \`None\` as a text and \`${flag}\` is off: browsers reject the ${name}.`,
          subject: samesite,
          ...secureCookieCover(deployment, cookie.kind === 'known' ? cookie.value : undefined),
        }),
      );
    }
  },
});
