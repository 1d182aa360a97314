import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { databasesOf, isMysql } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isText } from '../shared/values/data.ts';

const mysql = (options: string) =>
  `DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'NAME': 'app', 'OPTIONS': {${options}}}}`;

export default defineRule({
  id: 'database/mysql-strict-mode-off',
  title: 'MySQL runs without a strict SQL mode',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'MySQL cuts values that do not fit and stores zero for those that are wrong, with a warning that nobody reads: data is lost without an error.',
  fix: 'Delete the option, since servers are strict by themselves, or set "sql_mode": "TRADITIONAL".',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/databases/#mysql-sql-mode',
    'https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict',
  ],
  cwe: ['CWE-1188'],
  django: ['mysql.W002'],
  examples: {
    bad: [
      { 'settings.py': `${mysql("'sql_mode': 'ANSI'")} # !\n` },
      { 'settings.py': `${mysql(`'init_command': "SET sql_mode=''"`)} # !\n` },
      { 'settings.py': `${mysql(`'init_command': "SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION'; SET NAMES utf8mb4"`)} # !\n` },
    ],
    good: [
      { 'settings.py': `${mysql('')}\n` },
      { 'settings.py': `${mysql("'sql_mode': 'traditional'")}\n` },
      { 'settings.py': `${mysql(`'init_command': "SET sql_mode='STRICT_TRANS_TABLES'"`)}\n` },
      { 'settings.py': `${mysql(`'init_command': "SET default_storage_engine=INNODB"`)}\n` },
      { 'settings.py': `${mysql(`'init_command': "SET GLOBAL sql_mode=''"`)}\n` },
      { 'settings.py': `${mysql(`'init_command': "SET sql_mode=''", 'sql_mode': 'STRICT_ALL_TABLES'`)}\n` },
      {
        'settings.py':
          "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'OPTIONS': {'sql_mode': 'ANSI'}}}\n",
      },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import mode\n\n${mysql("'sql_mode': mode()")}\n` },
      { 'settings.py': `${mysql(`'init_command': "SET sql_mode=CONCAT(@@sql_mode, ',ANSI')"`)}\n` },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [database.get('OPTIONS', 'sql_mode'), database.get('OPTIONS', 'init_command'), database.get('ENGINE')],
        (mode, command, engine) => or(not(isMysql(engine)), isStrict(mode, command)),
        () => ({
          message: `\`${database.subject}\` sets an SQL mode that is not strict: MySQL cuts values that do not fit instead of refusing them.`,
          subject: database.subject,
        }),
      );
    }
  },
});

/** mysqlclient runs `init_command` first and sets a mode that is not empty after it (MySQLdb/connections.py). */
function isStrict(mode: Data | undefined, command: Data | undefined): Answer {
  if (isText(mode) && mode.length > 0) return answer(names(mode.toString()));
  if (mode !== undefined && mode !== null && !isText(mode)) return 'maybe';
  if (command === undefined || command === null) return 'yes';
  if (typeof command !== 'string') return 'maybe';
  const settings = [...command.matchAll(/(global\s+|@@global\.)?\bsql_mode\s*:?=\s*(?:'([^']*)'|"([^"]*)"|(\w*))/gi)].filter(
    ([, global]) => global === undefined,
  );
  const last = settings.at(-1);
  if (last === undefined) return 'yes';
  const [, , single, double] = last;
  const text = single ?? double;
  return text === undefined || /@@|concat/i.test(command) ? 'maybe' : answer(names(text));
}

function names(mode: string): boolean {
  return /\b(STRICT_TRANS_TABLES|STRICT_ALL_TABLES|TRADITIONAL)\b/i.test(mode);
}
