import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { readProject } from './helpers/read-project.ts';
import { runExample, textOutput } from './helpers/run-example.ts';

const folders = readdirSync(new URL('../fixtures/', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe('the whole report on each project of fixtures/', () => {
  test.each(folders)('%s', async (name) => {
    const files = readProject(`fixtures/${name}`);
    const result = await runExample(files, rules);
    await expect(await textOutput(result, files, rules)).toMatchFileSnapshot(`../fixtures/${name}.expected.txt`);
  });
});
