import { type Answer, type Deployment, defineRule, placeOf, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { deliveryOf, ERROR } from '../shared/logs/log-flow.ts';
import { MAIL_HANDLER } from '../shared/logs/logging.ts';
import { isOnPlatform } from '../shared/processes/platform.ts';
import { behindCaddy, caddySite } from '../shared/requests/caddy-example.ts';
import { unreadProxy } from '../shared/requests/cover.ts';
import { answerToUnknownHosts, applicationRoutes, asksForItsNames, listensLocally, standsBehind } from '../shared/requests/proxy.ts';
import { behindTraefik, ROUTER } from '../shared/requests/traefik-example.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { holds, truth } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const ADMINS = "ADMINS = [('Ops', 'ops@example.com')]";
const HOSTS = "DEBUG = False\nALLOWED_HOSTS = ['example.com']\nMIDDLEWARE = ['django.middleware.common.CommonMiddleware']\n";
const NULL =
  "LOGGING = {'version': 1, 'disable_existing_loggers': False, 'handlers': {'null': {'class': 'logging.NullHandler'}}, 'loggers': {'django.security.DisallowedHost': {'handlers': ['null'], 'propagate': False}}}\n";

function project(settings: string, conf: string): Record<string, string> {
  return { ...django(HOSTS + settings), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose(), 'nginx.conf': conf };
}

const REFUSING = `server {\n    listen 443 ssl default_server;\n    ssl_reject_handshake on;\n}\n${nginx(PASS)}`;

export default defineRule({
  id: 'logging/invalid-host-mail-flood',
  title: "Scanners with forged hosts flood the administrators' mailbox",
  severity: 'warning',
  topic: 8,
  since: '0.1.0',
  why: 'Each request with an unknown Host header raises DisallowedHost, which Django logs as an error: scanners make thousands of mails of it, real errors drown, and the mail account is blocked.',
  fix: 'Give the logger django.security.DisallowedHost a NullHandler and `propagate: False`, and let a default server of the proxy refuse unknown hosts.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/logging/#django-security',
    'https://nginx.org/en/docs/http/request_processing.html',
  ],
  cwe: ['CWE-779'],
  cross: true,
  examples: {
    bad: [
      project(`${ADMINS} # !\n`, nginx(PASS)),
      behindTraefik({
        settings: `${HOSTS}${ADMINS} # !\n`,
        labels: ROUTER.map((one) => one.replace('Host(`example.com`)', 'PathPrefix(`/`)')),
      }),
      {
        ...django(`${HOSTS}${ADMINS} # !\n`),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    ports: ["80:8000"]\n',
      },
    ],
    good: [
      project(`${ADMINS}\n${NULL}`, nginx(PASS)),
      project(`${ADMINS}\n`, REFUSING),
      behindCaddy(caddySite(), `${HOSTS}${ADMINS}\n`),
      behindTraefik({ settings: `${HOSTS}${ADMINS}\n` }),
      project('', nginx(PASS)),
      project(`${ADMINS}\nALLOWED_HOSTS = ['*']\n`, nginx(PASS)),
      { ...django(`${HOSTS}${ADMINS}\n`), Procfile: 'web: gunicorn mysite.wsgi\n' },
      project(
        `${ADMINS}\nLOGGING = {'version': 1, 'disable_existing_loggers': False, 'handlers': {'console': {'class': 'logging.StreamHandler'}}, 'loggers': {'django': {'handlers': ['console']}}}\n`,
        nginx(PASS),
      ),
    ],
    undecided: [
      project(`from elsewhere import people\n\nADMINS = people()\n`, nginx(PASS)),
      project(
        `${ADMINS}\nLOGGING = {'version': 1, 'disable_existing_loggers': False, 'filters': {'slow': {'()': 'app.Throttle'}}, 'handlers': {'mail': {'class': 'django.utils.log.AdminEmailHandler', 'filters': ['slow']}}, 'loggers': {'django': {'handlers': ['mail']}}}\n`,
        nginx(PASS),
      ),
      { ...django(`${HOSTS}${ADMINS}\n`), Dockerfile: DOCKERFILE },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings) || isOnPlatform(deployment)) return;
    const admins = settings.get('ADMINS');
    const named = admins.kind === 'known' ? truth(admins.value) : 'maybe';
    const mails = isMailed(settings);
    const hosts = settings.get('ALLOWED_HOSTS');
    const everyHost = hosts.kind === 'known' ? holds(hosts.value, '*') : 'maybe';
    if (named === 'no' || mails === 'no' || everyHost === 'yes') return;
    const reached = isReached(deployment, settings, repository);
    if (reached === 'no') return;
    if (named === 'maybe' || mails === 'maybe' || everyHost === 'maybe' || reached === 'maybe' || admins.kind !== 'known') {
      ctx.undecided('Whether requests for unknown hosts are mailed to `ADMINS` is not known.', settings.placeOf('ADMINS'));
      return;
    }
    ctx.report({
      at: placeOf(admins.origin) ?? settings.placeOf('ADMINS'),
      message:
        'Every request for an unknown host is mailed to `ADMINS`: nothing in front of Django refuses them, and nothing keeps `django.security.DisallowedHost` from the mail handler.',
      subject: 'ADMINS',
    });
  },
});

/** Whether what DisallowedHost logs reaches a mail handler. */
function isMailed(settings: SettingsFacts): Answer {
  const { handlers, complete } = deliveryOf(settings, 'django.security.DisallowedHost', ERROR);
  const mails = handlers.filter(({ type }) => type === MAIL_HANDLER);
  if (mails.some(({ passes }) => passes === 'yes')) return 'yes';
  return !complete || mails.some(({ passes }) => passes === 'maybe') || handlers.some(({ type }) => type === null) ? 'maybe' : 'no';
}

/** Whether requests for any host come through to Django. */
function isReached(deployment: Deployment, settings: SettingsFacts, repository: RepositoryFacts): Answer {
  const { proxy, kind } = deployment;
  if (proxy !== null && proxy.servers.length > 0) {
    // A redirect to the right name keeps them from Django as well.
    if (proxy.servers.some((server) => (answerToUnknownHosts(server) ?? 0) >= 300)) return 'no';
    const routes = applicationRoutes(proxy).filter(
      ({ process, server }) => settings.processes.includes(process) && !listensLocally(server),
    );
    const open = routes.filter(({ server }) => !asksForItsNames(server));
    if (routes.length > 0 && open.length === 0) return 'no';
    const certain = proxy.complete === true && open.some(({ server }) => !standsBehind(server, proxy));
    return certain ? 'yes' : 'maybe';
  }
  if (kind !== 'compose' || unreadProxy(deployment, repository) !== null) return 'maybe';
  const web = settings.processes.filter(({ server }) => server !== null);
  const open = web.some(({ ports }) =>
    ports.some(({ address, published }) => isEverywhere(address) && published?.kind === 'known' && /^(80|443)$/.test(published.value)),
  );
  return open ? 'yes' : 'maybe';
}

function isEverywhere(address: { readonly kind: string; readonly value?: unknown }): boolean {
  return address.kind === 'known' && (address.value === '' || address.value === '0.0.0.0');
}
