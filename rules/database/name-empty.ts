import { defineRule } from '../../src/rule.ts';
import { databasesOf, isPostgres, isSqlite } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isText } from '../shared/values/data.ts';
import { changeAt, readRelated } from '../shared/values/origin.ts';

export default defineRule({
  id: 'database/name-empty',
  title: 'Database name is empty',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'The start succeeds, and the first query raises ImproperlyConfigured.',
  fix: 'Read the name without an empty default, and provide it in every environment.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#name'],
  cwe: ['CWE-1188'],
  examples: {
    bad: [
      {
        'settings.py':
          "import os\n\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': os.environ.get('DB_NAME', '')}} # !\n",
      },
      { 'settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ''}} # !\n" },
    ],
    good: [
      { 'settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app'}}\n" },
      { 'settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'OPTIONS': {'service': 'app'}}}\n" },
      { 'settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'NAME': ''}}\n" },
    ],
    undecided: [
      {
        'settings.py':
          "from elsewhere import name\n\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': name()}}\n",
      },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [database.get('NAME'), database.get('ENGINE'), database.get('OPTIONS', 'service')],
        (name, engine, service) =>
          or(
            answer(!isText(name) || name.length > 0),
            not(or(isPostgres(engine), isSqlite(engine))),
            answer(isText(service) && service.length > 0),
          ),
        (_values, [origin]) => ({
          at: changeAt(origin),
          message: `\`NAME\` of \`${database.subject}\` is empty: the first query raises ImproperlyConfigured.`,
          subject: database.subject,
          related: readRelated(origin),
        }),
      );
    }
  },
});
