import { defineRule } from '../../src/rule.ts';
import { isPublicAddress } from '../shared/requests/address.ts';
import { applicationRoutes } from '../shared/requests/proxy.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const alone = (flags: string, ports: string) => ({
  ...django(),
  Dockerfile: DOCKERFILE.replace(', "--workers", "3"]', `, "--workers", "3"${flags}]`),
  'docker-compose.yml': `services:\n  web:\n    build: .\n    ports:\n      - "${ports}"\n`,
});

export default defineRule({
  id: 'server/sync-workers-unbuffered',
  title: 'Sync workers exposed to slow clients',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'A sync worker waits for its client: as many slow connections as there are workers stop the site, by accident or on purpose. gunicorn asks for a buffering proxy in front.',
  fix: 'Let clients reach the server only through a buffering proxy, or use `--worker-class gthread --threads 4`.',
  autofix: 'unsafe',
  links: ['https://docs.gunicorn.org/en/stable/design.html#sync-workers', 'https://docs.gunicorn.org/en/stable/deploy.html'],
  cwe: ['CWE-400'],
  cross: true,
  examples: {
    bad: [
      { ...alone('', '80:8000'), Dockerfile: DOCKERFILE.replace('"3"]', '"3"] # !') },
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose(),
        'nginx.conf': nginx(PASS.replace('location / {', 'location / { # !\n        proxy_request_buffering off;')),
      },
      {
        ...django(),
        Dockerfile: DOCKERFILE.replace('"3"]', '"3"] # !'),
        'docker-compose.yml': compose({ web: '    ports: ["8000:8000"]\n' }),
        'nginx.conf': nginx(PASS),
      },
    ],
    good: [
      alone(', "--threads", "4"', '80:8000'),
      alone('', '127.0.0.1:8000:8000'),
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose(), 'nginx.conf': nginx(PASS) },
    ],
  },
  needs: ['processes', 'deployment'],
  check({ processes, deployment }, ctx) {
    const routes = deployment.proxy === null ? [] : applicationRoutes(deployment.proxy);
    for (const process of processes) {
      const { server } = process;
      if (server?.software !== 'gunicorn') continue;
      const bound = server.binds.items.flatMap((bind) => (bind.kind === 'tcp' ? [bind.port] : []));
      // A proxy does not help against those who go around it; that they can is container/app-port-bypasses-proxy.
      const around = routes.some((route) => route.process === process) ? ' that come in through its published port' : '';
      for (const port of process.ports) {
        if (port.target.kind !== 'known' || !bound.includes(port.target.value)) continue;
        ctx.expectAll(
          [server.workerClass, port.address] as const,
          (workerClass, address) => workerClass !== 'sync' || !isPublicAddress(address),
          (_values, [decided]) => ({
            at: decided.step === 'default' ? process.commandAt : decided,
            message: `Sync workers of \`${process.name}\` answer clients${around} without a buffering proxy: a few slow ones stop the site.`,
            subject: process.name,
            related: [{ at: port.at, message: 'published here' }],
          }),
        );
      }
      // Only nginx keeps whole requests and answers, and only there is it a switch.
      const behindNginx = routes.filter(({ process: behind, server: front }) => behind === process && front.software === 'nginx');
      for (const { location } of behindNginx.filter((route) => !route.location.upgrades)) {
        if (location.buffering.requests && location.buffering.responses) continue;
        ctx.expect(
          server.workerClass,
          (workerClass) => workerClass !== 'sync',
          () => ({
            at: location.at,
            message: `Buffering is off here, so the sync workers of \`${process.name}\` wait for slow clients.`,
            subject: process.name,
          }),
        );
      }
    }
  },
});
