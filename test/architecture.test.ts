import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { castsIn, violationsOf } from './helpers/architecture.ts';

const HOME = new URL('../', import.meta.url);
const FILES = ['src', 'rules'].flatMap((top) =>
  readdirSync(new URL(top, HOME), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${top}/${path.replaceAll('\\', '/')}`),
);
const textOf = (file: string) => readFileSync(new URL(file, HOME), 'utf8');

/** Casts outside src/syntax: none is needed, since data is narrowed by its `kind`. */
const MAX_CASTS = 0;

test('imports point one way, and each outside module has its place', () => {
  expect(FILES.flatMap((file) => violationsOf(file, textOf(file)))).toEqual([]);
});

test('types are narrowed, not cast', () => {
  const casts = FILES.filter((file) => !file.startsWith('src/syntax/')).flatMap((file) => Array(castsIn(textOf(file))).fill(file));
  expect(casts.slice(MAX_CASTS)).toEqual([]);
});

describe('the checker itself', () => {
  test.each([
    ['rules/a/b.ts', "import { readFileSync } from 'node:fs';", ['rules/a/b.ts imports node:fs']],
    ['rules/a/b.ts', "const fs = await import('node:fs');", ['rules/a/b.ts imports node:fs']],
    [
      'rules/a/b.ts',
      "import type { Finding } from '../../src/core/finding.ts';",
      ['rules/a/b.ts imports src/core/finding.ts, above or beside its layer'],
    ],
    [
      'rules/a/b.ts',
      "export { x } from '../../src/syntax/yaml/index.ts';",
      ['rules/a/b.ts imports src/syntax/yaml/index.ts, above or beside its layer'],
    ],
    ['src/core/x.ts', "import { rules } from '../../rules/index.ts';", ['src/core/x.ts imports rules/index.ts, above or beside its layer']],
    ['src/check/x.ts', 'const home = process.env.HOME;', ['src/check/x.ts uses process.env, which only src/cli may']],
    ['src/report/x.ts', 'console.log(1);', ['src/report/x.ts uses console, which only src/cli may']],
    ['other/x.ts', '', ['other/x.ts belongs to no layer']],
  ])('refuses %s with %j', (file, text, violations) => expect(violationsOf(file, text)).toEqual(violations));

  test.each([
    [
      'rules/a/b.ts',
      "import { defineRule } from '../../src/rule.ts';\nimport { x } from '../shared/x.ts';\nconst example = `import fs from 'node:fs'`;",
    ],
    ['src/deployment/x.ts', 'const name = process.name + process.environment;'],
    ['src/files/disk.ts', "import { readFileSync } from 'node:fs';"],
  ])('accepts %s with %j', (file, text) => expect(violationsOf(file, text)).toEqual([]));

  test('counts casts but not `as const`', () => {
    expect(castsIn('const a = b as string; const c = [1] as const; const d = <T,>(x: T) => x as unknown as T;')).toBe(3);
  });
});
