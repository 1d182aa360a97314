import { type Bind, defineRule, type Process, type ProxyFacts } from '../../src/rule.ts';
import { byCompose, byImage, byUwsgi } from '../shared/processes/start-example.ts';
import { isLoopback, routesOf } from '../shared/requests/proxy.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const PORTS = '    ports: ["80:8000"]\n';

export default defineRule({
  id: 'server/loopback-bind-in-container',
  title: 'Server binds loopback inside a container',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'The loopback address of a container is its own: neither a published port nor another container reaches the server. gunicorn, uvicorn, hypercorn, daphne and granian all listen there by default.',
  fix: 'Listen on every interface of the container: `--bind 0.0.0.0:8000`, or `--host 0.0.0.0`.',
  autofix: 'safe',
  links: ['https://gunicorn.org/reference/settings/#bind', 'https://uvicorn.dev/settings/#socket-binding'],
  cross: true,
  replaces: ['proxy/upstream-mismatch'],
  examples: {
    bad: [
      byCompose('gunicorn mysite.wsgi --workers 3 # !', PORTS),
      byCompose('gunicorn mysite.wsgi --bind 127.0.0.1:8000 # !', PORTS),
      byCompose('uvicorn mysite.asgi:application # !', PORTS),
      byCompose('granian --interface wsgi --host localhost mysite.wsgi:application # !', PORTS),
      byCompose('hypercorn mysite.asgi:application # !', PORTS),
      { ...byCompose('daphne mysite.asgi:application # !'), 'nginx.conf': nginx(PASS) },
      {
        ...byCompose('uwsgi --module mysite.wsgi --http 127.0.0.1:8000 # !', PORTS),
      },
      {
        ...byImage('gunicorn mysite.wsgi', ' # !'),
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    ports: ["80:8000"]\n',
      },
    ],
    good: [
      byCompose('gunicorn mysite.wsgi --bind 0.0.0.0:8000', PORTS),
      byCompose('gunicorn mysite.wsgi --bind 127.0.0.1:8000', '    network_mode: host\n'),
      byCompose('gunicorn mysite.wsgi --bind unix:/run/app.sock', PORTS),
      byCompose('gunicorn mysite.wsgi', `${PORTS}    environment:\n      PORT: "8000"\n`),
      byCompose('gunicorn mysite.wsgi --bind 127.0.0.1:8000 --bind 0.0.0.0:8001', PORTS),
      byUwsgi('', PORTS),
      byImage('gunicorn mysite.wsgi --bind 127.0.0.1:8000'),
    ],
    undecided: [byCompose('gunicorn mysite.wsgi', `${PORTS}    env_file: web.env\n`)],
  },
  needs: ['processes', 'deployment'],
  check({ processes, deployment }, ctx) {
    for (const process of processes) {
      const { server, host, hostNetwork } = process;
      if (server === null || server.software === 'runserver' || host !== 'container' || hostNetwork !== 'no') continue;
      const reached = reachedBy(process, deployment.proxy);
      if (reached === null) continue;
      ctx.none(
        server.binds,
        (bind) => !isLoopbackBind(bind),
        () => {
          const [bind] = server.binds.items;
          return {
            at: bind?.at ?? process.commandAt,
            message: `\`${process.name}\` listens only on ${bind === undefined ? 'loopback' : `\`${inWords(bind)}\``} of its container, which nothing outside of it can reach.`,
            subject: '*',
            related: [reached],
          };
        },
      );
    }
  },
});

function isLoopbackBind(bind: Bind): boolean {
  return bind.kind === 'tcp' && isLoopback(bind.address);
}

function inWords(bind: Bind): string {
  return bind.kind === 'tcp' ? `${bind.address}:${bind.port}` : 'loopback';
}

/** Who is meant to reach the server from outside of its container; null when nobody is known to. */
function reachedBy(process: Process, proxy: ProxyFacts | null) {
  const [port] = process.ports;
  if (port !== undefined) return { at: port.at, message: 'the port is published here' };
  const probe = process.probes.find(
    ({ http }) => http !== null && (http.host === null || (http.host.kind === 'known' && !isLoopback(http.host.value))),
  );
  if (probe !== undefined && process.healthcheck === null) return { at: probe.at, message: 'it is asked over the network here' };
  for (const { server, location } of proxy === null ? [] : routesOf(proxy)) {
    if (server.process === process || (server.process === null && server.software !== 'ingress')) continue;
    const upstream = location.upstreams.items.find((one) => one.process === process || isNamed(one.address, process));
    if (upstream !== undefined) return { at: upstream.at, message: 'the proxy passes requests to it here' };
  }
  return null;
}

function isNamed(address: { readonly kind: string; readonly host?: string }, { name }: Process): boolean {
  return address.kind === 'tcp' && address.host === name;
}
