import { type Answer, type Data, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { isOfNoPrivateNetwork } from '../shared/requests/address.ts';
import { clientReads } from '../shared/secrets/client-environment.ts';
import { databasesOf, isMysql, isPostgres } from '../shared/stores/databases.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { isMapping, isText, keysOf } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const RDS = 'app.c9akciq32.eu-west-1.rds.amazonaws.com';
const database = (engine: string, host: string, options = '') =>
  `DATABASES = {'default': {'ENGINE': 'django.db.backends.${engine}', 'NAME': 'app', 'PASSWORD': open('/run/secrets/db').read(), 'HOST': '${host}', 'OPTIONS': {${options}}}}`;
const image = { Dockerfile: DOCKERFILE, 'docker-compose.yml': compose({ web: '    environment:\n      MODE: production\n' }) };

export default defineRule({
  id: 'database/tls-not-enforced',
  title: 'Remote database without enforced TLS',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'The client takes an unencrypted connection when it is offered none else and checks no certificate: password and data can be read on the way.',
  fix: 'Set "sslmode": "require", better "verify-full" with the CA of the provider ("ssl_mode": "VERIFY_IDENTITY" for MySQL), in OPTIONS.',
  autofix: 'unsafe',
  links: [
    'https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS',
    'https://dev.mysql.com/doc/refman/8.4/en/connection-options.html#option_general_ssl-mode',
  ],
  cwe: ['CWE-319', 'CWE-757'],
  examples: {
    bad: [
      { ...django(`${database('postgresql', RDS)} # !\n`), ...image },
      { ...django(`${database('postgresql', RDS, "'sslmode': 'prefer'")} # !\n`), ...image },
      { ...django(`${database('postgresql', '203.0.113.7')} # !\n`), ...image },
      { ...django(`${database('mysql', RDS)} # !\n`), ...image },
    ],
    good: [
      { ...django(`${database('postgresql', RDS, "'sslmode': 'require'")}\n`), ...image },
      { ...django(`${database('postgresql', RDS, "'service': 'app'")}\n`), ...image },
      { ...django(`${database('postgresql', 'db')}\n`), ...image },
      { ...django(`${database('postgresql', 'db.internal')}\n`), ...image },
      { ...django(`${database('postgresql', '10.0.0.7')}\n`), ...image },
      { ...django(`${database('mysql', RDS, "'ssl': {'ca': '/etc/ssl/rds.pem'}")}\n`), ...image },
      { ...django(`${database('mysql', RDS, "'ssl_mode': 'VERIFY_CA'")}\n`), ...image },
      {
        ...django(`${database('postgresql', RDS)}\n`),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ web: '    environment:\n      PGSSLMODE: require\n' }),
      },
    ],
    undecided: [
      { ...django(`import os\n${database('postgresql', RDS, "'sslmode': os.environ['DB_SSL']")}\n`), ...image },
      { ...django(`${database('postgresql', RDS)}\n`), ...image, 'docker-compose.yml': compose({ web: '    env_file: .env\n' }) },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const one of databasesOf(settings)) {
      ctx.expectAll(
        [one.get('HOST'), one.get('OPTIONS'), one.get('OPTIONS', 'sslmode'), one.get('OPTIONS', 'ssl_mode'), one.get('ENGINE')],
        (host, options, sslmode, mysqlMode, engine) =>
          or(
            not(isPublic(host)),
            and(isPostgres(engine), isEnforced(options, sslmode, settings)),
            and(isMysql(engine), isEnforcedForMysql(options, mysqlMode)),
            not(or(isPostgres(engine), isMysql(engine))),
          ),
        ([, , sslmode, mysqlMode], [host, , ...modes]) => ({
          at: isText(sslmode) ? modes[0] : isText(mysqlMode) ? modes[1] : host,
          message: `\`${one.subject}\` is reached over the network without enforced TLS (\`${isText(mysqlMode) ? 'ssl_mode' : 'sslmode'}\`): an unencrypted connection is taken as well.`,
          subject: one.subject,
        }),
      );
    }
  },
});

const PROVIDERS =
  /\.(rds\.amazonaws\.com(\.cn)?|(postgres|mysql|mariadb)\.database\.azure\.com|db\.ondigitalocean\.com|aivencloud\.com|neon\.tech|supabase\.(co|com)|elephantsql\.com|cockroachlabs\.cloud|psdb\.cloud|timescaledb\.io|timescale\.com|scaleway\.com|upcloud\.com)$/i;

/** A name of a provider, or an address that is routed in the internet. Other names may stand for a private network. */
function isPublic(host: Data | undefined): Answer {
  if (host === undefined || host === null) return 'no';
  if (typeof host !== 'string') return 'maybe';
  return answer(PROVIDERS.test(host) || isOfNoPrivateNetwork(host));
}

function isEnforced(options: Data | undefined, mode: Data | undefined, settings: SettingsFacts): Answer {
  const keys = keysOf(options);
  if (keys.includes('service') || keys.includes('sslnegotiation')) return 'yes';
  if (mode !== undefined && mode !== null) return typeof mode === 'string' ? answer(/^(require|verify-(ca|full))$/.test(mode)) : 'maybe';
  if (isMapping(options) && !options.complete) return 'maybe';
  return or(clientReads(settings, 'PGSSLMODE', 'PGSERVICE'), 'no');
}

function isEnforcedForMysql(options: Data | undefined, mode: Data | undefined): Answer {
  const keys = keysOf(options);
  if (mode !== undefined && mode !== null)
    return typeof mode === 'string' ? answer(/^(required|verify_(ca|identity))$/i.test(mode)) : 'maybe';
  if (keys.some((key) => /^(ssl|read_default_)/.test(key))) return 'yes';
  return isMapping(options) && !options.complete ? 'maybe' : 'no';
}
