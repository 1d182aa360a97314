import { defineRule } from '../../src/rule.ts';
import { applicationRoutes, listensLocally, listensTls, shareName } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const plain = (mark = '') => `server {${mark}\n    listen 80;\n    server_name example.com;\n${PASS}\n}\n`;

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
      {
        ...behindNginx(plain(' # !')),
        'docker-compose.yml': behindNginx('')['docker-compose.yml']?.replace('["80:80", "443:443"]', '["80:80"]') ?? '',
      },
    ],
    good: [
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
    const seen = new Set<string>();
    for (const { server, location } of applicationRoutes(proxy)) {
      const place = `${server.file}:${server.at.start}`;
      if (seen.has(place) || listensTls(server) || listensLocally(server)) continue;
      seen.add(place);
      if (proxy.servers.some((other) => listensTls(other) && !other.rejectsHandshake && shareName(server, other))) continue;
      if (tlsEndsBefore(location.requestHeaders.get('x-forwarded-proto')?.value)) continue;
      const published = server.process?.ports ?? [];
      // A container whose ports are not published, or only on loopback, stands behind another proxy.
      if (
        server.process?.host === 'container' &&
        published.every((port) => port.address.kind === 'known' && /^127\.|^::1$|^localhost$/.test(port.address.value))
      )
        continue;
      // Browsers come in by port 80: whatever stands there in front of another port may end TLS.
      if (
        server.process?.host === 'container' &&
        !published.some((port) => port.published?.kind === 'known' && port.published.value === '80')
      ) {
        ctx.undecided('The proxy is published on another port than 80, so something else may stand in front of it.', server.at);
        continue;
      }
      if (deployment.processes.some((process) => process !== server.process && isTlsProxy(process.image?.base ?? null))) continue;
      ctx.report({
        at: server.at,
        message: 'The site is passed on over plain HTTP and no server of this configuration listens with ssl.',
        subject: server.file,
      });
    }
  },
});

/** A header that is copied or fixed to https tells of a proxy in front that ends TLS. */
function tlsEndsBefore(forwardedProto: string | undefined): boolean {
  return forwardedProto !== undefined && forwardedProto !== '$scheme';
}

function isTlsProxy(base: string | null): boolean {
  return (
    base !== null && /^(traefik|caddy|cloudflared|nginx-proxy|swag|haproxy|https-portal|acme-companion|nginx-proxy-manager)$/.test(base)
  );
}
