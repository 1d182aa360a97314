import { expect, test } from 'vitest';
import { repositoryFacts } from '../../src/check/repository.ts';
import { MAX_SEARCHED_BYTES } from '../../src/core/limits.ts';
import type { DeploymentModel } from '../../src/deployment/model.ts';
import { memoryTree } from '../../src/files/memory.ts';

const model: DeploymentModel = { projects: [], deployments: [], setAside: [], pipelines: [], infrastructure: null, playbooks: null };

function facts(files: Readonly<Record<string, string>>) {
  return repositoryFacts(memoryTree(files), model);
}

test('texts that hold a word are found, pictures, tests and vendored code are not asked', () => {
  const files = { 'a.py': 'needle', 'b.conf': 'hay', 'c.png': 'needle', 'tests/d.py': 'needle', 'node_modules/e.yml': 'needle' };
  expect(facts(files).holding(['needle', 'other'])).toEqual(['a.py']);
});

test('MAX_SEARCHED_BYTES: a longer text is data, and is not searched', () => {
  const long = `needle${' '.repeat(MAX_SEARCHED_BYTES)}`;
  expect(facts({ 'a.yml': long, 'b.yml': long.slice(0, MAX_SEARCHED_BYTES) }).holding(['needle'])).toEqual(['b.yml']);
});

test('an env file is read as its reader does, with its values hidden', () => {
  const { assignments } = facts({ '.env': "export A=1\nB='$C'\n" });
  expect(assignments('.env', 'compose').map(({ key, quote, expands }) => [key, quote, expands])).toEqual([
    ['A', 'none', false],
    ['B', 'single', false],
  ]);
  expect(assignments('.env', 'systemd').map(({ key }) => key)).toEqual(['B']);
  expect(String(assignments('.env', 'compose')[0]?.value)).toBe('•••');
  expect(assignments('absent', 'compose')).toEqual([]);
});

test('the size of a file is asked without reading it', () => {
  expect([facts({ 'a.bin': 'four' }).bytes('a.bin'), facts({}).bytes('a.bin')]).toEqual([4, null]);
});
