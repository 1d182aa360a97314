import { DEFAULTS, defineRule, type Store } from '../../src/rule.ts';
import { holdersOf, largestFirst, shares, total } from '../shared/stores/connections.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const KEPT = "'CONN_MAX_AGE': 60, 'CONN_HEALTH_CHECKS': True";
const project = (workers: string, keys = KEPT, more: { readonly web?: string; readonly db?: string; readonly mark?: string } = {}) => ({
  ...django(
    `DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'PASSWORD': open('/run/db').read(), 'HOST': 'db', ${keys}}}\n`,
  ),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': `services:
  web:
    build: .
    command: gunicorn mysite.wsgi --bind 0.0.0.0:8000 ${workers}${more.mark ?? ''}
${more.web ?? ''}  db:
    image: postgres:16
${more.db ?? ''}    volumes: ["pgdata:/var/lib/postgresql/data"]
volumes:
  pgdata:
`,
});
const MARK = { mark: ' # !' };

export default defineRule({
  id: 'database/connection-limit-exceeded',
  title: 'Possible database connections exceed the server limit',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'Each thread of each worker keeps a connection of its own: under load PostgreSQL refuses more with "too many clients already", and requests fail.',
  fix: 'Start fewer workers and threads, put PgBouncer in between, or raise max_connections together with the memory of the server.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/databases/#caveats',
    'https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS',
  ],
  cwe: ['CWE-770'],
  cross: true,
  examples: {
    bad: [
      project('--workers 16 --threads 8', KEPT, MARK),
      project('--workers 8 --threads 4', KEPT, { ...MARK, web: '    deploy:\n      replicas: 4\n' }),
      project('--workers 12 --threads 2', KEPT, { ...MARK, db: '    command: postgres -c max_connections=20\n' }),
      project('--workers 16 --threads 8', "'CONN_MAX_AGE': 0", MARK),
      project('--workers 30', "'OPTIONS': {'pool': True}", MARK),
    ],
    good: [
      project('--workers 4 --threads 4'),
      project('--workers 16 --threads 8', KEPT, { db: '    command: postgres -c max_connections=300\n' }),
      project('--workers 16 --threads 8', `${KEPT}, 'PORT': 5432`, { db: '    command: ["-N", "400"]\n' }),
    ],
    undecided: [
      project('--workers 16 --threads 8', KEPT, { db: '    command: postgres -c config_file=/etc/postgresql/postgresql.conf\n' }),
    ],
  },

  needs: ['stores', 'evaluations'],
  check({ stores, evaluations }, ctx) {
    for (const store of stores) {
      const holders = evaluations.flatMap((settings) => holdersOf(settings, store.name));
      const [first] = largestFirst(holders);
      if (store.kind !== 'postgresql' || first === undefined) continue;
      const most = numberOf(store, 'max_connections', DEFAULTS.postgresql.values.max_connections);
      const reserved = numberOf(store, 'superuser_reserved_connections', DEFAULTS.postgresql.values.superuser_reserved_connections);
      if (most === null || reserved === null) {
        if (total(holders) > 97) ctx.undecided(`How many connections \`${store.name}\` takes is not known.`, store.process.at);
        continue;
      }
      if (total(holders) <= most - reserved) continue;
      const kept = holders.filter((one) => one.kept);
      const isKept = total(kept) > most - reserved;
      ctx.report({
        at: first.at,
        message: `Up to ${total(holders)} connections to \`${store.name}\` (${shares(holders)}), which takes ${most - reserved} of an application: the rest is refused.`,
        subject: `connections ${store.name}`,
        related: [{ at: store.process.at, message: `\`${store.name}\` has \`max_connections\` ${most}` }],
        ...(isKept
          ? {}
          : { severity: 'note', because: 'connections are closed after each request, so that only requests at the same time count' }),
      });
    }
  },
});

function numberOf({ option }: Store, name: string, otherwise: number): number | null {
  const value = option(name);
  if (value === null) return otherwise;
  return value.kind === 'known' && /^\d+$/.test(value.value) ? Number(value.value) : null;
}
