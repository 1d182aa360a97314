import { defineRule, type ProxyServer } from '../../src/rule.ts';
import { applicationRoutes } from '../shared/requests/proxy.ts';
import { APACHE_PASS, apacheHost, behindApache } from '../shared/requests/proxy-programs.ts';

const hostless = (mark: string) =>
  APACHE_PASS.replace('    ProxyPreserveHost On\n', '').replace('http://web:8000/\n', `http://web:8000/${mark}\n`);

export default defineRule({
  id: 'proxy/apache-host-not-preserved',
  title: 'Apache proxies without the original Host',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'ProxyPreserveHost is off by default: Django gets the address of the backend as Host. ALLOWED_HOSTS refuses it, absolute links point to it, and the origin check of form posts fails.',
  fix: 'Add `ProxyPreserveHost On` to the virtual host.',
  autofix: 'safe',
  links: ['https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypreservehost'],
  examples: {
    bad: [
      behindApache(apacheHost(hostless(' # !'))),
      behindApache(apacheHost(`    RewriteEngine On\n    RewriteRule ^/(.*)$ http://web:8000/$1 [P,L] # !\n`)),
      behindApache(apacheHost(`    ProxyPassMatch ^/(.*)$ http://web:8000/$1 # !\n`)),
      behindApache(
        `ProxyPreserveHost On\n${apacheHost(hostless(' # !').replace('    RequestHeader', '    ProxyPreserveHost Off\n    RequestHeader'))}`,
      ),
    ],
    good: [
      behindApache(apacheHost(APACHE_PASS)),
      behindApache(`ProxyPreserveHost On\n${apacheHost(hostless(''))}`),
      behindApache(
        apacheHost(hostless('').replace('ProxyPass /', '<Location />\n    ProxyPreserveHost On\n    </Location>\n    ProxyPass /')),
      ),
      behindApache(apacheHost(hostless('')), 'USE_X_FORWARDED_HOST = True\n'),
      behindApache(apacheHost(hostless('').replaceAll('http://web', 'uwsgi://web'))),
    ],
    undecided: [
      behindApache(apacheHost(`${hostless('')}    Include conf/proxy.conf\n`)),
      behindApache(apacheHost(hostless('')), "import os\nUSE_X_FORWARDED_HOST = os.environ['FORWARDED_HOST'] == '1'\n"),
    ],
  },
  needs: ['proxy', 'evaluations'],
  check({ proxy, evaluations }, ctx) {
    const seen = new Set<ProxyServer>();
    for (const { server, location, process } of applicationRoutes(proxy)) {
      const { pass } = location;
      if (server.software !== 'apache' || seen.has(server) || pass === null || !/^https?$/.test(pass.scheme)) continue;
      if (location.requestHeaders.get('host')?.value !== '$proxy_host') continue;
      seen.add(server);
      if (location.requestHeadersHidden !== null) {
        ctx.undecided(`\`${location.requestHeadersHidden}\`, which may switch ProxyPreserveHost on, is not in view.`, location.at);
        continue;
      }
      const settings = evaluations.find((one) =>
        one.processes.some(({ name, at }) => name === process.name && at.file === process.at.file),
      );
      if (settings === undefined) continue;
      ctx.expect(
        settings.get('USE_X_FORWARDED_HOST'),
        // mod_proxy sends X-Forwarded-Host by itself.
        (value) => value === true && location.requestHeaders.has('x-forwarded-host'),
        () => ({
          at: pass.at,
          message: 'Apache sends the address of the backend as Host instead of the one the client asked for: ProxyPreserveHost is off.',
          subject: `${server.file} ${server.names[0]?.text ?? ''}`.trim(),
        }),
      );
    }
  },
});
