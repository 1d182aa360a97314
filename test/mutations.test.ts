import { describe, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { readProject } from './helpers/read-project.ts';
import { runExample } from './helpers/run-example.ts';
import { type Edit, MUTATIONS } from './mutations/index.ts';

const gold = readProject('fixtures/gold');

/** Rules whose fault cannot be put into a compose project: their own examples and the other fixtures show them. */
const ELSEWHERE =
  /^(server\/systemd-|server\/client-address|ci\/deploy-drops|environment\/systemd-env-file-shell|static\/(location-unreadable|platform-)|logging\/(sentry-environment|access-log)|settings\/(browser-xss-filter-off|hashing-algorithm-invalid|gzip-breach-exposure|internal-ips-wildcard))/;

function apply(files: Readonly<Record<string, string>>, edits: readonly Edit[]): Record<string, string> {
  const changed: Record<string, string> = { ...files };
  for (const { file, find, replace } of edits) {
    const text = changed[file] ?? '';
    if (find !== undefined) expect(text.split(find).length - 1, `"${find}" occurs once in ${file}`).toBe(1);
    changed[file] = find === undefined ? replace : text.replace(find, () => replace);
  }
  return changed;
}

test('the gold project has no finding', async () => {
  const { findings } = await runExample(gold, rules);
  expect(findings.map((one) => `${one.rule} ${one.at.file} ${one.message}`)).toEqual([]);
});

describe('each mutation of the gold project', () => {
  test.each(MUTATIONS.map((one) => [one.name, one] as const))('%s', async (_name, mutation) => {
    const { findings } = await runExample(apply(gold, mutation.edits), rules);
    expect([...new Set(findings.map((one) => one.rule))].sort()).toEqual([...mutation.expect].sort());
  });
});

test('every rule is shown by a mutation, or named as one that needs another project', () => {
  const shown = new Set(MUTATIONS.flatMap((one) => one.expect));
  expect(rules.map((rule) => rule.id).filter((id) => !shown.has(id) && !ELSEWHERE.test(id))).toEqual([]);
});
