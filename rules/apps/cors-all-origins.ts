import { type Data, defineRule } from '../../src/rule.ts';
import { corsSetting, sendsCorsHeaders } from '../shared/requests/cors.ts';
import { mayComeFromDebug } from '../shared/requests/debug-only.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { isSequence, textsIn, truth } from '../shared/values/data.ts';

const MIDDLEWARE = "MIDDLEWARE = ['corsheaders.middleware.CorsMiddleware', 'django.middleware.common.CommonMiddleware']\n";
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export default defineRule({
  id: 'apps/cors-all-origins',
  title: 'CORS is open to every origin',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Any page may read what the site answers without a cookie; what only an internal network reaches is then read through the browsers in it.',
  fix: 'List the front ends in CORS_ALLOWED_ORIGINS; for a public API, limit CORS_ALLOW_METHODS or CORS_URLS_REGEX to it.',
  autofix: 'none',
  links: ['https://github.com/adamchainz/django-cors-headers#cors_allow_all_origins-bool'],
  cwe: ['CWE-942'],
  examples: {
    bad: [
      { 'settings.py': `${MIDDLEWARE}CORS_ALLOW_ALL_ORIGINS = True # !\n` },
      { 'settings.py': `${MIDDLEWARE}CORS_ORIGIN_ALLOW_ALL = True # !\n` },
      { 'settings.py': `${MIDDLEWARE}CORS_ALLOW_ALL_ORIGINS = 'False' # !\n` },
      { 'settings.py': `${MIDDLEWARE}CORS_ALLOW_ALL_ORIGINS = True # !\nCORS_URLS_REGEX = r'^/api/.*$'\n` },
    ],
    good: [
      { 'settings.py': `${MIDDLEWARE}CORS_ALLOWED_ORIGINS = ['https://app.example.com']\n` },
      { 'settings.py': `${MIDDLEWARE}CORS_ALLOW_ALL_ORIGINS = False\n` },
      { 'settings.py': `${MIDDLEWARE}CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_METHODS = ['GET', 'HEAD', 'OPTIONS']\n` },
      { 'settings.py': `DEBUG = True\n${MIDDLEWARE}if DEBUG:\n    CORS_ALLOW_ALL_ORIGINS = True\n` },
      { 'settings.py': 'CORS_ALLOW_ALL_ORIGINS = True\n' },
    ],
    undecided: [{ 'settings.py': `from elsewhere import flag\n\n${MIDDLEWARE}CORS_ALLOW_ALL_ORIGINS = flag()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const { name, value } = corsSetting(settings, 'CORS_ALLOW_ALL_ORIGINS');
    if (value.kind === 'known' && mayComeFromDebug(value.origin, { settings, repository })) return;
    const paths = settings.get('CORS_URLS_REGEX');
    const isLimited = paths.kind === 'known' && paths.value !== undefined && !isEveryPath(paths.value);
    ctx.expectAll(
      [value, settings.get('CORS_ALLOW_METHODS'), sendsCorsHeaders(settings)],
      (all, methods, middleware) => or(not(and(truth(all), middleware.is)), onlyReads(methods)),
      () => ({
        message: `\`${name}\` lets the pages of every site read the answers of this one.`,
        subject: 'CORS_ALLOW_ALL_ORIGINS',
        ...(isLimited ? { severity: 'note', because: '`CORS_URLS_REGEX` limits it to some paths' } : {}),
      }),
    );
  },
});

function isEveryPath(pattern: Data): boolean {
  return typeof pattern === 'string' && /^\^?(\/?\.\*)?\$?$/.test(pattern);
}

function onlyReads(methods: Data | undefined) {
  if (!isSequence(methods)) return 'no';
  const named = textsIn(methods);
  if (named.some((method) => !SAFE.has(method.toUpperCase()))) return 'no';
  return methods.complete && named.length === methods.items.length ? 'yes' : 'maybe';
}
