import { type Data, defineRule } from '../../src/rule.ts';
import { redirectCover, unjoinedRedirect, unreadProxy, withoutTls } from '../shared/requests/cover.ts';
import { SECURITY, standing, whenListed } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const SETTINGS = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n";

const COMPOSE = 'services:\n  web:\n    build: .\n';

export default defineRule({
  id: 'settings/https-redirect-off',
  title: 'Plain HTTP requests are not redirected to HTTPS',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'When nothing redirects plain HTTP requests, pages, passwords and cookies travel in clear.',
  fix: 'Set SECURE_SSL_REDIRECT = True (with SECURE_PROXY_SSL_HEADER behind a proxy), or redirect in the proxy.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-ssl-redirect'],
  cwe: ['CWE-319'],
  django: ['security.W008'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware'] # !\n" },
      { 'settings.py': `${SETTINGS}SECURE_SSL_REDIRECT = False # !\n` },
      { 'settings.py': `${SETTINGS}SECURE_SSL_REDIRECT = 1 # !\n` },
      { 'settings.py': `${SETTINGS}SECURE_SSL_REDIRECT = False # !\n`, 'dev/Caddyfile': 'localhost {\n    reverse_proxy web:8000\n}\n' },
    ],
    good: [{ 'settings.py': `${SETTINGS}SECURE_SSL_REDIRECT = True\n` }, { 'settings.py': 'MIDDLEWARE = []\n' }],
    undecided: [
      { 'settings.py': `from elsewhere import flag\n\n${SETTINGS}SECURE_SSL_REDIRECT = flag()\n` },
      {
        ...django(SETTINGS),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': COMPOSE,
        Caddyfile: 'example.com {\n    reverse_proxy web:8000\n}\n',
      },
      { ...django(SETTINGS), 'deploy/nginx/redirect.conf': 'location / {\n    return 301 https://$host$request_uri;\n}\n' },
      { ...django(SETTINGS), Procfile: 'web: gunicorn mysite.wsgi\n', 'fly.toml': '[http_service]\n  force_https = true\n' },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    const unread = unreadProxy(deployment, repository);
    const unjoined = unread === null ? unjoinedRedirect(deployment, repository) : null;
    const off = settings.get('SECURE_SSL_REDIRECT');
    if (unread !== null && off.kind === 'known' && truth(off.value) === 'no') {
      ctx.undecided(`What the proxy of \`${unread.file}\` does is not followed: it may redirect.`, off.origin);
      return;
    }
    if (unjoined !== null && off.kind === 'known' && truth(off.value) === 'no') {
      ctx.undecided(
        `\`${unjoined}\` redirects to HTTPS, and nothing says whether requests for this application pass through it.`,
        off.origin,
      );
      return;
    }
    const mayRedirect = (redirect: Data | undefined) => ((unread ?? unjoined) !== null && truth(redirect) === 'no' ? 'maybe' : 'no');
    ctx.expectAll(
      [settings.get('SECURE_SSL_REDIRECT'), standing(SECURITY, code)],
      (redirect, middleware) => or(not(middleware.present), answer(redirect === true), mayRedirect(redirect)),
      ([redirect, middleware]) => {
        const common = { subject: 'SECURE_SSL_REDIRECT', django: whenListed(middleware, ['security.W008']) };
        if (truth(redirect) === 'yes') {
          return {
            ...common,
            message: "`SECURE_SSL_REDIRECT` is true but not the object `True`: it works, and Django's own check still warns.",
            severity: 'note',
            because: 'the redirect is on',
          };
        }
        const message = '`SECURE_SSL_REDIRECT` is off, so Django answers plain HTTP requests instead of redirecting them to HTTPS.';
        return { ...common, message, ...(redirectCover(deployment) ?? withoutTls(deployment)) };
      },
    );
  },
});
