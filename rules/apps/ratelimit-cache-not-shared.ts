import { type Data, defineRule } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed } from '../shared/code/packages.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

/** KNOWN_BROKEN_CACHE_BACKENDS of django_ratelimit/checks.py (4.1). */
const BROKEN: Readonly<Record<string, string>> = {
  'django.core.cache.backends.dummy.DummyCache': 'keeps nothing, so no limit is ever reached',
  'django.core.cache.backends.locmem.LocMemCache': 'is one for each process, so each of them allows the whole limit',
  'django.core.cache.backends.filebased.FileBasedCache': 'cannot count in one step, so requests at the same time are not counted',
  'django.core.cache.backends.db.DatabaseCache': 'cannot count in one step, so requests at the same time are not counted',
};

const VIEW = { 'shop/views.py': 'from django_ratelimit.decorators import ratelimit\n' };
const LOCAL = "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}";
const REDIS = "CACHES = {'default': {'BACKEND': 'django_redis.cache.RedisCache', 'LOCATION': 'redis://redis:6379/1'}}\n";

export default defineRule({
  id: 'apps/ratelimit-cache-not-shared',
  title: 'Rate limits kept in a cache that is not shared',
  severity: 'error',
  topic: 7,
  since: '0.1.0',
  why: 'django-ratelimit counts in a cache that forgets or is not the same for all processes: the limits do not hold, and its own check fails.',
  fix: 'Redis or Memcached for the cache that RATELIMIT_USE_CACHE names.',
  autofix: 'none',
  links: ['https://django-ratelimit.readthedocs.io/en/stable/installation.html#create-or-use-a-compatible-cache'],
  cwe: ['CWE-799', 'CWE-307'],
  django: ['django_ratelimit.E003', 'django_ratelimit.W001'],
  replaces: ['cache/local-memory-with-several-processes'],
  examples: {
    bad: [
      { ...VIEW, 'settings.py': `INSTALLED_APPS = ['django_ratelimit']\n${LOCAL} # !\n` },
      { ...VIEW, 'settings.py': 'INSTALLED_APPS = [] # !\n' },
      {
        ...VIEW,
        'settings.py': `RATELIMIT_USE_CACHE = 'limits'\nCACHES = {'limits': {'BACKEND': 'django.core.cache.backends.db.DatabaseCache'}} # !\n`,
      },
    ],
    good: [
      { ...VIEW, 'settings.py': `INSTALLED_APPS = ['django_ratelimit']\n${REDIS}` },
      { ...VIEW, 'settings.py': `INSTALLED_APPS = []\nRATELIMIT_ENABLE = False\n${LOCAL}\n` },
      { 'settings.py': `INSTALLED_APPS = []\n${LOCAL}\n` },
    ],
    undecided: [{ ...VIEW, 'settings.py': 'from elsewhere import caches\n\nINSTALLED_APPS = []\nCACHES = caches()\n' }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const users = repository.codeMentions(/^\s*from (django_)?ratelimit(\.decorators|\.core|\.mixins)? import/m);
    const alias = settings.get('RATELIMIT_USE_CACHE');
    if (alias.kind !== 'known') return;
    const name = typeof alias.value === 'string' ? alias.value : 'default';
    const isUsed = answer(users.items.length > 0);
    const [user] = users.items;
    ctx.expectAll(
      [settings.get('CACHES', name, 'BACKEND'), settings.get('RATELIMIT_ENABLE'), installed(settings, 'django_ratelimit')],
      (backend, enabled, app) =>
        or(not(or(isUsed, app.is)), enabled === undefined ? 'no' : not(truth(enabled)), not(isBroken(backend, name))),
      ([backend, , app], [decided]) => ({
        ...(decided.step === 'default' ? { at: settings.placeOf('CACHES') } : {}),
        message: `Rate limits are counted in the cache \`${name}\`, which ${BROKEN[classOf(backend, name)] ?? 'is not shared'}.`,
        subject: `CACHES.${name}`,
        ...(user === undefined ? {} : { related: [{ at: user, message: 'limits are asked for here' }] }),
        ...(app.is === 'yes' ? {} : { django: [] }),
      }),
    );
  },
});

function isBroken(backend: Data | undefined, alias: string) {
  if (typeof backend !== 'string' && !(backend === undefined && alias === 'default')) return 'maybe';
  return answer(BROKEN[classOf(backend, alias)] !== undefined);
}

function classOf(backend: Data | undefined, alias: string): string {
  if (typeof backend === 'string') return backend;
  return alias === 'default' ? 'django.core.cache.backends.locmem.LocMemCache' : '';
}
