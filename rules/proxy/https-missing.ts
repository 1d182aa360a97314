import { defineRule } from '../../src/rule.ts';
import { plainOnly } from '../shared/requests/plain-only.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { APACHE_PASS, behindApache, behindHaproxy, haproxy } from '../shared/requests/proxy-programs.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const plain = (mark = '') => `server {${mark}\n    listen 80;\n    server_name example.com;\n${PASS}\n}\n`;

const plainPort = (files: Record<string, string>) => ({
  ...files,
  'docker-compose.yml': files['docker-compose.yml']?.replace('"80:80", "443:443"', '"80:80"') ?? '',
});

export default defineRule({
  id: 'proxy/https-missing',
  title: 'Site proxied over plain HTTP only',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Session cookies and passwords travel in clear: anyone on the way can read and use them. Django asks for HTTPS on the whole site as soon as users log in.',
  fix: 'Add a server that listens on 443 with ssl, and redirect port 80 to it.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#https'],
  cwe: ['CWE-319'],
  examples: {
    bad: [
      plainPort(
        behindApache(
          `<VirtualHost *:80> # !\n    ServerName example.com\n${APACHE_PASS.replace(/\n.*X-Forwarded-Proto.*/, '')}</VirtualHost>\n`,
        ),
      ),
      plainPort(behindHaproxy(haproxy('', { bind: ':80', mark: ' # !' }))),
      {
        ...behindNginx(plain(' # !')),
        'docker-compose.yml': behindNginx('')['docker-compose.yml']?.replace('["80:80", "443:443"]', '["80:80"]') ?? '',
      },
    ],
    good: [
      plainPort(behindHaproxy(haproxy('    http-request set-header X-Forwarded-Proto https\n', { bind: ':80' }))),
      behindNginx(`server {\n    listen 80;\n    server_name example.com;\n    return 301 https://$host$request_uri;\n}\n${nginx(PASS)}`),
      behindNginx(plain().replace('listen 80;', 'listen 127.0.0.1:8080;')),
      behindNginx(plain().replace('X-Forwarded-Proto $scheme;', 'X-Forwarded-Proto $http_x_forwarded_proto;')),
    ],
    undecided: [
      {
        ...behindNginx(plain()),
        'docker-compose.yml': behindNginx('')['docker-compose.yml']?.replace('["80:80", "443:443"]', '["8000:80"]') ?? '',
      },
    ],
  },
  needs: ['proxy', 'deployment'],
  check({ proxy, deployment }, ctx) {
    for (const server of plainOnly(proxy, deployment, ctx)) {
      // Caddy ends TLS unless it is told not to; that, and an Ingress without TLS, are faults of their own.
      if (server.software === 'caddy' || server.software === 'ingress') continue;
      // A port for HTTPS is open and not used: that is the redirect that is missing.
      if (proxy.programs.some(({ process, entryPoints }) => process === server.process && entryPoints.some(({ port }) => port === 443)))
        continue;
      ctx.report({
        at: server.at,
        message: 'The site is passed on over plain HTTP and no server of this configuration listens with ssl.',
        subject: server.file,
      });
    }
  },
});
