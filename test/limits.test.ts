import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../src/check/index.ts';
import * as limits from '../src/core/limits.ts';
import { casesOf } from '../src/core/value.ts';
import type { EvaluatedSettings } from '../src/settings/model.ts';
import { parseDotenv } from '../src/syntax/dotenv/index.ts';
import { runExample } from './helpers/run-example.ts';

/** Limits that are crossed in the tests of the part that keeps them; the file must name the constant. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  MAX_FILE_BYTES: 'files/tree.test.ts',
  MAX_TREE_ENTRIES: 'files/tree.test.ts',
  MAX_TREE_DEPTH: 'files/tree.test.ts',
  MAX_CASES: 'check/judge.test.ts',
  MAX_NESTING: 'syntax/yaml.test.ts',
  MAX_MODULES: 'deployment/infrastructure.test.ts',
  MAX_TOML_TEXT: 'syntax/requirements.test.ts',
  MAX_TEMPLATE_PARTS: 'deployment/kubernetes.test.ts',
  MAX_TEMPLATE_TEXT: 'deployment/kubernetes.test.ts',
  MAX_ALIAS_NODES: 'syntax/yaml.test.ts',
  MAX_MEMBERS: 'settings/limits.test.ts',
  MAX_KEY: 'settings/limits.test.ts',
  MAX_SEARCHED_BYTES: 'check/repository.test.ts',
};

/** Limits that are crossed below, by the name of the test. */
const HERE = [
  'MAX_STEPS',
  'MAX_CALL_DEPTH',
  'MAX_ITEMS',
  'MAX_ITERATIONS',
  'MAX_STRING',
  'MAX_INCLUDE_DEPTH',
  'MAX_DEPLOYMENTS',
  'MAX_PATTERN_TEXT',
];

test('every limit is crossed by a test', () => {
  expect([...Object.keys(ELSEWHERE), ...HERE].sort()).toEqual(Object.keys(limits).sort());
  for (const [name, file] of Object.entries(ELSEWHERE)) {
    const uses = readFileSync(new URL(file, import.meta.url), 'utf8').match(new RegExp(`\\b${name}\\b`, 'g')) ?? [];
    expect(uses.length, `${file} crosses ${name}`).toBeGreaterThan(1);
  }
  const own = readFileSync(new URL(import.meta.url), 'utf8');
  for (const name of HERE) expect(own, `a test here begins with ${name}`).toContain(`test('${name}: `);
});

/** What a result says of limits that were met: "file: message". */
function limitsMet({ findings }: CheckResult): readonly string[] {
  return findings.filter((one) => one.rule === 'input/limit').map((one) => `${one.severity} in ${one.at.file}: ${one.message}`);
}

async function evaluate(text: string): Promise<EvaluatedSettings> {
  const { evaluations } = await runExample({ 'settings.py': text }, []);
  const [only] = evaluations;
  if (only === undefined) throw new Error('nothing was evaluated');
  return only.evaluated;
}

/** 'known', or why some case is not. */
function state(result: EvaluatedSettings, name: string): string {
  const value = result.settings.get(name);
  if (value === undefined) return result.complete === true ? 'absent' : 'perhaps set';
  const unknowns = casesOf(value).flatMap((one) => (one.then.kind === 'unknown' ? [one.then.why] : []));
  return unknowns[0] ?? value.kind;
}

/** How the same text ends well below the limit and beyond it: what is known below must not be claimed beyond. */
async function across(text: (n: number) => string, few: number, many: number): Promise<readonly [string, string]> {
  return [state(await evaluate(text(few)), 'X'), state(await evaluate(text(many)), 'X')];
}

