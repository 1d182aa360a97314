import { defineRule } from '../../src/rule.ts';
import { applicationRoutes, locationName } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const hostless = (mark: string) =>
  PASS.replace('proxy_pass http://web:8000;', `proxy_pass http://web:8000;${mark}`).replace(/\n.*Host \$host;/, '');

export default defineRule({
  id: 'proxy/host-header-not-forwarded',
  title: 'Original Host header not forwarded to Django',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'nginx sends the name of the upstream as Host: ALLOWED_HOSTS rejects it, absolute links point to it, and the origin check of form posts fails.',
  fix: 'Add `proxy_set_header Host $host;` to the location.',
  autofix: 'safe',
  links: ['https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header'],
  examples: {
    bad: [behindNginx(nginx(hostless(' # !')))],
    undecided: [behindNginx(nginx(hostless('').replace('proxy_pass', 'include snippets/proxy.conf;\n        proxy_pass')))],
    good: [
      behindNginx(nginx(PASS)),
      behindNginx(nginx(PASS.replace('$host;', '$http_host;'))),
      behindNginx(nginx(`    proxy_set_header Host $host;\n    location / {\n        proxy_pass http://web:8000;\n    }`)),
      behindNginx(
        nginx(hostless('').replace('X-Forwarded-Proto', 'X-Forwarded-Host $host;\n        proxy_set_header X-Forwarded-Proto')),
        'USE_X_FORWARDED_HOST = True\n',
      ),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of applicationRoutes(proxy)) {
      // Apache has a directive of its own for it, and a rule.
      if (server.software === 'apache' || location.pass === null || !/^https?$/.test(location.pass.scheme)) continue;
      const host = location.requestHeaders.get('host')?.value;
      // A literal name is chosen to match ALLOWED_HOSTS; X-Forwarded-Host is the other way to tell Django.
      if (host !== undefined && !/^\$(proxy_host|proxy_port)/.test(host)) continue;
      if (location.requestHeaders.has('x-forwarded-host')) continue;
      if (host === undefined && location.requestHeadersHidden !== null) {
        ctx.undecided(`\`${location.requestHeadersHidden}\`, which may pass Host on, is not in the repository.`, location.at);
        continue;
      }
      const lost = location.shadowedRequestHeaders.find((header) => header.name.toLowerCase() === 'host');
      ctx.report({
        at: location.pass.at,
        message: `\`${locationName(location)}\` sends the name of the upstream as Host instead of the one the client asked for.`,
        subject: `${server.file} ${locationName(location)}`,
        related: lost === undefined ? [] : [{ at: lost.at, message: "set here, but the location's own proxy_set_header removes it" }],
      });
    }
  },
});
