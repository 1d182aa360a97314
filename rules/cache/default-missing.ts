import { defineRule } from '../../src/rule.ts';
import { hasEntry } from '../shared/data.ts';

const REDIS = "{'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': 'redis://redis:6379/1'}";

export default defineRule({
  id: 'cache/default-missing',
  title: 'CACHES has no default',
  severity: 'error',
  topic: 7,
  since: '0.1.0',
  why: 'Whatever uses the cache raises InvalidCacheBackendError, and so do the checks that Django runs before it migrates.',
  fix: 'Define CACHES["default"].',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#caches'],
  cwe: ['CWE-1188'],
  django: ['caches.E001'],
  examples: {
    bad: [{ 'settings.py': `CACHES = {'redis': ${REDIS}} # !\n` }, { 'settings.py': 'CACHES = {} # !\n' }],
    good: [
      { 'settings.py': `CACHES = {'default': ${REDIS}}\n` },
      { 'settings.py': "INSTALLED_APPS = ['django.contrib.auth']\n" },
      { 'settings.py': `CACHES = {'redis': ${REDIS}}\nCACHES.update(default=CACHES['redis'])\n` },
    ],
    undecided: [{ 'settings.py': `from elsewhere import caches\n\nCACHES = {'redis': ${REDIS}, **caches()}\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    ctx.expect(
      settings.get('CACHES'),
      (caches) => hasEntry(caches, 'default'),
      () => ({ message: '`CACHES` has no `default`: whatever uses the cache raises InvalidCacheBackendError.', subject: 'CACHES' }),
    );
  },
});
