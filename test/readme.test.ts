import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('the report shown in the README is the one that its first command prints', () => {
  const [, sample = ''] = /```text\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
  const printed = new Set(
    read('fixtures/bakery.expected.txt')
      .split('\n')
      .map((line) => line.trimEnd()),
  );
  const shown = sample
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && line.trim() !== '…');
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.filter((line) => !printed.has(line))).toEqual([]);
});
