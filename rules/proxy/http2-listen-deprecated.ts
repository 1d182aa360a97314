import { compareRelease, defineRule } from '../../src/rule.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const listen = (mark: string) => nginx(PASS).replace('listen 443 ssl;', `listen 443 ssl http2;${mark}`);
const older = (files: Record<string, string>) => ({
  ...files,
  'docker-compose.yml': (files['docker-compose.yml'] ?? '').replace('nginx:1.27', 'nginx:1.22'),
});

export default defineRule({
  id: 'proxy/http2-listen-deprecated',
  title: 'Deprecated http2 parameter of listen',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'nginx 1.25.1 moved it to a directive and warns at every start; a later release removes the parameter.',
  fix: 'Write `listen 443 ssl; http2 on;`.',
  autofix: 'safe',
  links: ['https://nginx.org/en/docs/http/ngx_http_v2_module.html#http2'],
  examples: {
    bad: [behindNginx(listen(' # !'))],
    good: [behindNginx(nginx(`    http2 on;\n${PASS}`)), older(behindNginx(listen('')))],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const server of proxy.servers) {
      const { release } = server;
      if (server.software !== 'nginx' || release === null || release.from === null || compareRelease(release.from, '1.25.1') < 0) continue;
      for (const one of server.listens) {
        if (one.http2)
          ctx.report({ at: one.at, message: '`http2` on `listen` is deprecated since nginx 1.25.1.', subject: `${server.file} listen` });
      }
    }
  },
});
