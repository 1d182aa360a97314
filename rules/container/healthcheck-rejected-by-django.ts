import { defineRule, type Probe } from '../../src/rule.ts';
import { admitsHost, answersEarly, type HealthRequest, healthRequests, redirectsPlain } from '../shared/requests/health.ts';
import { whyNever } from '../shared/requests/host-pattern.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { isSequence, textsIn } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';
import { changeAt } from '../shared/values/origin.ts';

const STACK = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware', 'django.middleware.common.CommonMiddleware']\n";
const HOSTS = `${STACK}ALLOWED_HOSTS = ['example.com']\n`;
const REDIRECTS = `${STACK}ALLOWED_HOSTS = ['example.com', 'localhost']\nSECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n`;
const asked = (test: string, settings = HOSTS) => ({
  ...django(settings),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web: `    healthcheck:\n      test: ${test}\n` }),
});

export default defineRule({
  id: 'container/healthcheck-rejected-by-django',
  title: 'Container health check fails ALLOWED_HOSTS or redirects',
  severity: 'error',
  topic: 8,
  since: '0.1.0',
  why: 'Django answers 400 to a Host that ALLOWED_HOSTS does not hold, and sends plain requests on to HTTPS, which the application port does not speak: the container is unhealthy for ever, and what waits for it never starts.',
  fix: "Let the check send what the proxy sends: `-H 'Host: example.com' -H 'X-Forwarded-Proto: https'`.",
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts',
    'https://docs.djangoproject.com/en/stable/ref/settings/#secure-redirect-exempt',
  ],
  cross: true,
  examples: {
    bad: [
      asked('["CMD", "curl", "-f", "http://localhost:8000/health/"] # !'),
      asked('wget -q --spider http://127.0.0.1:8000/ || exit 1 # !'),
      asked(`["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://localhost:8000/health/')"] # !`),
      { ...django(HOSTS), Dockerfile: `${DOCKERFILE}HEALTHCHECK CMD curl -f http://localhost:8000/ # !\n` },
      // Follows the redirect to HTTPS on the port that speaks none.
      asked('curl -fL http://localhost:8000/health/ # !', REDIRECTS),
    ],
    good: [
      asked('["CMD", "curl", "-f", "-H", "Host: example.com", "http://localhost:8000/health/"]'),
      asked('["CMD", "curl", "-f", "http://localhost:8000/health/"]', `${STACK}ALLOWED_HOSTS = ['example.com', 'localhost']\n`),
      asked('["CMD", "curl", "-f", "http://localhost:8000/health/"]', `${STACK}ALLOWED_HOSTS = ['*']\n`),
      // curl takes both answers for success unless it is told otherwise.
      asked('["CMD", "curl", "http://localhost:8000/health/"]'),
      asked('curl -f http://localhost:8000/health/', REDIRECTS),
      asked("curl -fL -H 'X-Forwarded-Proto: https' http://localhost:8000/health/", REDIRECTS),
      asked('curl -fL http://localhost:8000/health/', `${REDIRECTS}SECURE_REDIRECT_EXEMPT = [r'^health/$']\n`),
      // Another program's port.
      asked('["CMD", "curl", "-f", "http://localhost:9113/metrics"]'),
    ],
    undecided: [
      asked('["CMD", "curl", "-f", "http://localhost:8000/health/"]', `from elsewhere import hosts\n${STACK}ALLOWED_HOSTS = hosts()\n`),
    ],
  },
  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const code = { settings, repository };
    const seen = new Set<string>();
    for (const request of healthRequests(settings, failsOnError)) {
      const { path, host, probe, at } = request;
      if (host === null || path.kind !== 'known' || seen.has(`${at.file} ${at.start}`)) continue;
      seen.add(`${at.file} ${at.start}`);
      const values = [
        settings.get('ALLOWED_HOSTS'),
        settings.get('DEBUG'),
        settings.get('MIDDLEWARE'),
        settings.get('SECURE_SSL_REDIRECT'),
        settings.get('SECURE_REDIRECT_EXEMPT'),
        settings.get('SECURE_PROXY_SSL_HEADER'),
        host,
      ] as const;
      ctx.expectAll(
        values,
        (hosts, debug, middleware, redirect, exempt, header, sent) => {
          // A list that admits nobody is a fault of its own.
          if (isSequence(hosts) && hosts.complete && textsIn(hosts).every((one) => whyNever(one) !== null)) return true;
          const admitted = or(admitsHost(hosts, sent, debug), answersEarly(middleware, path.value, settings, repository));
          const redirected =
            probe.client?.followsRedirects === true
              ? redirectsPlain({ redirect, exempt, header, middleware, code }, request, path.value)
              : 'no';
          return and(admitted, not(redirected));
        },
        (values, origins) =>
          describe(request, admitsHost(values[0], values[6], values[1]) === 'no', { hosts: origins[0], redirect: origins[3] }),
      );
    }
  },
});

function failsOnError({ client }: Probe): boolean {
  return client?.failsOnError === true;
}

function describe(
  { at, host, process, probe }: HealthRequest,
  refused: boolean,
  origins: { readonly hosts: Parameters<typeof changeAt>[0]; readonly redirect: Parameters<typeof changeAt>[0] },
) {
  const name = host?.kind === 'known' ? host.value : '';
  return {
    at,
    message: refused
      ? `The health check asks for \`${name}\`, which \`ALLOWED_HOSTS\` does not hold: Django answers 400 and \`${process.name}\` is never healthy.`
      : `Django sends the health check on to HTTPS, and ${probe.client?.program ?? 'it'} follows to a port that does not speak it: \`${process.name}\` is never healthy.`,
    subject: process.name,
    related: [
      refused
        ? { at: changeAt(origins.hosts), message: '`ALLOWED_HOSTS` is decided here' }
        : { at: changeAt(origins.redirect), message: '`SECURE_SSL_REDIRECT` is decided here' },
    ],
  };
}
