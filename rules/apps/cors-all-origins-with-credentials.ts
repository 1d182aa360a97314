import { defineRule } from '../../src/rule.ts';
import { corsSetting, sendsCorsHeaders } from '../shared/requests/cors.ts';
import { mayComeFromDebug } from '../shared/requests/debug-only.ts';
import { and, not } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const MIDDLEWARE = "MIDDLEWARE = ['corsheaders.middleware.CorsMiddleware', 'django.middleware.common.CommonMiddleware']\n";

function project(settings: string, release = '4.9.0') {
  return { 'requirements.txt': `Django==5.2.8\ndjango-cors-headers==${release}\n`, 'settings.py': `${MIDDLEWARE}${settings}` };
}

export default defineRule({
  id: 'apps/cors-all-origins-with-credentials',
  title: 'Every origin may make authenticated cross-site calls',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'django-cors-headers sends the origin of every caller back and allows cookies: any page on the web may call the site as the visitor and read the answers.',
  fix: 'List the real front ends in CORS_ALLOWED_ORIGINS and drop CORS_ALLOW_ALL_ORIGINS.',
  autofix: 'none',
  links: [
    'https://github.com/adamchainz/django-cors-headers#cors_allow_credentials-bool',
    'https://fetch.spec.whatwg.org/#http-cors-protocol',
  ],
  cwe: ['CWE-942', 'CWE-346'],
  replaces: ['apps/cors-all-origins'],
  examples: {
    bad: [
      project("CORS_ALLOW_ALL_ORIGINS = True # !\nCORS_ALLOW_CREDENTIALS = True\nSESSION_COOKIE_SAMESITE = 'None'\n"),
      project('CORS_ALLOW_ALL_ORIGINS = True # !\nCORS_ALLOW_CREDENTIALS = True\n'),
      project('CORS_ORIGIN_ALLOW_ALL = True # !\nCORS_ALLOW_CREDENTIALS = True\n'),
      project('CORS_ORIGIN_ALLOW_ALL = True # !\nCORS_ALLOW_CREDENTIALS = True\n', '3.2.0'),
      project('DEBUG = True\nCORS_ALLOW_ALL_ORIGINS = True # !\nCORS_ALLOW_CREDENTIALS = True\n'),
    ],
    good: [
      project("CORS_ALLOWED_ORIGINS = ['https://app.example.com']\nCORS_ALLOW_CREDENTIALS = True\n"),
      project('CORS_ALLOW_ALL_ORIGINS = False\nCORS_ORIGIN_ALLOW_ALL = True\nCORS_ALLOW_CREDENTIALS = True\n'),
      project('CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n', '3.2.0'),
      project('DEBUG = False\nCORS_ALLOW_ALL_ORIGINS = DEBUG\nCORS_ALLOW_CREDENTIALS = True\n'),
      project('DEBUG = True\nCORS_ALLOW_ALL_ORIGINS = DEBUG\nCORS_ALLOW_CREDENTIALS = True\n'),
      project('DEBUG = True\nCORS_ALLOW_CREDENTIALS = True\nif DEBUG:\n    CORS_ALLOW_ALL_ORIGINS = True\n'),
      { 'settings.py': 'MIDDLEWARE = []\nCORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n' },
    ],
    undecided: [
      project('from elsewhere import flag\n\nCORS_ALLOW_ALL_ORIGINS = flag()\nCORS_ALLOW_CREDENTIALS = True\n'),
      {
        'settings.py': "MIDDLEWARE = ['mysite.middleware.CorsMiddleware']\nCORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n",
      },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const { name, value } = corsSetting(settings, 'CORS_ALLOW_ALL_ORIGINS');
    const code = { settings, repository };
    if (value.kind === 'known' && mayComeFromDebug(value.origin, code)) return;
    ctx.expectAll(
      [value, settings.get('CORS_ALLOW_CREDENTIALS'), sendsCorsHeaders(settings), settings.get('SESSION_COOKIE_SAMESITE')],
      (all, credentials, middleware, _sameSite) => not(and(truth(all), truth(credentials), middleware.is)),
      ([, , , sameSite], [, credentials]) => ({
        message: `\`${name}\` with \`CORS_ALLOW_CREDENTIALS\` answers every site with its own origin: any page may call the site with the cookies that the browser sends along, and read the answers.`,
        subject: 'CORS_ALLOW_ALL_ORIGINS',
        related: [{ at: credentials, message: 'cookies are allowed here' }],
        ...(typeof sameSite === 'string' && /^(lax|strict)$/i.test(sameSite)
          ? {
              severity: 'warning' as const,
              because: `browsers hold the session cookie back from pages of other sites (\`SESSION_COOKIE_SAMESITE\` is ${sameSite})`,
            }
          : {}),
      }),
    );
  },
});
