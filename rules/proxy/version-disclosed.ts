import { defineRule } from '../../src/rule.ts';
import { listensLocally } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const conf = (line: string, mark = '') => nginx(`${line}${PASS}`).replace('server {', `server {${mark}`);

export default defineRule({
  id: 'proxy/version-disclosed',
  title: 'nginx version disclosed',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'The Server header and error pages tell the exact release, which helps to pick a known vulnerability.',
  fix: 'Add `server_tokens off;` at http or server level.',
  autofix: 'safe',
  links: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#server_tokens'],
  cwe: ['CWE-200'],
  examples: {
    bad: [behindNginx(conf('', ' # !')), behindNginx(conf('    server_tokens on; # !\n'))],
    good: [behindNginx(conf('    server_tokens off;\n'))],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    const servers = proxy.servers.filter((server) => server.software === 'nginx' && !listensLocally(server));
    const [open] = servers.filter((server) => server.serverTokens?.value !== 'off');
    // One finding a tree: the directive belongs at http level.
    if (open === undefined || servers.some((server) => server.serverTokens?.value === 'off')) return;
    ctx.report({
      at: open.serverTokens?.at ?? servers.at(-1)?.at ?? open.at,
      message: 'nginx tells its exact release in every response.',
      subject: 'server_tokens',
    });
  },
});