describe('the interpreter', () => {
  test('MAX_STEPS: beyond it nothing is claimed', async () => {
    const text = (n: number) => `X = 0\nfor a in range(${n}):\n    for b in range(100):\n        X = 1\n`;
    const [below, beyond] = await across(text, 3, Math.ceil(limits.MAX_STEPS / 100) + 1);
    expect(below).toBe('known');
    expect(beyond).not.toBe('known');
    const met = async (n: number) => limitsMet(await runExample({ 'settings.py': text(n) }, []));
    expect(await met(3)).toEqual([]);
    expect(await met(Math.ceil(limits.MAX_STEPS / 100) + 1)).toEqual([
      `warning in settings.py: Evaluating \`settings\` takes more than ${limits.MAX_STEPS} steps, so none of its settings is judged: compute such values outside the settings.`,
    ]);
  });

  test('MAX_CALL_DEPTH: deeper calls are unknown', async () => {
    const text = (n: number) => `def down(n):\n    if n == 0:\n        return 'end'\n    return down(n - 1)\n\nX = down(${n})\n`;
    expect(await across(text, 5, limits.MAX_CALL_DEPTH + 5)).toEqual(['known', 'limit']);
  });

  test('MAX_ITEMS: longer lists are unknown', async () => {
    expect(await across((n) => `X = [1] * ${n}\n`, 10, limits.MAX_ITEMS + 1)).toEqual(['known', 'limit']);
  });

  test('MAX_ITERATIONS: a loop that goes on longer settles nothing', async () => {
    const text = (n: number) => `X = 0\nwhile X < ${n}:\n    X += 1\n`;
    const [below, beyond] = await across(text, 10, limits.MAX_ITERATIONS + 1);
    expect(below).toBe('known');
    expect(beyond).not.toBe('known');
  });

  test('MAX_STRING: longer strings are unknown', async () => {
    expect(await across((n) => `X = 'a' * ${n}\n`, 10, limits.MAX_STRING + 1)).toEqual(['known', 'limit']);
  });
});

describe('deployment files', () => {
  const DJANGO = {
    'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n",
    'mysite/wsgi.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n",
    'mysite/settings.py': "INSTALLED_APPS = []\nROOT_URLCONF = 'mysite.urls'\n",
    'mysite/urls.py': 'urlpatterns = []\n',
  };

  test('MAX_INCLUDE_DEPTH: requirements that include each other end', async () => {
    const chain = (n: number) =>
      Object.fromEntries([
        ...Array.from({ length: n }, (_none, i) => [
          i === 0 ? 'requirements.txt' : `pins/part${i}`,
          `-r ${i === 0 ? 'pins/' : ''}part${i + 1}\n`,
        ]),
        [`pins/part${n}`, 'Django==5.2.8\n'],
      ]);
    const exact = async (n: number) => (await runExample({ ...DJANGO, ...chain(n) }, [])).model.projects[0]?.django.exact;
    expect(await exact(3)).toBe('5.2.8');
    expect(await exact(limits.MAX_INCLUDE_DEPTH + 2)).toBe(null);
    const circle = { 'requirements.txt': '-r requirements.txt\nDjango==5.2.8\n' };
    expect((await runExample({ ...DJANGO, ...circle }, [])).model.projects[0]?.django.exact).toBe('5.2.8');
  });

  test('MAX_DEPLOYMENTS: more are not judged', async () => {
    const sites = Object.fromEntries(
      Array.from({ length: limits.MAX_DEPLOYMENTS + 3 }, (_none, i) => [
        ...Object.entries(DJANGO).map(([path, text]) => [`site${i}/${path}`, text] as const),
        [`site${i}/Procfile`, 'web: gunicorn mysite.wsgi\n'] as const,
      ]).flat(),
    );
    const result = await runExample(sites, []);
    expect(result.model.deployments.length).toBe(limits.MAX_DEPLOYMENTS);
    const [first] = Object.keys(sites)
      .filter((path) => path.endsWith('Procfile'))
      .sort()
      .slice(limits.MAX_DEPLOYMENTS);
    expect(limitsMet(result)).toEqual([
      `note in ${first}: ${limits.MAX_DEPLOYMENTS + 3} deployments were found; ${first} and those after it are not judged (limit ${limits.MAX_DEPLOYMENTS}): check a smaller folder at a time.`,
    ]);
  });
});

test('MAX_PATTERN_TEXT: a longer env file is not run through patterns of another program', () => {
  const text = (length: number) => `A=1\n${'#'.repeat(length)}\n`;
  expect(parseDotenv('.env', text(10), 'npm').entries.map((one) => one.key)).toEqual(['A']);
  const beyond = parseDotenv('.env', text(limits.MAX_PATTERN_TEXT + 1), 'npm');
  expect([beyond.entries, beyond.rejected !== null]).toEqual([[], true]);
});
