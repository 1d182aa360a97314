import { defineRule } from '../../src/rule.ts';
import { locationName, routesOf } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const set = (host = 'http://web:8000') => PASS.replace('proxy_pass http://web:8000;', `set $app ${host};\n        proxy_pass $app;`);
const marked = (pass: string) => pass.replace(/(proxy_pass [^;]*;)/, '$1 # !');
const RESOLVER = '    resolver 127.0.0.11 valid=30s;\n';

export default defineRule({
  id: 'proxy/resolver-missing',
  title: 'proxy_pass with a variable, but no resolver',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'With a variable in proxy_pass nginx looks the name up for each request, and without a resolver it answers 502: "no resolver defined".',
  fix: 'Add `resolver 127.0.0.11 valid=30s;` (the DNS of Docker), or name the server in an upstream block.',
  autofix: 'unsafe',
  links: ['https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass'],
  examples: {
    bad: [behindNginx(nginx(marked(set()))), behindNginx(nginx(marked(PASS.replace('http://web:8000', 'http://web:8000$request_uri'))))],
    good: [
      behindNginx(nginx(`${RESOLVER}${set()}`)),
      behindNginx(`${RESOLVER.trim()}\n${nginx(set())}`),
      behindNginx(nginx(PASS)),
      behindNginx(nginx(set('http://10.0.0.5:8000'))),
      behindNginx(nginx(set('http://unix:/run/app.sock'))),
      behindNginx(`upstream app { server web:8000; }\n${nginx(set('http://app'))}`),
    ],
    undecided: [
      behindNginx(nginx(PASS.replace('http://web:8000', 'http://$backend'))),
      behindNginx(nginx(`    include snippets/dns.conf;\n${set()}`)),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { server, location } of routesOf(proxy)) {
      const lookup = location.lookup ?? null;
      if (server.software !== 'nginx' || lookup === null || lookup.resolver === 'yes') continue;
      // The http block around a fragment may name one.
      const doubtful = lookup.resolver === 'maybe' || !server.wholeConfiguration;
      if (doubtful || lookup.host.kind !== 'known') {
        const why = doubtful ? 'A file that is not in the repository may name a resolver.' : 'Which name nginx looks up is not known.';
        ctx.undecided(why, location.pass?.at ?? location.at);
        continue;
      }
      ctx.report({
        at: location.pass?.at ?? location.at,
        message: `\`${locationName(location)}\` looks \`${lookup.host.value}\` up for each request, because a variable stands in proxy_pass, and no \`resolver\` is in force: nginx answers 502.`,
        subject: `${server.file} ${locationName(location)}`,
      });
    }
  },
});
