import { defineRule } from '../../src/rule.ts';
import { isPresumedRun } from '../shared/requests/web.ts';
import { hasEntry, isMapping } from '../shared/values/data.ts';
import { django } from '../shared/values/examples.ts';

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
    undecided: [django('CACHES = {}\n'), { 'settings.py': `from elsewhere import caches\n\nCACHES = {'redis': ${REDIS}, **caches()}\n` }],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment }, ctx) {
    // No checkout runs with an empty dict: where no manifest shows production, a file that it has been given may fill it.
    const presumed = isPresumedRun(deployment);
    ctx.expect(
      settings.get('CACHES'),
      (caches) => (presumed && isMapping(caches) && caches.entries.length === 0 ? 'maybe' : hasEntry(caches, 'default')),
      () => ({ message: '`CACHES` has no `default`: whatever uses the cache raises InvalidCacheBackendError.', subject: 'CACHES' }),
    );
  },
});
