import { defineRule } from '../../src/rule.ts';
import { databasesOf, isDjangoEngine } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const ZONED = "DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'NAME': 'app', 'TIME_ZONE': 'Europe/Madrid'}}";

export default defineRule({
  id: 'database/time-zone-ignored',
  title: 'Database TIME_ZONE with USE_TZ off',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'Django refuses the connection with ImproperlyConfigured: the start succeeds and every query fails.',
  fix: 'Set USE_TZ = True, or delete TIME_ZONE of that database.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#time-zone'],
  cwe: ['CWE-1188'],
  examples: {
    bad: [{ 'settings.py': `USE_TZ = False\n${ZONED} # !\n` }, { 'settings.py': `${ZONED} # !\n`, 'requirements.txt': 'Django==4.2.30\n' }],
    good: [
      { 'settings.py': `USE_TZ = True\n${ZONED}\n` },
      { 'settings.py': `${ZONED}\n`, 'requirements.txt': 'Django==5.2.19\n' },
      {
        'settings.py':
          "USE_TZ = False\nDATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'NAME': 'app', 'TIME_ZONE': None}}\n",
      },
      { 'settings.py': "USE_TZ = False\nDATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'NAME': 'app'}}\n" },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import zones\n\nUSE_TZ = zones()\n${ZONED}\n` },
      { 'settings.py': `${ZONED}\n`, 'requirements.txt': 'Django>=4.2\n' },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [database.get('TIME_ZONE'), settings.get('USE_TZ'), database.get('ENGINE')],
        (zone, aware, engine) => or(answer(zone === null || zone === undefined), truth(aware), not(isDjangoEngine(engine))),
        () => ({
          message: `\`${database.subject}\` has a \`TIME_ZONE\` while \`USE_TZ\` is off: opening the connection raises ImproperlyConfigured.`,
          subject: database.subject,
        }),
      );
    }
  },
});
