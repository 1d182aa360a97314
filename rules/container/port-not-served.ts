import { type Bind, defineRule, type Process, type Span, type Value } from '../../src/rule.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const files = { ...django(), Dockerfile: DOCKERFILE };
const web = (lines: string) => ({ ...files, 'docker-compose.yml': `services:\n  web:\n    build: .\n${lines}` });

export default defineRule({
  id: 'container/port-not-served',
  title: 'Published or declared container port is not the one served',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'Nothing listens on that port in the container: whoever connects to it is refused, and a health check there fails for ever.',
  fix: 'Name the port that the server binds.',
  autofix: 'unsafe',
  links: ['https://docs.docker.com/reference/compose-file/services/#ports'],
  cross: true,
  examples: {
    bad: [
      web('    ports:\n      - "80:8080" # !\n'),
      web('    command: gunicorn mysite.wsgi --bind 0.0.0.0:9000\n    ports:\n      - "127.0.0.1:8000:8000" # !\n'),
      web('    healthcheck:\n      test: curl -f http://localhost:8080/ # !\n'),
      {
        ...files,
        Dockerfile: DOCKERFILE.replace('CMD', 'EXPOSE 5000 # !\nCMD').replace('EXPOSE 5000 # !', 'EXPOSE 5000'),
        'docker-compose.yml': compose({ web: '    ports:\n      - "8001:8001" # !\n' }),
      },
    ],
    good: [
      web('    ports:\n      - "80:8000"\n    healthcheck:\n      test: curl -f http://localhost:8000/\n'),
      web('    command: gunicorn mysite.wsgi --bind unix:/run/app.sock --bind 0.0.0.0:8080\n    ports: ["8080:8080"]\n'),
      // What the image starts beside the server may listen there.
      {
        ...web('    ports: ["9113:9113", "8000:8000"]\n'),
        Dockerfile: `FROM example/base:3\n${DOCKERFILE.split('\n').slice(1).join('\n')}`,
      },
      web('    command: supervisord -n\n    ports: ["9001:9001"]\n'),
    ],
    undecided: [web('    command: gunicorn mysite.wsgi --bind 0.0.0.0:${APP_PORT}\n    env_file: ops.env\n    ports: ["8000:8000"]\n')],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    const told = new Set<string>();
    for (const process of processes) {
      const { server } = process;
      if (server === null || process.host !== 'container' || process.hostNetwork !== 'no' || startsMore(process)) continue;
      const named = portsOf(process);
      if (named.length === 0) continue;
      if (server.binds.complete !== true) {
        ctx.undecided('The ports that the server binds are not in the repository.', process.at);
        continue;
      }
      const served = server.binds.items.filter(isTcp).map(({ port }) => port);
      const bound = server.binds.items.some(({ kind }) => kind === 'fd');
      for (const { port, what, at } of named) {
        if (bound || port.kind !== 'known' || served.includes(port.value) || told.has(`${at.file} ${at.start}`)) continue;
        told.add(`${at.file} ${at.start}`);
        ctx.report({
          at,
          message: `${what} port ${port.value}, but \`${process.name}\` listens on ${served.length === 0 ? 'no port' : served.join(' and ')}.`,
          subject: process.name,
          related: [{ at: process.commandAt, message: 'this starts the server' }],
        });
      }
    }
  },
});

function isTcp(bind: Bind): bind is Bind & { readonly kind: 'tcp' } {
  return bind.kind === 'tcp';
}

/** A script may start other programs that listen, in the background or under a supervisor. */
function startsMore({ steps, image }: Process): boolean {
  const known = image?.build?.base?.reference;
  const plain = known?.kind === 'known' && /^(?:docker\.io\/)?(?:library\/)?(python|debian|ubuntu|alpine)(?=[:@]|$)/.test(known.value);
  return (
    !plain ||
    steps.some(
      ({ name }) =>
        name === null || /nginx|supervisord|redis-server|celery|flower|daphne|uvicorn|gunicorn|node|sshd|memcached|prometheus/.test(name),
    )
  );
}

interface Named {
  readonly port: Value<number>;
  readonly what: string;
  readonly at: Span;
}

function portsOf({ ports, probes }: Process): readonly Named[] {
  return [
    ...ports.map(({ target, at }) => ({ port: target, what: 'The manifest publishes', at })),
    ...probes.flatMap(({ http, argv, client, at }): readonly Named[] => {
      if (http === null || argv === null || http.port.kind !== 'known' || !/^\d+$/.test(http.port.value)) return [];
      if (!/^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])$/.test(client?.connectsTo ?? '')) return [];
      return [{ port: { ...http.port, value: Number(http.port.value) }, what: 'The health check asks', at }];
    }),
  ];
}
