import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlainData } from '../../src/syntax/plain-data.ts';
import { parseTomlData, parseTomlText } from '../../src/syntax/toml/data.ts';
import { parseYamlData } from '../../src/syntax/yaml/data.ts';

/** The readers of data files that settings go on with. */

function plain(data: PlainData): unknown {
  switch (data.kind) {
    case 'null':
      return null;
    case 'int':
      return `int ${data.v}`;
    case 'float':
      return `float ${data.v}`;
    case 'str':
    case 'bool':
      return data.v;
    case 'doubt':
      return 'doubt';
    case 'list':
      return data.items.map(plain);
    case 'map':
      return Object.fromEntries([...data.entries].map(([key, value]) => [key, plain(value)]));
  }
}

function offsets(data: PlainData): readonly number[] {
  if (data.kind === 'list') return [data.at, ...data.items.flatMap(offsets)];
  return data.kind === 'map' ? [data.at, ...[...data.entries.values()].flatMap(offsets)] : [data.at];
}

const TOML =
  '# c\r\na.b = 1\nf = 1.0\n[t]\nx = ["a", \'b\', """c\n"""]\n[t.u]\ny = { z = true, "w w" = 0x1F }\n[[l]]\nn = 1\n[[l]]\nd = 2020-01-01\n';
const YAML = 'default:\n  a: 1\n  b: [x, "y", 1.5]\n  c:\n  - k: v\n    n:\n  - {p: q}\n"quoted": \'it\'\'s\'\n';

test('TOML keeps whole and fractional numbers apart', () => {
  const root = parseTomlData(TOML);
  expect(root === undefined ? null : plain(root)).toEqual({
    a: { b: 'int 1' },
    f: 'float 1',
    t: { x: ['a', 'b', 'c\n'], u: { y: { z: true, 'w w': 'int 31' } } },
    l: [{ n: 'int 1' }, { d: 'doubt' }],
  });
  for (const bad of ['a = 1\na = 2', '[a]\n[a]', 'a = {b = 1}\n[a.c]', 'a = [1]\n[[a]]', 'a', '= 1', 'a = "x'])
    expect(parseTomlData(bad)).toBeUndefined();
});

test('the plain part of YAML, and nothing of the rest', () => {
  const root = parseYamlData(YAML);
  expect(root === undefined ? null : plain(root)).toEqual({
    default: { a: 'int 1', b: ['x', 'y', 'float 1.5'], c: [{ k: 'v', n: null }, { p: 'q' }] },
    quoted: "it's",
  });
  for (const rest of [
    'a: &x 1',
    'a: *x',
    'a: !t x',
    'a: |\n  x',
    'a: x\n  y',
    'a: 1\na: 2',
    '- a',
    'a: 1\n---\nb: 2',
    'a:\n\tb: 1',
    '1: a',
    'a: b: c',
  ])
    expect(parseYamlData(rest)).toBeUndefined();
});

const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'ab1.=:-[]{}"\'#\n \\,_') }));

test('any text gives a document or none, with offsets inside of it', () => {
  fc.assert(
    fc.property(text, fc.nat(200), fc.constantFrom(TOML, YAML), (extra, at, base) => {
      const mutated = base.slice(0, at) + extra + base.slice(at + 1);
      for (const one of [extra, mutated]) {
        parseTomlText(one);
        for (const root of [parseTomlData(one), parseYamlData(one)])
          if (root !== undefined) for (const offset of offsets(root)) expect(offset >= 0 && offset <= one.length).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

const SCRIPT = `
import json, sys, tomllib
def shown(v):
    if isinstance(v, bool) or isinstance(v, str): return v
    if isinstance(v, int): return f'int {v}'
    if isinstance(v, float): return f'float {v!r}'
    if isinstance(v, list): return [shown(x) for x in v]
    if isinstance(v, dict): return {k: shown(x) for k, x in v.items()}
    return 'doubt'
out = []
for text in json.load(sys.stdin):
    try: out.append(shown(tomllib.loads('key=' + text)['key']))
    except tomllib.TOMLDecodeError: out.append('invalid')
print(json.dumps(out))`;
const found = spawnSync('python3', ['-c', 'import tomllib']).status === 0;

test.skipIf(!found)('values of variables as tomllib reads them (skipped without Python 3.11)', () => {
  const parts = [
    '1',
    '0',
    '05',
    '-5',
    '+7',
    '1_0',
    '1__0',
    '1.5',
    '.5',
    '1.',
    '0x1F',
    '0b2',
    'true',
    'True',
    'truex',
    'abc',
    '"a"',
    '"a',
    "'a'",
  ];
  const more = [
    '"\\n"',
    '"\\q"',
    '""',
    '[1,2]',
    '[1,2,]',
    '[,]',
    '[1 2]',
    '{a=1}',
    '{a=1,}',
    '{a.b=1, c="x"}',
    '{}',
    '{a=1,a=2}',
    'a b',
    '5 # c',
  ];
  const rest = [
    ' 5 ',
    '',
    '#',
    'a#b',
    '127.0.0.1',
    'redis://x',
    '[[1],[]]',
    '"""x"""',
    '{a={},a.b=1}',
    '$5',
    '[a]',
    "['*']",
    '"x" "y"',
    '{"a":1}',
  ];
  const all = [...parts, ...more, ...rest];
  const run = spawnSync('python3', ['-c', SCRIPT], { input: JSON.stringify(all), encoding: 'utf8' });
  const truths: readonly unknown[] = JSON.parse(run.stdout);
  const ours = all.map((one) => {
    const read = parseTomlText(one);
    return typeof read === 'string' ? read : plain(read);
  });
  expect(ours).toEqual(truths);
});
