import { type Data, defineRule, type Report, type SettingsFacts } from '../../src/rule.ts';
import { answersFromSeveral } from '../shared/processes/several-processes.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { cacheOf, DUMMY, LOCAL_MEMORY } from '../shared/stores/caches.ts';
import { answer } from '../shared/values/answer.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const ENGINE = 'django.contrib.sessions.backends.cache';
const ONE_WORKER = DOCKERFILE.replace('"--workers", "3"', '"--workers", "1"');
const sessions = (caches = '') => `SESSION_ENGINE = '${ENGINE}' # !\n${caches}`;
const cached = (backend: string, location = '') =>
  `CACHES = {'default': {'BACKEND': 'django.core.cache.backends.${backend}', 'LOCATION': '${location}'}}\n`;
const unmarked = (text: string) => text.replace(' # !', '');

export default defineRule({
  id: 'cache/sessions-in-volatile-cache',
  title: 'Sessions live only in a volatile or per-process cache',
  severity: 'error',
  topic: 7,
  since: '0.1.0',
  why: 'Visitors are logged out at random: each process has sessions of its own, or a restart of the cache and each eviction drops them.',
  fix: 'Set SESSION_ENGINE to django.contrib.sessions.backends.cached_db, or use a shared cache that keeps its data.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/topics/http/sessions/#using-cached-sessions'],
  cwe: ['CWE-1188'],
  replaces: ['cache/local-memory-with-several-processes', 'cache/dummy-cache'],
  examples: {
    bad: [
      { ...django(sessions()), Dockerfile: DOCKERFILE },
      { ...django(sessions()), Dockerfile: ONE_WORKER },
      { ...django(sessions(cached('dummy.DummyCache'))), Dockerfile: ONE_WORKER },
      { ...django(sessions(cached('memcached.PyMemcacheCache', 'memcached:11211'))), Dockerfile: DOCKERFILE },
    ],
    good: [
      { ...django(unmarked(sessions(cached('redis.RedisCache', 'redis://redis:6379/1')))), Dockerfile: DOCKERFILE },
      { ...django(unmarked(sessions(cached('db.DatabaseCache', 'cache_table')))), Dockerfile: DOCKERFILE },
      { ...django("SESSION_ENGINE = 'django.contrib.sessions.backends.cached_db'\n"), Dockerfile: DOCKERFILE },
      {
        ...django(
          `${unmarked(sessions())}SESSION_CACHE_ALIAS = 'sessions'\nCACHES = {'sessions': {'BACKEND': 'django.core.cache.backends.redis.RedisCache'}}\n`,
        ),
        Dockerfile: DOCKERFILE,
      },
    ],
    undecided: [
      { ...django(`from elsewhere import caches\n${unmarked(sessions())}CACHES = caches()\n`), Dockerfile: DOCKERFILE },
      { ...django('from elsewhere import engine\nSESSION_ENGINE = engine()\n'), Dockerfile: DOCKERFILE },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (!servesVisitors(settings)) return;
    const alias = settings.get('SESSION_CACHE_ALIAS');
    const name = alias.kind === 'known' && typeof alias.value === 'string' ? alias.value : 'default';
    if (alias.kind !== 'known') {
      ctx.undecided('Which cache holds the sessions is not known.', settings.placeOf('SESSION_CACHE_ALIAS'));
      return;
    }
    const cache = cacheOf(settings, name);
    const backend = cache.get('BACKEND');
    ctx.expectAll(
      [settings.get('SESSION_ENGINE'), backend],
      (engine, kind) => {
        if (engine !== ENGINE) return typeof engine === 'string' || engine === undefined ? 'yes' : 'maybe';
        return typeof kind === 'string' ? answer(faultOf(kind, settings) === null) : 'maybe';
      },
      ([, kind], [engine, place]) => ({
        at: engine,
        subject: cache.subject,
        related: [{ at: place.step === 'default' ? settings.top : place, message: 'the cache that holds them' }],
        ...(faultOf(kind, settings) ?? { message: '' }),
      }),
    );
  },
});

type Fault = Pick<Report, 'message' | 'severity' | 'because'>;

function faultOf(backend: Data | undefined, settings: SettingsFacts): Fault | null {
  if (backend === DUMMY) return { message: 'Sessions are kept in the dummy cache, which stores nothing: nobody can log in.' };
  if (backend === LOCAL_MEMORY) return perProcess(settings);
  if (typeof backend !== 'string' || !/^django\.core\.cache\.backends\.memcached\./.test(backend)) return null;
  return {
    message: 'Sessions are kept in Memcached only: a restart or a full cache logs visitors out.',
    severity: 'note',
    because: 'all processes share that cache',
  };
}

function perProcess(settings: SettingsFacts): Fault {
  const several = answersFromSeveral(settings);
  const message = 'Sessions are kept in the memory of each process';
  if (several === 'yes') return { message: `${message}, and several answer: visitors are logged out from one request to the next.` };
  const restart = `${message}: each restart logs everybody out.`;
  if (several === 'no') return { message: restart, severity: 'note', because: 'one process answers all requests' };
  return { message: restart, severity: 'warning', because: 'how many processes answer is not known' };
}
