import { expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import { runExample } from '../helpers/run-example.ts';

const BASE = "INSTALLED_APPS = []\nROOT_URLCONF = 'mysite.urls'\nMIDDLEWARE = []\nDATABASES = {}\n";
const files = (module: string) => ({
  'manage.py': "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings.dev')\n",
  'mysite/__init__.py': '',
  'mysite/wsgi.py': 'application = None\n',
  'mysite/settings/__init__.py': '',
  'mysite/settings/base.py': BASE,
  'mysite/settings/dev.py': "from .base import *\nDEBUG = True\nALLOWED_HOSTS = ['*']\n",
  'mysite/settings/production.py': "from .base import *\nDEBUG = False\nALLOWED_HOSTS = ['a.org']\nUSE_L10N = True\n",
  'requirements.txt': 'Django==5.2.8\n',
  Dockerfile: `FROM python:3.12\nENV DJANGO_SETTINGS_MODULE=${module}\nWORKDIR /app\nCOPY mysite mysite\nCMD ["gunicorn", "mysite.wsgi"]\n`,
});
const CHOSEN = ['environment/development-settings-in-production', 'settings/debug-enabled', 'settings/removed-setting-ignored'];

async function found(project: Record<string, string>) {
  const chosen = rules.filter((rule) => CHOSEN.includes(rule.id));
  const { findings } = await runExample(project, chosen);
  return findings.map(({ rule, at, related }) => [rule, at.file, related.map((one) => one.message).filter((one) => /mended/.test(one))]);
}

test('settings for development in production are one finding, and the settings that are meant are judged', async () => {
  expect(await found(files('mysite.settings.dev'))).toEqual([
    ['environment/development-settings-in-production', 'Dockerfile', []],
    [
      'settings/removed-setting-ignored',
      'mysite/settings/production.py',
      [expect.stringContaining('mysite.settings.dev is for development')],
    ],
  ]);
});

test('with two modules for production nothing is said of either', async () => {
  const two = { ...files('mysite.settings.dev'), 'mysite/settings/live.py': 'from .base import *\nDEBUG = True\n' };
  expect(await found(two)).toEqual([['environment/development-settings-in-production', 'Dockerfile', []]]);
});

test('with no manifest the settings for production are judged, and nothing is to be mended first', async () => {
  const { Dockerfile: _, ...bare } = files('');
  const project = { ...bare, 'mysite/wsgi.py': "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings.dev')\n" };
  expect(await found(project)).toEqual([['settings/removed-setting-ignored', 'mysite/settings/production.py', []]]);
});

test('the only settings of a project are judged, whatever their name', async () => {
  const { 'mysite/settings/production.py': _, ...only } = files('mysite.settings.dev');
  expect(await found(only)).toEqual([['settings/debug-enabled', 'mysite/settings/dev.py', []]]);
});
