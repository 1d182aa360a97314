import { defineRule } from '../../src/rule.ts';
import { installed } from '../shared/code/installed-apps.ts';
import { findsCatalog } from '../shared/localization/catalogs.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const APPS = "INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'shop']\n";
const shop = { 'shop/__init__.py': '' };

export default defineRule({
  id: 'settings/language-code-without-translations',
  title: 'LANGUAGE_CODE has no translation files',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Django raises OSError ("No translation files found for default language") as soon as it translates a text, which models do while they load: the site does not start.',
  fix: 'Use a code that Django ships translations for, such as "es" or "zh-hant", or add a catalog for it to LOCALE_PATHS.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#language-code'],
  cwe: ['CWE-755'],
  replaces: ['settings/language-code-not-listed', 'settings/language-code-invalid'],
  examples: {
    bad: [
      { 'settings.py': `${APPS}LANGUAGE_CODE = 'zh-tw' # !\n`, ...shop },
      { 'settings.py': `${APPS}LANGUAGE_CODE = 'zh_CN' # !\n`, ...shop },
      { 'settings.py': `${APPS}LANGUAGE_CODE = 'xx' # !\n`, ...shop },
      { 'settings.py': `${APPS}LANGUAGE_CODE = '' # !\n`, ...shop },
      { 'settings.py': `${APPS}LANGUAGE_CODE = 'ug' # !\n`, ...shop, 'requirements.txt': 'Django==4.2.30\n' },
    ],
    good: [
      { 'settings.py': `${APPS}LANGUAGE_CODE = 'zh-hant'\n`, ...shop },
      { 'settings.py': `${APPS}LANGUAGE_CODE = 'es-es'\n`, ...shop },
      { 'settings.py': `${APPS}LANGUAGE_CODE = 'ug'\n`, ...shop, 'requirements.txt': 'Django==5.2.8\n' },
      { 'settings.py': `${APPS}LANGUAGE_CODE = 'zh-tw'\nUSE_I18N = False\n`, ...shop },
      { 'settings.py': APPS, ...shop },
    ],
    undecided: [
      { 'settings.py': `${APPS}LANGUAGE_CODE = 'zh-tw'\n`, ...shop, 'shop/locale/zh_TW/LC_MESSAGES/django.po': '' },
      { 'settings.py': "INSTALLED_APPS = ['django.contrib.auth', 'rest_framework']\nLANGUAGE_CODE = 'zh-tw'\n" },
      { 'settings.py': `${APPS}LANGUAGE_CODE = 'zh-tw'\nLOCALE_PATHS = ['/srv/locale']\n`, ...shop },
      { 'settings.py': `${APPS}LANGUAGE_CODE = 'ug'\n`, ...shop },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (settings.sets('LANGUAGE_CODE') === 'no') return;
    const facts = { settings, repository };
    const apps = settings.get('INSTALLED_APPS');
    ctx.expectAll(
      [settings.get('LANGUAGE_CODE'), apps, settings.get('LOCALE_PATHS'), settings.get('USE_I18N')],
      (code, list, paths, i18n) => or(not(truth(i18n)), typeof code === 'string' ? findsCatalog(code, list, paths, facts) : 'maybe'),
      ([code]) => ({
        message: `Django has no translation files for \`LANGUAGE_CODE\` \`${code}\` and refuses to translate anything: the site does not start.`,
        // Without models that translate while they load, Django's own checks run all the same and find the rest.
        subject: apps.kind === 'known' && installed(apps.value, 'django.contrib.auth', facts) === 'yes' ? 'LANGUAGE_CODE' : 'translations',
      }),
    );
  },
});
