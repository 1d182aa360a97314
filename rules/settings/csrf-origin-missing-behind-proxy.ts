import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { isHostName, trusts } from '../shared/requests/csrf.ts';
import { CSRF, present } from '../shared/requests/middleware.ts';
import { locationName } from '../shared/requests/proxy.ts';
import { type SecureRoute, secureRoutes } from '../shared/requests/secure-routes.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';
import { isAtLeast } from '../shared/values/release.ts';

const TOP = "ROOT_URLCONF = 'mysite.urls'";
const CSRF_ON =
  "MIDDLEWARE = ['django.middleware.csrf.CsrfViewMiddleware']\nSECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n";
const REWRITTEN = PASS.replace('        proxy_set_header Host $host;\n', '');

function marked(settings: string): Record<string, string> {
  const files = django(settings);
  return { ...files, 'mysite/settings.py': (files['mysite/settings.py'] ?? '').replace(TOP, `${TOP} # !`) };
}

const BEHIND_NGINX = { Dockerfile: DOCKERFILE, 'docker-compose.yml': compose() };

export default defineRule({
  id: 'settings/csrf-origin-missing-behind-proxy',
  title: 'CSRF origin check will fail behind the proxy',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Django compares the Origin header of a form post with the scheme and host that it sees; when the proxy changes either, logins are answered 403.',
  fix: 'Let the proxy pass Host and X-Forwarded-Proto on (with SECURE_PROXY_SSL_HEADER), or list https://NAME in CSRF_TRUSTED_ORIGINS.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#csrf-trusted-origins',
    'https://docs.djangoproject.com/en/stable/ref/csrf/#how-it-works',
  ],
  cwe: ['CWE-346'],
  cross: true,
  examples: {
    bad: [{ ...marked(CSRF_ON), ...BEHIND_NGINX, 'nginx.conf': nginx(REWRITTEN) }],
    good: [
      { ...django(CSRF_ON), ...BEHIND_NGINX, 'nginx.conf': nginx(PASS) },
      { ...django(`${CSRF_ON}CSRF_TRUSTED_ORIGINS = ['https://example.com']\n`), ...BEHIND_NGINX, 'nginx.conf': nginx(REWRITTEN) },
      { ...django(`${CSRF_ON}CSRF_TRUSTED_ORIGINS = ['https://*.com']\n`), ...BEHIND_NGINX, 'nginx.conf': nginx(REWRITTEN) },
      { ...django(CSRF_ON), ...BEHIND_NGINX, 'nginx.conf': nginx(REWRITTEN).replace('listen 443 ssl', 'listen 80') },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (isAtLeast(settings.django, '4.0') === 'no') return;
    const code = { settings, repository };
    const broken = secureRoutes(deployment.proxy, settings.processes).flatMap((route) => nameLost(route));
    const [first] = broken;
    if (first === undefined) return;
    ctx.expectAll(
      [settings.get('CSRF_TRUSTED_ORIGINS'), settings.get('MIDDLEWARE'), settings.get('USE_X_FORWARDED_HOST')],
      (origins, middleware, forwarded) =>
        or(
          not(isAtLeast(settings.django, '4.0')),
          not(present(middleware, CSRF, code)),
          forwardsHost(first.route, forwarded),
          and(...broken.map(({ name }) => trusts(origins, name))),
        ),
      () => ({
        message: `The proxy passes requests for \`${first.name}\` on under another host name, and \`CSRF_TRUSTED_ORIGINS\` lacks \`https://${first.name}\`: form posts are answered 403.`,
        subject: 'CSRF_TRUSTED_ORIGINS',
        related: [
          { at: first.route.location.at, message: `\`${locationName(first.route.location)}\` does not pass the visitor's Host header on` },
        ],
      }),
    );
  },
});

interface Lost {
  readonly route: SecureRoute;
  /** A name of the server block that visitors use. */
  readonly name: string;
}

/** nginx sends the name of the upstream unless told otherwise. */
function nameLost(route: SecureRoute): readonly Lost[] {
  const { location, server } = route;
  if (location.complete !== true || location.requestHeaders.has('host')) return [];
  return server.names
    .map(({ text }) => text)
    .filter(isHostName)
    .map((name) => ({ route, name }));
}

function forwardsHost({ location }: SecureRoute, forwarded: Data | undefined): Answer {
  return answer(forwarded === true && location.requestHeaders.has('x-forwarded-host'));
}
