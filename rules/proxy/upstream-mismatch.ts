import { defineRule } from '../../src/rule.ts';
import { locationName, routesOf } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { APACHE_PASS, apacheHost, behindApache, behindHaproxy, HAPROXY_PROTO, haproxy } from '../shared/requests/proxy-programs.ts';
import { codeOfDeadUpstream } from '../shared/requests/proxy-words.ts';
import { django, nginx, PASS, unit } from '../shared/values/examples.ts';

const to = (address: string, mark = '') => behindNginx(nginx(PASS.replace('http://web:8000;', `http://${address};${mark}`)));

/** gunicorn takes the socket that systemd opened; its own command line names none. */
const activated = (path: string, mark = '') => ({
  ...django(),
  'mysite.service': unit('', 'gunicorn mysite.wsgi --workers 3'),
  'mysite.socket': '[Socket]\nListenStream=/run/mysite.sock\n',
  'nginx.conf': nginx(PASS.replace('http://web:8000;', `http://unix:${path};${mark}`)),
});

export default defineRule({
  id: 'proxy/upstream-mismatch',
  title: 'Proxy upstream does not match the server bind',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'Nothing listens where the proxy passes requests to: every one of them is answered 502 or 503.',
  fix: 'Give the proxy and the server the same port or socket path.',
  autofix: 'unsafe',
  links: ['https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass', 'https://docs.gunicorn.org/en/stable/settings.html#bind'],
  cross: true,
  examples: {
    bad: [
      behindApache(apacheHost(APACHE_PASS.replace('ProxyPass / http://web:8000/', 'ProxyPass / http://web:9000/ # !'))),
      behindHaproxy(haproxy(HAPROXY_PROTO).replace('web:8000 check', 'web:9000 check # !')),
      to('web:9000', ' # !'),
      to('app:8000', ' # !'),
      activated('/run/mysite/app.sock', ' # !'),
    ],
    good: [
      behindApache(apacheHost(APACHE_PASS)),
      behindHaproxy(haproxy(HAPROXY_PROTO)),
      to('web:8000'),
      behindNginx(`upstream app {\n    server web:8000;\n}\n${nginx(PASS.replace('http://web:8000', 'http://app'))}`),
      to('api.example.org:8443'),
      activated('/run/mysite.sock'),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of routesOf(proxy)) {
      for (const upstream of location.upstreams.items) {
        if (upstream.mismatch === null || upstream.link === 'proven') continue;
        ctx.report({
          at: upstream.at,
          message: `\`${locationName(location)}\`: ${upstream.mismatch}. Requests end in ${codeOfDeadUpstream(server)}.`,
          subject: `${server.file} ${locationName(location)}`,
          related:
            upstream.process === null
              ? []
              : [{ at: upstream.process.commandAt, message: `the server of \`${upstream.process.name}\` is started here` }],
        });
      }
    }
  },
});
