import { defineRule } from '../../src/rule.ts';
import { type HealthRequest, healthRequests, mayAnswerItself } from '../shared/requests/health.ts';
import { routed } from '../shared/requests/url-paths.ts';
import { or } from '../shared/values/answer.ts';
import { cluster, probe } from '../shared/values/cluster-example.ts';
import { compose } from '../shared/values/examples.ts';

const STACK = "MIDDLEWARE = ['django.middleware.common.CommonMiddleware']\nALLOWED_HOSTS = ['*']\n";
const URLS =
  "from django.urls import include, path, re_path\nfrom mysite import views\n\nurlpatterns = [\n    path('health/', views.health),\n    path('api/', include('mysite.api')),\n    re_path(r'^ping$', views.health),\n]\n";
const API =
  "from django.urls import path\nfrom mysite import views\n\nurlpatterns = [path('live', views.live), path('<int:pk>/', views.one)]\n";
const asked = (path: string, { mark = '', urls = URLS, settings = STACK } = {}) =>
  cluster({ settings, container: probe(path, { mark }), files: { 'mysite/urls.py': urls, 'mysite/api.py': API } });

export default defineRule({
  id: 'kubernetes/probe-path-not-found',
  title: 'Health check asks for a path that no view answers',
  severity: 'error',
  topic: 10,
  since: '0.1.0',
  why: 'The check is answered 404: the pod never becomes ready, or is taken for ill and started anew again and again.',
  fix: 'Ask for a path that the URLconf holds, or add the view.',
  autofix: 'none',
  links: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes',
    'https://docs.djangoproject.com/en/stable/topics/http/urls/',
  ],
  cross: true,
  examples: {
    bad: [
      asked('/healthz', { mark: ' # !' }),
      asked('/api/ready/', { mark: ' # !' }),
      asked('/ping/', { mark: ' # !' }),
      asked('/', { mark: ' # !' }),
      {
        ...asked('/health/'),
        'k8s/web.yaml': '',
        'docker-compose.yml': compose({ web: '    healthcheck:\n      test: curl -f http://localhost:8000/alive/ # !\n' }),
      },
    ],
    good: [
      asked('/health/'),
      asked('/health'),
      asked('/api/live'),
      asked('/api/7/'),
      asked('/ping'),
      asked('/health/?full=1'),
      asked('/static/ok.txt'),
    ],
    undecided: [
      asked('/healthz', { urls: `${URLS}urlpatterns += more()\n` }),
      asked('/healthz', { urls: URLS.replace("path('api/', include('mysite.api'))", "path('', include('health_check.urls'))") }),
      asked('/healthz', { settings: STACK.replace('[', "['health.middleware.Up', ") }),
      asked('/healthz', { settings: `${STACK}FORCE_SCRIPT_NAME = '/app'\n` }),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const told = new Set<string>();
    for (const request of healthRequests(settings, (one) => one.client?.failsOnError !== false)) {
      const path = pathOf(request);
      if (path === null || told.has(`${request.process.name} ${path}`) || request.process.environment.variables.has('SCRIPT_NAME'))
        continue;
      told.add(`${request.process.name} ${path}`);
      const isKnown = (urlconf: string) =>
        or(routed(urlconf, path, settings, repository), path.endsWith('/') ? 'no' : routed(urlconf, `${path}/`, settings, repository));
      ctx.expectAll(
        [settings.get('ROOT_URLCONF'), settings.get('MIDDLEWARE'), settings.get('FORCE_SCRIPT_NAME')],
        (urlconf, middleware, script) =>
          typeof urlconf !== 'string' || (script !== null && script !== undefined && script !== '')
            ? 'maybe'
            : or(isKnown(urlconf), mayAnswerItself(middleware, `/${path}`, settings, repository)),
        () => ({
          at: request.at,
          message: `The ${request.probe.kind} check asks for \`/${path}\`, which the URLconf does not know: Django answers 404.`,
          subject: request.process.name,
        }),
      );
    }
  },
});

/** The path without its first slash and what stands behind `?`; null when it is not known, or leads to files. */
function pathOf({ path }: HealthRequest): string | null {
  if (path.kind !== 'known' || !path.value.startsWith('/')) return null;
  const [plain = ''] = path.value.split(/[?#]/);
  return /^\/(static|media)\//.test(plain) || plain.includes('%') ? null : plain.slice(1);
}
