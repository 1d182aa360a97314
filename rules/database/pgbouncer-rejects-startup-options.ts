import { type Answer, type Data, defineRule, type Store } from '../../src/rule.ts';
import { databasesOf, isPostgres } from '../shared/stores/databases.ts';
import { poolerAt } from '../shared/stores/pooler.ts';
import { pooled } from '../shared/stores/pooler-example.ts';
import { not, or } from '../shared/values/answer.ts';

const CURSORS = "'DISABLE_SERVER_SIDE_CURSORS': True, ";
const TIMEOUT = `${CURSORS}'OPTIONS': {'options': '-c statement_timeout=3000'}`;

export default defineRule({
  id: 'database/pgbouncer-rejects-startup-options',
  title: 'libpq options rejected by PgBouncer',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'PgBouncer refuses a connection with a startup parameter that it does not know: the start succeeds and every query fails.',
  fix: 'Set the parameter in the server (ALTER ROLE app SET statement_timeout = 3000), or list options in ignore_startup_parameters, which drops it.',
  autofix: 'unsafe',
  links: ['https://www.pgbouncer.org/config.html#ignore_startup_parameters', 'https://www.postgresql.org/docs/current/sql-alterrole.html'],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [pooled(TIMEOUT), pooled(TIMEOUT, ['IGNORE_STARTUP_PARAMETERS: extra_float_digits'])],
    good: [
      pooled(TIMEOUT, ['IGNORE_STARTUP_PARAMETERS: extra_float_digits,options'], ''),
      pooled(`${CURSORS}'OPTIONS': {'options': ''}`, undefined, ''),
      pooled(`${CURSORS}'OPTIONS': {'connect_timeout': 5}`, undefined, ''),
    ],
    undecided: [
      pooled(TIMEOUT, ['IGNORE_STARTUP_PARAMETERS: ${IGNORED}'], ''),
      pooled(`${CURSORS}'OPTIONS': {'options': '-c timezone=UTC'}`, undefined, ''),
    ],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment: { stores } }, ctx) {
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [database.get('OPTIONS', 'options'), database.get('HOST'), database.get('ENGINE')],
        (options, host, engine) => or(not(isPostgres(engine)), isTaken(options, poolerAt(host, stores))),
        ([, host]) => ({
          message: `\`OPTIONS["options"]\` of \`${database.subject}\` is a startup parameter that PgBouncer does not take: every connection is refused.`,
          subject: database.subject,
          related: stores
            .filter((store) => store === poolerAt(host, stores))
            .map(({ process }) => ({ at: process.at, message: 'the pooler and what it ignores' })),
        }),
      );
    }
  },
});

/** Parameters that PgBouncer follows for each client; from 1.20 on it takes them within `options` too. */
const FOLLOWED = /^(client_encoding|datestyle|timezone|standard_conforming_strings|application_name|intervalstyle|search_path)$/i;

function isTaken(options: Data | undefined, pooler: Store | null): Answer {
  if (options === undefined || options === null || options === '' || pooler === null) return 'yes';
  if (typeof options !== 'string') return 'maybe';
  const lists = [pooler.option('ignore_startup_parameters'), pooler.option('track_extra_parameters')];
  if (lists.some((list) => list !== null && list.kind !== 'known')) return 'maybe';
  const taken = lists.flatMap((list) => (list?.kind === 'known' ? list.value.split(/[\s,]+/) : []));
  const names = [...options.matchAll(/(?:-c\s*|--)([\w.-]+)=/g)].map(([, name = '']) => name.replaceAll('-', '_'));
  if (taken.includes('options')) return 'yes';
  return names.length > 0 && names.some((name) => !FOLLOWED.test(name) && !taken.includes(name)) ? 'no' : 'maybe';
}
