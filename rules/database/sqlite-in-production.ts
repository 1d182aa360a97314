import { type Deployment, defineRule } from '../../src/rule.ts';
import { databasesOf, isInMemory, isSqlite } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isText, textsIn } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const SQLITE = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}";

export default defineRule({
  id: 'database/sqlite-in-production',
  title: 'SQLite is the production database',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'One writer at a time, a file on one disk and no access over the network: writes fail with "database is locked" under load, and replicas cannot share the data.',
  fix: 'Point DATABASES["default"] at PostgreSQL, with host, user and password from the environment.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/databases/#sqlite-notes',
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#databases',
  ],
  cwe: ['CWE-1188'],
  examples: {
    bad: [{ ...django(`${SQLITE} # !\n`), Dockerfile: DOCKERFILE }],
    good: [
      { ...django("DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app'}}\n"), Dockerfile: DOCKERFILE },
      { 'settings.py': `${SQLITE}\n` },
      { ...django(`${SQLITE.replace("'db.sqlite3'", "':memory:'")}\n`), Dockerfile: DOCKERFILE },
    ],
    undecided: [{ ...django('from elsewhere import databases\n\nDATABASES = databases()\n'), Dockerfile: DOCKERFILE }],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment }, ctx) {
    if (deployment.kind === 'settings' || !isServed(deployment)) return;
    const all = settings.get('DATABASES');
    if (all.kind === 'unknown') ctx.undecided('`DATABASES` is not known.', all.origin);
    for (const database of databasesOf(settings)) {
      if (/test|ci/i.test(database.alias)) continue;
      ctx.expectAll(
        [database.get('ENGINE'), database.get('NAME')],
        (engine, name) => or(not(isSqlite(engine)), answer(isText(name) && isInMemory(name.toString()))),
        () => ({
          message: `\`${database.subject}\` is SQLite in production: writes fail with "database is locked" under load, and only one machine can use the file.`,
          subject: database.subject,
          ...careful(database.get('OPTIONS')),
        }),
      );
    }
  },
});

function isServed({ processes }: Deployment): boolean {
  return processes.some(({ server }) => server !== null && server.software !== 'runserver');
}

/** Write-ahead logging with immediate transactions is how a single host runs SQLite on purpose. */
function careful(options: ReturnType<ReturnType<typeof databasesOf>[number]['get']>) {
  if (options.kind !== 'known' || typeof options.value !== 'object' || options.value === null || !('entries' in options.value)) return {};
  const texts = options.value.entries
    .flatMap(({ value }) => (value.kind === 'known' ? [value.value] : []))
    .flatMap((one) => (typeof one === 'string' ? [one] : textsIn(one)));
  const careful = texts.some((text) => /wal/i.test(text)) && texts.some((text) => /^(immediate|exclusive)$/i.test(text));
  return careful ? ({ severity: 'note', because: 'write-ahead logging and immediate transactions are on' } as const) : {};
}
