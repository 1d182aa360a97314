import { defineRule } from '../../src/rule.ts';
import { behindCaddy, caddySite } from '../shared/requests/caddy-example.ts';
import { plainOnly } from '../shared/requests/plain-only.ts';
import { applicationRoutes, listensTls } from '../shared/requests/proxy.ts';

const off = (mark = '', option = 'auto_https off') => `{\n    ${option}${mark}\n}\n`;

export default defineRule({
  id: 'proxy/caddy-https-disabled',
  title: 'Caddy automatic HTTPS switched off',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'An address with `http://`, a bare `:80` or `auto_https off` takes away what Caddy does by itself: session cookies and passwords travel in clear, or no certificate is obtained for the name.',
  fix: 'Use the bare domain name as the address of the site and leave `auto_https` on.',
  autofix: 'unsafe',
  links: ['https://caddyserver.com/docs/automatic-https', 'https://caddyserver.com/docs/caddyfile/options#auto-https'],
  cwe: ['CWE-319'],
  examples: {
    bad: [
      behindCaddy(caddySite('', ':80').replace('{', '{ # !')),
      behindCaddy(caddySite('', 'http://example.com').replace('{', '{ # !')),
      behindCaddy(`${off(' # !')}${caddySite()}`),
    ],
    good: [
      behindCaddy(caddySite()),
      behindCaddy(`${caddySite()}${caddySite('', 'http://example.com')}`),
      behindCaddy(`{\n    servers {\n        trusted_proxies static private_ranges\n    }\n}\n${caddySite('', ':80')}`),
      {
        ...behindCaddy(caddySite('', ':80')),
        'docker-compose.yml': behindCaddy('')['docker-compose.yml']?.replace('["80:80", "443:443"]', '["127.0.0.1:8080:80"]') ?? '',
      },
      behindCaddy(`${off('', 'auto_https disable_redirects')}${caddySite()}`),
      behindCaddy(`${off()}${caddySite('    tls /certs/a.pem /certs/a.key\n')}`),
      behindCaddy(caddySite('', 'http://192.168.1.18')),
    ],
    undecided: [
      {
        ...behindCaddy(caddySite('', ':80')),
        'docker-compose.yml': behindCaddy('')['docker-compose.yml']?.replace('["80:80", "443:443"]', '["8000:80"]') ?? '',
      },
    ],
  },
  needs: ['proxy', 'deployment'],
  check({ proxy, deployment }, ctx) {
    if (!proxy.servers.some((one) => one.software === 'caddy')) return;
    for (const server of plainOnly(proxy, deployment, ctx)) {
      if (server.software !== 'caddy') continue;
      ctx.report({
        at: server.at,
        message: 'The address says plain HTTP, so Caddy gets no certificate and passes the application on in clear.',
        subject: server.file,
      });
    }
    const told = new Set<string>();
    for (const { server } of applicationRoutes(proxy)) {
      const off = server.automaticHttpsOff ?? null;
      if (off === null || told.has(server.file) || !listensTls(server) || server.certificates.length > 0) continue;
      told.add(server.file);
      ctx.report({
        at: off,
        message: 'With automatic HTTPS off Caddy gets no certificate for this site, and no `tls` names one: visitors cannot connect.',
        subject: server.file,
        related: [{ at: server.at, message: 'the site' }],
      });
    }
  },
});
