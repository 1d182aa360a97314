import { defineRule, type ProxyServer } from '../../src/rule.ts';
import { APACHE_PASS, apacheHost, behindApache } from '../shared/requests/proxy-programs.ts';
import { routesWithoutScheme } from '../shared/requests/untold-scheme.ts';

const silent = APACHE_PASS.replace(/\n.*X-Forwarded-Proto.*/, '');

export default defineRule({
  id: 'proxy/apache-forwarded-proto-missing',
  title: 'TLS vhost does not tell Django the scheme',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'mod_proxy sends X-Forwarded-For and X-Forwarded-Host by itself, but not the scheme: Django takes every request for plain HTTP, redirects for ever with SECURE_SSL_REDIRECT, sends no HSTS and refuses form posts.',
  fix: 'Add `RequestHeader set X-Forwarded-Proto "https"` to the virtual host.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header',
    'https://httpd.apache.org/docs/2.4/mod/mod_headers.html#requestheader',
  ],
  examples: {
    bad: [
      behindApache(apacheHost(silent, ' # !')),
      behindApache(
        apacheHost(
          `    ProxyPreserveHost On\n    <Location /admin>\n        RequestHeader set X-Forwarded-Proto https\n    </Location>\n    ProxyPass / http://web:8000/\n`,
          ' # !',
        ),
      ),
    ],
    good: [
      behindApache(apacheHost(APACHE_PASS)),
      behindApache(apacheHost(APACHE_PASS.replace('"https"', 'expr=%{REQUEST_SCHEME}'))),
      behindApache(apacheHost(`${silent}    <Location />\n        RequestHeader set X-Forwarded-Ssl on\n    </Location>\n`)),
      behindApache(`RequestHeader set X-Forwarded-Proto https env=HTTPS\n${apacheHost(silent)}`),
      behindApache(
        apacheHost(silent)
          .replace('*:443', '*:80')
          .replace(/\n.*SSL.*/g, ''),
      ),
      behindApache(apacheHost(silent.replace('http://web:8000/', 'ws://web:8000/').replace('http://web:8000/', 'ws://web:8000/'))),
    ],
    undecided: [behindApache(apacheHost(`${silent}    Include conf/proxy-headers.conf\n`))],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    const seen = new Set<ProxyServer>();
    for (const { server, location, hidden } of routesWithoutScheme(proxy)) {
      if (server.software !== 'apache' || seen.has(server)) continue;
      seen.add(server);
      if (hidden !== null) {
        ctx.undecided(`\`${hidden}\`, which may set X-Forwarded-Proto, is not in view.`, location.at);
        continue;
      }
      ctx.report({
        at: server.at,
        message: 'This virtual host ends TLS and passes requests on without X-Forwarded-Proto: Django takes them for plain HTTP.',
        subject: `${server.file} ${server.names[0]?.text ?? ''}`.trim(),
        related: location.pass === null ? [] : [{ at: location.pass.at, message: 'passed on here' }],
      });
    }
  },
});
