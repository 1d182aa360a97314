import { defineRule, known, type Report } from '../../src/rule.ts';
import { onEcs } from '../shared/infrastructure/ecs-example.ts';
import { admitsHost, askerOf, type HealthRequest, healthRequests, isAskedFromOutside, redirectsPlain } from '../shared/requests/health.ts';
import { and, not } from '../shared/values/answer.ts';
import { cluster, probe, probeHeaders } from '../shared/values/cluster-example.ts';
import { changeAt } from '../shared/values/origin.ts';

const STACK = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware', 'django.middleware.common.CommonMiddleware']\n";
const PLAIN = `${STACK}ALLOWED_HOSTS = ['*']\nSECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n`;
const asked = (lines = '', settings = PLAIN, mark = '') => cluster({ settings, container: probe('/health/', { lines, mark }) });

export default defineRule({
  id: 'kubernetes/probe-redirected-to-https',
  title: 'Health probe answered by the HTTPS redirect',
  severity: 'warning',
  topic: 10,
  since: '0.1.0',
  why: 'Django answers 301 instead of what the probe asks for. The kubelet follows a redirect to the same host and fails at TLS on the plain port; a redirect to another host it takes for success, whatever the application is doing.',
  fix: 'Let the probe say that it came by HTTPS (`httpHeaders: [{name: X-Forwarded-Proto, value: https}]`), or list the path in SECURE_REDIRECT_EXEMPT.',
  autofix: 'unsafe',
  links: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes',
    'https://docs.djangoproject.com/en/stable/ref/settings/#secure-redirect-exempt',
  ],
  cross: true,
  examples: {
    bad: [
      onEcs(PLAIN, { check: '    path = "/up"\n', mark: ' # !' }),
      asked('', PLAIN, ' # !'),
      asked(probeHeaders({ Host: 'example.com' }), PLAIN, ' # !'),
      asked('', `${PLAIN}SECURE_REDIRECT_EXEMPT = [r'^/health/']\n`, ' # !'),
      asked(probeHeaders({ 'X-Forwarded-Proto': 'http' }), PLAIN, ' # !'),
    ],
    good: [
      asked(probeHeaders({ 'X-Forwarded-Proto': 'https' })),
      asked('', `${PLAIN}SECURE_REDIRECT_EXEMPT = [r'^health/$']\n`),
      asked('', STACK),
      asked('              scheme: HTTPS\n'),
      asked('', PLAIN.replace("['*']", "['example.com']")),
    ],
    undecided: [
      asked('', `from elsewhere import on\n\n${PLAIN.replace('= True', '= on()')}`),
      asked('', `${PLAIN}SECURE_REDIRECT_EXEMPT = [r'^(?P<a>x)']\n`),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const code = { settings, repository };
    const seen = new Set<string>();
    for (const request of healthRequests(settings, isAskedFromOutside)) {
      const { path, host, process } = request;
      if (path.kind !== 'known' || seen.has(process.name)) continue;
      seen.add(process.name);
      ctx.expectAll(
        [
          settings.get('SECURE_SSL_REDIRECT'),
          settings.get('SECURE_REDIRECT_EXEMPT'),
          settings.get('SECURE_PROXY_SSL_HEADER'),
          settings.get('MIDDLEWARE'),
          settings.get('ALLOWED_HOSTS'),
          host ?? known('', { step: 'default', of: 'Kubernetes' }),
        ],
        (redirect, exempt, header, middleware, hosts, sent) =>
          // A host that is refused is answered 400 before any redirect: a fault of its own.
          not(
            and(
              admitsHost(hosts, host === null ? null : sent, false),
              redirectsPlain({ redirect, exempt, header, middleware, code }, request, path.value),
            ),
          ),
        (_values, [origin]): Report => ({
          at: request.at,
          message: `Django answers ${askerOf(request, 'inside')} with a redirect to HTTPS: ${outcome(request)}`,
          subject: process.name,
          ...(host === null ? {} : { severity: 'note', because: 'the kubelet takes a redirect to another host for success' }),
          related: [{ at: changeAt(origin), message: '`SECURE_SSL_REDIRECT` is decided here' }],
        }),
      );
    }
  },
});

function outcome({ host, probe }: HealthRequest): string {
  if (probe.kind === 'health') return 'that is no success, so every container is taken out and started again.';
  return host === null
    ? 'the kubelet follows it to the plain port and fails.'
    : 'the kubelet takes it for success without the application being asked.';
}
