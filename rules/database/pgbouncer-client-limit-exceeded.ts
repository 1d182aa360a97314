import { defineRule } from '../../src/rule.ts';
import { holdersOf, largestFirst, shares, total } from '../shared/stores/connections.ts';
import { pooled } from '../shared/stores/pooler-example.ts';

const KEYS = "'DISABLE_SERVER_SIDE_CURSORS': True, 'CONN_MAX_AGE': 60, 'CONN_HEALTH_CHECKS': True";
const project = (workers: string, variables: readonly string[], mark = '') => {
  const files = pooled(KEYS, ['POOL_MODE: transaction', ...variables], '');
  const manifest = files['docker-compose.yml'] ?? '';
  return {
    ...files,
    'docker-compose.yml': manifest.replace(
      'build: .\n',
      `build: .\n    command: gunicorn mysite.wsgi --bind 0.0.0.0:8000 ${workers}${mark}\n`,
    ),
  };
};

export default defineRule({
  id: 'database/pgbouncer-client-limit-exceeded',
  title: 'PgBouncer client limit below application concurrency',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'Each thread of each worker keeps a connection to the pooler: once its limit is reached it refuses more ("no more connections allowed"), and requests fail.',
  fix: 'Raise max_client_conn, which costs little: the connections to the server stay as many as default_pool_size says.',
  autofix: 'unsafe',
  links: ['https://www.pgbouncer.org/config.html#max_client_conn'],
  cwe: ['CWE-770'],
  cross: true,
  examples: {
    bad: [project('--workers 16 --threads 8', [], ' # !'), project('--workers 8 --threads 4', ['MAX_CLIENT_CONN: "20"'], ' # !')],
    good: [project('--workers 16 --threads 8', ['MAX_CLIENT_CONN: "500"']), project('--workers 4 --threads 4', [])],
    undecided: [project('--workers 16 --threads 8', ['MAX_CLIENT_CONN: ${CLIENTS}'])],
  },

  needs: ['stores', 'evaluations'],
  check({ stores, evaluations }, ctx) {
    for (const store of stores) {
      const holders = evaluations.flatMap((settings) => holdersOf(settings, store.name));
      const [first] = largestFirst(holders);
      if (store.kind !== 'pgbouncer' || first === undefined) continue;
      const option = store.option('max_client_conn');
      const most = option === null ? 100 : option.kind === 'known' ? Number(option.value) : null;
      if (most === null || Number.isNaN(most)) {
        ctx.undecided(`How many clients \`${store.name}\` takes is not known.`, store.process.at);
        continue;
      }
      if (total(holders) <= most) continue;
      ctx.report({
        at: first.at,
        message: `Up to ${total(holders)} connections to \`${store.name}\` (${shares(holders)}), which takes ${most} clients: the rest is refused.`,
        subject: `connections ${store.name}`,
        related: [{ at: store.process.at, message: `\`${store.name}\` takes ${most} clients (\`max_client_conn\`)` }],
      });
    }
  },
});
