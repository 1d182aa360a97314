import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { servesAsgi, servesVisitors } from '../shared/requests/web.ts';
import { databasesOf, isPooler, isServerEngine, poolsItself } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const POSTGRES = "'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app'";

export default defineRule({
  id: 'database/persistent-connections-missing',
  title: 'Every request opens a new database connection',
  severity: 'note',
  topic: 3,
  since: '0.1.0',
  why: 'Each request pays for a TCP connection, a TLS handshake and a login before its first query.',
  fix: "Set CONN_MAX_AGE = 60 with CONN_HEALTH_CHECKS = True, or use OPTIONS['pool'] (Django 5.1 and psycopg 3).",
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/databases/#persistent-database-connections'],
  cwe: ['CWE-400'],
  examples: {
    bad: [
      { 'settings.py': `DATABASES = {'default': {${POSTGRES}}} # !\n` },
      { 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': 0}} # !\n` },
    ],
    good: [
      { 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': 60}}\n` },
      { 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'HOST': 'pgbouncer'}}\n` },
      { 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'OPTIONS': {'pool': True}}}\n` },
      { 'settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}\n" },
    ],
    undecided: [{ 'settings.py': `from elsewhere import age\n\nDATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': age()}}\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (!servesVisitors(settings) || servesAsgi(settings)) return;
    const [database] = databasesOf(settings).filter(({ alias }) => alias === 'default');
    if (database === undefined) return;
    const port = database.get('PORT');
    ctx.expectAll(
      [database.get('CONN_MAX_AGE'), database.get('ENGINE'), database.get('OPTIONS', 'pool'), database.get('HOST')],
      (age, engine, pool, host) =>
        or(not(opensEachTime(age)), not(isServerEngine(engine)), answer(poolsItself(engine)), truth(pool), throughPooler(host, port)),
      () => ({
        message: `\`${database.subject}\` keeps no connection (\`CONN_MAX_AGE\` is 0): every request opens a new one.`,
        subject: database.subject,
      }),
    );
  },
});

function throughPooler(host: Data | undefined, port: ReturnType<ReturnType<typeof databasesOf>[number]['get']>): Answer {
  if (isPooler(host, port.kind === 'known' ? port.value : undefined)) return 'yes';
  return 'no';
}

function opensEachTime(age: Data | undefined): Answer {
  return answer(age === 0 || age === undefined);
}
