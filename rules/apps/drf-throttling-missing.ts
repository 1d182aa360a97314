import { type Data, defineRule, type RepositoryFacts } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed } from '../shared/code/packages.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isSequence, truth } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const APPS = "INSTALLED_APPS = ['rest_framework']\n";
const LOGIN =
  /\b(obtain_auth_token|ObtainAuthToken|TokenObtain(Pair|Sliding)?View|token_obtain_(pair|sliding)|(dj_)?rest_auth\.urls|djoser\.urls\.(authtoken|jwt)|knox\.urls)\b/;
const LIMITED = /\bthrottl|ratelimit|rate_limit|\baxes\b|\bdefender\b|RequestLimit|limit_req/i;
const URLS = { 'mysite/api.py': 'from rest_framework.authtoken.views import obtain_auth_token\n\nurlpatterns = [obtain_auth_token]\n' };

function project(settings: string, parts: { readonly proxy?: string; readonly files?: Record<string, string> } = {}) {
  return {
    ...django(`${APPS}${settings}`),
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': compose(),
    'nginx.conf': parts.proxy ?? nginx(PASS),
    ...URLS,
    ...parts.files,
  };
}

export default defineRule({
  id: 'apps/drf-throttling-missing',
  title: 'API has no effective throttling',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Passwords can be tried and data be copied through the API without a limit.',
  fix: 'DEFAULT_THROTTLE_CLASSES and DEFAULT_THROTTLE_RATES with a shared cache, or a limit at the proxy.',
  autofix: 'none',
  links: ['https://www.django-rest-framework.org/api-guide/throttling/#setting-the-throttling-policy'],
  cwe: ['CWE-307', 'CWE-770'],
  examples: {
    bad: [
      project("REST_FRAMEWORK = {'PAGE_SIZE': 20} # !\n"),
      {
        'settings.py': `${APPS}REST_FRAMEWORK = {'DEFAULT_THROTTLE_CLASSES': ['rest_framework.throttling.AnonRateThrottle']} # !\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.dummy.DummyCache'}}\n`,
      },
    ],
    good: [
      project("REST_FRAMEWORK = {'DEFAULT_THROTTLE_CLASSES': ['rest_framework.throttling.AnonRateThrottle']}\n"),
      project("REST_FRAMEWORK = {'PAGE_SIZE': 20}\n", {
        proxy: `limit_req_zone $binary_remote_addr zone=api:10m rate=5r/s;\n${nginx(PASS)}`,
      }),
      project("REST_FRAMEWORK = {'PAGE_SIZE': 20}\n", { files: { 'mysite/api.py': '' } }),
      project("REST_FRAMEWORK = {'PAGE_SIZE': 20}\n", { files: { 'mysite/views.py': 'class Login:\n    throttle_scope = "login"\n' } }),
    ],
    undecided: [{ 'settings.py': `${APPS}REST_FRAMEWORK = {}\n`, ...URLS }],
  },

  needs: ['settings', 'repository', 'deployment'],
  check({ settings, repository: whole, deployment }, ctx) {
    const repository = ownCode(settings, whole);
    const app = installed(settings, 'rest_framework');
    const throttles = settings.get('REST_FRAMEWORK', 'DEFAULT_THROTTLE_CLASSES');
    ctx.expectAll(
      [throttles, settings.get('CACHES', 'default', 'BACKEND'), app],
      (classes, backend, listed) =>
        or(
          not(listed.is),
          answer(!isSequence(classes)),
          not(truth(classes)),
          answer(backend !== 'django.core.cache.backends.dummy.DummyCache'),
        ),
      () => ({
        message: 'The throttles of the API count in the dummy cache, which keeps nothing: no limit is ever reached.',
        subject: 'REST_FRAMEWORK throttles',
        severity: 'warning',
      }),
    );
    const [login] = repository.codeMentions(LOGIN).items;
    if (login === undefined || isLimited(repository) || app.kind !== 'known' || app.value.is !== 'yes') return;
    if (throttles.kind === 'known' && hasAny(throttles.value)) return;
    if (deployment.proxy === null) {
      ctx.undecided('What stands in front of the site, and may limit requests, is not in the repository.', login);
      return;
    }
    ctx.expect(
      throttles,
      (classes) => hasAny(classes),
      () => ({
        message:
          'Passwords can be tried through the API without a limit: there is no throttle, in the settings, in the views or at the proxy.',
        subject: 'REST_FRAMEWORK throttles',
        related: [{ at: login, message: 'the API logs users in here' }],
      }),
    );
  },
});

function hasAny(classes: Data | undefined): boolean {
  return truth(classes) !== 'no';
}

/** Code, settings or a proxy's configuration speak of limits: whether they cover the API is not asked. */
function isLimited(repository: Pick<RepositoryFacts, 'codeMentions' | 'files' | 'read'>): boolean {
  if (repository.codeMentions(LIMITED).items.length > 0) return true;
  const configurations = repository.files.filter((file) => /nginx|\.conf(\.\w+)?$|traefik|Caddyfile|compose[^/]*\.ya?ml$/i.test(file));
  return configurations.some((file) => /^[^#\n]*(limit_req|ratelimit|rate_limit)/im.test(repository.read(file) ?? ''));
}
