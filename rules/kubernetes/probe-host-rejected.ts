import { defineRule, known } from '../../src/rule.ts';
import { onEcs } from '../shared/infrastructure/ecs-example.ts';
import { admitsHost, answersEarly, askerOf, type HealthRequest, healthRequests, isAskedFromOutside } from '../shared/requests/health.ts';
import { or } from '../shared/values/answer.ts';
import { cluster, probe, probeHeaders } from '../shared/values/cluster-example.ts';
import { changeAt } from '../shared/values/origin.ts';

const HOSTS = "ALLOWED_HOSTS = ['example.com']\n";
const STACK = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware', 'django.middleware.common.CommonMiddleware']\n";
const asked = (container: string, settings = HOSTS) => cluster({ settings: `${STACK}${settings}`, container });

export default defineRule({
  id: 'kubernetes/probe-host-rejected',
  title: 'Health probe host rejected by ALLOWED_HOSTS',
  severity: 'error',
  topic: 10,
  since: '0.1.0',
  why: 'A probe without Host header asks under the address of the pod, which ALLOWED_HOSTS does not hold: Django answers 400, the pod never becomes ready or is restarted again and again.',
  fix: 'Give the probe a name that ALLOWED_HOSTS holds: `httpHeaders: [{name: Host, value: example.com}]`.',
  autofix: 'unsafe',
  links: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes',
    'https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts',
  ],
  cross: true,
  examples: {
    bad: [
      onEcs(`${STACK}${HOSTS}`, { check: '    path = "/up"\n', mark: ' # !' }),
      asked(probe('/health/', { mark: ' # !' })),
      asked(probe('/health/', { mark: ' # !', lines: probeHeaders({ Host: 'localhost' }) })),
      asked(probe('/health/', { mark: ' # !', kind: 'livenessProbe', lines: '              host: 127.0.0.1\n' })),
      asked(
        probe('/health/', { mark: ' # !' }),
        "import os\n\nALLOWED_HOSTS = os.environ.get('HOSTS', 'example.com,www.example.com').split(',')\n",
      ),
    ],
    good: [
      asked(probe('/health/', { lines: probeHeaders({ Host: 'example.com' }) })),
      asked(probe('/health/'), "ALLOWED_HOSTS = ['*']\n"),
      asked(probe('/health/').replace('port: 8000', 'port: 9113')),
      asked('          readinessProbe:\n            tcpSocket:\n              port: 8000\n'),
      asked(probe('/static/ok.txt')),
    ],
    undecided: [
      asked(
        `${probe('/health/')}          env:\n            - name: POD_IP\n              valueFrom:\n                fieldRef:\n                  fieldPath: status.podIP\n`,
        "import os\n\nALLOWED_HOSTS = ['example.com', os.environ['POD_IP']]\n",
      ),
      cluster({
        settings: "MIDDLEWARE = ['mysite.up.Answering', 'django.middleware.common.CommonMiddleware']\nALLOWED_HOSTS = ['example.com']\n",
        container: probe('/health/'),
        files: { 'mysite/up.py': "class Answering:\n    def __call__(self, request):\n        return 'health'\n" },
      }),
      cluster({
        settings:
          "MIDDLEWARE = ['allow_cidr.middleware.AllowCIDRMiddleware', 'django.middleware.common.CommonMiddleware']\nALLOWED_HOSTS = ['example.com']\n",
        container: probe('/health/'),
      }),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const seen = new Set<string>();
    for (const request of healthRequests(settings, isAskedFromOutside)) {
      const { path, host, process } = request;
      const name = path.kind === 'known' ? path.value : '';
      if (name.startsWith('/static/') || seen.has(process.name)) continue;
      const others = sameQuestion(request, settings);
      seen.add(process.name);
      ctx.expectAll(
        [
          settings.get('ALLOWED_HOSTS'),
          settings.get('DEBUG'),
          settings.get('MIDDLEWARE'),
          host ?? known('', { step: 'default', of: 'Kubernetes' }),
        ],
        (hosts, debug, middleware, sent) =>
          or(admitsHost(hosts, host === null ? null : sent, debug), answersEarly(middleware, name, settings, repository)),
        ([, , , sent], [origin]) => ({
          at: request.at,
          message: `${askerOf(request)} asks under ${host === null ? addressOf(request) : `\`${sent}\``}, which \`ALLOWED_HOSTS\` does not hold: Django answers 400.`,
          subject: process.name,
          related: [
            ...others.map((one) => ({ at: one.at, message: `so does the ${one.probe.kind} probe` })),
            { at: changeAt(origin), message: '`ALLOWED_HOSTS` is decided here' },
          ],
        }),
      );
    }
  },
});

function addressOf({ probe }: HealthRequest): string {
  return probe.kind === 'health' ? 'the address of the container' : 'the address of the pod';
}

function sameQuestion(request: HealthRequest, settings: Parameters<typeof healthRequests>[0]): readonly HealthRequest[] {
  const text = ({ host }: HealthRequest) => (host === null ? null : host.kind === 'known' ? host.value : undefined);
  return healthRequests(settings, isAskedFromOutside).filter(
    (one) => one.process === request.process && one.probe !== request.probe && text(one) === text(request),
  );
}
