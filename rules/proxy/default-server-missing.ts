import { defineRule } from '../../src/rule.ts';
import { answerToUnknownHosts, applicationRoutes, listensLocally } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

export default defineRule({
  id: 'proxy/default-server-missing',
  title: 'Unknown hosts reach the Django server block',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'The first server of a port answers for every host name that no other server names: scanners with made-up Host headers reach Django and fill the error log, and caches and links can be poisoned when ALLOWED_HOSTS is wide.',
  fix: 'Add a server with `default_server` that returns 444 and, for TLS, has `ssl_reject_handshake on`.',
  autofix: 'unsafe',
  links: ['https://nginx.org/en/docs/http/request_processing.html'],
  examples: {
    bad: [behindNginx(nginx(PASS).replace('server_name example.com;', 'server_name example.com; # !'))],
    good: [
      behindNginx(`server {\n    listen 443 ssl default_server;\n    ssl_reject_handshake on;\n}\n${nginx(PASS)}`),
      behindNginx(nginx(PASS).replace('server_name example.com;', 'server_name _;')),
      behindNginx(nginx(PASS).replace('listen 443 ssl;', 'listen 127.0.0.1:8443 ssl;')),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    const servers = proxy.servers.filter((server) => server.software === 'nginx');
    if (servers.some((server) => (answerToUnknownHosts(server) ?? 0) >= 400)) return;
    const route = applicationRoutes(proxy).find(({ server }) => servers.includes(server));
    if (route === undefined || listensLocally(route.server)) return;
    const [name] = route.server.names;
    // "_" or no name at all is a catch-all on purpose, mostly behind a load balancer that routes by host.
    if (name === undefined || name.text === '_' || name.text === '' || name.text === 'localhost') return;
    ctx.report({
      at: name.at,
      message: 'No server refuses unknown hosts: requests with any Host header are passed on to Django.',
      subject: route.server.file,
    });
  },
});
