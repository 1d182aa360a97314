import { type Answer, type Data, defineRule, type Store } from '../../src/rule.ts';
import { databasesOf, isPostgres } from '../shared/stores/databases.ts';
import { poolerAt, poolsTransactions, taggedRelease } from '../shared/stores/pooler.ts';
import { pooled } from '../shared/stores/pooler-example.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const CURSORS = "'DISABLE_SERVER_SIDE_CURSORS': True, ";
const options = (text: string) => `${CURSORS}'OPTIONS': {${text}}`;
const BOTH = options("'prepare_threshold': 5, 'server_side_binding': True");

export default defineRule({
  id: 'database/pgbouncer-prepared-statements',
  title: 'Prepared statements through a transaction pooler',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'A prepared statement lives in one connection to the server, and the pooler hands out another: queries fail with "prepared statement does not exist".',
  fix: 'Delete prepare_threshold (Django turns preparing off by itself), or set max_prepared_statements of PgBouncer 1.21 or newer.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/databases/#server-side-parameters-binding',
    'https://www.pgbouncer.org/config.html#max_prepared_statements',
  ],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [pooled(BOTH), pooled(BOTH, ['POOL_MODE: transaction', 'MAX_PREPARED_STATEMENTS: "0"'])],
    good: [
      pooled(BOTH, ['POOL_MODE: transaction', 'MAX_PREPARED_STATEMENTS: "200"'], ''),
      pooled(BOTH, ['POOL_MODE: session'], ''),
      pooled(options("'prepare_threshold': 5"), undefined, ''),
      pooled(options("'prepare_threshold': None, 'server_side_binding': True"), undefined, ''),
      pooled(options("'server_side_binding': True"), undefined, ''),
    ],
    undecided: [pooled(BOTH, ['POOL_MODE: transaction', 'MAX_PREPARED_STATEMENTS: ${STATEMENTS}'], '')],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment: { stores } }, ctx) {
    const since = isAtLeast(settings.django, '4.2');
    if (since === 'no') return;
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [
          database.get('OPTIONS', 'prepare_threshold'),
          database.get('OPTIONS', 'server_side_binding'),
          database.get('HOST'),
          database.get('ENGINE'),
        ],
        (threshold, binding, host, engine) =>
          // psycopg prepares nothing while the client binds the parameters.
          not(
            and(since, isPostgres(engine), answer(typeof threshold === 'number'), answer(binding === true), losesStatements(host, stores)),
          ),
        () => ({
          message: `\`${database.subject}\` prepares statements (\`prepare_threshold\` with \`server_side_binding\`) behind a pooler of transactions: queries fail with "prepared statement does not exist".`,
          subject: database.subject,
        }),
      );
    }
  },
});

function losesStatements(host: Data | undefined, stores: readonly Store[]): Answer {
  const pooler = poolerAt(host, stores);
  return pooler === null ? 'no' : and(poolsTransactions(pooler), not(followsStatements(pooler)));
}

/** PgBouncer follows prepared statements from 1.21 on where it is told how many, and by itself from 1.24 on. */
function followsStatements(pooler: Store): Answer {
  const most = pooler.option('max_prepared_statements');
  const [major, minor] = taggedRelease(pooler) ?? [null, 0];
  const isOld = major === 1 && minor < 21;
  if (most === null) return major === null ? 'maybe' : answer(major > 1 || minor >= 24);
  if (most.kind !== 'known') return 'maybe';
  return or(answer(Number(most.value) > 0 && !isOld), 'no');
}
