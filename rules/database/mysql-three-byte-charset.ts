import { defineRule } from '../../src/rule.ts';
import { databasesOf, isMysql } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';

const mysql = (options: string) =>
  `DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'NAME': 'app', 'OPTIONS': {${options}}}}`;

export default defineRule({
  id: 'database/mysql-three-byte-charset',
  title: 'MySQL connection with the three-byte charset',
  severity: 'note',
  topic: 3,
  since: '0.1.0',
  why: 'What MySQL calls utf8 holds three bytes a character: an emoji or a rare ideograph ends in an error, or is cut off where the SQL mode is not strict.',
  fix: 'Set "charset": "utf8mb4" (the default of Django), and convert the tables.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/databases/#mysql-notes',
    'https://dev.mysql.com/doc/refman/8.4/en/charset-unicode-utf8mb3.html',
  ],
  cwe: ['CWE-176'],
  examples: {
    bad: [{ 'settings.py': `${mysql("'charset': 'utf8'")} # !\n` }, { 'settings.py': `${mysql("'charset': 'utf8mb3'")} # !\n` }],
    good: [
      { 'settings.py': `${mysql("'charset': 'utf8mb4'")}\n` },
      { 'settings.py': `${mysql('')}\n` },
      {
        'settings.py':
          "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'OPTIONS': {'charset': 'utf8'}}}\n",
      },
    ],
    undecided: [{ 'settings.py': `from elsewhere import charset\n\n${mysql("'charset': charset()")}\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [database.get('OPTIONS', 'charset'), database.get('ENGINE')],
        (charset, engine) => or(answer(!(typeof charset === 'string' && /^utf8(mb3)?$/i.test(charset))), not(isMysql(engine))),
        () => ({
          message: `The connections of \`${database.subject}\` use the charset of three bytes a character: an emoji ends in an error.`,
          subject: database.subject,
        }),
      );
    }
  },
});
