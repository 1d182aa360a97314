import { type Data, defineRule } from '../../src/rule.ts';
import { installed } from '../shared/code/packages.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { asked, isSequence, textsIn, truth } from '../shared/values/data.ts';

const CORS = 'corsheaders.middleware.CorsMiddleware';
const COMMON = 'django.middleware.common.CommonMiddleware';
const WHITENOISE = 'whitenoise.middleware.WhiteNoiseMiddleware';
const APPS = "INSTALLED_APPS = ['corsheaders']\nCORS_ALLOWED_ORIGINS = ['https://app.example.com']\n";

export default defineRule({
  id: 'apps/cors-middleware-missing',
  title: 'CorsMiddleware missing or too late',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Answers that are made without the middleware, or before it, carry no CORS headers: browsers keep them from the front end.',
  fix: 'List corsheaders.middleware.CorsMiddleware before CommonMiddleware and whatever else may answer by itself.',
  autofix: 'unsafe',
  links: [
    'https://github.com/adamchainz/django-cors-headers#setup',
    'https://docs.djangoproject.com/en/stable/ref/middleware/#module-django.middleware.common',
  ],
  examples: {
    bad: [
      { 'settings.py': `${APPS}MIDDLEWARE = ['${COMMON}'] # !\n` },
      { 'settings.py': `${APPS}MIDDLEWARE = ['${COMMON}', '${CORS}'] # !\n` },
      { 'settings.py': `${APPS}WHITENOISE_ALLOW_ALL_ORIGINS = False\nMIDDLEWARE = ['${WHITENOISE}', '${CORS}', '${COMMON}'] # !\n` },
    ],
    good: [
      { 'settings.py': `${APPS}MIDDLEWARE = ['django.middleware.security.SecurityMiddleware', '${CORS}', '${COMMON}']\n` },
      { 'settings.py': `${APPS}MIDDLEWARE = ['corsheaders.middleware.CorsPostCsrfMiddleware', '${CORS}', '${COMMON}']\n` },
      { 'settings.py': `${APPS}MIDDLEWARE = ['${WHITENOISE}', '${CORS}', '${COMMON}']\n` },
      { 'settings.py': `INSTALLED_APPS = []\nMIDDLEWARE = ['${COMMON}']\n` },
    ],
    undecided: [
      { 'settings.py': `${APPS}MIDDLEWARE = ['${COMMON}', 'mysite.cors.OurMiddleware']\n` },
      { 'settings.py': `from elsewhere import middleware\n\n${APPS}MIDDLEWARE = middleware()\n` },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const app = installed(settings, 'corsheaders');
    const place = asked(settings.get('MIDDLEWARE'), (middleware) => ({ is: placeIn(middleware) }));
    ctx.expectAll(
      [place, app],
      (where, corsheaders) => or(not(corsheaders.is), where.is === 'unknown' ? 'maybe' : answer(where.is !== 'missing')),
      () => ({
        message: '`corsheaders` is installed, but `CorsMiddleware` is not in `MIDDLEWARE`: no answer gets a CORS header.',
        subject: 'MIDDLEWARE',
      }),
    );
    ctx.expectAll(
      [place, settings.get('WHITENOISE_ALLOW_ALL_ORIGINS')],
      // WhiteNoise sends a CORS header of its own unless it is told not to.
      ({ is }, own) => (is === 'after-common' ? 'no' : is === 'after-whitenoise' ? or(answer(own === undefined), truth(own)) : 'yes'),
      ([{ is }]) => ({
        message:
          is === 'after-common'
            ? '`CorsMiddleware` stands after `CommonMiddleware`, whose redirects then carry no CORS headers.'
            : '`CorsMiddleware` stands after `WhiteNoiseMiddleware`, whose files then carry no CORS headers.',
        subject: 'MIDDLEWARE order',
        severity: 'warning',
        because: 'all other answers carry them',
      }),
    );
  },
});

type Place = 'missing' | 'unknown' | 'after-common' | 'after-whitenoise' | 'fine';

function placeIn(middleware: Data | undefined): Place {
  if (!isSequence(middleware)) return middleware === undefined || middleware === null ? 'missing' : 'unknown';
  const classes = textsIn(middleware);
  const first = classes.findIndex((one) => one.startsWith('corsheaders.'));
  if (first === -1) {
    const isAll = middleware.complete && classes.length === middleware.items.length;
    return isAll && !classes.some((one) => /cors/i.test(one)) ? 'missing' : 'unknown';
  }
  const before = classes.slice(0, first);
  if (before.includes(COMMON)) return 'after-common';
  return before.includes(WHITENOISE) ? 'after-whitenoise' : 'fine';
}
