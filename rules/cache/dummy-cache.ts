import { defineRule, type SettingsFacts } from '../../src/rule.ts';
import { cacheOf, DUMMY } from '../shared/stores/caches.ts';

const dummy = (alias: string) => `'${alias}': {'BACKEND': '${DUMMY}'}`;
const REDIS = "'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': 'redis://redis:6379/1'}";

export default defineRule({
  id: 'cache/dummy-cache',
  title: 'Dummy cache in production',
  severity: 'warning',
  topic: 7,
  since: '0.1.0',
  why: 'Nothing is ever stored: pages are computed anew each time, and throttles, locks and cache sessions silently do nothing.',
  fix: 'Set CACHES["default"] to Redis or Memcached in production, and keep the dummy cache for development.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/topics/cache/#dummy-caching-for-development'],
  cwe: ['CWE-1188'],
  examples: {
    bad: [
      { 'settings.py': `CACHES = {${dummy('default')}} # !\n` },
      { 'settings.py': `import os\nCACHES = {'default': {'BACKEND': os.environ.get('CACHE', '${DUMMY}')}} # !\n` },
      { 'settings.py': `CACHES = {${REDIS}, ${dummy('limits')}} # !\nRATELIMIT_USE_CACHE = 'limits'\n` },
    ],
    good: [
      { 'settings.py': `CACHES = {${REDIS}}\n` },
      { 'settings.py': `CACHES = {${REDIS}, ${dummy('off')}}\n` },
      { 'settings.py': `DEBUG = False\nif DEBUG:\n    CACHES = {${dummy('default')}}\nelse:\n    CACHES = {${REDIS}}\n` },
      { 'settings.py': "INSTALLED_APPS = ['django.contrib.auth']\n" },
    ],
    undecided: [{ 'settings.py': "from elsewhere import backend\n\nCACHES = {'default': {'BACKEND': backend()}}\n" }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const { alias, use } of aliasesInUse(settings)) {
      const cache = cacheOf(settings, alias);
      ctx.expect(
        cache.get('BACKEND'),
        (backend) => (typeof backend === 'string' || backend === undefined ? backend !== DUMMY : 'maybe'),
        () => ({ message: `\`${cache.subject}\`${use} is the dummy cache: nothing is ever stored.`, subject: cache.subject }),
      );
    }
  },
});

/** Any other alias may be a dummy on purpose. The one of the sessions is another rule's. */
function aliasesInUse(settings: SettingsFacts): readonly { readonly alias: string; readonly use: string }[] {
  const limits = settings.get('RATELIMIT_USE_CACHE');
  const other = limits.kind === 'known' && typeof limits.value === 'string' && limits.value !== 'default' ? limits.value : null;
  return [{ alias: 'default', use: '' }, ...(other === null ? [] : [{ alias: other, use: ', which counts for rate limits,' }])];
}
