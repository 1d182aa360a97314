import { describe, expect, test, vi } from 'vitest';
import { rules } from '../rules/index.ts';
import { type CheckResult, defaultOptions, runCheck } from '../src/check/index.ts';
import type { Linked } from '../src/check/result.ts';
import { stagesFor } from '../src/cli/stages.ts';
import { lineIndex, positionAt } from '../src/core/span.ts';
import { unknown } from '../src/core/value.ts';
import { memoryTree } from '../src/files/memory.ts';
import type { ExampleFiles } from '../src/rule.ts';
import { readProject } from './helpers/read-project.ts';
import { renderings, runExample, TODAY } from './helpers/run-example.ts';

vi.setConfig({ testTimeout: 120_000 });

const NAMES = ['gold', 'bakery', 'notebook'] as const;
const PROJECTS = new Map(NAMES.map((name) => [name, readProject(`fixtures/${name}`)]));
const filesOf = (name: (typeof NAMES)[number]): ExampleFiles => PROJECTS.get(name) ?? {};

const failed = (result: CheckResult) =>
  result.outcomes.flatMap((one) => (one.kind === 'fail' ? [`${one.rule} in ${one.deployment ?? 'the repository'}`] : []));

/** Runs the engine with one environment variable of every process hidden: it becomes unknown, never unset. */
async function runHiding(files: ExampleFiles, name: string | null): Promise<CheckResult> {
  const tree = memoryTree(files, { tracked: 'all' });
  const stages = await stagesFor(tree);
  const link = async (...of: Parameters<typeof stages.link>) => {
    const linked = await stages.link(...of);
    if (name !== null) hide(linked, name);
    return linked;
  };
  return runCheck({ tree, rules, options: defaultOptions(TODAY), stages: { ...stages, link } });
}

/** Changed in place: stores and upstreams refer to the same processes. */
function hide({ model }: Linked, name: string): void {
  for (const { environment } of model.deployments.flatMap((one) => one.processes)) {
    const { variables } = environment;
    const value = variables.get(name);
    if (value?.kind !== 'known' || !(variables instanceof Map)) continue;
    variables.set(name, unknown('opaque-env', value.origin, [name], 'str'));
  }
}

function given(result: CheckResult): readonly string[] {
  const processes = result.model.deployments.flatMap((one) => one.processes);
  const names = processes.flatMap(({ environment }) =>
    [...environment.variables].flatMap(([name, value]) => (value.kind === 'known' ? [name] : [])),
  );
  return [...new Set(names)].sort();
}

/** Every fault that the environment can hold, so that a hidden value has something to bring up. */
const READING = {
  'manage.py': "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n",
  'mysite/__init__.py': '',
  'mysite/wsgi.py': "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napplication = None\n",
  'mysite/settings.py': [
    'import os',
    "DEBUG = os.environ.get('DEBUG', '1') == '1'",
    "SECRET_KEY = os.environ.get('SECRET_KEY', 'django-insecure-abc')",
    "ALLOWED_HOSTS = os.environ['HOSTS'].split(',')",
    "SECURE_SSL_REDIRECT = os.environ.get('REDIRECT') == 'yes'",
    "INSTALLED_APPS = ['django.contrib.sessions']",
    "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware', 'django.contrib.sessions.middleware.SessionMiddleware']",
    "SESSION_COOKIE_SECURE = bool(int(os.environ.get('SECURE', '0')))",
    "ROOT_URLCONF = 'mysite.urls'",
    "DATABASES = {'default': {'ENGINE': os.environ.get('ENGINE', 'django.db.backends.sqlite3'), 'NAME': 'db', 'HOST': os.environ.get('HOST', 'localhost')}}",
    '',
  ].join('\n'),
  'requirements.txt': 'Django==5.2.8\ngunicorn==23.0.0\n',
  Dockerfile:
    'FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000"]\n',
  'docker-compose.yml': [
    'services:',
    '  web:',
    '    build: .',
    '    environment:',
    '      DEBUG: "0"',
    '      SECRET_KEY: Kq8vN3mpZr7TtL0sXw2YbC5dEfGhJ9aQ6uRi4oPkMnBvCxZl3Rt',
    '      HOSTS: shop.example',
    '      REDIRECT: "yes"',
    '      SECURE: "1"',
    '      ENGINE: django.db.backends.postgresql',
    '      HOST: db',
    '  db:',
    '    image: postgres:16',
    '    environment:',
    '      POSTGRES_PASSWORD: Zr7TtL0sXw2YbC5d',
    '',
  ].join('\n'),
};

