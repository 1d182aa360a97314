import { defineRule } from '../../src/rule.ts';
import { plainRoutesBesideTls } from '../shared/requests/plain-routes.ts';
import { behindHaproxy, HAPROXY_PROTO, haproxy } from '../shared/requests/proxy-programs.ts';

const BOTH = ':80\n    bind :443 ssl crt /usr/local/etc/haproxy/site.pem';
const both = (lines: string, mark = '') => behindHaproxy(haproxy(`${HAPROXY_PROTO}${lines}`, { bind: BOTH, mark }));

export default defineRule({
  id: 'proxy/haproxy-https-redirect-missing',
  title: 'HAProxy port 80 frontend without redirect',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever types the bare name, or is tricked into it, uses the site in clear: cookies and passwords can be read and changed on the way.',
  fix: 'Add `http-request redirect scheme https unless { ssl_fc }` to the frontend.',
  autofix: 'unsafe',
  links: ['https://docs.haproxy.org/3.2/configuration.html#4.4-redirect'],
  cwe: ['CWE-319'],
  examples: {
    bad: [both('', ' # !'), behindHaproxy(`${haproxy(HAPROXY_PROTO)}\nfrontend plain # !\n    bind :80\n    default_backend app\n`)],
    good: [
      both('    redirect scheme https code 301 if !{ ssl_fc }\n'),
      both('    http-request redirect scheme https unless { ssl_fc }\n'),
      both('    acl acme path_beg /.well-known/acme-challenge/\n    http-request redirect scheme https if !{ ssl_fc } !acme\n'),
      behindHaproxy(`${haproxy(HAPROXY_PROTO)}\nfrontend plain\n    bind :80\n    redirect scheme https code 301\n`),
      behindHaproxy(`${haproxy(HAPROXY_PROTO)}\nfrontend local\n    bind 127.0.0.1:8080\n    default_backend app\n`),
      behindHaproxy(haproxy('', { bind: ':80' })),
    ],
    undecided: [both('    redirect scheme https if { hdr(host) -i www.example.com }\n')],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of plainRoutesBesideTls(proxy)) {
      if (server.software !== 'haproxy') continue;
      if (location.complete !== true) {
        ctx.undecided(`Whether plain requests are redirected is not settled: ${location.complete.because}.`, server.at);
        continue;
      }
      const plain = server.listens.find((listen) => !listen.ssl);
      ctx.report({
        at: server.at,
        message: 'This frontend passes plain HTTP requests on to the application although TLS is configured.',
        subject: `${server.file} ${location.name ?? ''}`.trim(),
        related: plain === undefined ? [] : [{ at: plain.at, message: 'plain HTTP comes in here' }],
      });
    }
  },
});
