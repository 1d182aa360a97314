import { defineRule } from '../../src/rule.ts';
import { headerNamed, locationName, routesOf } from '../shared/requests/proxy.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';

export default defineRule({
  id: 'proxy/cache-control-duplicated',
  title: 'Two Cache-Control headers are sent',
  severity: 'note',
  topic: 4,
  since: '0.1.0',
  why: '`expires` writes a Cache-Control header of its own: caches see two that may contradict each other and each picks one.',
  fix: 'Keep one of the two: `add_header Cache-Control "public, max-age=…, immutable"` says it all.',
  autofix: 'unsafe',
  links: ['https://nginx.org/en/docs/http/ngx_http_headers_module.html#expires'],
  examples: {
    bad: [
      withLocation(
        '    location /static/ {\n        alias /srv/static/;\n        expires 30d;\n        add_header Cache-Control "public, immutable"; # !\n    }',
      ),
    ],
    good: [
      withLocation('    location /static/ {\n        alias /srv/static/;\n        expires 30d;\n    }'),
      withLocation('    location /static/ {\n        alias /srv/static/;\n        add_header Cache-Control "public, max-age=60";\n    }'),
      withLocation(
        '    location /api-docs/ {\n        alias /srv/docs/;\n        expires off;\n        add_header Cache-Control "no-store";\n    }',
      ),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of routesOf(proxy)) {
      const header = headerNamed(location.responseHeaders, 'cache-control');
      const { expires } = location;
      if (server.software !== 'nginx' || header === undefined || expires === null || /^(off|epoch)$/.test(expires.text)) continue;
      ctx.report({
        at: header.at,
        message: `\`${locationName(location)}\` sends Cache-Control twice: \`expires ${expires.text}\` writes one and \`add_header\` another.`,
        subject: `${server.file} ${locationName(location)}`,
        related: [{ at: expires.at, message: 'writes a Cache-Control header too' }],
      });
    }
  },
});
