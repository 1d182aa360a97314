import { defineRule, type Process, type Span } from '../../src/rule.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const files = { ...django(), Dockerfile: DOCKERFILE };
const web = (lines: string) => ({ ...files, 'docker-compose.yml': `services:\n  web:\n    build: .\n${lines}` });

export default defineRule({
  id: 'container/docker-socket-mounted',
  title: 'Docker socket or privileged mode given to the application',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever gets into the application through any of its holes is root on the host with it: the socket starts containers that mount every disk, and a privileged container has no walls.',
  fix: 'Remove it. What must talk to Docker belongs in a small service of its own, behind a proxy of the socket that lets through what it needs.',
  autofix: 'unsafe',
  links: ['https://docs.docker.com/engine/security/#docker-daemon-attack-surface'],
  cwe: ['CWE-250'],
  examples: {
    bad: [
      web('    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock # !\n'),
      // Read-only keeps nobody from speaking to it.
      web('    volumes:\n      - /run/docker.sock:/var/run/docker.sock:ro # !\n'),
      web('    privileged: true # !\n'),
      web('  worker:\n    build: .\n    command: celery -A mysite worker\n    cap_add:\n      - SYS_ADMIN # !\n'),
    ],
    good: [
      web('    cap_add: [NET_BIND_SERVICE]\n    privileged: false\n'),
      // A proxy that finds its containers by it.
      web('  proxy:\n    image: traefik:3.4\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock:ro\n'),
      web(
        '  updates:\n    image: containrrr/watchtower\n    privileged: true\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock\n',
      ),
    ],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    const told = new Set<string>();
    for (const process of processes) {
      if (process.settings === null && process.server === null && process.taskQueue === null) continue;
      for (const { what, at } of doors(process)) {
        // One anchor gives it to several services.
        if (told.has(`${at.file} ${at.start}`)) continue;
        told.add(`${at.file} ${at.start}`);
        ctx.report({ at, message: `\`${process.name}\` ${what}: a hole in the application opens the whole host.`, subject: process.name });
      }
    }
  },
});

function doors({ mounts, privileges }: Process): readonly { readonly what: string; readonly at: Span }[] {
  return [
    ...mounts.items
      .filter(({ source }) => /^\/(var\/)?run\/docker\.sock$/.test(source))
      .map(({ at }) => ({ what: 'can speak to the Docker daemon', at })),
    ...privileges
      .filter(({ name }) => name === 'privileged' || name === 'SYS_ADMIN')
      .map(({ name, at }) => ({ what: name === 'privileged' ? 'runs privileged' : `has the capability \`${name}\``, at })),
  ];
}
