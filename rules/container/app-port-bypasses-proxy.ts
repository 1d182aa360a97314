import { defineRule } from '../../src/rule.ts';
import { isPublicAddress } from '../shared/requests/address.ts';
import { applicationRoutes } from '../shared/requests/proxy.ts';
import { serverPorts } from '../shared/requests/reach.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const files = { ...django(), Dockerfile: DOCKERFILE, 'nginx.conf': nginx(PASS) };

export default defineRule({
  id: 'container/app-port-bypasses-proxy',
  title: 'Application port published beside the reverse proxy',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Clients reach the application server directly: they skip TLS, header cleaning, size limits and buffering, and can send an X-Forwarded-Proto of their own that Django believes.',
  fix: 'Delete the `ports` entry (the proxy reaches the service by name), or bind it to 127.0.0.1.',
  autofix: 'safe',
  links: ['https://docs.docker.com/reference/compose-file/services/#ports', 'https://docs.gunicorn.org/en/stable/deploy.html'],
  cwe: ['CWE-668'],
  cross: true,
  examples: {
    bad: [{ ...files, 'docker-compose.yml': compose({ web: '    ports:\n      - "8000:8000" # !\n' }) }],
    good: [
      { ...files, 'docker-compose.yml': compose() },
      { ...files, 'docker-compose.yml': compose({ web: '    ports:\n      - "127.0.0.1:8000:8000"\n' }) },
      { ...files, 'docker-compose.yml': compose({ web: '    expose: ["8000"]\n' }) },
    ],
  },
  needs: ['processes', 'proxy'],
  check({ processes, proxy }, ctx) {
    const routed = new Map(applicationRoutes(proxy).map((route) => [route.process.name, route]));
    for (const process of processes) {
      const route = routed.get(process.name);
      if (route === undefined || process.server === null) continue;
      const front = route.server.process;
      // A proxy that publishes nothing itself stands behind something that is not in the repository.
      if (front === null || (front.host === 'container' && front.ports.length === 0)) continue;
      for (const port of serverPorts(process)) {
        ctx.expect(
          port.address,
          (address) => !isPublicAddress(address),
          () => ({
            at: port.at,
            message: `Service \`${process.name}\` publishes its server port on every interface although \`${front.name}\` stands in front: clients can go around the proxy.`,
            subject: process.name,
            related: [{ at: route.location.at, message: 'the proxy passes requests to it here' }],
          }),
        );
      }
    }
  },
});
