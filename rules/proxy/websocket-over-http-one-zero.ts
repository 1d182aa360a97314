import { compareRelease, DEFAULTS, defineRule, type ReleaseRange } from '../../src/rule.ts';
import { locationName, routesOf } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { compose, django, nginx, unit } from '../shared/values/examples.ts';

const socket = (mark = '', more = '') => `    location /ws/ {${mark}
        proxy_pass http://web:8000;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
${more}    }`;
const VERSION = '        proxy_http_version 1.1;\n';
const tagged = (tag: string, conf: string) => ({
  ...behindNginx(conf),
  'docker-compose.yml': compose().replace('nginx:1.27', `nginx${tag}`),
});

export default defineRule({
  id: 'proxy/websocket-over-http-one-zero',
  title: 'Upgrade headers sent over HTTP/1.0',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'Up to nginx 1.29.6 requests are passed on with HTTP/1.0, which knows no upgrade: every websocket handshake fails.',
  fix: 'Add `proxy_http_version 1.1;` to the location.',
  autofix: 'safe',
  links: ['https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_http_version', 'https://nginx.org/en/docs/http/websocket.html'],
  examples: {
    bad: [
      behindNginx(nginx(socket(' # !'))),
      behindNginx(nginx(socket(' # !', '        proxy_http_version 1.0;\n'))),
      {
        ...django(),
        'mysite.service': unit(),
        'nginx.conf': nginx(socket(' # !').replace('http://web:8000', 'http://unix:/run/mysite/app.sock')),
      },
    ],
    good: [
      behindNginx(nginx(socket('', VERSION))),
      behindNginx(nginx(`    proxy_http_version 1.1;\n${socket()}`)),
      tagged(':1.30', nginx(socket())),
      tagged(':1.29.7-alpine', nginx(socket())),
      tagged('', nginx(socket())),
      behindNginx(nginx(socket().replace(/.*(Upgrade|Connection).*\n/g, ''))),
    ],
    undecided: [behindNginx(nginx(socket('', '        include snippets/proxy.conf;\n'))), tagged(':1.29', nginx(socket()))],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of routesOf(proxy)) {
      if (server.software !== 'nginx' || !location.upgrades || location.pass?.scheme.startsWith('http') !== true) continue;
      const version = location.httpVersion ?? null;
      if (version !== null && version.text !== '1.0') continue;
      const before = version === null ? passesOldVersion(server.release) : 'yes';
      if (before === 'no') continue;
      if (version === null && (location.complete !== true || before === 'maybe')) {
        const why = location.complete === true ? 'Which release of nginx runs is not known closely enough.' : location.complete.because;
        ctx.undecided(why, location.at);
        continue;
      }
      ctx.report({
        at: location.at,
        message: `\`${locationName(location)}\` passes Upgrade on over HTTP/1.0${version === null ? ', which is the default of this nginx' : ''}: websocket handshakes fail.`,
        subject: `${server.file} ${locationName(location)}`,
        related: version === null ? [] : [{ at: version.at, message: 'set here' }],
      });
    }
  },
});

/** HTTP/1.1 is the default since 1.29.7; what a distribution brings is older. A tag that moves names the newest release. */
function passesOldVersion(release: ReleaseRange | null): 'yes' | 'no' | 'maybe' {
  if (release === null || release.from === null) return 'yes';
  if (compareRelease(release.from, DEFAULTS.nginx.values.http_1_1_since) >= 0 || release.before === null) return 'no';
  return compareRelease(release.before, DEFAULTS.nginx.values.http_1_1_since) <= 0 ? 'yes' : 'maybe';
}
