import { defineRule } from '../../src/rule.ts';
import { plainRoutesBesideTls } from '../shared/requests/plain-routes.ts';
import { APACHE_PASS, apacheHost, behindApache } from '../shared/requests/proxy-programs.ts';

const plain = (lines: string, mark = '') => `<VirtualHost *:80>${mark}\n    ServerName example.com\n${lines}</VirtualHost>\n`;
const REWRITE = '    RewriteEngine On\n    RewriteCond %{HTTPS} off\n    RewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [R=301,L]\n';
const secure = apacheHost(APACHE_PASS);

export default defineRule({
  id: 'proxy/apache-https-redirect-missing',
  title: 'HTTP vhost serves the app although an SSL vhost exists',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever types the bare name, or is tricked into it, uses the site in clear: cookies and passwords can be read and changed on the way. A Redirect beside a ProxyPass for the same path never answers, because mod_proxy comes first.',
  fix: 'Let the virtual host of port 80 hold nothing but `Redirect permanent / https://NAME/`.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#https',
    'https://httpd.apache.org/docs/2.4/mod/mod_alias.html#redirect',
  ],
  cwe: ['CWE-319'],
  examples: {
    bad: [
      behindApache(`${plain(APACHE_PASS, ' # !')}${secure}`),
      behindApache(`${plain(`    Redirect permanent / https://example.com/\n${APACHE_PASS}`, ' # !')}${secure}`),
      behindApache(`${plain('    RewriteEngine On\n    RewriteRule ^/(.*)$ http://web:8000/$1 [P,L]\n', ' # !')}${secure}`),
    ],
    good: [
      behindApache(`${plain('    Redirect permanent / https://example.com/\n')}${secure}`),
      behindApache(`${plain(REWRITE)}${secure}`),
      behindApache(`${plain(`${REWRITE}${APACHE_PASS}`)}${secure}`),
      behindApache(apacheHost(`${REWRITE}${APACHE_PASS}`).replace('*:443', '*:80 *:443')),
      behindApache(
        `${plain(`    <Location /health>\n        ProxyPass http://web:8000/health\n    </Location>\n    Redirect permanent / https://example.com/\n`).replace('<Location /health>\n        ProxyPass http://web:8000/health\n    </Location>\n    ', '')}${secure}`,
      ),
      behindApache(`${plain(APACHE_PASS).replace('example.com', 'status.example.org')}${secure}`),
    ],
    undecided: [
      behindApache(
        `${plain(`    RewriteEngine On\n    RewriteCond %{HTTP_HOST} ^example\n    RewriteRule ^ https://example.com%{REQUEST_URI} [R]\n${APACHE_PASS}`)}${secure}`,
      ),
      behindApache(`${plain(`    Include conf/redirect.conf\n${APACHE_PASS}`)}${secure}`),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of plainRoutesBesideTls(proxy)) {
      if (server.software !== 'apache') continue;
      if (location.complete !== true) {
        ctx.undecided(`Whether plain requests are redirected is not settled: ${location.complete.because}.`, server.at);
        continue;
      }
      ctx.report({
        at: server.at,
        message: 'This virtual host serves the application over plain HTTP although another one has TLS for the same name.',
        subject: `${server.file} ${server.names[0]?.text ?? ''}`.trim(),
        related: [{ at: location.at, message: 'served here' }],
      });
    }
  },
});
