import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { databasesOf, isOracle, isPostgres, isSqlite } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

interface Option {
  readonly name: string;
  readonly since: string;
  readonly engine: (engine: Data | undefined) => Answer;
  /** Whether the driver refuses this value; psycopg leaves out what is None. */
  readonly refused: (value: Data | undefined) => Answer;
}

const given = (value: Data | undefined) => answer(value !== undefined && value !== null);

const OPTIONS: readonly Option[] = [
  { name: 'transaction_mode', since: '5.1', engine: isSqlite, refused: (value) => answer(value !== undefined) },
  { name: 'init_command', since: '5.1', engine: isSqlite, refused: (value) => answer(value !== undefined) },
  { name: 'pool', since: '5.1', engine: isPostgres, refused: given },
  { name: 'server_side_binding', since: '4.2', engine: isPostgres, refused: given },
  { name: 'assume_role', since: '4.2', engine: isPostgres, refused: given },
  { name: 'pool', since: '5.2', engine: isOracle, refused: truth },
];

const database = (engine: string, options: string) =>
  `DATABASES = {'default': {'ENGINE': 'django.db.backends.${engine}', 'NAME': 'app', 'OPTIONS': {${options}}}}`;
const pinned = (release: string) => ({ 'requirements.txt': `Django==${release}\n` });

export default defineRule({
  id: 'database/options-unsupported',
  title: 'Database option unknown to the pinned Django release',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'Django hands an option that it does not know to the driver, which refuses it: the start succeeds and every query fails.',
  fix: 'Upgrade Django to the release that knows the option, or delete it.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/releases/5.1/#database-backends',
    'https://docs.djangoproject.com/en/stable/ref/databases/#sqlite-transaction-behavior',
    'https://docs.djangoproject.com/en/stable/ref/databases/#connection-pool',
  ],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [
      { ...pinned('5.0.14'), 'settings.py': `${database('sqlite3', "'transaction_mode': 'IMMEDIATE'")} # !\n` },
      { ...pinned('4.2.30'), 'settings.py': `${database('sqlite3', "'init_command': 'PRAGMA journal_mode=WAL;'")} # !\n` },
      { ...pinned('4.2.30'), 'settings.py': `${database('postgresql', "'pool': False")} # !\n` },
      { ...pinned('3.2.25'), 'settings.py': `${database('postgresql', "'server_side_binding': True")} # !\n` },
      { ...pinned('5.1.15'), 'settings.py': `${database('oracle', "'pool': True")} # !\n` },
    ],
    good: [
      { ...pinned('5.1.15'), 'settings.py': `${database('sqlite3', "'transaction_mode': 'IMMEDIATE'")}\n` },
      { ...pinned('5.2.19'), 'settings.py': `${database('postgresql', "'pool': True")}\n` },
      { ...pinned('4.2.30'), 'settings.py': `${database('postgresql', "'pool': None")}\n` },
      { ...pinned('4.2.30'), 'settings.py': `${database('mysql', "'init_command': 'SET NAMES utf8mb4'")}\n` },
      { ...pinned('4.2.30'), 'settings.py': `${database('sqlite3', "'timeout': 20")}\n` },
      { ...pinned('5.2.19'), 'settings.py': `${database('oracle', "'pool': True")}\n` },
    ],
    undecided: [
      { 'requirements.txt': 'Django>=4.2\n', 'settings.py': `${database('sqlite3', "'transaction_mode': 'IMMEDIATE'")}\n` },
      { ...pinned('4.2.30'), 'settings.py': `from elsewhere import pool\n\n${database('postgresql', "'pool': pool()")}\n` },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const { name, since, engine: concerns, refused } of OPTIONS) {
      const known = isAtLeast(settings.django, since);
      if (known === 'yes') continue;
      for (const one of databasesOf(settings)) {
        ctx.expectAll(
          [one.get('OPTIONS', name), one.get('ENGINE')],
          (value, engine) => or(known, not(concerns(engine)), not(refused(value))),
          () => ({
            message: `\`${one.subject}\` has the option \`${name}\`, which Django knows from ${since} on: here the driver gets it and refuses to connect.`,
            subject: `${one.subject} ${name}`,
          }),
        );
      }
    }
  },
});
