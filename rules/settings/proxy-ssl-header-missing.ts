import { type Context, defineRule, type Report, type SettingsFacts } from '../../src/rule.ts';
import { isHostName, trusts } from '../shared/requests/csrf.ts';
import { type Code, CSRF, standing } from '../shared/requests/middleware.ts';
import { locationName } from '../shared/requests/proxy.ts';
import { type SecureRoute, secureRoutes } from '../shared/requests/secure-routes.ts';
import { truth } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django, nginx, PASS, unit } from '../shared/values/examples.ts';
import { isAtLeast } from '../shared/values/release.ts';

const TOP = "ROOT_URLCONF = 'mysite.urls'";
const CSRF_ON = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware', 'django.middleware.csrf.CsrfViewMiddleware']\n";

/** The mark goes to the first line of the settings. */
function marked(settings: string): Record<string, string> {
  const files = django(settings);
  return { ...files, 'mysite/settings.py': (files['mysite/settings.py'] ?? '').replace(TOP, `${TOP} # !`) };
}

/** One machine, nginx in front of a unit; `lines` are the headers that nginx sends. */
function onMachine(exec: string, target: string, lines = 'proxy_set_header X-Forwarded-Proto $scheme;'): Record<string, string> {
  const location = `    location / {\n        proxy_pass http://${target};\n        proxy_set_header Host $host;\n        ${lines}\n    }`;
  return { 'mysite.service': unit('', exec), 'nginx.conf': nginx(location) };
}

const SOCKET = 'unix:/run/mysite/app.sock';
const LOOPBACK = '127.0.0.1:8000';
const REDIRECTS = `${CSRF_ON}SECURE_SSL_REDIRECT = True\n`;
const WITH_ADDRESS = 'proxy_set_header X-Forwarded-Proto $scheme;\n        proxy_set_header X-Forwarded-For $remote_addr;';

const BEHIND_NGINX = { Dockerfile: DOCKERFILE, 'docker-compose.yml': compose(), 'nginx.conf': nginx(PASS) };

export default defineRule({
  id: 'settings/proxy-ssl-header-missing',
  title: 'HTTPS is terminated at the proxy but nothing tells Django',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Django takes every request for plain HTTP: SECURE_SSL_REDIRECT redirects for ever, HSTS is never sent, and form posts over HTTPS fail the origin check with 403.',
  fix: "Set SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https'), and let the proxy overwrite that header on every request.",
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header',
    'https://docs.gunicorn.org/en/stable/settings.html#forwarded-allow-ips',
  ],
  cwe: ['CWE-319'],
  cross: true,
  examples: {
    bad: [
      { ...marked(`${CSRF_ON}SECURE_SSL_REDIRECT = True\n`), ...BEHIND_NGINX },
      { ...marked(CSRF_ON), ...BEHIND_NGINX },
      {
        ...marked(`${CSRF_ON}SECURE_SSL_REDIRECT = True\n`),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    ports: ["127.0.0.1:8000:8000"]\n',
        'nginx.conf': nginx(PASS.replace('http://web:8000', 'http://127.0.0.1:8000')),
      },
      { ...marked(`${CSRF_ON}CSRF_TRUSTED_ORIGINS = ['https://example.com']\nSECURE_HSTS_SECONDS = 3600\n`), ...BEHIND_NGINX },
      { ...marked(REDIRECTS), ...onMachine('uvicorn mysite.asgi:application --uds /run/mysite/app.sock', SOCKET) },
      {
        ...marked(REDIRECTS),
        ...onMachine('gunicorn mysite.asgi -k uvicorn_worker.UvicornWorker --bind unix:/run/mysite/app.sock', SOCKET),
      },
      { ...marked(REDIRECTS), ...onMachine('uvicorn mysite.asgi:application --no-proxy-headers', LOOPBACK) },
      { ...marked(REDIRECTS), ...onMachine('uvicorn mysite.asgi:application', LOOPBACK, 'proxy_set_header X-Forwarded-Ssl on;') },
      { ...marked(REDIRECTS), ...onMachine('daphne mysite.asgi:application', LOOPBACK, WITH_ADDRESS) },
      { ...marked(REDIRECTS), ...onMachine('daphne --proxy-headers mysite.asgi:application', LOOPBACK) },
      { ...marked(REDIRECTS), ...onMachine('hypercorn mysite.asgi:application', LOOPBACK) },
    ],
    good: [
      { ...django(`${CSRF_ON}SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n`), ...BEHIND_NGINX },
      {
        ...django(`${CSRF_ON}SECURE_SSL_REDIRECT = True\n`),
        'mysite.service': unit(),
        'nginx.conf': nginx(PASS.replace('http://web:8000', 'http://unix:/run/mysite/app.sock')),
      },
      {
        ...django(`${CSRF_ON}SECURE_SSL_REDIRECT = True\n`),
        ...BEHIND_NGINX,
        Dockerfile: DOCKERFILE.replace('"--workers"', '"--forwarded-allow-ips", "*", "--workers"'),
      },
      {
        ...django(`${CSRF_ON}SECURE_SSL_REDIRECT = True\n`),
        'mysite.service': unit(),
        'nginx.conf': nginx(PASS.replace('http://web:8000', 'http://unix:/run/mysite/app.sock').replace(/\n.*X-Forwarded-Proto.*/, '')),
      },
      { ...django(CSRF_ON), ...BEHIND_NGINX, 'nginx.conf': nginx(PASS).replace('listen 443 ssl', 'listen 80') },
      { ...django(REDIRECTS), ...onMachine('gunicorn mysite.wsgi --bind 127.0.0.1:8000', LOOPBACK) },
      {
        ...django(REDIRECTS),
        ...onMachine('gunicorn mysite.wsgi --bind 127.0.0.1:8000', LOOPBACK, 'proxy_set_header X-Forwarded-Ssl on;'),
      },
      { ...django(REDIRECTS), ...onMachine('gunicorn mysite.asgi -k asgi --bind unix:/run/mysite/app.sock', SOCKET) },
      { ...django(REDIRECTS), ...onMachine('uvicorn mysite.asgi:application', LOOPBACK) },
      {
        ...django(REDIRECTS),
        ...onMachine("uvicorn mysite.asgi:application --uds /run/mysite/app.sock --forwarded-allow-ips '*'", SOCKET),
      },
      { ...django(REDIRECTS), ...onMachine('daphne --proxy-headers mysite.asgi:application', LOOPBACK, WITH_ADDRESS) },
      { ...django(REDIRECTS), Procfile: 'web: gunicorn mysite.wsgi\n' },
    ],
    undecided: [
      {
        ...django(REDIRECTS),
        ...BEHIND_NGINX,
        Dockerfile: DOCKERFILE.replace('"--workers"', '"--forwarded-allow-ips", "10.0.0.0/8", "--workers"'),
      },
      {
        ...django(REDIRECTS),
        ...onMachine('gunicorn mysite.wsgi --bind 127.0.0.1:8000', LOOPBACK, 'proxy_set_header X-Forwarded-Proto $told;'),
      },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    const routes = secureRoutes(deployment.proxy, settings.processes);
    // A server that believes the proxy lacks only the header: that is a fault of the proxy, and no setting mends it.
    const blind = routes.filter(({ schemeKnown, believes, headerSent }) => schemeKnown === 'no' && (headerSent || believes !== 'yes'));
    const [route] = blind.filter(({ headerSent }) => headerSent).concat(blind);
    if (route === undefined) {
      const unsure = routes.find(({ schemeKnown }) => schemeKnown === 'maybe');
      if (unsure !== undefined) openUnlessSet(settings, ctx, unsure);
      return;
    }
    const redirects = settings.get('SECURE_SSL_REDIRECT');
    const loops = redirects.kind === 'known' && truth(redirects.value) === 'yes';
    const refusesPosts = checksOrigins({ settings, repository }) && !trustsNames(settings, route);
    const seconds = settings.get('SECURE_HSTS_SECONDS');
    const losesHsts = seconds.kind === 'known' && truth(seconds.value) === 'yes';
    ctx.expect(
      settings.get('SECURE_PROXY_SSL_HEADER'),
      (header) => header !== null && header !== undefined,
      () => describe(route, { loops, refusesPosts, losesHsts }),
    );
  },
});

