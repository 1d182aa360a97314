import { defineRule } from '../../src/rule.ts';
import { hasEntry, isMapping } from '../shared/values/data.ts';

const REPLICA = "'replica': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app'}";

export default defineRule({
  id: 'database/default-missing',
  title: 'DATABASES has no default alias',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'Django raises ImproperlyConfigured ("You must define a \'default\' database") as soon as anything touches a database.',
  fix: 'Define DATABASES["default"]; where every model is routed elsewhere it may be an empty dict.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#databases'],
  cwe: ['CWE-1188'],
  examples: {
    bad: [
      { 'settings.py': `DATABASES = {${REPLICA}} # !\n` },
      { 'settings.py': `DATABASES = {'defualt': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}} # !\n` },
    ],
    good: [
      { 'settings.py': 'DATABASES = {}\n' },
      { 'settings.py': "INSTALLED_APPS = ['django.contrib.auth']\n" },
      { 'settings.py': `DATABASES = {'default': {}, ${REPLICA}}\n` },
      { 'settings.py': `DATABASES = {${REPLICA}}\nDATABASES['default'] = DATABASES['replica']\n` },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import databases\n\nDATABASES = {${REPLICA}, **databases()}\n` },
      { 'settings.py': 'from elsewhere import databases\n\nDATABASES = databases()\n' },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    ctx.expect(
      settings.get('DATABASES'),
      (databases) =>
        isMapping(databases) && databases.complete && databases.entries.length === 0 ? 'yes' : hasEntry(databases, 'default'),
      () => ({ message: '`DATABASES` has aliases but no `default`: Django raises ImproperlyConfigured.', subject: 'DATABASES' }),
    );
  },
});
