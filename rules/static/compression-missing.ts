import { defineRule } from '../../src/rule.ts';
import { locationName } from '../shared/requests/proxy.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';
import { fileRoutes, urlPath } from '../shared/storage/static.ts';

const settings = "STATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/static/'\n";
const serve = (lines = '', mark = '') => `    location /static/ {${mark}\n        alias /srv/static/;\n${lines}    }`;

export default defineRule({
  id: 'static/compression-missing',
  title: 'Text assets travel uncompressed',
  severity: 'note',
  topic: 4,
  since: '0.1.0',
  why: 'CSS and JavaScript shrink to a fifth when compressed: without it pages load several times slower on mobile networks. `gzip on` alone covers HTML only.',
  fix: 'Add `gzip on; gzip_types text/css application/javascript application/json image/svg+xml;`, or serve precompressed files with gzip_static.',
  autofix: 'unsafe',
  links: ['https://nginx.org/en/docs/http/ngx_http_gzip_module.html#gzip_types'],
  cross: true,
  examples: {
    bad: [withLocation(serve('', ' # !'), settings), withLocation(serve('        gzip on;\n', ' # !'), settings)],
    good: [
      withLocation(serve('        gzip on;\n        gzip_types text/css application/javascript;\n'), settings),
      withLocation(serve('        gzip_static on;\n'), settings),
    ],
  },
  needs: ['settings', 'proxy'],
  check({ settings, proxy }, ctx) {
    const url = settings.get('STATIC_URL');
    const prefix = url.kind === 'known' ? urlPath(url.value) : null;
    if (prefix === null) return;
    const bare = fileRoutes(proxy, prefix).filter(
      ({ location: { compression } }) => !compression.precompressed && !(compression.on && covers(compression.types)),
    );
    for (const { server, location } of bare) {
      // A fragment says nothing about the http level of the image's own nginx.conf, which compresses nothing but HTML.
      ctx.report({
        at: location.at,
        message: `\`${locationName(location)}\` sends CSS and JavaScript uncompressed${location.compression.on ? ': gzip is on, but gzip_types does not name them' : ''}.`,
        subject: `${server.file} ${locationName(location)}`,
      });
    }
  },
});

function covers(types: readonly string[]): boolean {
  return types.includes('*') || (types.includes('text/css') && types.some((type) => type.endsWith('javascript')));
}
