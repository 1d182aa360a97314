import { defineRule, type ProxyLocation, type SettingsFacts } from '../../src/rule.ts';
import { listensLocally, locationName, routesOf } from '../shared/requests/proxy.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';
import { APACHE_PASS, apacheHost, behindApache } from '../shared/requests/proxy-programs.ts';

const MEDIA = "MEDIA_URL = '/media/'\nMEDIA_ROOT = '/srv/media/'\n";
const media = (lines: string) => withLocation(`    location /media/ {\n        alias /srv/media/;\n${lines}    }`, MEDIA);
const folder = (options: string, mark = '', access = 'Require all granted') =>
  behindApache(
    apacheHost(
      `    Alias /media/ /srv/media/\n    <Directory /srv/media>\n        ${options}${mark}\n        ${access}\n    </Directory>\n    ProxyPass /media/ !\n${APACHE_PASS}`,
    ),
    MEDIA,
  );

export default defineRule({
  id: 'proxy/directory-listing-enabled',
  title: 'Directory listing on static or media',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'Anyone who opens the folder sees the name of every file in it: uploads that only their owner had the link of are found and read.',
  fix: 'Switch the listing off: `autoindex off;` in nginx, `Options -Indexes` in Apache, `file_server` without `browse` in Caddy.',
  autofix: 'safe',
  links: ['https://nginx.org/en/docs/http/ngx_http_autoindex_module.html', 'https://httpd.apache.org/docs/2.4/mod/core.html#options'],
  cwe: ['CWE-548'],
  examples: {
    bad: [
      media('        autoindex on; # !\n'),
      folder('Options Indexes FollowSymLinks', ' # !'),
      folder('Options +Indexes', ' # !'),
      withLocation(
        '    location /static/ {\n        alias /srv/static/;\n        autoindex on; # !\n    }',
        "STATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/static/'\n",
      ),
    ],
    good: [
      withLocation('    location /downloads/ {\n        alias /srv/downloads/;\n        autoindex on;\n    }', MEDIA),
      media('        autoindex off;\n'),
      media('        autoindex on;\n        internal;\n'),
      media('        autoindex on;\n        auth_basic "staff";\n'),
      media('        autoindex on;\n        allow 10.0.0.0/8;\n        deny all;\n'),
      folder('Options -Indexes'),
      folder('Options FollowSymLinks'),
      folder('Options Indexes', '', 'Require valid-user'),
      withLocation('    location /api/ {\n        autoindex on;\n        proxy_pass http://web:8000;\n    }', MEDIA),
    ],
    undecided: [media('        autoindex on;\n        include snippets/access.conf;\n')],
  },
  needs: ['proxy', 'evaluations'],
  check({ proxy, evaluations }, ctx) {
    const seen = new Set<NonNullable<ProxyLocation['listing']>>();
    for (const { server, location } of routesOf(proxy)) {
      const { listing, files, pass, answers, internal, restricted } = location;
      if (listing === null || files === null || pass !== null || answers !== null || internal || restricted === 'yes') continue;
      const kind = heldThere(location, evaluations);
      if (kind === null || seen.has(listing) || listensLocally(server)) continue;
      seen.add(listing);
      if (restricted === 'maybe') {
        ctx.undecided(`Whether \`${locationName(location)}\` lets everybody in is not settled.`, listing);
        continue;
      }
      ctx.report({
        at: listing,
        message: `\`${locationName(location)}\` lists the names of all of its files to everybody.`,
        subject: `${server.file} ${locationName(location)}`,
        related: [{ at: files.at, message: 'the folder' }],
        ...(kind === 'static' ? { severity: 'note' as const, because: 'static files are there for everybody' } : {}),
      });
    }
  },
});

/** What Django puts there, by its settings or by the path; null for folders that somebody made to be looked through. */
function heldThere({ match, files }: ProxyLocation, evaluations: readonly SettingsFacts[]): 'media' | 'static' | null {
  const path = files?.path.kind === 'known' ? files.path.value.replace(/\/+$/, '') : null;
  const holds = (name: string) =>
    path !== null &&
    evaluations.some((settings) => {
      const root = settings.get(name);
      return root.kind === 'known' && typeof root.value === 'string' && `${root.value.replace(/\/+$/, '')}/`.startsWith(`${path}/`);
    });
  if (/media|upload/i.test(match.path) || holds('MEDIA_ROOT') || match.path === '/') return 'media';
  return /static|asset/i.test(match.path) || holds('STATIC_ROOT') ? 'static' : null;
}
