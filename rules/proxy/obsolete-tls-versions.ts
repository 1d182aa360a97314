import { defineRule } from '../../src/rule.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { APACHE_PASS, apacheHost, behindApache, behindHaproxy, HAPROXY_PROTO, haproxy } from '../shared/requests/proxy-programs.ts';
import { tlsVersionsName } from '../shared/requests/proxy-words.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const OBSOLETE = /^(SSLv2|SSLv3|TLSv1|TLSv1\.0|TLSv1\.1)$/i;

export default defineRule({
  id: 'proxy/obsolete-tls-versions',
  title: 'Obsolete TLS versions enabled',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'SSLv3, TLS 1.0 and TLS 1.1 are broken or withdrawn (RFC 8996): a client can be talked down to them.',
  fix: 'Write `ssl_protocols TLSv1.2 TLSv1.3;`, or delete the line: that is the default.',
  autofix: 'safe',
  links: ['https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols', 'https://www.rfc-editor.org/rfc/rfc8996'],
  cwe: ['CWE-327'],
  examples: {
    bad: [
      behindApache(apacheHost(`    SSLProtocol all -SSLv3 # !\n${APACHE_PASS}`)),
      behindHaproxy(haproxy(HAPROXY_PROTO, { bind: ':443 ssl crt /site.pem ssl-min-ver TLSv1.1 # !' })),
      behindHaproxy(`global\n    ssl-default-bind-options force-tlsv10 # !\n${haproxy(HAPROXY_PROTO)}`),
      behindNginx(nginx(`    ssl_protocols TLSv1 TLSv1.1 TLSv1.2; # !\n${PASS}`)),
    ],
    good: [
      behindApache(apacheHost(`    SSLProtocol -all +TLSv1.2 +TLSv1.3\n${APACHE_PASS}`)),
      behindApache(apacheHost(`    SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1\n${APACHE_PASS}`)),
      behindHaproxy(haproxy(HAPROXY_PROTO, { bind: ':443 ssl crt /site.pem ssl-min-ver TLSv1.2' })),
      behindNginx(nginx(`    ssl_protocols TLSv1.2 TLSv1.3;\n${PASS}`)),
      behindNginx(nginx(PASS)),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const server of proxy.servers) {
      const { file, tlsProtocols } = server;
      const old = tlsProtocols?.versions.filter((version) => OBSOLETE.test(version)) ?? [];
      if (tlsProtocols === null || old.length === 0) continue;
      ctx.report({
        at: tlsProtocols.at,
        message: `\`${tlsVersionsName(server)}\` still offers ${old.join(', ')}.`,
        subject: `${file} ${tlsVersionsName(server)}`,
      });
    }
  },
});
