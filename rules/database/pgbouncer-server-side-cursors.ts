import { type Answer, type Data, defineRule, originOf, placeOf, type Store } from '../../src/rule.ts';
import { databasesOf, isPostgres } from '../shared/stores/databases.ts';
import { managedPooler, poolerAt, poolsTransactions } from '../shared/stores/pooler.ts';
import { pooled } from '../shared/stores/pooler-example.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const INI = '[databases]\n* = host=db\n\n[pgbouncer]\nlisten_addr = 0.0.0.0\n';
const withIni = (mode: string, mark = ' # !') => {
  const files = pooled('', [], mark);
  const service = 'image: edoburu/pgbouncer:v1.23.1-p3\n';
  return {
    ...files,
    'docker-compose.yml': (files['docker-compose.yml'] ?? '').replace(
      service,
      `${service}    volumes:\n      - ./pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini:ro\n`,
    ),
    'pgbouncer.ini': `${INI}${mode}`,
  };
};
const supabase = (mark: string) => ({
  ...django(
    `DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'HOST': 'aws-0-eu-west-1.pooler.supabase.com', 'PORT': 6543}}${mark}\n`,
  ),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose(),
});

export default defineRule({
  id: 'database/pgbouncer-server-side-cursors',
  title: 'Transaction pooling with server-side cursors',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'A cursor lives in one connection to the server, and the pooler hands out another: iterator(), and with it each choice field of a form, fails with "cursor does not exist".',
  fix: 'Set DATABASES[...]["DISABLE_SERVER_SIDE_CURSORS"] = True.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/databases/#transaction-pooling-server-side-cursors',
    'https://www.pgbouncer.org/config.html#pool_mode',
  ],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [pooled(''), pooled('', ['POOL_MODE: statement']), withIni('pool_mode = transaction\n'), supabase(' # !')],
    good: [
      pooled("'DISABLE_SERVER_SIDE_CURSORS': True", undefined, ''),
      pooled('', [], ''),
      pooled('', ['POOL_MODE: session'], ''),
      withIni('; pool_mode = transaction\n', ''),
      {
        ...django("DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'HOST': 'db'}}\n"),
        Dockerfile: DOCKERFILE,
      },
    ],
    undecided: [pooled('', ['POOL_MODE: ${POOL_MODE}'], ''), withIni('%include more.ini\n', '')],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment: { stores } }, ctx) {
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [database.get('DISABLE_SERVER_SIDE_CURSORS'), database.get('HOST'), database.get('PORT'), database.get('ENGINE')],
        (disabled, host, port, engine) => or(truth(disabled), not(isPostgres(engine)), not(isPooled(host, port, stores))),
        ([, host, port], [place, hostPlace]) => {
          const pooler = poolerAt(host, stores);
          const provider = managedPooler(host, port);
          return {
            at: place.step === 'default' ? hostPlace : place,
            message: `\`${database.subject}\` is reached through a pooler of transactions with server-side cursors on: iterator() fails with "cursor does not exist".`,
            subject: database.subject,
            related: pooler === null ? [] : [{ at: modePlace(pooler), message: 'the mode of the pool' }],
            ...(provider === null ? {} : { severity: 'warning', because: `the mode is inferred from the host of ${provider}` }),
          };
        },
      );
    }
  },
});

function isPooled(host: Data | undefined, port: Data | undefined, stores: readonly Store[]): Answer {
  const pooler = poolerAt(host, stores);
  if (pooler !== null) return poolsTransactions(pooler);
  return managedPooler(host, port) === null ? 'no' : 'yes';
}

function modePlace({ option, process }: Store) {
  const mode = option('pool_mode');
  return mode === null ? process.at : (placeOf(originOf(mode)) ?? process.at);
}
