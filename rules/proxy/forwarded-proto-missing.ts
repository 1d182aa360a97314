import { defineRule } from '../../src/rule.ts';
import { locationName } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { routesWithoutScheme } from '../shared/requests/untold-scheme.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const silent = (mark: string) => PASS.replace('location / {', `location / {${mark}`).replace(/\n.*X-Forwarded-Proto.*/, '');

export default defineRule({
  id: 'proxy/forwarded-proto-missing',
  title: 'X-Forwarded-Proto not forwarded on a TLS server',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Django takes every request for plain HTTP: SECURE_SSL_REDIRECT redirects for ever, form posts over HTTPS fail the origin check, and absolute links start with http.',
  fix: 'Add `proxy_set_header X-Forwarded-Proto $scheme;` to the locations that pass requests to Django.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header'],
  examples: {
    bad: [behindNginx(nginx(silent(' # !')))],
    undecided: [behindNginx(nginx(silent('').replace('proxy_pass', 'include snippets/proxy.conf;\n        proxy_pass')))],
    good: [behindNginx(nginx(PASS)), behindNginx(nginx(silent('')).replace('listen 443 ssl;', 'listen 80;'))],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location, hidden, lost } of routesWithoutScheme(proxy)) {
      // Rules of their own name the directives of these two.
      if (server.software === 'apache' || server.software === 'haproxy') continue;
      if (hidden !== null) {
        ctx.undecided(`\`${hidden}\`, which may send X-Forwarded-Proto, is not in the repository.`, location.at);
        continue;
      }
      ctx.report({
        at: location.at,
        message: `\`${locationName(location)}\` ends TLS and passes requests on without X-Forwarded-Proto: Django takes them for plain HTTP.`,
        subject: `${server.file} ${locationName(location)}`,
        related: lost === undefined ? [] : [{ at: lost.at, message: "set here, but the location's own proxy_set_header removes it" }],
      });
    }
  },
});
