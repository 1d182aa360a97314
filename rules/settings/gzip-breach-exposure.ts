import { defineRule } from '../../src/rule.ts';
import { type MiddlewareClass, standing } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const GZIP: MiddlewareClass = { path: 'django.middleware.gzip.GZipMiddleware', likeNames: /^GZipMiddleware$/ };
const LISTED = "MIDDLEWARE = ['django.middleware.gzip.GZipMiddleware'] # !\n";

export default defineRule({
  id: 'settings/gzip-breach-exposure',
  title: 'GZipMiddleware exposes secrets to BREACH',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'When a compressed response mixes a secret with text of the request, its length gives the secret away bit by bit. Django 4.2 added random padding; older releases have none.',
  fix: 'Upgrade to Django 4.2 or newer, or drop the middleware and compress static files only, in the proxy or with WhiteNoise.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/middleware/#module-django.middleware.gzip',
    'https://docs.djangoproject.com/en/stable/releases/4.2/#security',
  ],
  cwe: ['CWE-310', 'CWE-200'],
  examples: {
    bad: [
      { 'settings.py': LISTED, 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': LISTED, 'requirements.txt': 'Django>=4.0,<4.2\n' },
      {
        'settings.py': "MIDDLEWARE = ['squeeze.Squeeze'] # !\n",
        'squeeze.py': 'from django.middleware.gzip import GZipMiddleware\n\n\nclass Squeeze(GZipMiddleware):\n    pass\n',
        'requirements.txt': 'Django==4.1.13\n',
      },
    ],
    good: [
      { 'settings.py': LISTED.replace(' # !', ''), 'requirements.txt': 'Django==4.2.30\n' },
      { 'settings.py': LISTED.replace(' # !', ''), 'requirements.txt': 'Django==5.2.8\n' },
      { 'settings.py': 'MIDDLEWARE = []\n', 'requirements.txt': 'Django==3.2.25\n' },
    ],
    undecided: [
      { 'settings.py': LISTED.replace(' # !', ''), 'requirements.txt': 'Django>=3.2\n' },
      { 'settings.py': 'from elsewhere import STACK\n\nMIDDLEWARE = STACK\n', 'requirements.txt': 'Django==3.2.25\n' },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const mends = isAtLeast(settings.django, '4.2');
    if (mends === 'yes' || !servesVisitors(settings)) return;
    ctx.expectAll(
      [settings.get('MIDDLEWARE'), standing(GZIP, { settings, repository })],
      (_middleware, gzip) => or(mends, not(gzip.present)),
      () => ({
        message:
          '`GZipMiddleware` compresses whole pages, and this Django pads none of them: the length of a response can give a secret in it away.',
        subject: 'MIDDLEWARE',
      }),
    );
  },
});
