import { type Deployment, defineRule, type Process } from '../../src/rule.ts';
import { byCompose, byConfig, byProcfile, byUnit } from '../shared/processes/start-example.ts';
import { listeningPorts, type OpenPort, publishedPorts } from '../shared/requests/reach.ts';

const LINE = 'gunicorn mysite.wsgi --bind 0.0.0.0:8000';
const PORTS = '    ports: ["8000:8000"]\n';

export default defineRule({
  id: 'server/forwarded-headers-trusted-from-anyone',
  title: 'Every peer is trusted to set forwarded headers',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'A client that reaches the server past the proxy sends X-Forwarded-Proto and X-Forwarded-For of its own: plain requests count as secure, and the address in logs, limits and access rules is any that it likes.',
  fix: "List the proxy's address or network, or keep clients from the port (no `ports` entry, a bind to 127.0.0.1 or a unix socket).",
  autofix: 'unsafe',
  links: ['https://gunicorn.org/reference/settings/#forwarded_allow_ips', 'https://uvicorn.dev/settings/#http'],
  cwe: ['CWE-348'],
  cross: true,
  replaces: ['container/app-port-bypasses-proxy'],
  examples: {
    bad: [
      byCompose(`${LINE} --forwarded-allow-ips '*' # !`, PORTS),
      byCompose(LINE, `${PORTS}    environment:\n      FORWARDED_ALLOW_IPS: "*" # !\n`),
      byCompose("uvicorn mysite.asgi:application --host 0.0.0.0 --forwarded-allow-ips '*' # !", PORTS),
      byCompose('daphne -b 0.0.0.0 --proxy-headers mysite.asgi:application # !', PORTS),
      byConfig("forwarded_allow_ips = '*' # !\n", PORTS),
      byUnit("gunicorn mysite.wsgi --bind 0.0.0.0:8000 --forwarded-allow-ips '*' # !"),
    ],
    good: [
      byCompose(`${LINE} --forwarded-allow-ips '*'`),
      byCompose(`${LINE} --forwarded-allow-ips '*'`, '    ports: ["127.0.0.1:8000:8000"]\n'),
      byCompose(LINE, PORTS),
      byCompose(`${LINE} --forwarded-allow-ips 10.0.0.0/8`, PORTS),
      byUnit("gunicorn mysite.wsgi --bind unix:/run/mysite.sock --forwarded-allow-ips '*'"),
      byUnit("gunicorn mysite.wsgi --bind 127.0.0.1:8000 --forwarded-allow-ips '*'"),
      byProcfile("gunicorn mysite.wsgi --bind 0.0.0.0:8000 --forwarded-allow-ips '*'"),
    ],
    undecided: [byCompose(LINE, `${PORTS}    env_file: web.env\n`)],
  },
  needs: ['processes', 'deployment'],
  check({ processes, deployment }, ctx) {
    for (const process of processes) {
      const { server } = process;
      const port = openPort(process, deployment);
      if (server === null || port === null) continue;
      ctx.expect(
        server.forwardedAllowIps,
        (addresses) => !addresses.some((one) => one === '*' || one === '0.0.0.0/0' || one === '::/0'),
        (_addresses, decided) => ({
          at: decided,
          message: `\`${process.name}\` believes the forwarded headers of every peer, and clients reach its port ${port.port} themselves.`,
          subject: process.name,
          related: [{ at: port.at, message: 'the port is open here' }],
        }),
      );
    }
  },
});

/** A port past every proxy. The router of a platform is the only way in, and sets the headers itself. */
function openPort(process: Process, { kind, platform }: Deployment): OpenPort | null {
  if (kind === 'procfile' || platform !== null) return null;
  return [...publishedPorts(process), ...listeningPorts(process)][0] ?? null;
}
