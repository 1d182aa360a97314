import { defineRule, type Process, type Store } from '../../src/rule.ts';
import { isMeantForProduction, isWorkshop } from '../shared/processes/meant-for-production.ts';
import { django } from '../shared/values/examples.ts';

const app = 'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n    restart: always\n';
const store = (image: string, ...lines: readonly string[]) =>
  `${app}  db:\n    image: ${image}\n    environment:\n${lines.map((line) => `      ${line}\n`).join('')}`;

/** Variables that open an image's store, the values that do, and the passwords that close it again. */
const OPENERS: readonly { readonly name: string; readonly opens: RegExp; readonly closedBy: readonly string[] }[] = [
  { name: 'POSTGRES_HOST_AUTH_METHOD', opens: /^trust$/, closedBy: [] },
  {
    name: 'MYSQL_ALLOW_EMPTY_PASSWORD',
    opens: /./,
    closedBy: ['MYSQL_ROOT_PASSWORD', 'MYSQL_ROOT_PASSWORD_FILE', 'MYSQL_RANDOM_ROOT_PASSWORD'],
  },
  {
    name: 'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD',
    opens: /./,
    closedBy: ['MARIADB_ROOT_PASSWORD', 'MARIADB_ROOT_PASSWORD_FILE', 'MARIADB_ROOT_PASSWORD_HASH', 'MYSQL_ROOT_PASSWORD'],
  },
  {
    name: 'ALLOW_EMPTY_PASSWORD',
    opens: /^(yes|true|1)$/i,
    closedBy: ['POSTGRESQL_PASSWORD', 'POSTGRES_PASSWORD', 'MYSQL_ROOT_PASSWORD', 'MARIADB_ROOT_PASSWORD', 'MONGODB_ROOT_PASSWORD'],
  },
];
const DATABASES: ReadonlySet<Store['kind']> = new Set(['postgresql', 'mysql', 'mongodb']);

export default defineRule({
  id: 'container/datastore-without-password',
  title: 'PostgreSQL trusts every connection',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever reaches the port is let in as any user: with `trust` PostgreSQL asks for no password, even when one is set. One foothold in any container of the network is enough to read and change all data.',
  fix: 'Remove the variable and set a password.',
  autofix: 'unsafe',
  links: ['https://hub.docker.com/_/postgres', 'https://www.postgresql.org/docs/current/auth-trust.html'],
  cwe: ['CWE-306'],
  examples: {
    bad: [
      { ...django(), 'docker-compose.yml': store('postgres:16', 'POSTGRES_HOST_AUTH_METHOD: trust # !', 'POSTGRES_PASSWORD: ${PW:?}') },
      { ...django(), 'docker-compose.yml': store('mysql:8.4', '- MYSQL_ALLOW_EMPTY_PASSWORD=yes # !') },
      { ...django(), 'docker-compose.yml': store('bitnami/postgresql:16', 'ALLOW_EMPTY_PASSWORD: "yes" # !') },
    ],
    good: [
      { ...django(), 'docker-compose.yml': store('postgres:16', 'POSTGRES_HOST_AUTH_METHOD: scram-sha-256', 'POSTGRES_PASSWORD: ${PW:?}') },
      // The image takes the password where both are given.
      { ...django(), 'docker-compose.yml': store('mysql:8.4', 'MYSQL_ALLOW_EMPTY_PASSWORD: "yes"', 'MYSQL_ROOT_PASSWORD: ${PW:?}') },
      { ...django(), 'docker-compose.yml': store('mysql:8.4', 'MYSQL_ALLOW_EMPTY_PASSWORD: ""', 'MYSQL_ROOT_PASSWORD: ${PW:?}') },
      // Nothing says that this is more than a developer's machine.
      { ...django(), 'docker-compose.yml': store('postgres:16', 'POSTGRES_HOST_AUTH_METHOD: trust').replace('    restart: always\n', '') },
      {
        ...django(),
        'docker-compose.yml': store('postgres:16', 'POSTGRES_HOST_AUTH_METHOD: trust').replace(
          '    restart: always\n',
          '    restart: always\n    volumes: [".:/app"]\n',
        ),
      },
      // For development.
      {
        ...django(),
        'docker-compose.yml': `${app}`,
        'docker-compose.dev.yml': store('postgres:16', 'POSTGRES_HOST_AUTH_METHOD: trust'),
      },
    ],
    undecided: [
      {
        ...django(),
        'docker-compose.yml': store('postgres:16', 'POSTGRES_HOST_AUTH_METHOD: ${AUTH}', 'POSTGRES_PASSWORD: ${PW:?}').replace(
          '    restart: always\n',
          '    restart: always\n    env_file: ops.env\n',
        ),
      },
    ],
  },
  needs: ['stores', 'deployment'],
  check({ stores, deployment }, ctx) {
    if (!isMeantForProduction(deployment) || isWorkshop(deployment)) return;
    for (const one of stores) {
      if (!DATABASES.has(one.kind)) continue;
      for (const { name, opens, closedBy } of OPENERS) {
        const value = one.process.environment.variables.get(name);
        if (value === undefined || closedBy.some((password) => isGiven(one.process, password))) continue;
        ctx.expect(
          value,
          (text) => !opens.test(text),
          () => ({
            message: `\`${name}\` lets everyone into \`${one.name}\` who can reach it.`,
            subject: one.name,
          }),
        );
      }
    }
  },
});

/** With any value but the empty one: it is set somewhere. */
function isGiven({ environment }: Process, name: string): boolean {
  const value = environment.variables.get(name);
  return value !== undefined && !(value.kind === 'known' && value.value === '');
}
