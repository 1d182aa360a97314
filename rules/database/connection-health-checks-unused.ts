import { defineRule } from '../../src/rule.ts';
import { servesAsgi } from '../shared/requests/web.ts';
import { databasesOf, isServerEngine } from '../shared/stores/databases.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';
import { isAtLeast } from '../shared/values/release.ts';

const POSTGRES = "'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'CONN_HEALTH_CHECKS': True";
const PINNED = { 'requirements.txt': 'Django==5.2.19\n' };

export default defineRule({
  id: 'database/connection-health-checks-unused',
  title: 'Health checks without persistent connections',
  severity: 'note',
  topic: 3,
  since: '0.1.0',
  why: 'Each request opens a connection of its own, so there is none to check: whoever wrote the option expected connections to be kept.',
  fix: 'Set CONN_MAX_AGE to 60 or more beside it, or delete CONN_HEALTH_CHECKS.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#conn-health-checks'],
  cwe: ['CWE-1164'],
  replaces: ['database/persistent-connections-missing'],
  examples: {
    bad: [
      { ...PINNED, 'settings.py': `DATABASES = {'default': {${POSTGRES}}} # !\n` },
      { ...PINNED, 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': 0}} # !\n` },
    ],
    good: [
      { ...PINNED, 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': 60}}\n` },
      { ...PINNED, 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': None}}\n` },
      { ...PINNED, 'settings.py': `DATABASES = {'default': {${POSTGRES}, 'OPTIONS': {'pool': True}}}\n` },
      { ...PINNED, 'settings.py': `DATABASES = {'default': {${POSTGRES.replace('True', 'False')}}}\n` },
      {
        ...django(`DATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': 0}}\n`),
        Dockerfile: DOCKERFILE.replace('"mysite.wsgi", "--bind"', '"mysite.asgi", "-k", "uvicorn.workers.UvicornWorker", "--bind"'),
      },
      { 'requirements.txt': 'Django==3.2.25\n', 'settings.py': `DATABASES = {'default': {${POSTGRES}}}\n` },
    ],
    undecided: [
      { ...PINNED, 'settings.py': `from elsewhere import age\n\nDATABASES = {'default': {${POSTGRES}, 'CONN_MAX_AGE': age()}}\n` },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const since = isAtLeast(settings.django, '4.1');
    if (since === 'no' || servesAsgi(settings)) return;
    for (const database of databasesOf(settings)) {
      ctx.expectAll(
        [database.get('CONN_HEALTH_CHECKS'), database.get('CONN_MAX_AGE'), database.get('OPTIONS', 'pool'), database.get('ENGINE')],
        (checks, age, pool, engine) =>
          or(not(since), answer(checks !== true), answer(age !== 0 && age !== undefined), truth(pool), not(isServerEngine(engine))),
        () => ({
          message: `\`CONN_HEALTH_CHECKS\` of \`${database.subject}\` has no effect: \`CONN_MAX_AGE\` is 0, so that no connection is kept.`,
          subject: database.subject,
        }),
      );
    }
  },
});
