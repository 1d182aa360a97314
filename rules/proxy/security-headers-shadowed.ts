import { defineRule } from '../../src/rule.ts';
import { headerNamed, locationName, routesOf } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const SECURITY = ['strict-transport-security', 'x-content-type-options', 'x-frame-options', 'content-security-policy', 'referrer-policy'];
const conf = (location: string) =>
  nginx(
    `    add_header X-Content-Type-Options nosniff always;\n${PASS}\n    location /static/ {\n        alias /srv/static/;\n${location}    }`,
  );

export default defineRule({
  id: 'proxy/security-headers-shadowed',
  title: 'Security headers lost in a location that adds its own header',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'nginx inherits add_header only into levels that have none: one Cache-Control in /static/ or /media/ drops nosniff, HSTS and the frame options there.',
  fix: 'Repeat the headers in the location, include one snippet in both, or use `add_header_inherit merge` (nginx 1.29.3).',
  autofix: 'unsafe',
  links: ['https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header'],
  cwe: ['CWE-693'],
  examples: {
    bad: [behindNginx(conf('        add_header Cache-Control "public"; # !\n'))],
    good: [
      behindNginx(conf('        expires 30d;\n')),
      behindNginx(conf('        add_header Cache-Control "public";\n        add_header X-Content-Type-Options nosniff always;\n')),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of routesOf(proxy)) {
      const lost = location.shadowedHeaders.filter(
        (header) =>
          SECURITY.includes(header.name.toLowerCase()) && headerNamed(location.responseHeaders, header.name.toLowerCase()) === undefined,
      );
      const [own] = location.responseHeaders;
      if (lost.length === 0 || own === undefined) continue;
      ctx.report({
        at: own.at,
        message: `\`${locationName(location)}\` adds a header of its own and so loses ${lost.map((header) => header.name).join(', ')} of the outer level.`,
        subject: `${server.file} ${locationName(location)}`,
        related: lost.map((header) => ({ at: header.at, message: 'set here, but not in that location' })),
      });
    }
  },
});
