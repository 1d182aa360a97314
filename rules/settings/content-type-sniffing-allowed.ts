import { defineRule } from '../../src/rule.ts';
import { headerCover } from '../shared/requests/cover.ts';
import { SECURITY, standing, whenListed } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const SETTINGS = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n";

export default defineRule({
  id: 'settings/content-type-sniffing-allowed',
  title: 'Browsers may guess content types',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'A browser that guesses content types can take an uploaded file for a script.',
  fix: 'Delete the line: SECURE_CONTENT_TYPE_NOSNIFF is True by default since Django 3.0.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-content-type-nosniff'],
  cwe: ['CWE-430'],
  django: ['security.W006'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}SECURE_CONTENT_TYPE_NOSNIFF = False # !\n` },
      { 'settings.py': `${SETTINGS}SECURE_CONTENT_TYPE_NOSNIFF = 1 # !\n` },
    ],
    good: [
      { 'settings.py': SETTINGS, 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': 'MIDDLEWARE = []\nSECURE_CONTENT_TYPE_NOSNIFF = False\n' },
    ],
    undecided: [{ 'settings.py': `from elsewhere import flag\n\n${SETTINGS}SECURE_CONTENT_TYPE_NOSNIFF = flag()\n` }],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    ctx.expectAll(
      [settings.get('SECURE_CONTENT_TYPE_NOSNIFF'), standing(SECURITY, code)],
      (nosniff, middleware) => or(not(middleware.present), answer(nosniff === true)),
      ([nosniff, middleware]) => {
        const common = { subject: 'SECURE_CONTENT_TYPE_NOSNIFF', django: whenListed(middleware, ['security.W006']) };
        if (truth(nosniff) === 'yes') {
          const message = "`SECURE_CONTENT_TYPE_NOSNIFF` is true but not the object `True`, so Django's own check warns.";
          return { ...common, message, severity: 'note', because: 'the header is sent all the same' };
        }
        const message = '`SECURE_CONTENT_TYPE_NOSNIFF` is off, so browsers may take an uploaded file for a script.';
        return { ...common, message, ...headerCover(deployment, 'x-content-type-options') };
      },
    );
  },
});
