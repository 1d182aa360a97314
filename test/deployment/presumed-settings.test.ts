import { describe, expect, test } from 'vitest';
import { deployment, entry, module, only, project, SETTINGS } from './projects.ts';

const PROCFILE = 'web: gunicorn mysite.wsgi\n';
const STAR = 'from .base import *\n';
const files = (names: Readonly<Record<string, string>>, own = 'mysite.settings.local') => ({
  'manage.py': entry(own),
  'mysite/__init__.py': '',
  'mysite/wsgi.py': entry(own),
  'mysite/settings/__init__.py': '',
  'mysite/settings/base.py': SETTINGS,
  'mysite/settings/local.py': STAR,
  ...Object.fromEntries(Object.entries(names).map(([name, text]) => [`mysite/settings/${name}.py`, text])),
  Procfile: PROCFILE,
});

async function presumed(tree: Record<string, string>, id = 'Procfile') {
  const process = only(await deployment(tree, id));
  return [module(process), process.settings?.presumed?.module ?? null];
}

describe('the module that a source out of view names', () => {
  test('is presumed to be the only one that is named for production', async () => {
    expect(await presumed(files({ production: STAR }))).toEqual(['unknown', 'mysite.settings.production']);
    expect(await presumed(files({ production: STAR, staging: STAR }))).toEqual(['unknown', 'mysite.settings.production']);
  });

  test('is presumed of none where several are named for a server, or none', async () => {
    expect(await presumed(files({ production: STAR, prod: STAR }))).toEqual(['unknown', null]);
    expect(await presumed(files({ production: STAR, heroku: STAR }))).toEqual(['unknown', null]);
    expect(await presumed(files({ other: STAR, more: STAR }))).toEqual(['unknown', null]);
  });

  test('may be the one for staging where staging is deployed', async () => {
    const hidden = 'services:\n  web:\n    build: .\n    command: gunicorn mysite.wsgi\n    env_file: .env\n';
    const { Procfile: _none, ...rest } = {
      ...files({ production: STAR, staging: STAR }),
      Dockerfile: 'FROM python:3.12\nWORKDIR /app\nCOPY . .\n',
    };
    const both = { ...rest, 'compose.production.yml': hidden, 'compose.staging.yml': hidden };
    expect(await presumed(both, 'compose.production.yml')).toEqual(['unknown', 'mysite.settings.production']);
    expect(await presumed(both, 'compose.staging.yml')).toEqual(['unknown', null]);
  });

  test('is presumed by what a module says of itself when no name says it', async () => {
    const doc = '"""Django settings for the cloud production deployment."""\n';
    expect(await presumed(files({ cloud: `${doc}${STAR}`, other: STAR }))).toEqual(['unknown', 'mysite.settings.cloud']);
    expect(await presumed(files({ cloud: `"""Not the production settings."""\n${STAR}`, other: STAR }))).toEqual(['unknown', null]);
  });
});

describe("the entry file's own module", () => {
  test('counts when every other is a piece of it', async () => {
    const split = "from split_settings.tools import include\nfrom os import environ\ninclude('base.py', environ['ENV'] + '.py')\n";
    const pieces = { __init__: split, production: 'DEBUG = False\nDATABASES = {}\n' };
    expect(await presumed(files(pieces, 'mysite.settings'))).toEqual(['mysite.settings', null]);
  });

  test('counts when classes of the others are chosen in it', async () => {
    const classes = { __init__: 'from .production import Production\n', production: 'class Production:\n    DATABASES = {}\n' };
    expect(await presumed(files(classes, 'mysite.settings'))).toEqual(['mysite.settings', null]);
  });

  test('counts beside a variant that changes nothing for a server, not beside one that does', async () => {
    const variant = { 'mysite/settings_postgres.py': 'from .settings import *\nDATABASES = {}\n', Procfile: PROCFILE };
    expect(await presumed({ ...project(), ...variant })).toEqual(['mysite.settings', null]);
    const server = { ...variant, 'mysite/settings_postgres.py': 'from .settings import *\nDEBUG = False\nDATABASES = {}\n' };
    expect(await presumed({ ...project(), ...server })).toEqual(['unknown', null]);
  });

  test('counts for nothing when it is a base', async () => {
    expect(await presumed(files({}, 'mysite.settings.base'))).toEqual(['unknown', null]);
  });
});
