import { defineRule, type Origin } from '../../src/rule.ts';
import { classText } from '../shared/code/python-class.ts';
import { judgeDevelopmentApp } from '../shared/requests/development-app.ts';
import type { Code } from '../shared/requests/middleware.ts';

const APPS = "INSTALLED_APPS = ['django.contrib.staticfiles', 'debug_toolbar']";

export default defineRule({
  id: 'apps/debug-toolbar-in-production',
  title: 'Debug toolbar installed in production settings',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'With a callback of its own the toolbar shows settings, SQL and requests to every visitor; hidden, it is still code that production needs to import and run.',
  fix: 'Install it, its middleware and its URLs in the development settings only.',
  autofix: 'unsafe',
  links: [
    'https://django-debug-toolbar.readthedocs.io/en/latest/installation.html',
    'https://django-debug-toolbar.readthedocs.io/en/latest/configuration.html#show-toolbar-callback',
  ],
  cwe: ['CWE-489', 'CWE-215'],
  examples: {
    bad: [
      { 'settings.py': `DEBUG = False\n${APPS} # !\n` },
      { 'settings.py': "DEBUG = False\nMIDDLEWARE = ['debug_toolbar.middleware.DebugToolbarMiddleware'] # !\n" },
      { 'settings.py': `DEBUG = False\n${APPS} # !\nDEBUG_TOOLBAR_CONFIG = {'SHOW_TOOLBAR_CALLBACK': lambda request: True}\n` },
      { 'settings.py': `DEBUG = True\n${APPS} # !\n` },
      { 'settings.py': 'from base import *\n\nDEBUG = False\n', 'base.py': `DEBUG = True\n${APPS} # !\n` },
    ],
    good: [
      { 'settings.py': "DEBUG = False\nINSTALLED_APPS = []\nif DEBUG:\n    INSTALLED_APPS += ['debug_toolbar']\n" },
      { 'settings.py': "DEBUG = True\nINSTALLED_APPS = []\nif DEBUG:\n    INSTALLED_APPS += ['debug_toolbar']\n" },
      { 'settings.py': "DEBUG = False\nINSTALLED_APPS = ['django.contrib.staticfiles']\nINTERNAL_IPS = ['127.0.0.1']\n" },
    ],
    undecided: [
      { 'settings.py': "from elsewhere import flag\n\nINSTALLED_APPS = []\nif flag():\n    INSTALLED_APPS += ['debug_toolbar']\n" },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const code = { settings, repository };
    judgeDevelopmentApp({ name: 'debug_toolbar', pattern: /^debug_toolbar\b/ }, code, ctx, (at: Origin | undefined, list) => {
      const shown = isShownToAll(code);
      return {
        ...(at === undefined ? {} : { at }),
        message: shown
          ? '`SHOW_TOOLBAR_CALLBACK` shows the debug toolbar to every visitor: settings, SQL and the requests of others.'
          : `\`debug_toolbar\` is in \`${list}\` of the settings that production loads.`,
        subject: 'debug_toolbar',
        ...(shown ? { severity: 'error' } : {}),
      };
    });
  },
});

/** The callback returns True whatever the request is. The toolbar's own one wants DEBUG and an internal address. */
function isShownToAll(code: Code): boolean {
  const { settings, repository } = code;
  const callback = settings.get('DEBUG_TOOLBAR_CONFIG', 'SHOW_TOOLBAR_CALLBACK');
  if (callback.kind !== 'known') return false;
  const { value } = callback;
  const name = typeof value === 'string' ? value : typeof value === 'object' && value !== null && 'name' in value ? value.name : '';
  if (name.startsWith('debug_toolbar.')) return false;
  if (!name.endsWith('<lambda>')) return /^def\s+\w+\([^)]*\)[^:]*:\s*return True\s*$/.test(classText(name, code) ?? '');
  const texts = settings.evaluated.files.flatMap((file) => [
    ...(repository.read(file) ?? '').matchAll(/SHOW_TOOLBAR_CALLBACK['"]?\s*[:=]\s*(.*)/g),
  ]);
  return texts.length === 1 && /^lambda[^:]*:\s*True\b(?!\s*(if|and)\b)/.test(texts[0]?.[1] ?? '');
}
