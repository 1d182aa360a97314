import { defineRule } from '../../src/rule.ts';
import { fixed, installed, releaseIsAtLeast, usesMiddleware } from '../shared/code/packages.ts';
import { and, not } from '../shared/values/answer.ts';

const APPS = "INSTALLED_APPS = ['allauth', 'allauth.account']\n";
const requirements = (release: string) => ({ 'requirements.txt': `Django==5.2.8\n${release}\n` });
const NEW = requirements('django-allauth==65.3.1');

export default defineRule({
  id: 'apps/allauth-middleware-missing',
  title: "allauth's AccountMiddleware is missing",
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Since allauth 0.56 the site does not start without it: ImproperlyConfigured while the apps are loaded.',
  fix: 'Add "allauth.account.middleware.AccountMiddleware" to MIDDLEWARE.',
  autofix: 'safe',
  links: ['https://docs.allauth.org/en/latest/installation/quickstart.html', 'https://docs.allauth.org/en/latest/release-notes/2023.html'],
  examples: {
    bad: [{ ...NEW, 'settings.py': `${APPS}MIDDLEWARE = ['django.middleware.common.CommonMiddleware'] # !\n` }],
    good: [
      { ...NEW, 'settings.py': `${APPS}MIDDLEWARE = ['allauth.account.middleware.AccountMiddleware']\n` },
      { ...requirements('django-allauth==0.55.2'), 'settings.py': `${APPS}MIDDLEWARE = []\n` },
      { ...NEW, 'settings.py': "INSTALLED_APPS = ['allauth.socialaccount']\nMIDDLEWARE = []\n" },
    ],
    undecided: [
      { ...requirements('django-allauth>=0.50,<1'), 'settings.py': `${APPS}MIDDLEWARE = []\n` },
      { 'settings.py': `${APPS}MIDDLEWARE = []\n` },
      { ...NEW, 'settings.py': `from elsewhere import middleware\n\n${APPS}MIDDLEWARE = middleware()\n` },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const middleware = settings.get('MIDDLEWARE');
    const isAsked = releaseIsAtLeast(settings, 'django-allauth', '0.56', '5.0');
    ctx.expectAll(
      [
        usesMiddleware(settings, 'allauth.account.middleware', /AccountMiddleware/),
        installed(settings, 'allauth.account'),
        fixed(isAsked, middleware),
      ],
      (listed, app, asked) => not(and(app.is, asked.is, not(listed.is))),
      () => ({
        message: '`allauth.account` is installed without `AccountMiddleware`: the site does not start.',
        subject: 'MIDDLEWARE',
      }),
    );
  },
});
