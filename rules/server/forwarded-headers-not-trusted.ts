import { defineRule, type Process, type ProxyFacts } from '../../src/rule.ts';
import { placeIn } from '../shared/processes/place.ts';
import { byCompose } from '../shared/processes/start-example.ts';
import { clientAddressReader } from '../shared/requests/client-address.ts';
import { isLoopback, locationName, routesOf } from '../shared/requests/proxy.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const LINE = 'uvicorn mysite.asgi:application --host 0.0.0.0 --port 8000';
const BEHIND = {
  'nginx.conf': nginx(PASS.replace('$scheme;', '$scheme;\n        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;')),
  'mysite/views.py': "def health(request):\n    return request.META['REMOTE_ADDR']\n",
};

export default defineRule({
  id: 'server/forwarded-headers-not-trusted',
  title: 'Server ignores forwarded headers of a proxy in another container',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'uvicorn believes 127.0.0.1 and ::1 only, and the proxy is neither: REMOTE_ADDR is the address of the proxy, so throttles, lockouts and logs take all visitors for one.',
  fix: "Name the proxy's network with `--forwarded-allow-ips`, or `'*'` where the port is not published.",
  autofix: 'unsafe',
  links: ['https://uvicorn.dev/deployment/#proxies-and-forwarded-headers', 'https://gunicorn.org/reference/settings/#forwarded_allow_ips'],
  cross: true,
  examples: {
    bad: [
      { ...byCompose(`${LINE} # !`), ...BEHIND },
      { ...byCompose('gunicorn mysite.asgi --bind 0.0.0.0:8000 -k uvicorn_worker.UvicornWorker # !'), ...BEHIND },
      { ...byCompose(`${LINE} --forwarded-allow-ips 127.0.0.1 # !`), ...BEHIND },
      { ...byCompose('daphne -b 0.0.0.0 mysite.asgi:application # !'), ...BEHIND },
    ],
    good: [
      { ...byCompose(`${LINE} --forwarded-allow-ips '*'`), ...BEHIND },
      { ...byCompose(LINE, '    environment:\n      FORWARDED_ALLOW_IPS: "*"\n'), ...BEHIND },
      { ...byCompose(LINE), 'nginx.conf': BEHIND['nginx.conf'] },
      { ...byCompose('gunicorn mysite.wsgi --bind 0.0.0.0:8000'), ...BEHIND },
      { ...byCompose(LINE), ...BEHIND, 'mysite/address.py': "def of(request):\n    return request.META['HTTP_X_FORWARDED_FOR']\n" },
      { ...byCompose(LINE), ...BEHIND, 'nginx.conf': nginx(PASS) },
    ],
    undecided: [{ ...byCompose(`${LINE} --forwarded-allow-ips 10.0.0.0/8`), ...BEHIND }],
  },
  needs: ['processes', 'proxy', 'repository'],
  check({ processes, proxy, repository }, ctx) {
    const reader = clientAddressReader(repository);
    if (reader === null) return;
    for (const process of processes) {
      const { server } = process;
      if (server === null || !rewritesAddress(process)) continue;
      const route = routeFromElsewhere(process, proxy);
      if (route === null) continue;
      ctx.expect(
        server.forwardedAllowIps,
        (addresses) => (addresses.every(isLoopback) ? 'no' : addresses.includes('*') ? 'yes' : 'maybe'),
        (_addresses, decided) => ({
          at: placeIn(process, decided),
          message: `\`${process.name}\` does not believe the proxy in the other container: every visitor has the address of the proxy.`,
          subject: process.name,
          related: [
            { at: route.at, message: `\`${route.name}\` passes requests to it here` },
            { at: reader, message: 'the address is read here' },
          ],
        }),
      );
    }
  },
});

/** Servers that put the forwarded address into REMOTE_ADDR when they believe it; those of WSGI never do. */
function rewritesAddress({ server }: Process): boolean {
  if (server?.software === 'uvicorn' || server?.software === 'daphne') return true;
  return server?.software === 'gunicorn' && server.workerClass.kind === 'known' && /uvicorn/i.test(server.workerClass.value);
}

/** A proven route over the network of containers on which the proxy tells the address. */
function routeFromElsewhere(process: Process, proxy: ProxyFacts) {
  for (const { server, location } of routesOf(proxy)) {
    const front = server.process;
    if (front === null || front === process || front.host !== 'container' || front.hostNetwork !== 'no' || process.hostNetwork !== 'no')
      continue;
    const upstream = location.upstreams.items.find((one) => one.process === process && one.link === 'proven' && one.address.kind === 'tcp');
    if (upstream === undefined || location.upgrades || !location.requestHeaders.has('x-forwarded-for')) continue;
    return { at: upstream.at, name: locationName(location) };
  }
  return null;
}
