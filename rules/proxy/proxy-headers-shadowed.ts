import { defineRule } from '../../src/rule.ts';
import { applicationRoutes, locationName } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { nginx } from '../shared/values/examples.ts';

const NEEDED = ['host', 'x-forwarded-proto', 'x-forwarded-for'];
const outer = (lines: string) =>
  nginx(
    `    proxy_set_header Host $host;\n    proxy_set_header X-Forwarded-Proto $scheme;\n    location / {\n        proxy_pass http://web:8000;\n${lines}    }`,
  );

export default defineRule({
  id: 'proxy/proxy-headers-shadowed',
  title: 'A nested proxy_set_header drops the inherited ones',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'nginx inherits proxy_set_header only into levels that have none: one Upgrade or Connection header in a location loses Host and X-Forwarded-Proto there.',
  fix: 'Repeat the headers in the location, or include one file with all of them in both.',
  autofix: 'unsafe',
  links: ['https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header'],
  replaces: ['proxy/host-header-not-forwarded', 'proxy/forwarded-proto-missing'],
  examples: {
    bad: [behindNginx(outer('        proxy_set_header X-Real-IP $remote_addr; # !\n'))],
    good: [
      behindNginx(outer('')),
      behindNginx(outer('        proxy_set_header Host $host;\n        proxy_set_header X-Forwarded-Proto $scheme;\n')),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of applicationRoutes(proxy)) {
      const lost = location.shadowedRequestHeaders.filter((header) => {
        const name = header.name.toLowerCase();
        return NEEDED.includes(name) && !location.requestHeaders.has(name);
      });
      const own = [...location.requestHeaders.values()].sort((a, b) => a.at.start - b.at.start)[0];
      if (lost.length === 0 || own === undefined || location.requestHeadersHidden !== null) continue;
      ctx.report({
        at: own.at,
        message: `\`${locationName(location)}\` sets a header of its own and so loses ${lost.map((header) => header.name).join(', ')} of the outer level.`,
        subject: `${server.file} ${locationName(location)}`,
        related: lost.map((header) => ({ at: header.at, message: 'set here, but not in that location' })),
      });
    }
  },
});
