import { describe, expect, test } from 'vitest';
import { COMPOSE, DOCKERFILE, deployment, entry, module, only, project, SETTINGS, UNIT } from './projects.ts';

describe('settings choice', () => {
  const image = (lines = '') => ({ Dockerfile: DOCKERFILE.replace('COPY', `${lines}COPY`), 'docker-compose.yml': COMPOSE });

  test('the environment beats setdefault', async () => {
    const files = { ...project('mysite.other'), ...image('ENV DJANGO_SETTINGS_MODULE=mysite.settings\n') };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('mysite.settings');
  });

  test('an assignment beats the environment', async () => {
    const files = {
      ...project(),
      ...image('ENV DJANGO_SETTINGS_MODULE=mysite.other\n'),
      'mysite/wsgi.py': "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.settings'\n",
    };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('mysite.settings');
  });

  test('the package is imported before wsgi.py: celery.py of its __init__ comes first', async () => {
    const files = {
      ...project('mysite.settings'),
      ...image(),
      'mysite/__init__.py': 'from .celery import app\n',
      'mysite/celery.py': entry('mysite.base'),
      'mysite/base.py': SETTINGS,
    };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('mysite.base');
    const run = {
      ...files,
      'docker-compose.yml': 'services:\n  web:\n    build: .\n    command: python manage.py runserver 0.0.0.0:8000\n',
    };
    expect(module(only(await deployment(run, 'docker-compose.yml')))).toBe('mysite.settings');
  });

  test.each([
    ["if os.environ.get('ENV'):\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n"],
    ["NAME = 'DJANGO_SETTINGS_MODULE'\nos.environ.setdefault(NAME, 'mysite.settings')\n"],
    ["os.environ.setdefault('DJANGO_SETTINGS_MODULE', get_settings())\n"],
    ["from dotenv import load_dotenv\nload_dotenv()\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n"],
  ])('an entry file that decides is not read by its text: %j', async (code) => {
    const files = { ...project(), ...image(), 'mysite/wsgi.py': `import os\n${code}import django\n` };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('unknown');
  });

  test('comments, doc strings and reads do not matter', async () => {
    const code = `"""\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'a')\n"""\nimport os\n# os.environ['DJANGO_SETTINGS_MODULE'] = 'b'\n\n\ndef main():\n    try:\n        os.environ.setdefault(\n            "DJANGO_SETTINGS_MODULE", "mysite.settings"\n        )\n    except KeyError:\n        pass\n    print(os.environ.get('DJANGO_SETTINGS_MODULE'))\n`;
    const files = {
      ...project(),
      ...image(),
      'manage.py': code,
      'docker-compose.yml': 'services:\n  web:\n    build: .\n    command: ./manage.py runserver\n',
    };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('mysite.settings');
  });

  test('celery loads the module `celery` of its package', async () => {
    const files = {
      ...project(),
      ...image(),
      'mysite/celery.py': entry('mysite.settings'),
      'docker-compose.yml': 'services:\n  worker:\n    build: .\n    command: celery -A mysite worker\n',
    };
    expect(only(await deployment(files, 'docker-compose.yml'))).toMatchObject({ role: 'worker', settings: { file: 'mysite/settings.py' } });
  });

  test('--settings of the command line beats all', async () => {
    const files = {
      ...project(),
      ...image('ENV DJANGO_SETTINGS_MODULE=mysite.other\n'),
      'docker-compose.yml':
        'services:\n  web:\n    build: .\n    command: python manage.py runserver --settings=mysite.settings 0.0.0.0:80\n',
    };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('mysite.settings');
  });

  test.each([
    ['missing', { 'mysite/wsgi.py': entry('mysite.nowhere') }],
    ['empty', { 'mysite/wsgi.py': entry('mysite.hollow'), 'mysite/hollow.py': '"""INSTALLED_APPS"""\n# DATABASES\nDEBUG = False\n' }],
    ['unset', { 'mysite/wsgi.py': 'from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n' }],
  ])('fault %s', async (fault, files) => {
    const found = await deployment({ ...project(), ...image(), ...files }, 'docker-compose.yml');
    expect(only(found).settings?.fault).toBe(fault);
  });

  test('a module that git ignores, or that an example stands for, is not missing', async () => {
    const wsgi = { 'mysite/wsgi.py': entry('mysite.local') };
    const ignored = await deployment({ ...project(), ...image(), ...wsgi, '.gitignore': 'local.py\n' }, 'docker-compose.yml');
    expect(only(ignored).settings?.fault).toBeNull();
    const example = await deployment({ ...project(), ...image(), ...wsgi, 'mysite/local.py.example': SETTINGS }, 'docker-compose.yml');
    expect(only(example).settings?.fault).toBeNull();
  });

  test('a faulty choice presumes the module that another process loads', async () => {
    const files = { ...project('mysite.nowhere'), ...image(), 'app.service': UNIT };
    const settings = only(await deployment(files, 'docker-compose.yml')).settings;
    expect(settings?.presumed).toMatchObject({ module: 'mysite.settings', file: 'mysite/settings.py', because: 'app loads it' });
    const two = { ...files, 'mysite/production.py': SETTINGS };
    expect(only(await deployment(two, 'docker-compose.yml')).settings?.presumed).toBeNull();
  });

  test('uwsgi sets what its ini file says', async () => {
    const Dockerfile = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["uwsgi", "--ini", "deploy/uwsgi.ini"]\n';
    const files = {
      ...project('mysite.other'),
      ...image(),
      Dockerfile,
      'deploy/uwsgi.ini': '[uwsgi]\nmodule = mysite.wsgi\nenv = DJANGO_SETTINGS_MODULE=mysite.settings\nhttp = :8000\n',
    };
    const settings = only(await deployment(files, 'docker-compose.yml')).settings;
    expect(settings).toMatchObject({ file: 'mysite/settings.py', evidence: [{ at: { file: 'deploy/uwsgi.ini' } }] });
  });

  test('a program without Django loads no settings, whatever a hidden source gives', async () => {
    const compose = 'services:\n  web:\n    build: .\n  api:\n    build: .\n    env_file: .env\n    command: gunicorn api:app\n';
    const files = { ...project(), ...image(), 'docker-compose.yml': compose, 'api.py': 'from flask import Flask\napp = Flask(__name__)\n' };
    const found = await deployment(files, 'docker-compose.yml');
    expect(found.processes.map((one) => [one.name, one.settings !== null])).toEqual([
      ['web', true],
      ['api', false],
    ]);
  });

  test('a hidden source could only name the module that remains', async () => {
    const env = { 'docker-compose.yml': 'services:\n  web:\n    build: .\n    env_file: .env\n' };
    expect(module(only(await deployment({ ...project(), ...image(), ...env }, 'docker-compose.yml')))).toBe('mysite.settings');
    const several = { ...project(), ...image(), ...env, 'mysite/settings_live.py': SETTINGS };
    expect(module(only(await deployment(several, 'docker-compose.yml')))).toBe('unknown');
    // A part that names production could not be loaded alone; with applications of its own it could.
    const parts = {
      ...project(),
      ...image(),
      ...env,
      'mysite/settings.py': `from .production_settings import *\n${SETTINGS}`,
      'mysite/production_settings.py': 'DEBUG = False\nDATABASES = {}\n',
    };
    expect(module(only(await deployment(parts, 'docker-compose.yml')))).toBe('mysite.settings');
    const whole = { ...parts, 'mysite/production_settings.py': `DEBUG = False\n${SETTINGS}` };
    expect(module(only(await deployment(whole, 'docker-compose.yml')))).toBe('unknown');
  });
});
