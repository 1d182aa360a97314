import { defineRule } from '../../src/rule.ts';
import { databasesOf } from '../shared/stores/databases.ts';
import { isText } from '../shared/values/data.ts';
import { changeAt } from '../shared/values/origin.ts';

const POSTGRES = "'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app'";

export default defineRule({
  id: 'database/max-age-is-string',
  title: 'CONN_MAX_AGE is a string',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'Django adds it to a time when the first connection is opened: the start succeeds and every request ends in a TypeError.',
  fix: 'Cast it: "CONN_MAX_AGE": int(os.environ.get("CONN_MAX_AGE", "60")).',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#conn-max-age'],
  cwe: ['CWE-704'],
  examples: {
    bad: [
      { 'settings.py': `import os\n\nDATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': os.environ.get('AGE', '60')}} # !\n` },
      { 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': '600'}} # !\n` },
    ],
    good: [
      { 'settings.py': `import os\n\nDATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': int(os.environ.get('AGE', '60'))}}\n` },
      { 'settings.py': `import os\n\nDATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': os.environ.get('AGE')}}\n` },
    ],
    undecided: [{ 'settings.py': `from elsewhere import age\n\nDATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': age()}}\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const database of databasesOf(settings)) {
      ctx.expect(
        database.get('CONN_MAX_AGE'),
        (age) => !isText(age),
        (_age, origin) => ({
          at: origin,
          message: `\`CONN_MAX_AGE\` of \`${database.subject}\` is a text: opening the first connection ends in a TypeError.`,
          subject: database.subject,
          related: related(origin),
        }),
      );
    }
  },
});

function related(origin: Parameters<typeof changeAt>[0]) {
  const place = changeAt(origin);
  return place === origin ? [] : [{ at: place, message: 'its text is given here' }];
}
