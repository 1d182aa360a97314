import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { databasesOf, isServerEngine } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const POSTGRES = "'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app'";

export default defineRule({
  id: 'database/connection-health-checks-missing',
  title: 'Persistent connections without health checks',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'After the database restarts, or a firewall drops an idle connection, workers answer with errors from dead connections until these expire.',
  fix: 'Set CONN_HEALTH_CHECKS to True beside CONN_MAX_AGE.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#conn-health-checks',
    'https://docs.djangoproject.com/en/stable/ref/databases/#persistent-database-connections',
  ],
  cwe: ['CWE-754'],
  examples: {
    bad: [
      { 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': 600}} # !\n`, 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': None}} # !\n`, 'requirements.txt': 'Django==5.2.19\n' },
    ],
    good: [
      { 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': 600, 'CONN_HEALTH_CHECKS': True}}\n` },
      { 'settings.py': `DATABASES = {'default': {${POSTGRES}}}\n` },
      { 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': 600}}\n`, 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db', 'CONN_MAX_AGE': 600}}\n" },
    ],
    undecided: [
      {
        'settings.py': `from elsewhere import age\n\nDATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': age()}}\n`,
        'requirements.txt': 'Django==5.2.19\n',
      },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const since = isAtLeast(settings.django, '4.1');
    if (since === 'no') return;
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [database.get('CONN_MAX_AGE'), database.get('CONN_HEALTH_CHECKS'), database.get('ENGINE')],
        (age, checks, engine) => or(not(since), not(isKept(age)), answer(checks === true), not(isServerEngine(engine))),
        ([age]) => ({
          message: `Connections of \`${database.subject}\` are kept ${age === null ? 'for ever' : `${String(age)} seconds`} without \`CONN_HEALTH_CHECKS\`: after a database restart requests fail on dead connections.`,
          subject: database.subject,
        }),
      );
    }
  },
});

/** Whether connections outlive a request. A text is another fault. */
function isKept(age: Data | undefined): Answer {
  if (age === null) return 'yes';
  if (typeof age === 'number') return answer(age > 0);
  return age === undefined || typeof age === 'string' ? 'no' : 'maybe';
}
