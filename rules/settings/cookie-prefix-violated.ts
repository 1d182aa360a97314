import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { sentCookies } from '../shared/requests/sent-cookies.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { isText, truth } from '../shared/values/data.ts';

const SETTINGS = "MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware', 'django.middleware.csrf.CsrfViewMiddleware']\n";

export default defineRule({
  id: 'settings/cookie-prefix-violated',
  title: 'Cookie name prefix contradicts its attributes',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Browsers drop a cookie that breaks the promise of its name, so sessions or the CSRF check never work.',
  fix: 'For __Host- set …_COOKIE_SECURE = True, leave …_COOKIE_PATH at "/" and …_COOKIE_DOMAIN unset; for __Secure- set …_COOKIE_SECURE = True.',
  autofix: 'unsafe',
  links: [
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes',
    'https://docs.djangoproject.com/en/stable/ref/settings/#session-cookie-name',
  ],
  cwe: ['CWE-1284'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_NAME = '__Secure-sessionid' # !\n` },
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_NAME = '__Host-sessionid' # !\nSESSION_COOKIE_SECURE = False\n` },
      {
        'settings.py': `${SETTINGS}CSRF_COOKIE_NAME = '__Host-csrftoken' # !\nCSRF_COOKIE_SECURE = True\nCSRF_COOKIE_DOMAIN = '.example.com'\n`,
      },
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_NAME = '__Host-id' # !\nSESSION_COOKIE_SECURE = True\nSESSION_COOKIE_PATH = '/app/'\n` },
    ],
    good: [
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_NAME = '__Host-sessionid'\nSESSION_COOKIE_SECURE = True\n` },
      {
        'settings.py': `${SETTINGS}SESSION_COOKIE_NAME = '__Secure-id'\nSESSION_COOKIE_SECURE = True\nSESSION_COOKIE_DOMAIN = '.example.com'\n`,
      },
      { 'settings.py': `${SETTINGS}CSRF_COOKIE_NAME = '__Host-csrftoken'\nCSRF_USE_SESSIONS = True\n` },
      { 'settings.py': `${SETTINGS}SESSION_COOKIE_NAME = 'mysite_sessionid'\n` },
      { 'settings.py': "MIDDLEWARE = []\nSESSION_COOKIE_NAME = '__Host-sessionid'\n" },
    ],
    undecided: [
      {
        'settings.py': `from elsewhere import flag\n\n${SETTINGS}SESSION_COOKIE_NAME = '__Host-sessionid'\nSESSION_COOKIE_SECURE = flag()\n`,
      },
      { 'settings.py': `from elsewhere import name\n\n${SETTINGS}SESSION_COOKIE_NAME = name()\n` },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    for (const { prefix, name, sent } of sentCookies(settings, repository)) {
      const of = (part: string) => settings.get(`${prefix}_COOKIE_${part}`);
      ctx.expectAll(
        [of('NAME'), of('SECURE'), of('PATH'), of('DOMAIN'), sent],
        (text, secure, path, domain, { is }) => or(not(is), keepsPromise(text, { secure, path, domain })),
        ([text, secure, path, domain]) => ({
          message: `\`${prefix}_COOKIE_NAME\` begins with \`${prefixOf(text)}\`, but ${broken(prefix, { secure, path, domain })}: browsers drop the ${name}.`,
          subject: `${prefix}_COOKIE_NAME`,
        }),
      );
    }
  },
});

interface Attributes {
  readonly secure: Data | undefined;
  readonly path: Data | undefined;
  readonly domain: Data | undefined;
}

function prefixOf(name: Data | undefined): '__Host-' | '__Secure-' | null {
  if (typeof name !== 'string') return null;
  if (name.startsWith('__Host-')) return '__Host-';
  return name.startsWith('__Secure-') ? '__Secure-' : null;
}

function keepsPromise(name: Data | undefined, { secure, path, domain }: Attributes): Answer {
  if (isText(name) && typeof name !== 'string') return 'maybe';
  const prefix = prefixOf(name);
  if (prefix === null) return 'yes';
  return prefix === '__Secure-' ? truth(secure) : and(truth(secure), answer(path === undefined || path === '/'), not(truth(domain)));
}

function broken(prefix: string, { secure, path }: Attributes): string {
  if (truth(secure) === 'no') return `\`${prefix}_COOKIE_SECURE\` is off`;
  return path === undefined || path === '/' ? `\`${prefix}_COOKIE_DOMAIN\` is set` : `\`${prefix}_COOKIE_PATH\` is not \`/\``;
}
