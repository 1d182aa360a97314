import { defineRule } from '../../src/rule.ts';
import { locationName, routesOf } from '../shared/requests/proxy.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';

export default defineRule({
  id: 'static/alias-slash-missing',
  title: 'alias without trailing slash breaks static URLs',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: '`/static/app.css` maps to `/srv/staticapp.css`: every file answers 404.',
  fix: 'Add the slash to the alias.',
  autofix: 'safe',
  links: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#alias'],
  examples: {
    bad: [withLocation('    location /static/ {\n        alias /srv/static; # !\n    }')],
    good: [
      withLocation('    location /static/ {\n        alias /srv/static/;\n    }'),
      withLocation('    location /static/ {\n        root /srv;\n    }'),
      withLocation('    location = /favicon.ico {\n        alias /srv/static/favicon.ico;\n    }'),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of routesOf(proxy)) {
      const { files, match } = location;
      if (files?.kind !== 'alias' || match.kind !== 'prefix' || !match.path.endsWith('/')) continue;
      ctx.expect(
        files.path,
        (path) => path.endsWith('/') || /\$\w+$/.test(path),
        (path) => ({
          at: files.at,
          message: `\`${locationName(location)}\` ends with a slash and its alias \`${path}\` does not: the file name is glued to the folder name.`,
          subject: `${server.file} ${locationName(location)}`,
        }),
      );
    }
  },
});
