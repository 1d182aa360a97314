import { defineRule, type ProxyServer, type Report } from '../../src/rule.ts';
import { locationName, routesOf } from '../shared/requests/proxy.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';

export default defineRule({
  id: 'proxy/alias-path-traversal',
  title: 'alias path traversal',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: '`/static../settings.py` reads files beside the served directory: source, .env, keys.',
  fix: 'End the location with a slash: `location /static/ { alias …/; }`.',
  autofix: 'safe',
  links: ['https://github.com/yandex/gixy/blob/master/docs/en/plugins/aliastraversal.md'],
  cwe: ['CWE-22'],
  examples: {
    bad: [
      withLocation('    location /static { # !\n        alias /srv/site/static/;\n    }'),
      withLocation(
        '    location /static/ {\n        alias /srv/site/;\n    }\n    location /pwa { # !\n        alias /srv/site/pwa/;\n    }',
      ),
    ],
    good: [
      withLocation('    location /static/ {\n        alias /srv/site/static/;\n    }'),
      withLocation('    location = /robots.txt {\n        alias /srv/site/robots.txt;\n    }'),
      withLocation('    location /static {\n        root /srv/site/;\n    }'),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of routesOf(proxy)) {
      const { files, match } = location;
      // Apache and Caddy match whole parts of a path.
      if (server.software !== 'nginx' || files?.kind !== 'alias' || match.kind !== 'prefix' || match.path.endsWith('/')) continue;
      ctx.expect(
        files.path,
        (path) => !path.endsWith('/'),
        (path) => ({
          at: location.at,
          message: `\`${locationName(location)}\` has no slash at its end and its alias has one: \`${match.path}../\` reaches the parent directory.`,
          subject: `${server.file} ${locationName(location)}`,
          related: [{ at: files.at, message: 'the alias' }],
          ...publicParent(path, server),
        }),
      );
    }
  },
});

/** What the parent directory holds may be public already, by a location of the same server. */
function publicParent(path: string, { locations }: ProxyServer): Pick<Report, 'severity' | 'because' | 'coveredBy'> {
  const parent = path.replace(/[^/]+\/$/, '');
  const open = locations.find(
    ({ files, internal }) => !internal && files?.kind === 'alias' && files.path.kind === 'known' && files.path.value === parent,
  );
  return open === undefined ? {} : { severity: 'note', because: 'another location serves that directory anyway', coveredBy: open.at };
}
