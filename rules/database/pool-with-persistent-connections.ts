import { defineRule } from '../../src/rule.ts';
import { databasesOf, isPostgres } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const POSTGRES = "'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app'";
const PINNED = { 'requirements.txt': 'Django==5.2.19\n' };

export default defineRule({
  id: 'database/pool-with-persistent-connections',
  title: 'Connection pool combined with persistent connections',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'Django raises ImproperlyConfigured at the first connection: the start succeeds and every request fails.',
  fix: "Set CONN_MAX_AGE to 0 (or delete it) where OPTIONS['pool'] is set.",
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/databases/#connection-pool'],
  cwe: ['CWE-1188'],
  replaces: ['database/connection-health-checks-missing', 'database/persistent-connections-under-asgi'],
  examples: {
    bad: [
      { ...PINNED, 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': 60, 'OPTIONS': {'pool': True}}} # !\n` },
      {
        ...PINNED,
        'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': None, 'OPTIONS': {'pool': {'max_size': 4}}}} # !\n`,
      },
    ],
    good: [
      { ...PINNED, 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'OPTIONS': {'pool': True}}}\n` },
      { ...PINNED, 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': 60, 'OPTIONS': {'pool': False}}}\n` },
      {
        'requirements.txt': 'Django==4.2.30\n',
        'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': 60, 'OPTIONS': {'pool': True}}}\n`,
      },
    ],
    undecided: [
      {
        ...PINNED,
        'settings.py': `from elsewhere import age\n\nDATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': age(), 'OPTIONS': {'pool': True}}}\n`,
      },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const since = isAtLeast(settings.django, '5.1');
    if (since === 'no') return;
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [database.get('OPTIONS', 'pool'), database.get('CONN_MAX_AGE'), database.get('ENGINE')],
        (pool, age, engine) => or(not(since), not(truth(pool)), answer(age === 0 || age === undefined), not(isPostgres(engine))),
        () => ({
          message: `\`${database.subject}\` has a pool and a \`CONN_MAX_AGE\` other than 0: Django raises ImproperlyConfigured at the first connection.`,
          subject: database.subject,
        }),
      );
    }
  },
});
