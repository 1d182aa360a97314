import { defineRule, type ProxyServer } from '../../src/rule.ts';
import { behindHaproxy, HAPROXY_PROTO, haproxy } from '../shared/requests/proxy-programs.ts';
import { routesWithoutScheme } from '../shared/requests/untold-scheme.ts';

export default defineRule({
  id: 'proxy/haproxy-forwarded-proto-missing',
  title: 'HAProxy TLS frontend does not set X-Forwarded-Proto',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'HAProxy adds no such header by itself: Django takes every request for plain HTTP, redirects for ever with SECURE_SSL_REDIRECT, sends no HSTS and refuses form posts.',
  fix: 'Add `http-request set-header X-Forwarded-Proto https if { ssl_fc }` to the frontend.',
  autofix: 'safe',
  links: [
    'https://docs.haproxy.org/3.2/configuration.html#4.4-set-header',
    'https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header',
  ],
  examples: {
    bad: [
      behindHaproxy(haproxy('', { mark: ' # !' })),
      behindHaproxy(haproxy('    http-request set-header X-Forwarded-Proto http if !{ ssl_fc }\n', { mark: ' # !' })),
      behindHaproxy('listen site # !\n    mode http\n    bind :443 ssl crt /usr/local/etc/haproxy/site.pem\n    server web web:8000\n'),
    ],
    good: [
      behindHaproxy(haproxy(HAPROXY_PROTO)),
      behindHaproxy(haproxy('').replace('backend app\n', `backend app\n${HAPROXY_PROTO}`)),
      behindHaproxy(haproxy('    http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]\n')),
      behindHaproxy(haproxy('    option forwarded\n')),
      behindHaproxy(haproxy('', { mode: 'tcp' })),
      behindHaproxy(haproxy('', { server: ' ssl verify none' })),
      behindHaproxy(haproxy('', { server: ' send-proxy-v2' })),
      behindHaproxy(haproxy('', { bind: ':80' })),
    ],
    undecided: [behindHaproxy(haproxy('').replace('frontend site', '.if feature(X)\n.endif\nfrontend site'))],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    const seen = new Set<ProxyServer>();
    for (const { server, location, hidden } of routesWithoutScheme(proxy)) {
      if (server.software !== 'haproxy' || seen.has(server) || location.pass?.scheme !== 'http' || location.proxyProtocol) continue;
      seen.add(server);
      if (hidden !== null) {
        ctx.undecided(`Which lines of \`${server.file}\` are in force depends on a template.`, location.at);
        continue;
      }
      ctx.report({
        at: server.at,
        message: 'This frontend ends TLS and passes requests on without X-Forwarded-Proto: Django takes them for plain HTTP.',
        subject: `${server.file} ${location.name ?? ''}`.trim(),
        related: [{ at: location.at, message: 'passed on here' }],
      });
    }
  },
});
