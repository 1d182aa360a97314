import { type Context, defineRule, type ProxyFacts, type RepositoryFacts, type SettingsFacts, type Span } from '../../src/rule.ts';
import { moduleFile } from '../shared/code/python-class.ts';
import { applicationRoutes, listensLocally, locationName, type Route, routesOf } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const urls = (lines: string) => ({ 'mysite/urls.py': `from django.urls import include, path\n\nurlpatterns = [\n${lines}]\n` });
const METRICS = "    path('', include('django_prometheus.urls')), # !\n";
const HIDDEN = METRICS.replace(' # !', '');
const kept = (rule: string) =>
  nginx(`${PASS}\n    location = /metrics { ${rule} proxy_pass http://web:8000; proxy_set_header Host $host; }`);

export default defineRule({
  id: 'logging/metrics-public',
  title: '/metrics publicly reachable',
  severity: 'warning',
  topic: 8,
  since: '0.1.0',
  why: 'Anyone reads the routes, models, error rates and query counts of the site, and each request for it costs a full collection.',
  fix: 'Keep it to the network of Prometheus: location = /metrics { allow 10.0.0.0/8; deny all; … }.',
  autofix: 'unsafe',
  links: [
    'https://github.com/django-commons/django-prometheus#exporting-metrics',
    'https://nginx.org/en/docs/http/ngx_http_access_module.html',
  ],
  cwe: ['CWE-497'],
  cross: true,
  examples: {
    bad: [
      { ...behindNginx(nginx(PASS)), ...urls(METRICS) },
      { ...behindNginx(kept('')), ...urls(METRICS) },
      { ...behindNginx(nginx(PASS)), ...urls(METRICS.replace("path(''", "path('ops/'")) },
    ],
    good: [
      { ...behindNginx(kept('allow 10.0.0.0/8; deny all;')), ...urls(HIDDEN) },
      { ...behindNginx(nginx(`${PASS}\n    location /metrics { deny all; return 404; }`)), ...urls(HIDDEN) },
      { ...behindNginx(kept('auth_basic "staff"; auth_basic_user_file /etc/nginx/users;')), ...urls(HIDDEN) },
      { ...behindNginx(nginx(PASS)), ...urls(`#${HIDDEN}`) },
      { ...behindNginx(nginx(PASS)), ...urls('') },
    ],
    undecided: [
      { ...behindNginx(nginx(`${PASS}\n    location ~ ^/(metrics|admin) { deny all; }`)), ...urls(HIDDEN) },
      {
        ...behindNginx(nginx(PASS)),
        'mysite/urls.py':
          "from django.conf import settings\nfrom django.urls import include, path\n\nurlpatterns = []\nif settings.METRICS:\n    urlpatterns += [path('', include('django_prometheus.urls'))]\n",
      },
    ],
  },

  needs: ['settings', 'proxy', 'repository'],
  check({ settings, proxy, repository }, ctx) {
    const page = metricsPage(settings, repository);
    if (page === null) return;
    for (const route of applicationRoutes(proxy)) {
      if (!settings.processes.includes(route.process) || listensLocally(route.server)) continue;
      const verdict = judge(page, route, proxy);
      if (verdict === 'closed') continue;
      if (verdict === 'open') ctx.undecided(`Whether \`${page.path}\` is kept from visitors is not known.`, page.at);
      else tell(page, route, ctx);
      return;
    }
  },
});

function tell(page: Page, { location }: Route, ctx: Context): void {
  ctx.report({
    at: page.at,
    message: `The proxy passes \`${page.path}\` on for everybody: anyone reads the metrics of the site.`,
    subject: page.path,
    related: [{ at: location.at, message: `\`${locationName(location)}\` leads there` }],
  });
}

interface Page {
  readonly path: string;
  readonly at: Span;
  /** Under a condition, or behind a decorator. */
  readonly certain: boolean;
}

/** Where the root URLconf puts the page, when it includes it itself. */
function metricsPage(settings: SettingsFacts, repository: RepositoryFacts): Page | null {
  const root = settings.get('ROOT_URLCONF');
  const module = root.kind === 'known' && typeof root.value === 'string' ? moduleFile(root.value, { settings, repository }) : null;
  if (module === null) return null;
  const found =
    /^([ \t]*)(?:urlpatterns[ \t]*\+?=[ \t]*\[[ \t]*)?path\(\s*r?(['"])([^'"]*)\2\s*,\s*include\(\s*(['"])django_prometheus\.urls\4/m.exec(
      module.text,
    );
  if (found === null) return null;
  const [all, indent = '', , prefix = ''] = found;
  const start = found.index + indent.length;
  const before = module.text.slice(0, found.index);
  const opening = before.lastIndexOf('urlpatterns');
  const atMargin =
    all.startsWith('urlpatterns') ||
    (opening !== -1 &&
      (opening === 0 || before.charAt(opening - 1) === '\n') &&
      !/^\S/m.test(before.slice(before.indexOf('\n', opening) + 1)));
  return { path: `/${prefix}metrics`, at: { file: module.file, start, end: found.index + all.length }, certain: atMargin };
}

/** The location that nginx takes for the path: an exact one, else the longest prefix; regular expressions may come before. */
function judge(page: Page, { server }: Route, proxy: ProxyFacts): 'public' | 'closed' | 'open' {
  const own = routesOf(proxy)
    .filter((route) => route.server === server)
    .map(({ location }) => location);
  const exact = own.find(({ match }) => match.kind === 'exact' && match.path === page.path);
  const prefixes = own.filter(({ match }) => match.kind === 'prefix' && page.path.startsWith(match.path));
  const [longest] = [...prefixes].sort((a, b) => b.match.path.length - a.match.path.length);
  const chosen = exact ?? longest;
  if (chosen === undefined) return 'closed';
  if (exact === undefined && own.some(({ match }) => match.kind === 'regex')) return 'open';
  if (chosen.restricted === 'yes' || (chosen.answers !== null && chosen.answers.code >= 400) || chosen.pass === null) return 'closed';
  if (chosen.restricted === 'maybe' || !page.certain || server.answersAll !== null) return 'open';
  return 'public';
}
