import { defineRule, type JobCommandEvaluation } from '../../src/rule.ts';
import { github, job, project, run } from '../shared/pipelines/examples.ts';
import { isTest } from '../shared/pipelines/tests.ts';
import { dataOf } from '../shared/values/data.ts';

const POSTGRES = "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'HOST': 'db'}}\n";
const TESTING = `from mysite.settings import *\n\nDATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n`;
const shop = (steps: string, settings = POSTGRES) => {
  const files = project({ Procfile: 'web: gunicorn mysite.wsgi\n', 'mysite/testing.py': TESTING, ...github(job('test', steps)) });
  return { ...files, 'mysite/settings.py': `${files['mysite/settings.py']}${settings}` };
};
const TEST = 'python manage.py test --settings=mysite.testing';

export default defineRule({
  id: 'ci/tests-on-sqlite',
  title: 'Tests on SQLite, production on PostgreSQL/MySQL',
  severity: 'note',
  topic: 9,
  since: '0.1.0',
  why: 'SQLite checks neither the length of texts nor most types, locks the whole file and compares letters in its own way: such faults are met in production first.',
  fix: 'Give the test job the database of production as a service, and its settings the engine.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/databases/#sqlite-notes'],
  cross: true,
  examples: {
    bad: [shop(run(TEST, ' # !'))],
    good: [
      shop(run('python manage.py test')),
      shop(run(TEST), "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}\n"),
      shop(run('python manage.py check --settings=mysite.testing')),
      shop(`${run(TEST)}${run('python manage.py test')}`),
    ],
  },

  needs: ['jobCommands', 'evaluations', 'deployment'],
  check({ jobCommands, evaluations, deployment }, ctx) {
    const served = evaluations.filter(({ processes }) => processes.some(({ server }) => server !== null));
    const production = served.map((one) => dataOf(one.get('DATABASES', 'default', 'ENGINE')));
    const [engine] = production;
    if (deployment.alternative || typeof engine !== 'string' || isSqlite(engine) || production.some((one) => one !== engine)) return;
    const tests = jobCommands.filter(({ command }) => isTest(command) === 'yes');
    const engines = tests.map((one) => engineOf(one));
    const [first] = tests;
    if (first === undefined || engines.some((one) => one === null || !isSqlite(one))) return;
    ctx.report({
      at: first.command.at,
      message: `The tests run on SQLite, production on \`${engine.slice(engine.lastIndexOf('.') + 1)}\`.`,
      subject: 'DATABASES.default',
    });
  },
});

function engineOf({ settings }: JobCommandEvaluation): string | null {
  const engine = dataOf(settings.get('DATABASES', 'default', 'ENGINE'));
  return typeof engine === 'string' ? engine : null;
}

function isSqlite(engine: string): boolean {
  return /sqlite|spatialite/.test(engine);
}
