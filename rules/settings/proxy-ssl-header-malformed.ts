import { type Answer, casesOf, type Data, type Deployment, defineRule, type Sequence } from '../../src/rule.ts';
import { routesOf } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { anyCase, isSequence, isText, truth } from '../shared/values/data.ts';
import { DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

export default defineRule({
  id: 'settings/proxy-ssl-header-malformed',
  title: 'SECURE_PROXY_SSL_HEADER has the wrong shape',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'What is no pair fails on the first request. A name that is not written HTTP_UPPER_CASE, or a value in another case, never matches: Django takes HTTPS for plain HTTP and SECURE_SSL_REDIRECT redirects for ever.',
  fix: "Write SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https').",
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header',
    'https://docs.djangoproject.com/en/stable/ref/request-response/#django.http.HttpRequest.META',
  ],
  cwe: ['CWE-1284', 'CWE-319'],
  examples: {
    bad: [
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https', 'http') # !\n" },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO',) # !\n" },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = 'HTTP_X_FORWARDED_PROTO' # !\n" },
      { 'settings.py': 'SECURE_PROXY_SSL_HEADER = True # !\n' },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('X-Forwarded-Proto', 'https') # !\n" },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('HTTP_X-Forwarded-Proto', 'https') # !\n" },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('http_x_forwarded_proto', 'https') # !\n" },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('X_FORWARDED_PROTO', 'https') # !\n" },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'HTTPS') # !\n" },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'on') # !\n" },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', True) # !\n" },
      behindNginx(nginx(PASS), "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'ssl') # !\n"),
    ],
    good: [
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n" },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ['HTTP_X_FORWARDED_SSL', 'on']\n" },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('HTTP_CLOUDFRONT_FORWARDED_PROTO', 'https')\n" },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('UWSGI_SCHEME', 'https')\n" },
      { 'settings.py': 'SECURE_PROXY_SSL_HEADER = None\n' },
      { 'settings.py': 'DEBUG = False\n' },
      behindNginx(
        nginx(PASS.replace('X-Forwarded-Proto $scheme', 'X-Forwarded-Proto ssl')),
        "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'ssl')\n",
      ),
    ],
    undecided: [
      { 'settings.py': 'from elsewhere import pair\n\nSECURE_PROXY_SSL_HEADER = pair()\n' },
      { 'settings.py': "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'ssl')\n" },
      {
        ...django("SECURE_PROXY_SSL_HEADER = ('X_FORWARDED_PROTO', 'https')\n"),
        Dockerfile: DOCKERFILE.replace(/CMD .*/, 'CMD ["uwsgi", "--socket", ":8000", "--module", "mysite.wsgi"]'),
        'docker-compose.yml': 'services:\n  web:\n    build: .\n',
      },
    ],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment }, ctx) {
    if (!servesVisitors(settings)) return;
    const parameters = settings.processes.some(({ server }) => server?.software === 'uwsgi');
    const isSound = (header: Data | undefined): Answer => {
      const fault = faultOf(header, deployment, parameters);
      return fault === 'maybe' ? 'maybe' : fault === null ? 'yes' : 'no';
    };
    ctx.expect(settings.get('SECURE_PROXY_SSL_HEADER'), isSound, (header) => ({
      message: `\`SECURE_PROXY_SSL_HEADER\` ${faultOf(header, deployment, parameters) ?? ''}`,
      subject: 'SECURE_PROXY_SSL_HEADER',
    }));
  },
});

/** What is wrong, in words that go on after the name of the setting; 'maybe' when nobody can tell. */
function faultOf(header: Data | undefined, deployment: Deployment, parameters: boolean): string | 'maybe' | null {
  const on = truth(header);
  if (on === 'no') return null;
  if (isText(header)) return 'is a text, no pair: Django raises ImproperlyConfigured on the first request.';
  if (!isSequence(header)) return on === 'maybe' ? 'maybe' : 'is no pair: the first request ends in an exception.';
  if (!header.complete) return 'maybe';
  const [name, value] = header.items;
  if (header.items.length !== 2 || name === undefined || value === undefined) {
    return `has ${header.items.length} item${header.items.length === 1 ? '' : 's'} instead of two: Django raises ImproperlyConfigured on the first request.`;
  }
  return faultOfPair(name, value, deployment, parameters);
}

type Item = Sequence['items'][number];

function faultOfPair(name: Item, value: Item, deployment: Deployment, parameters: boolean): string | 'maybe' | null {
  if (anyCase(name, isHeaderNotation) === 'yes') {
    return 'names the header as it travels: Django looks for `HTTP_X_FORWARDED_PROTO` and the like, so this one never matches.';
  }
  const isParameter = anyCase(name, (one) => typeof one === 'string' && /^X_/.test(one));
  if (isParameter === 'yes') {
    return parameters ? 'maybe' : 'lacks `HTTP_` in front of the name, under which Django finds headers, so it never matches.';
  }
  if (isParameter === 'maybe' || casesOf(name).some(({ then }) => then.kind === 'unknown')) return 'maybe';
  const odd = anyCase(value, (one) => one !== 'https');
  if (odd === 'no') return null;
  if (odd === 'maybe' || name.kind !== 'known' || value.kind !== 'known') return 'maybe';
  return faultOfValue(name.value, value.value, deployment);
}

function isHeaderNotation(name: Data): boolean {
  return typeof name !== 'string' || /[a-z-]/.test(name.replace(/^wsgi\..*/, '')) || name.trim() !== name;
}

/** Headers that hold a scheme, in small letters wherever a load balancer, platform or nginx's `$scheme` fills them. */
const OF_SCHEME = /^HTTP_(X_FORWARDED_PROTO|X_FORWARDED_PROTOCOL|X_FORWARDED_SCHEME|X_SCHEME|CLOUDFRONT_FORWARDED_PROTO)$/;

function faultOfValue(name: Data, value: Data, { proxy }: Deployment): string | 'maybe' | null {
  if (typeof name !== 'string' || typeof value !== 'string') return 'waits for a value that is no text, so it never matches.';
  if (value.trim() !== value)
    return 'waits for a value with a blank at an end, which Django cuts from what the proxy sends: it never matches.';
  if (!OF_SCHEME.test(name)) return null;
  const header = name.slice('HTTP_'.length).replaceAll('_', '-').toLowerCase();
  const sent = proxy === null ? [] : routesOf(proxy).flatMap(({ location }) => location.requestHeaders.get(header)?.value ?? []);
  if (sent.includes(value)) return null;
  if (sent.length > 0 && sent.every((one) => one === '$scheme' || one === 'https')) {
    return `waits for \`${value}\`, but the proxy sends \`https\`: it never matches.`;
  }
  if (value === 'http') return 'waits for `http`, so Django takes plain requests for secure ones and HTTPS for plain HTTP.';
  if (sent.length > 0 || !/^(https|on|true|yes|1)$/i.test(value)) return 'maybe';
  return `waits for \`${value}\`, but proxies send the scheme as \`https\`: it never matches.`;
}
