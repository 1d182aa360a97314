import { defineRule } from '../../src/rule.ts';
import { plainRoutesBesideTls } from '../shared/requests/plain-routes.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

export default defineRule({
  id: 'proxy/https-redirect-missing',
  title: 'Port 80 serves the application although TLS is configured',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever types the bare name, or is tricked into it, uses the site in clear: cookies and passwords can be read and changed on the way.',
  fix: 'Answer everything on port 80 with `return 301 https://$host$request_uri;` (leave /.well-known/acme-challenge/ out).',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#https'],
  cwe: ['CWE-319'],
  examples: {
    bad: [
      behindNginx(`server { # !\n    listen 80;\n    server_name example.com;\n${PASS}\n}\n${nginx(PASS)}`),
      behindNginx(nginx(PASS).replace('server {', 'server { # !').replace('listen 443 ssl;', 'listen 80;\n    listen 443 ssl;')),
    ],
    good: [
      behindNginx(`server {\n    listen 80;\n    server_name example.com;\n    return 301 https://$host$request_uri;\n}\n${nginx(PASS)}`),
      behindNginx(
        `server {\n    listen 80;\n    server_name example.com;\n    location /.well-known/acme-challenge/ { root /srv/acme; }\n    location / { return 301 https://$host$request_uri; }\n}\n${nginx(PASS)}`,
      ),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of plainRoutesBesideTls(proxy)) {
      // Rules of their own name the directives of these.
      if (server.software === 'apache' || server.software === 'haproxy' || server.software === 'traefik') continue;
      ctx.report({
        at: server.at,
        message: 'This server passes plain HTTP requests on to the application although TLS is configured for the same name.',
        subject: server.file,
        related: [{ at: location.at, message: 'passed on here' }],
      });
    }
  },
});
