import { type Data, defineRule, type Process, type Store } from '../../src/rule.ts';
import { isLoopback } from '../shared/requests/proxy.ts';
import { databasesOf } from '../shared/stores/databases.ts';
import { answer } from '../shared/values/answer.ts';
import { isText } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';
import { changeAt, readRelated } from '../shared/values/origin.ts';

const DATABASE =
  "import os\n\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'HOST': os.environ.get('DB_HOST', 'localhost')}}";

function compose(variables: string): string {
  return `services:\n  web:\n    build: .\n    environment:\n      MODE: production\n${variables}  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: x\n`;
}

export default defineRule({
  id: 'database/host-is-loopback-in-container',
  title: 'Database host is the container itself',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'Inside a container localhost is the container itself, where no database listens: every query is refused.',
  fix: 'Give the name of the database service (DB_HOST=db) in the environment of that process.',
  autofix: 'none',
  links: ['https://docs.docker.com/compose/how-tos/networking/', 'https://docs.djangoproject.com/en/stable/ref/settings/#host'],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [
      { ...django(`${DATABASE}\n`), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('      DB_HOST: localhost # !\n') },
      { ...django(`${DATABASE} # !\n`), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('') },
      {
        ...django(`${DATABASE} # !\n`),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    environment:\n      MODE: production\n',
      },
    ],
    good: [
      { ...django(`${DATABASE}\n`), Dockerfile: DOCKERFILE },
      { ...django(`${DATABASE}\n`), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('      DB_HOST: db\n') },
      {
        ...django(`${DATABASE}\n`),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose('      DB_HOST: localhost\n    network_mode: host\n'),
      },
    ],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment }, ctx) {
    const [process] = settings.processes.filter((one) => one.host === 'container' && one.hostNetwork === 'no');
    if (process === undefined) return;
    for (const database of databasesOf(settings)) {
      const kind = kindOf(database.get('ENGINE'));
      const store = deployment.stores.find((one) => one.kind === kind) ?? null;
      // Whoever starts an image by hand may give it the network of the machine.
      if (kind === null || store?.process.name === process.name || (store === null && deployment.kind !== 'compose')) continue;
      ctx.expectAll(
        [database.get('HOST'), database.get('PORT')],
        (host, port) => answer(!pointsAtItself(host, port)),
        ([host], [origin]) => ({
          at: changeAt(origin),
          message: `\`${database.subject}\` of \`${process.name}\` is looked for on \`${shown(host)}\`, which is the container itself; ${store === null ? 'no database runs there' : `the database runs in \`${store.name}\``}.`,
          subject: database.subject,
          related: [...readRelated(origin), ...places(process, store)],
          ...(store === null ? { severity: 'note', because: 'where the database runs is not in the repository' } : {}),
        }),
      );
    }
  },
});

/** Of the engines whose servers are known as stores. */
function kindOf(engine: ReturnType<ReturnType<typeof databasesOf>[number]['get']>): Store['kind'] | null {
  if (engine.kind !== 'known' || typeof engine.value !== 'string') return null;
  return /postg/i.test(engine.value) ? 'postgresql' : /mysql/i.test(engine.value) ? 'mysql' : null;
}

function pointsAtItself(host: Data | undefined, port: Data | undefined): boolean {
  if (!isText(host)) return false;
  const name = host.toString();
  return name === '' ? port !== undefined && port !== null && port !== '' : isLoopback(name);
}

function shown(host: Data | undefined): string {
  return typeof host === 'string' && host !== '' ? host : 'localhost';
}

function places(process: Process, store: Store | null) {
  return [
    { at: process.at, message: `\`${process.name}\` runs in a container of its own` },
    ...(store === null ? [] : [{ at: store.process.at, message: `the database \`${store.name}\` is another one` }]),
  ];
}
