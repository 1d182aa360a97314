import { type Answer, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { databasesOf, isPostgres } from '../shared/stores/databases.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const pooled = (pool = 'True') =>
  `DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'OPTIONS': {'pool': ${pool}}}}`;
const packages = (driver: string, release = '5.2.19') => ({ 'requirements.txt': `Django==${release}\n${driver}\ngunicorn==23.0.0\n` });

export default defineRule({
  id: 'database/pool-driver-missing',
  title: 'Connection pool without psycopg 3 and psycopg_pool',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'Django raises ImproperlyConfigured at the first connection: the start succeeds and every query fails.',
  fix: 'Require psycopg[binary,pool] instead of psycopg2.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/databases/#connection-pool'],
  cwe: ['CWE-1104'],
  cross: true,
  examples: {
    bad: [
      { ...packages('psycopg2-binary==2.9.11'), 'settings.py': `${pooled()} # !\n` },
      { ...packages('psycopg[binary]==3.2.12'), 'settings.py': `${pooled("{'max_size': 8}")} # !\n` },
    ],
    good: [
      { ...packages('psycopg[binary,pool]==3.2.12'), 'settings.py': `${pooled()}\n` },
      { ...packages('psycopg[binary]==3.2.12\npsycopg-pool==3.2.6'), 'settings.py': `${pooled()}\n` },
      { ...packages('psycopg2-binary==2.9.11'), 'settings.py': `${pooled('False')}\n` },
      { ...packages('psycopg2-binary==2.9.11', '5.0.14'), 'settings.py': `${pooled()}\n` },
    ],
    undecided: [
      { 'requirements.txt': 'Django==5.2.19\n-r more.txt\n', 'settings.py': `${pooled()}\n` },
      { ...packages('psycopg2-binary==2.9.11'), 'settings.py': `from elsewhere import pool\n\n${pooled('pool()')}\n` },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const since = isAtLeast(settings.django, '5.1');
    if (since === 'no') return;
    const drivers = and(installed(settings, 'psycopg'), installed(settings, 'psycopg-pool'));
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [database.get('OPTIONS', 'pool'), database.get('ENGINE')],
        (pool, engine) => or(not(since), drivers, not(truth(pool)), not(isPostgres(engine))),
        () => ({
          message: `\`${database.subject}\` has a pool, but the package files install no ${installed(settings, 'psycopg') === 'no' ? 'psycopg 3' : 'psycopg_pool'}: the first connection raises ImproperlyConfigured.`,
          subject: database.subject,
        }),
      );
    }
  },
});

function installed({ project }: SettingsFacts, name: string): Answer {
  return project.packages.installs(name);
}
