import { defineRule } from '../../src/rule.ts';
import { locationName, routesOf } from '../shared/requests/proxy.ts';
import { compose, DOCKERFILE, django, nginx } from '../shared/values/examples.ts';

const pass = (mark = '') =>
  nginx(`    location / {\n        proxy_pass http://unix:/run/app/app.sock;${mark}\n        proxy_set_header Host $host;\n    }`);
const image = DOCKERFILE.replace('0.0.0.0:8000', 'unix:/run/app/app.sock');

export default defineRule({
  id: 'container/unix-socket-not-shared',
  title: 'Unix socket not shared between containers',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'A socket is a file: the proxy in another container cannot see it unless one volume holds its folder in both. Every request is answered 502.',
  fix: 'Mount one volume on the folder of the socket in both services, or pass requests on over TCP (`proxy_pass http://web:8000`).',
  autofix: 'unsafe',
  links: ['https://docs.docker.com/reference/compose-file/services/#volumes'],
  cross: true,
  replaces: ['proxy/upstream-mismatch'],
  examples: {
    bad: [{ ...django(), Dockerfile: image, 'docker-compose.yml': compose(), 'nginx.conf': pass(' # !') }],
    good: [
      {
        ...django(),
        Dockerfile: image,
        'docker-compose.yml': compose({
          web: '    volumes: ["sock:/run/app"]\n',
          nginx: '      - sock:/run/app\n',
          volumes: 'volumes:\n  sock:\n',
        }),
        'nginx.conf': pass(),
      },
    ],
  },
  needs: ['proxy', 'processes'],
  check({ proxy, processes }, ctx) {
    for (const { server, location } of routesOf(proxy)) {
      if (server.process?.host !== 'container' || location.pass === null) continue;
      for (const upstream of location.upstreams.items) {
        if (upstream.address.kind !== 'unix' || upstream.link === 'proven') continue;
        const here = server.process.paths.locate(upstream.address.path);
        if (here.in === 'unknown' || (here.in === 'volume' && here.kind === 'bind')) continue;
        const sharing =
          here.in === 'volume'
            ? processes.filter((one) => one !== server.process && one.mounts.items.some((mount) => mount.source === here.volume))
            : [];
        if (sharing.length > 0) continue;
        ctx.report({
          at: upstream.at,
          message: `\`${locationName(location)}\` passes to the socket \`${upstream.address.path}\`, which no volume shares with \`${server.process.name}\`: every request ends in 502.`,
          subject: `${server.file} ${locationName(location)}`,
          related:
            upstream.process === null
              ? []
              : [{ at: upstream.process.commandAt, message: `\`${upstream.process.name}\` runs the application server` }],
        });
      }
    }
  },
});
