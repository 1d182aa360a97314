import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dottedPath, OLD, VERSIONED } from '../../rules/shared/code/dotted-paths.ts';

const FACTS = new URL('../../../shared/facts/dotted-paths.json', import.meta.url);

interface Facts {
  readonly groups: Readonly<Record<string, Readonly<Record<string, { readonly added: string; readonly removed: string | null }>>>>;
}

describe('the table of dotted paths', () => {
  it.skipIf(!existsSync(FACTS))('agrees with what the sources of each release say (needs ../shared/facts)', () => {
    const { groups }: Facts = JSON.parse(readFileSync(FACTS, 'utf8'));
    const facts = Object.values(groups).flatMap((group) => Object.entries(group));
    const versioned = facts.filter(
      ([path, { added, removed }]) => (added !== '<=2.2' || removed !== null) && !path.endsWith('postgresql_psycopg2'),
    );
    const expected = versioned.map(([path, { added, removed }]) => [path, added === '<=2.2' ? null : added, removed]);
    const ours = Object.entries(VERSIONED).map(([path, { added, removed }]) => [path, added, removed]);
    expect(ours.sort()).toEqual(expected.sort());
    expect(facts.map(([path]) => path).filter((path) => Object.hasOwn(OLD, path))).toEqual([]);
  });

  it('knows nothing of other paths', () => {
    expect(dottedPath('django.middleware.common.CommonMiddleware')).toBeNull();
    expect(dottedPath('constructor')).toBeNull();
  });
});
