import { defineRule } from '../../src/rule.ts';
import { applicationRoutes, listensLocally, locationName } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { APACHE_PASS, apacheHost, behindApache, behindHaproxy, haproxy } from '../shared/requests/proxy-programs.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const copied = (mark: string) => PASS.replace('X-Forwarded-Proto $scheme;', `X-Forwarded-Proto $http_x_forwarded_proto;${mark}`);

export default defineRule({
  id: 'proxy/forwarded-proto-client-controlled',
  title: 'X-Forwarded-Proto copied from the client',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'A client can claim https on a plain connection; with SECURE_PROXY_SSL_HEADER Django believes it, skips the redirect and sends secure cookies in clear.',
  fix: 'Send the scheme of the connection itself at the outermost proxy (nginx: `$scheme`).',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header'],
  cwe: ['CWE-290'],
  examples: {
    bad: [
      behindApache(apacheHost(APACHE_PASS.replace('"https"', 'expr=%{HTTP:X-Forwarded-Proto} # !'))),
      behindHaproxy(haproxy('    http-request set-header X-Forwarded-Proto %[req.hdr(X-Forwarded-Proto)] # !\n')),
      behindNginx(nginx(copied(' # !'))),
    ],
    good: [behindNginx(nginx(PASS)), behindNginx(nginx(copied('')).replace('listen 443 ssl;', 'listen 127.0.0.1:8080;'))],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of applicationRoutes(proxy)) {
      const header = location.requestHeaders.get('x-forwarded-proto');
      // Traefik is told for a whole entry point: that rule speaks of it.
      if (server.software === 'traefik') continue;
      if (header === undefined || header.value !== '$http_x_forwarded_proto') continue;
      // Without TLS of its own it stands behind something that ends TLS and sets the header.
      if (!server.listens.some((listen) => listen.ssl) || listensLocally(server)) continue;
      ctx.report({
        at: header.at,
        message: `\`${locationName(location)}\` passes the client's own X-Forwarded-Proto on although TLS ends here: anyone can claim https.`,
        subject: `${server.file} ${locationName(location)}`,
      });
    }
  },
});
