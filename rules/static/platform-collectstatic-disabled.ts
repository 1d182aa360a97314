import { defineRule, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { isLocalStorage, storageBackend, urlPath, usesStaticFiles } from '../shared/storage/static.ts';
import { and, not } from '../shared/values/answer.ts';
import { django } from '../shared/values/examples.ts';

const SETTINGS = "STATIC_URL = '/static/'\nSTATIC_ROOT = '/app/staticfiles'\nMIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']\n";
const OFF = '{\n  "env": {\n    "DISABLE_COLLECTSTATIC": "1"\n  }\n}\n';
const project = (app: string, settings = SETTINGS, procfile = 'web: gunicorn mysite.wsgi\n') => ({
  ...django(settings),
  Procfile: procfile,
  'app.json': app,
});

export default defineRule({
  id: 'static/platform-collectstatic-disabled',
  title: 'Heroku collectstatic disabled and not replaced',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'The platform would collect static files at each release and is told not to: CSS and JavaScript are missing after the deployment.',
  fix: 'Remove DISABLE_COLLECTSTATIC, or run collectstatic in bin/post_compile.',
  autofix: 'unsafe',
  links: ['https://devcenter.heroku.com/articles/django-assets'],
  cross: true,
  examples: {
    bad: [
      project(OFF.replace('"1"', '"1" # !')),
      project('{\n  "env": {\n    "DISABLE_COLLECTSTATIC": { # !\n      "value": "1"\n    }\n  }\n}\n'),
    ],
    good: [
      project('{"env": {"DISABLE_COLLECTSTATIC": "0"}}\n'),
      project('{"env": {"DISABLE_COLLECTSTATIC": {"value": "0"}, "DEBUG": {"value": "1"}}}\n'),
      { ...project(OFF), 'bin/post_compile': '#!/bin/sh\npython manage.py collectstatic --noinput\n' },
      project(OFF, SETTINGS, 'web: gunicorn mysite.wsgi\nrelease: python manage.py collectstatic --noinput\n'),
      project(
        OFF,
        `${SETTINGS}STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage'}, 'staticfiles': {'BACKEND': 'storages.backends.s3.S3Storage'}}\n`,
      ),
      { ...django(SETTINGS), 'app.json': OFF },
    ],
    undecided: [{ ...project(OFF), 'README.md': 'Run `heroku run python manage.py collectstatic`.\n' }],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    const at = deployment.kind === 'procfile' ? switchedOff(repository) : null;
    const url = settings.get('STATIC_URL');
    if (at === null || usesStaticFiles(settings) !== 'yes' || (url.kind === 'known' && urlPath(url.value) === null)) return;
    const told = repository.files.filter((file) => MAY_COLLECT.test(file) && (repository.read(file) ?? '').includes('collectstatic'));
    if (told.some((file) => !/\.(md|rst|txt)$/.test(file))) return;
    ctx.expect(
      storageBackend(settings, 'staticfiles'),
      (backend) => not(and(isLocalStorage(backend), told.length === 0 ? 'yes' : 'maybe')),
      () => ({
        at,
        message: '`DISABLE_COLLECTSTATIC` is set and nothing else in the repository collects: static files are missing after each release.',
        subject: 'DISABLE_COLLECTSTATIC',
      }),
    );
  },
});

/** What may collect in its place, instructions for people among it. */
const MAY_COLLECT = /(^|\/)bin\/|\.(sh|ya?ml|toml|json|py|mk|md|rst|txt)$|(^|\/)(Procfile|Makefile|[Jj]ustfile|Dockerfile)$/;

/** Where app.json, which describes the application to the platform, gives the variable the value 1. */
function switchedOff({ files, read }: Pick<RepositoryFacts, 'files' | 'read'>): Span | null {
  if (!files.includes('app.json')) return null;
  const found = /"DISABLE_COLLECTSTATIC"\s*:\s*(?:"1"|1\b|\{[^{}]*"value"\s*:\s*"?1"?\s*[,}])/.exec(read('app.json') ?? '');
  return found === null ? null : { file: 'app.json', start: found.index, end: found.index + found[0].length };
}
