import { defineRule, type ProxyServer } from '../../src/rule.ts';
import { applicationRoutes, locationName } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { APACHE_PASS, apacheHost, behindApache, behindHaproxy, HAPROXY_PROTO, haproxy } from '../shared/requests/proxy-programs.ts';
import { programName } from '../shared/requests/proxy-words.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const NAMES = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'x-client-ip', 'cf-connecting-ip', 'true-client-ip'];
const told = (line: string) => nginx(PASS.replace('proxy_set_header Host', `${line}\n        proxy_set_header Host`));

export default defineRule({
  id: 'proxy/client-address-not-forwarded',
  title: 'Client address not forwarded',
  severity: 'note',
  topic: 8,
  since: '0.1.0',
  why: 'Access logs, throttling and audits of the application see the address of the proxy for every visitor: one abuser is not told from all the others.',
  fix: 'Add `proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;` (HAProxy: `option forwardfor`).',
  autofix: 'safe',
  links: [
    'https://docs.gunicorn.org/en/stable/deploy.html',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#var_proxy_add_x_forwarded_for',
  ],
  examples: {
    bad: [
      behindNginx(nginx(PASS.replace('{', '{ # !'))),
      behindHaproxy(haproxy(HAPROXY_PROTO).replace('default_backend app', 'default_backend app # !')),
    ],
    good: [
      behindNginx(told('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;')),
      behindNginx(told('proxy_set_header X-Real-IP $remote_addr;')),
      behindNginx(nginx(PASS.replace('proxy_pass http', 'uwsgi_pass uwsgi'))),
      behindHaproxy(haproxy(`${HAPROXY_PROTO}    option forwardfor\n`)),
      behindHaproxy(haproxy(HAPROXY_PROTO, { server: ' send-proxy' })),
      behindApache(apacheHost(APACHE_PASS)),
    ],
    undecided: [behindNginx(told('include snippets/proxy.conf;'))],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    const seen = new Set<ProxyServer>();
    for (const { server, location, process } of applicationRoutes(proxy)) {
      if (seen.has(server) || !/^https?$/.test(location.pass?.scheme ?? '') || location.upgrades || location.proxyProtocol) continue;
      if (process.server?.software === 'uwsgi' || NAMES.some((name) => location.requestHeaders.has(name))) continue;
      // Lost by a header of the location: proxy/proxy-headers-shadowed tells of all that is.
      if (location.shadowedRequestHeaders.some((header) => NAMES.includes(header.name.toLowerCase()))) continue;
      seen.add(server);
      if (location.requestHeadersHidden !== null) {
        ctx.undecided(
          `\`${location.requestHeadersHidden}\`, which may tell the address of the client, is not in the repository.`,
          location.at,
        );
        continue;
      }
      ctx.report({
        at: location.at,
        message: `\`${locationName(location)}\` tells the application nothing of the client's address: it sees that of ${programName(server)} for every request.`,
        subject: `${server.file} ${locationName(location)}`,
      });
    }
  },
});
