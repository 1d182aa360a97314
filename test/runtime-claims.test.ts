import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { CLAIMS, ELSEWHERE, RELEASES, type Release } from './claims/claims.ts';
import { placesOf, runExample } from './helpers/run-example.ts';

const EXECUTED = '../shared/facts/runtime-claims.json';

const releases = Object.keys(RELEASES).filter((one): one is Release => one in RELEASES);

describe('what Django was seen to do is what the rules say, release by release', () => {
  test.each(CLAIMS.map((one) => [one.claim, one] as const))('%s', async (_name, { settings, files, rule, on }) => {
    const told: string[] = [];
    for (const release of releases) {
      const project = { 'settings.py': settings, 'requirements.txt': `Django==${RELEASES[release]}\n`, ...files };
      const result = await runExample(
        project,
        rules.filter((one) => one.id === rule),
      );
      if (placesOf(result, rule, project).length > 0) told.push(release);
    }
    expect(told).toEqual(on);
  });
});

test('every claim names a rule that is there', () => {
  const ids = new Set<string>(rules.map((one) => one.id));
  expect(CLAIMS.filter((one) => !ids.has(one.rule)).map((one) => `${one.claim}: ${one.rule}`)).toEqual([]);
});

describe.skipIf(!existsSync(EXECUTED))('the executed claims (skipped without ../shared)', () => {
  test('each is covered here or named with its reason', () => {
    const { claims }: { claims: Record<string, unknown> } = JSON.parse(readFileSync(EXECUTED, 'utf8'));
    const known = new Set([...CLAIMS.map((one) => one.claim), ...Object.keys(ELSEWHERE)]);
    expect(Object.keys(claims).filter((one) => !known.has(one))).toEqual([]);
  });
});