describe('hiding a value of the environment breaks no rule', () => {
  test.each<readonly [string, ExampleFiles]>([
    ['gold', { ...filesOf('gold'), '.env': (filesOf('gold')['.env.example'] ?? '').replaceAll(/=$/gm, '=some-value-of-it') }],
    ['bakery', filesOf('bakery')],
    ['a project that reads everything', READING],
  ])('%s', async (_name, files) => {
    const whole = await runHiding(files, null);
    const before = new Set(failed(whole));
    const names = given(whole);
    expect(names.length).toBeGreaterThan(4);
    let opened = 0;
    for (const name of names) {
      const hidden = await runHiding(files, name);
      expect(
        failed(hidden).filter((one) => !before.has(one)),
        `hiding ${name}`,
      ).toEqual([]);
      if (hidden.summary.undecided > whole.summary.undecided) opened++;
    }
    expect(opened, 'names that some rule hangs on').toBeGreaterThan(0);
  });

  test('a value that is unset instead of hidden would break some', async () => {
    const whole = new Set(failed(await runHiding(READING, null)));
    const unset = { ...READING, 'docker-compose.yml': READING['docker-compose.yml'].replace('      SECURE: "1"\n', '') };
    expect(failed(await runHiding(unset, null)).filter((one) => !whole.has(one))).not.toEqual([]);
  });
});

describe('the same project gives the same output', () => {
  test.each(NAMES)('%s, run again and in any order of its files', async (name) => {
    const files = filesOf(name);
    const first = renderings(await runExample(files, rules), files, rules);
    expect(renderings(await runExample(files, rules), files, rules)).toBe(first);
    const backwards = Object.fromEntries(Object.entries(files).reverse());
    expect(renderings(await runExample(backwards, rules), files, rules)).toBe(first);
  });
});

/** Where a comment can stand at the end of a line: not within a string, a continued line or JSON. */
const COMMENTED = /\.(py|ya?ml|conf)$/;

/** Each finding as "rule file:line message", with its rule and line. */
function placed(result: CheckResult, files: ExampleFiles) {
  return result.findings.map(({ rule, at, message }) => {
    const { line } = positionAt(lineIndex(files[at.file] ?? ''), at.start);
    return { rule, file: at.file, line, shown: `${rule} ${at.file}:${line} ${message}` };
  });
}

test('a suppression removes exactly what its rule finds on its line', async () => {
  const files = filesOf('bakery');
  const before = placed(await runExample(files, rules), files);
  const candidates = before.filter(({ file }) => COMMENTED.test(file));
  expect(candidates.length).toBeGreaterThan(10);
  for (const { rule, file, line, shown } of candidates) {
    const lines = (files[file] ?? '').split('\n');
    // Behind a backslash that joins two lines of a script a comment is another script.
    if (lines[line - 1]?.endsWith('\\')) continue;
    lines[line - 1] += `  # prodcheck: ignore[${rule}] known`;
    const edited = { ...files, [file]: lines.join('\n') };
    const after = await runExample(edited, rules);
    const left = before.filter((one) => !(one.rule === rule && one.file === file && one.line === line));
    const shownAfter = placed(after, edited).map((one) => one.shown);
    expect([...shownAfter].sort(), shown).toEqual(left.map((one) => one.shown).sort());
    expect(after.suppressed.length, shown).toBe(before.length - left.length);
  }
});
