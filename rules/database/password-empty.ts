import { type Answer, type Data, type Deployment, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { isLoopback } from '../shared/requests/proxy.ts';
import { clientReads } from '../shared/secrets/client-environment.ts';
import { databasesOf, isMysql, isPostgres } from '../shared/stores/databases.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { isText, keysOf } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';
import { changeAt, readRelated } from '../shared/values/origin.ts';

const database = (keys: string) =>
  `DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'USER': 'app', ${keys}}}`;
const image = { Dockerfile: DOCKERFILE, 'docker-compose.yml': compose({ web: '    environment:\n      MODE: production\n' }) };
const withDatabase = (lines: string) => ({
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web: '    environment:\n      MODE: production\n', services: `  db:\n    image: postgres:16\n${lines}` }),
});

export default defineRule({
  id: 'database/password-empty',
  title: 'Remote database without a password',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'Either the server asks for none, and whoever reaches its port reads all data, or it asks for one and every query fails.',
  fix: 'Read the password from a secret without an empty default.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#password',
    'https://www.postgresql.org/docs/current/auth-trust.html',
    'https://www.postgresql.org/docs/current/libpq-pgpass.html',
  ],
  cwe: ['CWE-258', 'CWE-306'],
  examples: {
    bad: [
      { ...django(`${database("'HOST': 'db.example.com', 'PASSWORD': ''")} # !\n`), ...image },
      { ...django(`${database("'HOST': 'db.example.com'")} # !\n`), ...image },
      {
        ...django(`import os\n${database("'HOST': 'db', 'PASSWORD': os.environ.get('DB_PASSWORD', '')")} # !\n`),
        ...withDatabase('    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:?}\n'),
      },
    ],
    good: [
      { ...django(`${database("'HOST': 'localhost', 'PASSWORD': ''")}\n`), ...image },
      { ...django(`${database("'HOST': '/var/run/postgresql'")}\n`), ...image },
      { ...django(`${database("'HOST': 'cloudsql-proxy'")}\n`), ...image },
      { ...django(`${database("'HOST': 'db.example.com', 'OPTIONS': {'service': 'app'}")}\n`), ...image },
      { ...django(`${database("'HOST': 'db.example.com', 'OPTIONS': {'sslcert': '/run/client.crt'}")}\n`), ...image },
      {
        ...django(`${database("'HOST': 'db.example.com'")}\n`),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ web: '    environment:\n      PGPASSFILE: /run/secrets/pgpass\n' }),
      },
      {
        ...django(`${database("'HOST': 'db'")}\n`),
        ...withDatabase('    environment:\n      POSTGRES_HOST_AUTH_METHOD: trust\n'),
      },
    ],
    undecided: [
      { ...django(`import os\n${database("'HOST': 'db.example.com', 'PASSWORD': os.environ['DB_PASSWORD']")}\n`), ...image },
      { ...django(`${database("'HOST': 'db.example.com'")}\n`) },
    ],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment }, ctx) {
    for (const one of databasesOf(settings)) {
      ctx.expectAll(
        [one.get('PASSWORD'), one.get('HOST'), one.get('ENGINE'), one.get('OPTIONS')],
        (password, host, engine, options) =>
          or(
            answer(isGiven(password)),
            not(isRemote(host, deployment)),
            not(or(isPostgres(engine), isMysql(engine))),
            provesItselfOtherwise(options),
            and(isPostgres(engine), readsFromElsewhere(settings)),
          ),
        (_values, [origin, host]) => ({
          at: changeAt(origin),
          message: `\`${one.subject}\` has a host of its own and no \`PASSWORD\`: the server lets anybody in, or refuses every query.`,
          subject: one.subject,
          related: [...readRelated(origin), { at: host, message: 'the host is given here' }],
        }),
      );
    }
  },
});

function isGiven(password: Data | undefined): boolean {
  if (password === undefined || password === null) return false;
  return !isText(password) || password.length > 0;
}

/** Another machine or container. A store of this deployment that asks for no password is the fault of that store. */
function isRemote(host: Data | undefined, { stores }: Deployment): Answer {
  if (host === undefined || host === null || host === '') return 'no';
  if (typeof host !== 'string') return 'maybe';
  if (host.startsWith('/') || isLoopback(host) || /proxy|sidecar/i.test(host)) return 'no';
  const store = stores.find(({ name }) => name === host);
  return store === undefined ? 'yes' : store.authenticated;
}

/** A service file, a password file, a client certificate, a file of defaults. */
function provesItselfOtherwise(options: Data | undefined): Answer {
  const keys = keysOf(options);
  if (
    keys.some((key) =>
      /^(service|passfile|password|passwd|sslcert|ssl|gssencmode|krbsrvname|require_auth|read_default_\w+|auth_plugin)$/.test(key),
    )
  )
    return 'yes';
  return typeof options === 'object' && options !== null && 'complete' in options && !options.complete ? 'maybe' : 'no';
}

/** libpq's variables, and ~/.pgpass, which any machine or image that is not described here may hold. */
function readsFromElsewhere(settings: SettingsFacts): Answer {
  const variables = clientReads(settings, 'PGPASSWORD', 'PGPASSFILE', 'PGSERVICE', 'PGSSLCERT');
  return settings.processes.some(({ host }) => host === 'machine') ? or(variables, 'maybe') : variables;
}
