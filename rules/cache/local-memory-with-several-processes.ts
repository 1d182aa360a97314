import { type Data, defineRule, type Report, type SettingsFacts, type Store } from '../../src/rule.ts';
import { runsSeveral } from '../shared/processes/several-processes.ts';
import { LOCAL_MEMORY } from '../shared/stores/caches.ts';
import { not } from '../shared/values/answer.ts';
import { keysInAnyCase, textsIn } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const ONE_WORKER = DOCKERFILE.replace('"--workers", "3"', '"--workers", "1"');
const TOP = "ROOT_URLCONF = 'mysite.urls'";

function marked(settings = ''): Record<string, string> {
  const files = django(settings);
  return { ...files, 'mysite/settings.py': (files['mysite/settings.py'] ?? '').replace(TOP, `${TOP} # !`) };
}

export default defineRule({
  id: 'cache/local-memory-with-several-processes',
  title: 'Per-process cache with several processes',
  severity: 'warning',
  topic: 7,
  since: '0.1.0',
  why: 'Each process has a cache of its own: throttles count apart, locks lock nobody out, and what one worker invalidates the others still serve.',
  fix: 'Set CACHES["default"] to Redis or Memcached.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/topics/cache/#local-memory-caching',
    'https://docs.djangoproject.com/en/stable/topics/cache/#redis',
  ],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [
      { ...marked("SESSION_ENGINE = 'django.contrib.sessions.backends.cached_db'\n"), Dockerfile: DOCKERFILE },
      { ...marked(), Dockerfile: DOCKERFILE },
      { ...django(`CACHES = {'default': {'BACKEND': '${LOCAL_MEMORY}'}} # !\n`), Dockerfile: DOCKERFILE },
    ],
    good: [
      { ...django(), Dockerfile: ONE_WORKER },
      {
        ...django("CACHES = {'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': 'redis://redis:6379/1'}}\n"),
        Dockerfile: DOCKERFILE,
      },
    ],
    undecided: [{ ...django('from elsewhere import caches\n\nCACHES = caches()\n'), Dockerfile: DOCKERFILE }],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment }, ctx) {
    const several = settings.processes.find((process) => runsSeveral(process) === 'yes');
    if (several === undefined) return;
    const user = sharedStateUser(settings);
    ctx.expect(
      settings.get('CACHES', 'default', 'BACKEND'),
      (backend) => not(isLocal(backend)),
      (_backend, origin): Report => ({
        at: origin.step === 'default' ? settings.placeOf('CACHES') : origin,
        message: `The default cache lives in the memory of each process, and \`${several.name}\` runs several: ${user === null ? 'what one worker caches the others do not see' : `${user} differs from worker to worker`}.`,
        subject: 'CACHES.default',
        related: [{ at: several.commandAt, message: `\`${several.name}\` starts several workers here` }, ...unusedStore(deployment.stores)],
        ...(user === null ? { severity: 'note', because: 'nothing was found that relies on a shared cache' } : {}),
      }),
    );
  },
});

function isLocal(backend: Data | undefined) {
  if (backend === LOCAL_MEMORY) return 'yes';
  return typeof backend === 'string' || backend === undefined ? 'no' : 'maybe';
}

function unusedStore(stores: readonly Store[]) {
  const store = stores.find(({ kind }) => kind === 'redis' || kind === 'memcached');
  return store === undefined ? [] : [{ at: store.process.at, message: `\`${store.name}\` runs here and could hold the cache` }];
}

/** What in the settings needs all processes to see the same cache; null when nothing of the kind is found. */
function sharedStateUser(settings: SettingsFacts): string | null {
  const engine = settings.get('SESSION_ENGINE');
  if (engine.kind === 'known' && typeof engine.value === 'string' && /\.cache(d_db)?$/.test(engine.value))
    return 'the session of a visitor';
  if (keysInAnyCase(settings.get('REST_FRAMEWORK')).some((key) => key.startsWith('DEFAULT_THROTTLE')))
    return 'the count of the API throttle';
  const handler = settings.get('AXES_HANDLER');
  if (handler.kind === 'known' && typeof handler.value === 'string' && /cache/i.test(handler.value)) return 'the count of failed logins';
  const apps = settings.get('INSTALLED_APPS');
  const names = apps.kind === 'known' ? textsIn(apps.value) : [];
  return names.some((name) => /^(django_)?ratelimit\b|^constance\.backends\.memory/.test(name)) ? 'the count of the rate limit' : null;
}
