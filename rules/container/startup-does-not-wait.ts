import { defineRule, type Process, type Report } from '../../src/rule.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const files = { ...django(), Dockerfile: DOCKERFILE };
const db = '  db:\n    image: postgres:16\n    volumes: ["pg:/var/lib/postgresql/data"]\nvolumes:\n  pg:\n';
const WAITS = /wait[-_]?for|dockerize|pg_isready|\bnc\b|netcat|wait_for_db|wait-on|until |\/dev\/tcp\//;

export default defineRule({
  id: 'container/startup-does-not-wait',
  title: 'Startup does not wait for the database',
  severity: 'warning',
  topic: 10,
  since: '0.1.0',
  why: 'The short form of depends_on orders the start only: migrations and the first requests meet a database that does not accept connections yet.',
  fix: 'Give the store a healthcheck and depend on it with `condition: service_healthy`.',
  autofix: 'unsafe',
  links: ['https://docs.docker.com/compose/how-tos/startup-order/'],
  examples: {
    bad: [
      { ...files, 'docker-compose.yml': `services:\n  web:\n    build: .\n    depends_on:\n      - db # !\n${db}` },
      {
        ...files,
        'docker-compose.yml': `services:\n  web:\n    build: .\n    restart: always\n    depends_on: [db] # !\n  worker:\n    build: .\n    command: celery -A mysite worker\n    restart: always\n    depends_on: [db]\n${db}`,
      },
    ],
    good: [
      {
        ...files,
        'docker-compose.yml': `services:\n  web:\n    build: .\n    depends_on:\n      db:\n        condition: service_healthy\n${db.replace('    volumes', '    healthcheck:\n      test: ["CMD", "pg_isready"]\n    volumes')}`,
      },
      {
        ...files,
        'docker-compose.yml': `services:\n  web:\n    build: .\n    command: sh -c "wait-for-it db:5432 -- gunicorn mysite.wsgi"\n    depends_on:\n      - db\n${db}`,
      },
    ],
  },
  needs: ['processes', 'stores', 'repository'],
  check({ processes, stores, repository }, ctx) {
    const needed = new Set(
      stores.filter((store) => ['postgresql', 'mysql', 'rabbitmq', 'mongodb'].includes(store.kind)).map((store) => store.name),
    );
    const blind: Blind[] = [];
    for (const process of processes) {
      if (process.settings === null || waits(process, (path) => repository.read(path))) continue;
      const on = process.dependsOn.filter((one) => needed.has(one.on) && one.condition === 'service_started');
      if (on.length > 0) blind.push({ process, on });
    }
    const restarted = blind.filter(
      ({ process }) => process.restart?.kind === 'known' && /^(always|unless-stopped)/.test(process.restart.value),
    );
    for (const one of blind) if (!restarted.includes(one)) ctx.report(describe([one]));
    // What mends itself is one remark for the whole deployment.
    if (restarted.length > 0)
      ctx.report({ ...describe(restarted), severity: 'note', because: 'the restart policy starts it again until the store answers' });
  },
});

interface Blind {
  readonly process: Process;
  readonly on: Process['dependsOn'];
}

function describe(blind: readonly Blind[]): Report {
  const quoted = (names: readonly string[]) => [...new Set(names)].map((name) => `\`${name}\``).join(' and ');
  const places = blind.flatMap(({ process, on }) =>
    on.slice(0, 1).map(({ at }) => ({ at, message: `\`${process.name}\` depends on it here` })),
  );
  const [first, ...others] = places;
  const starts = blind.length === 1 ? 'starts' : 'start';
  return {
    ...(first === undefined ? {} : { at: first.at }),
    message: `${quoted(blind.map(({ process }) => process.name))} ${starts} as soon as ${quoted(blind.flatMap(({ on }) => on.map((one) => one.on)))} is created, not when it accepts connections.`,
    subject: blind[0]?.process.name ?? '',
    related: others,
  };
}

/** A wait step in the command line or in a script of the tree that it runs. */
function waits(process: Process, read: (path: string) => string | null): boolean {
  const steps = process.steps.map((step) => step.argv.map((word) => (word.kind === 'known' ? word.value : '')).join(' '));
  const words = process.command.kind === 'known' ? process.command.value.map((word) => (word.kind === 'known' ? word.value : '')) : [];
  const { file, start, end } = process.commandAt;
  // Wrappers like wait-for-it are not part of the command that they end in, but of its text.
  const written = (read(file) ?? '').slice(start, end);
  if ([...steps, words.join(' '), written].some((text) => WAITS.test(text))) return true;
  const scripts = [...process.steps.map((step) => step.at.file), ...words].filter((path) => /\.(sh|py)$|entrypoint/.test(path));
  const build = process.image?.build;
  const own = [build?.entrypoint, build?.command].flatMap(
    (one) => one?.argv.flatMap((word) => (word.kind === 'known' ? [word.value] : [])) ?? [],
  );
  return [...scripts, ...own].some((path) => {
    const inTree = process.paths.locate(path);
    const file = 'repository' in inTree && inTree.repository !== null ? inTree.repository : path.replace(/^\.?\//, '');
    return WAITS.test(read(file) ?? '');
  });
}