function openUnlessSet(settings: SettingsFacts, ctx: Context, { location }: SecureRoute): void {
  const header = settings.get('SECURE_PROXY_SSL_HEADER');
  if (header.kind === 'known' && header.value !== null && header.value !== undefined) return;
  ctx.undecided('Whether the application server believes the scheme that the proxy sends is not known.', location.at);
}

/** What goes wrong because Django takes requests for plain HTTP. */
interface Consequences {
  readonly loops: boolean;
  readonly refusesPosts: boolean;
  readonly losesHsts: boolean;
}

function checksOrigins(code: Code): boolean {
  const { settings } = code;
  const csrf = standing(CSRF, code);
  return isAtLeast(settings.django, '4.0') !== 'no' && csrf.kind === 'known' && csrf.value.present === 'yes';
}

/** CSRF_TRUSTED_ORIGINS lets form posts through all the same, or may do so. */
function trustsNames(settings: SettingsFacts, { server }: SecureRoute): boolean {
  const origins = settings.get('CSRF_TRUSTED_ORIGINS');
  if (origins.kind !== 'known') return true;
  const names = server.names.map(({ text }) => text).filter(isHostName);
  return names.length === 0 ? truth(origins.value) !== 'no' : names.every((name) => trusts(origins.value, name) !== 'no');
}

function inWords({ loops, refusesPosts, losesHsts }: Consequences): string {
  if (loops) return 'every request is redirected for ever';
  if (refusesPosts) return 'form posts over HTTPS are answered 403';
  return losesHsts ? 'the HSTS header is never sent' : 'absolute links start with http';
}

function describe(route: SecureRoute, consequences: Consequences): Report {
  const { process, location } = route;
  return {
    message: `TLS ends at the proxy, \`${process.name}\` does not take the scheme from it, and \`SECURE_PROXY_SSL_HEADER\` is not set: ${inWords(consequences)}.`,
    subject: 'SECURE_PROXY_SSL_HEADER',
    related: [
      { at: location.at, message: `\`${locationName(location)}\` passes requests on over plain HTTP here` },
      { at: process.commandAt, message: `\`${process.name}\` is started here` },
    ],
    ...lowered(consequences),
    ...(route.headerSent
      ? {}
      : {
          fix: 'Let the proxy send X-Forwarded-Proto first (`proxy_set_header X-Forwarded-Proto $scheme;`), then set SECURE_PROXY_SSL_HEADER.',
        }),
  };
}

function lowered({ loops, refusesPosts, losesHsts }: Consequences): Pick<Report, 'severity' | 'because'> {
  if (loops) return {};
  if (refusesPosts || losesHsts) return { severity: 'warning', because: '`SECURE_SSL_REDIRECT` is not on, so requests do not loop' };
  return { severity: 'note', because: 'no redirect, HSTS header or CSRF check asks for the scheme' };
}
