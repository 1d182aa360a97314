import { type Answer, type Data, defineRule, type Process } from '../../src/rule.ts';
import { databasesOf, isPooler, isServerEngine } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const ASGI = DOCKERFILE.replace('"mysite.wsgi", "--bind"', '"mysite.asgi", "-k", "uvicorn.workers.UvicornWorker", "--bind"');
const KEPT =
  "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'HOST': 'db.example.com', 'CONN_MAX_AGE': 600}}";

export default defineRule({
  id: 'database/persistent-connections-under-asgi',
  title: 'CONN_MAX_AGE under an ASGI server',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'Under ASGI connections are kept per thread and not reused: idle ones pile up with the peak of concurrent requests until the database refuses more.',
  fix: "Set CONN_MAX_AGE = 0, and use OPTIONS['pool'] (Django 5.1 and psycopg 3) or pgbouncer.",
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/databases/#persistent-database-connections',
    'https://docs.djangoproject.com/en/stable/topics/async/',
  ],
  cwe: ['CWE-400'],
  cross: true,
  replaces: ['database/connection-health-checks-missing'],
  examples: {
    bad: [{ ...django(`${KEPT} # !\n`), Dockerfile: ASGI }],
    good: [
      { ...django(`${KEPT}\n`), Dockerfile: DOCKERFILE },
      { ...django(`${KEPT.replace('600', '0')}\n`), Dockerfile: ASGI },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const [process] = settings.processes.filter(runsAsgi);
    if (process === undefined) return;
    for (const database of databasesOf(settings)) {
      const port = database.get('PORT');
      ctx.expectAll(
        [database.get('CONN_MAX_AGE'), database.get('ENGINE'), database.get('HOST')],
        (age, engine, _host) => or(not(isKept(age)), not(isServerEngine(engine))),
        ([, , host]) => ({
          message: `\`${database.subject}\` keeps connections (\`CONN_MAX_AGE\`) under the ASGI server of \`${process.name}\`: they pile up instead of being reused.`,
          subject: database.subject,
          related: [{ at: process.commandAt, message: `\`${process.name}\` starts an ASGI server here` }],
          ...(isPooler(host, port.kind === 'known' ? port.value : undefined)
            ? { severity: 'note', because: 'a pooler stands in front of the server' }
            : {}),
        }),
      );
    }
  },
});

function runsAsgi({ server }: Process): boolean {
  return server?.interface === 'asgi';
}

function isKept(age: Data | undefined): Answer {
  if (age === null) return 'yes';
  return typeof age === 'number' ? answer(age !== 0) : 'no';
}
