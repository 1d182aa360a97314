import { defineRule, type Origin, placeOf, type RepositoryFacts } from '../../src/rule.ts';
import { isDefaultPassword, PASSWORD_VARIABLES } from '../shared/stores/datastore-password.ts';
import { django } from '../shared/values/examples.ts';

export default defineRule({
  id: 'container/datastore-default-password',
  title: 'Default or trivial database/broker password',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'It is the first credential that an attacker, a neighbour container or a worm tries.',
  fix: 'Require it from the environment: `${POSTGRES_PASSWORD:?set}`.',
  autofix: 'safe',
  links: ['https://docs.docker.com/reference/compose-file/interpolation/'],
  cwe: ['CWE-1392', 'CWE-521'],
  examples: {
    bad: [
      {
        ...django(),
        'docker-compose.yml':
          'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: postgres # !\n    volumes: ["pg:/var/lib/postgresql/data"]\nvolumes:\n  pg:\n',
      },
      {
        ...django(),
        'docker-compose.yml':
          'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: shopkeeper\n      POSTGRES_PASSWORD: shopkeeper # !\n    volumes: ["pg:/var/lib/postgresql/data"]\nvolumes:\n  pg:\n',
      },
      {
        ...django(),
        'docker-compose.yml':
          'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:-postgres} # !\n    volumes: ["pg:/var/lib/postgresql/data"]\nvolumes:\n  pg:\n',
      },
    ],
    good: [
      {
        ...django(),
        'docker-compose.yml':
          'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: kV3pQ9xTf27LwZ\n    volumes: ["pg:/var/lib/postgresql/data"]\nvolumes:\n  pg:\n',
      },
      {
        'docker-compose.test.yml':
          'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: postgres\n',
      },
    ],
    undecided: [
      {
        ...django(),
        'docker-compose.yml':
          'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:?}\n    volumes: ["pg:/var/lib/postgresql/data"]\nvolumes:\n  pg:\n',
      },
    ],
  },
  needs: ['stores', 'repository'],
  check({ stores, repository }, ctx) {
    for (const store of stores) {
      for (const name of PASSWORD_VARIABLES) {
        const value = store.process.environment.variables.get(name);
        if (value === undefined) continue;
        ctx.expect(
          value,
          (text) => !isDefaultPassword(store, text),
          (_text, decided) => ({
            message: `\`${name}\` of \`${store.name}\` ${isFallback(decided, repository) ? 'falls back to' : 'is'} a default or trivial password.`,
            subject: `${store.name}.${name}`,
          }),
        );
      }
    }
  },
});

/** Compose takes it only where the variable is not set. */
function isFallback(decided: Origin, { read }: Pick<RepositoryFacts, 'read'>): boolean {
  const at = placeOf(decided);
  return at !== undefined && /\$\{\w+:?-/.test((read(at.file) ?? '').slice(at.start, at.end));
}
