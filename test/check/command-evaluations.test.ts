import { expect, test } from 'vitest';
import { commandEvaluator } from '../../src/check/command-evaluations.ts';
import { examine } from '../../src/check/index.ts';
import { defaultOptions } from '../../src/check/result.ts';
import { stagesFor } from '../../src/cli/stages.ts';
import { memoryTree } from '../../src/files/memory.ts';
import type { CommandEvaluation } from '../../src/rule.ts';
import { TODAY } from '../helpers/run-example.ts';

const FILES = {
  'manage.py': "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n",
  'mysite/__init__.py': '',
  'mysite/settings.py':
    "import os\nfrom pathlib import Path\n\nINSTALLED_APPS = []\nROOT_URLCONF = 'mysite.urls'\nSECRET_KEY = os.environ['SECRET_KEY']\nLOCAL = Path(__file__).with_name('local.ini').exists()\n",
  'mysite/wsgi.py': "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napplication = None\n",
  'mysite/local.ini': '[local]\n',
  Dockerfile: 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN python manage.py collectstatic --noinput\nCMD ["gunicorn", "mysite.wsgi"]\n',
  'docker-compose.yml': 'services:\n  web:\n    build: .\n    environment:\n      SECRET_KEY: k\n',
  '.github/workflows/ci.yml':
    'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: python manage.py check\n',
};

async function commandsOf(more: Readonly<Record<string, string>>) {
  const files = { ...FILES, ...more };
  const tracked = Object.keys(files).filter((path) => path !== 'mysite/local.ini');
  const tree = memoryTree(files, { tracked });
  const stages = await stagesFor(tree);
  const options = defaultOptions(TODAY);
  const { model } = await examine({ tree, options, stages });
  const [deployment] = model.deployments;
  if (deployment === undefined) throw new Error('there is no deployment');
  const commands = commandEvaluator(tree, stages, options);
  return { builds: await commands.builds(deployment), jobs: await commands.jobs(model) };
}

const shown = (all: readonly CommandEvaluation[]) =>
  all.map(({ command, settings, missing }) => {
    const local = settings.get('LOCAL');
    return [command.management?.name, local.kind === 'known' ? local.value : local.kind, missing.map((one) => one.name).join()];
  });

test('a build sees what its context holds, and none of the environment of the container', async () => {
  expect(shown((await commandsOf({})).builds)).toEqual([['collectstatic', true, 'SECRET_KEY']]);
});

test('a build does not see what .dockerignore keeps out', async () => {
  expect(shown((await commandsOf({ '.dockerignore': '*.ini\n**/*.ini\n' })).builds)).toEqual([['collectstatic', false, 'SECRET_KEY']]);
  expect((await commandsOf({ '.dockerignore': 'mysite\n' })).builds).toEqual([]);
});

test('what a build is given is not missing', async () => {
  const Dockerfile = FILES.Dockerfile.replace('RUN python', 'RUN SECRET_KEY=build python');
  expect(shown((await commandsOf({ Dockerfile })).builds)).toEqual([['collectstatic', true, '']]);
});

test('a job runs in a clean clone: what git ignores is not there', async () => {
  expect(shown((await commandsOf({})).jobs)).toEqual([['check', true, 'SECRET_KEY']]);
  expect(shown((await commandsOf({ '.gitignore': '*.ini\n' })).jobs)).toEqual([['check', false, 'SECRET_KEY']]);
});

test('commands that import no settings are not evaluated', async () => {
  const workflow = FILES['.github/workflows/ci.yml'].replace('manage.py check', 'manage.py startapp shop');
  expect((await commandsOf({ '.github/workflows/ci.yml': workflow })).jobs).toEqual([]);
});

test('the code sees the arguments that Python gives it, without the interpreter', async () => {
  const settings = "import sys\n\nINSTALLED_APPS = []\nROOT_URLCONF = 'mysite.urls'\nLOCAL = sys.argv[1]\n";
  const workflow = `${FILES['.github/workflows/ci.yml']}      - run: python manage.py migrate\n`;
  const { jobs, builds } = await commandsOf({ 'mysite/settings.py': settings, '.github/workflows/ci.yml': workflow });
  expect(shown(jobs)).toEqual([
    ['check', 'check', ''],
    ['migrate', 'migrate', ''],
  ]);
  expect(shown(builds)).toEqual([['collectstatic', 'collectstatic', '']]);
});

test('commands under equal environments share one evaluation', async () => {
  const workflow = `${FILES['.github/workflows/ci.yml']}      - run: python manage.py migrate\n`;
  const [first, second] = (await commandsOf({ '.github/workflows/ci.yml': workflow })).jobs;
  expect(first?.settings.evaluated).toBe(second?.settings.evaluated);
});
