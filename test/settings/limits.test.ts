import { beforeAll, describe, expect, test } from 'vitest';
import { MAX_FILE_BYTES, MAX_ITEMS, MAX_KEY, MAX_MEMBERS } from '../../src/core/limits.ts';
import { unknown } from '../../src/core/value.ts';
import { encodeSettled } from '../../src/settings/index.ts';
import { environmentOf, evaluateFiles, inWords, startPython } from '../helpers/python.ts';

beforeAll(startPython);

const CLOSED = environmentOf([]);

describe('hostile settings meet a named limit and leave the rest standing', () => {
  test('recursion without end', () => {
    const { settings } = evaluateFiles({ 'settings.py': 'def f(x):\n    return f(x + 1)\nA = f(0)\nB = 1\n' }, CLOSED);
    expect(inWords(settings.get('A'))).toBe('unknown (limit)');
    expect(inWords(settings.get('B'))).toBe('1');
  });

  test('a loop without end', () => {
    const { settings } = evaluateFiles({ 'settings.py': 'A = []\nwhile True:\n    A.append(1)\nB = 1\n' }, CLOSED);
    expect(inWords(settings.get('A'))).toBe('[{"$unknown":true,"many":true}]');
    expect(inWords(settings.get('B'))).toBe('1');
  });

  test('more steps than one evaluation may take', () => {
    const deep = 'for a in range(1000):\n    for b in range(1000):\n        X = a + b\nB = 1\n';
    const { settings, complete } = evaluateFiles({ 'settings.py': `A = 1\n${deep}` }, CLOSED);
    expect(inWords(settings.get('A'))).toBe('unknown (limit)');
    expect(complete).not.toBe(true);
  });

  test('steps under ever more assumptions', () => {
    const open = { variables: new Map(), closed: { because: 'a platform gives variables' } };
    const text = (n: number) =>
      `import os\nA = 1\nfor i in range(${n}):\n    if os.environ.get('V' + str(i)) == 'no':\n        raise ValueError\n`;
    expect(inWords(evaluateFiles({ 'settings.py': text(5) }, open).settings.get('A'))).toBe('1');
    const start = performance.now();
    const { settings } = evaluateFiles({ 'settings.py': text(15_000) }, open);
    expect(inWords(settings.get('A'))).toBe('unknown (limit)');
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('deep nesting', () => {
    const text = `A = ${'['.repeat(3000)}${']'.repeat(3000)}\nB = ${Array.from({ length: 5000 }, () => '1').join('+')}\nC = 1\n`;
    const { settings } = evaluateFiles({ 'settings.py': text }, CLOSED);
    expect(inWords(settings.get('B'))).toMatch(/^unknown/);
    expect(inWords(settings.get('C'))).toBe('1');
  });

  test('a list longer than any real one', () => {
    const { settings } = evaluateFiles({ 'settings.py': `A = [${'1,'.repeat(MAX_ITEMS + 1)}]\nB = 1\n` }, CLOSED);
    expect(inWords(settings.get('A'))).toBe('[{"$unknown":true,"many":true}]');
    expect(inWords(settings.get('B'))).toBe('1');
  });

  test('texts and numbers that grow without bound', () => {
    const { settings } = evaluateFiles({ 'settings.py': "A = 'x' * 10 ** 9\nB = 9 ** 9 ** 9\nC = 1 << 10 ** 9\nD = 1\n" }, CLOSED);
    expect(['A', 'B', 'C'].map((name) => inWords(settings.get(name)))).toEqual(['unknown (limit)', 'unknown (limit)', 'unknown (limit)']);
    expect(inWords(settings.get('D'))).toBe('1');
  });

  test('a file that is too large', () => {
    const evaluated = evaluateFiles({ 'settings.py': `A = 1\n#${'x'.repeat(MAX_FILE_BYTES)}\n` }, CLOSED);
    expect(evaluated.problems.map((one) => one.id)).toContain('input/too-large');
    expect(evaluated.complete).not.toBe(true);
  });

  test('conditions that multiply', () => {
    const lines = Array.from({ length: 12 }, (_one, i) => `if os.environ.get('V${i}'):\n    A.append(${i})\n`).join('');
    const { settings } = evaluateFiles(
      { 'settings.py': `import os\nA = ['first']\n${lines}A.append('last')\nB = 1\n` },
      environmentOf([], true),
    );
    expect(inWords(settings.get('A'))).toBe('["first",{"$unknown":true,"many":true},"last"]');
    expect(inWords(settings.get('B'))).toBe('1');
  });

  test('of lists that differ in too many ways, what all of them hold is still known', () => {
    const changes = Array.from(
      { length: 12 },
      (_one, i) => `if os.environ.get('V${i}'):\n    A.insert(A.index('b') ${i % 2 ? '+ 1' : ''}, ${i})\n`,
    ).join('');
    const { settings } = evaluateFiles({ 'settings.py': `import os\nA = ['a', 'b', 'c']\n${changes}` }, environmentOf([], true));
    expect(inWords(settings.get('A'))).toBe(`[${['', '"a"', '"b"', '"c"', ''].join(',{"$unknown":true,"many":true},').slice(1, -1)}]`);
  });

  test('a syntax error keeps the statements around it', () => {
    const evaluated = evaluateFiles({ 'settings.py': 'A = 1\nB = [1, 2\nC = 3\nD = {"x": 4}\n' }, CLOSED);
    expect(evaluated.problems.map((one) => one.id)).toContain('input/syntax-error');
    expect(['A', 'B', 'C', 'D'].map((name) => inWords(evaluated.settings.get(name)))).toEqual([
      '1',
      'unknown (unsupported-syntax)',
      '3',
      '{"x":4}',
    ]);
  });
});

describe('secrets', () => {
  test('are secret by name and by flow', () => {
    const text = "import os\nSECRET_KEY = 'k' * 60\nURL = 'x:' + os.environ['DB_PASSWORD']\nCONF = {'PASSWORD': 'p', 'USER': 'u'}\n";
    const { settings } = evaluateFiles({ 'settings.py': text }, environmentOf(['DB_PASSWORD=hunter2']));
    const shown = JSON.stringify([...settings.values()].map((one) => (one.kind === 'known' ? one.value : null)));
    expect(shown).not.toContain('hunter2');
    expect(shown).not.toContain('kkk');
    expect(shown).toContain('"u"');
  });
});

test('an absent required variable does not stop an evaluation that assumes it', () => {
  const evaluated = evaluateFiles({ 'settings.py': "import os\nA = os.environ['A']\nB = int(os.getenv('B'))\nC = 1\n" }, CLOSED, {
    assumeMissing: true,
  });
  expect(evaluated.raised).toMatchObject({ type: 'KeyError', variable: 'A' });
  expect(['A', 'B', 'C'].map((name) => inWords(evaluated.settings.get(name)))).toEqual([
    'unknown (missing-env)',
    'unknown (missing-env)',
    '1',
  ]);
  expect(evaluated.reads.filter((read) => read.required).map((read) => read.name)).toEqual(['A', 'B']);
});

test('a variable that the code itself gives is no required one', () => {
  const code = "import os\nos.environ.setdefault('A', 'a')\nA = os.environ['A'].upper()\nB = os.environ['B']\n";
  for (const given of [CLOSED, environmentOf(['A=x'])]) {
    const { reads } = evaluateFiles({ 'settings.py': code }, given, { assumeMissing: true });
    expect(reads.filter((read) => read.required).map((read) => read.name)).toEqual(['B']);
  }
});

test('a variable is no required one where its absence is caught', () => {
  const caught = [
    "try:\n    A = int(os.environ.get('A'))\nexcept Exception:\n    A = 3\n",
    "try:\n    A = os.environ.get('A').split(',')\nexcept AttributeError:\n    A = []\n",
    "try:\n    A = json.loads(os.getenv('A'))\nexcept TypeError:\n    A = {}\n",
    "try:\n    A = [one for one in os.getenv('A')]\nexcept TypeError:\n    A = []\n",
    "try:\n    A = 'x' + os.getenv('A')\nexcept TypeError:\n    A = ''\n",
  ];
  for (const code of caught) {
    const { reads, raised } = evaluateFiles({ 'settings.py': `import json\nimport os\n${code}B = int(os.getenv('B'))\n` }, CLOSED);
    expect(raised).toMatchObject({ variable: 'B' });
    expect(reads.filter((read) => read.required).map((read) => read.name)).toEqual(['B']);
  }
});

test('whether the machine gives a variable such as TZ is not known', () => {
  const { reads } = evaluateFiles(
    { 'settings.py': "import os\nTIME_ZONE = os.getenv('TZ', 'UTC')\nOTHER = os.getenv('OTHER', '')\n" },
    CLOSED,
  );
  expect(reads.map(({ name, provided }) => [name, provided])).toEqual([
    ['TZ', null],
    ['OTHER', false],
  ]);
});

describe('what is built from itself unfolds to any size', () => {
  // 2 ** DOUBLINGS members are more than any limit allows.
  const DOUBLINGS = 40;
  expect(2 ** DOUBLINGS).toBeGreaterThan(Math.max(MAX_MEMBERS, MAX_KEY));
  const TWICE = `X = [1]\n${'X = [X, X]\n'.repeat(DOUBLINGS)}`;
  const within = (settings: string) => {
    const { settings: all } = evaluateFiles({ 'settings.py': `${settings}AFTER = 1\n` }, CLOSED);
    expect(inWords(all.get('AFTER'))).toBe('1');
    return (name: string) => all.get(name);
  };

  test('as a setting', () => {
    const value = within(TWICE)('X');
    expect(JSON.stringify(encodeSettled(value ?? unknown('limit', { step: 'default', of: 'nothing' }), { showSecrets: true }))).toContain(
      '$unknown',
    );
  });

  test.each([
    ['its text', `${TWICE}Y = str(X)\n`],
    ['its comparison', `${TWICE}${TWICE.replaceAll('X', 'Z')}Y = X == Z\n`],
    ['its JSON', `import json\n${TWICE}Y = json.dumps(X)\n`],
    ['as a key', `X = (1,)\n${'X = (X, X)\n'.repeat(DOUBLINGS)}Y = {X: 1}[X]\n`],
    ['a sum of itself', `Y = [1]\n${'Y = Y + Y\n'.repeat(60)}Y = len(Y)\n`],
    ['a generator without end', 'def g():\n    while True:\n        yield 1\nY = len(list(g()))\n'],
    ['a comprehension of more items than are built', 'Y = len([(a, b) for a in range(200) for b in range(200)])\n'],
    ['a width', "Y = '{:>1000000000}'.format(1)\n"],
    ['another width', "Y = 'x'.rjust(10 ** 9)\n"],
    ['a pattern that backtracks', "import re\nY = bool(re.match(r'(a+)+$', 'a' * 40 + 'b'))\n"],
  ])('%s', (_what, settings) => {
    expect(['unknown', 'conditional']).toContain(within(settings)('Y')?.kind);
  });
});
