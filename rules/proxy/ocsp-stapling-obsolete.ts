import { defineRule, type ProxyServer, type Span } from '../../src/rule.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { APACHE_PASS, apacheHost, behindApache } from '../shared/requests/proxy-programs.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const LIVE = '/etc/letsencrypt/live/example.com';
const stapled = (mark = '') => nginx(`    ssl_stapling on;${mark}\n${PASS}`);
const free = (text: string) => text.replace('/etc/nginx/conf.d/cert.pem', `${LIVE}/fullchain.pem`);
const apache = (mark = '') => `SSLStaplingCache shmcb:/run/stapling(32768)\n${apacheHost(`    SSLUseStapling on${mark}\n${APACHE_PASS}`)}`;

export default defineRule({
  id: 'proxy/ocsp-stapling-obsolete',
  title: "OCSP stapling configured for Let's Encrypt certificates",
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: "Let's Encrypt took the OCSP address out of its certificates in May 2025 and switched its responders off in August 2025: there is nothing to staple, and every start and reload writes a warning.",
  fix: 'Remove `ssl_stapling`, `ssl_stapling_verify` and `ssl_trusted_certificate` (Apache: `SSLUseStapling` and `SSLStaplingCache`).',
  autofix: 'safe',
  links: [
    'https://letsencrypt.org/2025/08/06/ocsp-service-has-reached-end-of-life',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_stapling',
  ],
  examples: {
    bad: [
      behindNginx(free(stapled(' # !'))),
      behindNginx(`ssl_stapling on; # !\n${free(nginx(PASS))}`),
      behindApache(apache(' # !').replace('/usr/local/apache2/conf/site.crt', `${LIVE}/fullchain.pem`)),
    ],
    good: [
      behindNginx(stapled()),
      behindNginx(free(nginx(PASS))),
      behindNginx(free(stapled()).replace('stapling on', 'stapling off')),
      behindApache(apache()),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    const seen = new Set<Span>();
    for (const server of proxy.servers) {
      const { stapling } = server;
      const certificate = freeCertificate(server);
      if (
        stapling === null ||
        certificate === undefined ||
        [...seen].some(({ file, start }) => file === stapling.file && start === stapling.start)
      )
        continue;
      seen.add(stapling);
      ctx.report({
        at: stapling,
        message: "OCSP stapling is on, but Let's Encrypt certificates name no OCSP responder any more.",
        subject: `${server.file} stapling`,
        related: [{ at: certificate.at, message: "the certificate is one of Let's Encrypt" }],
      });
    }
  },
});

function freeCertificate({ certificates }: ProxyServer): ProxyServer['certificates'][number] | undefined {
  return certificates.find(({ path }) => path.kind === 'known' && /\/letsencrypt\/|\/certbot\/|acme\.sh/.test(path.value));
}
