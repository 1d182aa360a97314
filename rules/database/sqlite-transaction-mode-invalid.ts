import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { databasesOf, isSqlite } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const sqlite = (mode: string) =>
  `DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3', 'OPTIONS': {'transaction_mode': ${mode}}}}`;
const PINNED = { 'requirements.txt': 'Django==5.2.19\n' };

export default defineRule({
  id: 'database/sqlite-transaction-mode-invalid',
  title: 'SQLite transaction_mode has an invalid value',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'Django raises ImproperlyConfigured when it opens the connection: the start succeeds and every query fails.',
  fix: 'Use "DEFERRED", "IMMEDIATE" or "EXCLUSIVE".',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/databases/#sqlite-transaction-behavior'],
  cwe: ['CWE-1284'],
  examples: {
    bad: [
      { ...PINNED, 'settings.py': `${sqlite("'WAL'")} # !\n` },
      { ...PINNED, 'settings.py': `${sqlite("''")} # !\n` },
    ],
    good: [
      { ...PINNED, 'settings.py': `${sqlite("'immediate'")}\n` },
      { ...PINNED, 'settings.py': `${sqlite('None')}\n` },
      { ...PINNED, 'settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}\n" },
      { 'requirements.txt': 'Django==4.2.30\n', 'settings.py': `${sqlite("'WAL'")}\n` },
    ],
    undecided: [
      { ...PINNED, 'settings.py': `from elsewhere import mode\n\n${sqlite('mode()')}\n` },
      { 'requirements.txt': 'Django>=4.2\n', 'settings.py': `${sqlite("'WAL'")}\n` },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const since = isAtLeast(settings.django, '5.1');
    if (since === 'no') return;
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [database.get('OPTIONS', 'transaction_mode'), database.get('ENGINE')],
        (mode, engine) => or(not(since), isMode(mode), not(isSqlite(engine))),
        () => ({
          message: `\`transaction_mode\` of \`${database.subject}\` is none of DEFERRED, IMMEDIATE and EXCLUSIVE: opening the connection raises ImproperlyConfigured.`,
          subject: database.subject,
        }),
      );
    }
  },
});

function isMode(mode: Data | undefined): Answer {
  if (mode === undefined || mode === null) return 'yes';
  return typeof mode === 'string' ? answer(/^(deferred|immediate|exclusive)$/i.test(mode)) : 'maybe';
}
