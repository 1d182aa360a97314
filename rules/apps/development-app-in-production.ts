import { defineRule, type SettingsFacts } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { type DevelopmentApp, judgeDevelopmentApp } from '../shared/requests/development-app.ts';
import { and, not } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

/**
 * Apps that record requests, open endpoints or reload pages. django_extensions alone adds commands only, and rosetta asks for a login of
 * staff. Those that are `idle` do nothing while DEBUG is off (middleware and views of django-browser-reload 1.21, django-pdb 0.6, sslserver 0.22).
 */
const APPS: readonly (DevelopmentApp & { readonly does: string; readonly idle?: true })[] = [
  { name: 'silk', pattern: /^silk\b/, does: 'records requests and their answers, bodies included' },
  { name: 'debug_permissions', pattern: /^debug_permissions\b/, does: 'writes down how every permission is decided' },
  { name: 'nplusone', pattern: /^nplusone\b/, does: 'watches every query of every request' },
  { name: 'django_browser_reload', pattern: /^django_browser_reload\b/, does: 'is for development', idle: true },
  { name: 'sslserver', pattern: /^sslserver$/, does: 'brings a development server', idle: true },
  { name: 'django_pdb', pattern: /^django_pdb\b/, does: 'is for development', idle: true },
];

export default defineRule({
  id: 'apps/development-app-in-production',
  title: 'Development app installed in production settings',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Profilers store the bodies of requests, reloaders and debuggers open endpoints that visitors reach.',
  fix: 'Move the app and its middleware to the development settings.',
  autofix: 'unsafe',
  links: [
    'https://github.com/jazzband/django-silk#authenticationauthorisation',
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/',
  ],
  cwe: ['CWE-489', 'CWE-532'],
  examples: {
    bad: [
      { 'settings.py': "DEBUG = False\nINSTALLED_APPS = ['silk'] # !\n" },
      { 'settings.py': "DEBUG = False\nSILKY_AUTHENTICATION = True\nSILKY_AUTHORISATION = True\nINSTALLED_APPS = ['silk'] # !\n" },
      { 'settings.py': "DEBUG = False\nINSTALLED_APPS = [\n    'django_browser_reload', # !\n    'sslserver', # !\n]\n" },
      { 'settings.py': "DEBUG = False\nMIDDLEWARE = ['nplusone.ext.django.NPlusOneMiddleware'] # !\n" },
    ],
    good: [
      { 'settings.py': "DEBUG = False\nINSTALLED_APPS = []\nif DEBUG:\n    INSTALLED_APPS += ['silk']\n" },
      { 'settings.py': "DEBUG = True\nINSTALLED_APPS = []\nif DEBUG:\n    INSTALLED_APPS += ['silk']\n" },
      { 'settings.py': "DEBUG = False\nINSTALLED_APPS = ['django_extensions', 'whitenoise.runserver_nostatic', 'rosetta']\n" },
      { 'settings.py': "DEBUG = False\nINSTALLED_APPS = ['silk']\nMIDDLEWARE = []\nSILKY_INTERCEPT_PERCENT = 0\n" },
      {
        'settings.py':
          "DEBUG = False\nINSTALLED_APPS = ['silk']\nSILKY_AUTHORISATION = True\nSILKY_INTERCEPT_FUNC = lambda request: 'silk' in request.GET\n",
      },
    ],
    undecided: [{ 'settings.py': "from elsewhere import flag\n\nINSTALLED_APPS = []\nif flag():\n    INSTALLED_APPS += ['silk']\n" }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    for (const app of APPS) {
      if (app.name === 'silk' && isKeptOnPurpose(settings)) continue;
      judgeDevelopmentApp(app, { settings, repository }, ctx, (at, list) => {
        const open = app.name === 'silk' && isOpen(settings) && repository.codeMentions(/['"]silk\.urls/).items.length > 0;
        return {
          ...(at === undefined ? {} : { at }),
          message: open
            ? '`silk` records every request, and shows them to every visitor: neither `SILKY_AUTHENTICATION` nor `SILKY_AUTHORISATION` is on.'
            : `\`${app.name}\` is in \`${list}\` of the settings that production loads: it ${app.does}.`,
          subject: app.name,
          ...(open ? { severity: 'error' } : {}),
          ...(app.idle ? { severity: 'note', because: 'it does nothing while `DEBUG` is off' } : {}),
        };
      });
    }
  },
});

/** Visitors need neither a login nor the right to look (silk/auth.py). */
function isOpen(settings: SettingsFacts): boolean {
  return and(isOff(settings, 'SILKY_AUTHENTICATION'), isOff(settings, 'SILKY_AUTHORISATION')) === 'yes';
}

function isOff(settings: SettingsFacts, name: string) {
  const value = settings.get(name);
  return value.kind === 'known' ? not(truth(value.value)) : 'maybe';
}

/** Guarded by a login, and recording only what somebody asks for: a profiler that is kept for production. */
function isKeptOnPurpose(settings: SettingsFacts): boolean {
  const percent = settings.get('SILKY_INTERCEPT_PERCENT');
  if (percent.kind === 'known' && percent.value === 0) return true;
  const chooses = settings.sets('SILKY_INTERCEPT_FUNC') !== 'no' || settings.sets('SILKY_INTERCEPT_PERCENT') !== 'no';
  return chooses && isOff(settings, 'SILKY_AUTHORISATION') === 'no';
}
