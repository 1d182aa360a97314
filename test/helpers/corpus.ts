import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Value } from '../../src/core/value.ts';
import { diskTree } from '../../src/files/disk.ts';
import type { SourceTree } from '../../src/files/tree.ts';

/**
 * What the real tools made of the deployment files of public projects. The corpus lies beside the repository where it is developed
 * (PRODCHECK_CORPUS names another place), the projects themselves where PRODCHECK_TREES says or beside the corpus; without them the tests are skipped.
 */
const HOME = new URL('../../', import.meta.url).pathname;
const CORPUS = process.env['PRODCHECK_CORPUS'] ?? join(HOME, '../shared/corpus/deployment');
const TREES =
  process.env['PRODCHECK_TREES'] ?? ['../shared/corpus/trees', '../trees'].map((path) => join(HOME, path)).find(existsSync) ?? '';

/** Why the comparison is left out; null when it runs. */
export function missing(): string | null {
  if (!existsSync(CORPUS)) return 'the corpus is not beside the repository (PRODCHECK_CORPUS)';
  return TREES !== '' && existsSync(TREES) ? null : 'the projects that the corpus was made from are not there (PRODCHECK_TREES)';
}

/** "compose (skipped: …)": the name of a test says why it did not run. */
export function titleOf(title: string): string {
  const because = missing();
  return because === null ? title : `${title} (skipped: ${because})`;
}

export interface Project<T> {
  readonly name: string;
  readonly tree: SourceTree;
  readonly truth: T;
}

/** Every project of a kind whose tree is there, with what the tool said of it. */
export function projectsOf<T>(kind: string, read: (text: string) => T): readonly Project<T>[] {
  const folder = join(CORPUS, kind);
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const name = file.replace(/\.json$/, '');
      const root = join(TREES, name);
      return existsSync(root) ? [{ name, tree: diskTree(root), truth: read(readFileSync(join(folder, file), 'utf8')) }] : [];
    });
}

/** Every project that is there, whether or not a tool said something of it. */
export function trees(): readonly Omit<Project<null>, 'truth'>[] {
  return readdirSync(TREES)
    .sort()
    .filter((name) => existsSync(join(TREES, name, '.materialised')))
    .map((name) => ({ name, tree: diskTree(join(TREES, name)) }));
}

/** Each item is right, not known, or wrong. */
export interface Tally {
  right: number;
  unknown: number;
  readonly wrong: string[];
}

export function newTally(): Tally {
  return { right: 0, unknown: 0, wrong: [] };
}

/** An answer that is given must be the true one. */
export function judgePlain(tally: Tally, what: string, ours: unknown, truth: unknown): void {
  if (JSON.stringify(ours ?? null) === JSON.stringify(truth ?? null)) tally.right++;
  else tally.wrong.push(`${what}: ${JSON.stringify(ours ?? null)} is really ${JSON.stringify(truth ?? null)}`);
}

export function judge(tally: Tally, what: string, ours: Value<unknown>, truth: unknown): void {
  if (ours.kind === 'known') judgePlain(tally, what, ours.value, truth);
  else tally.unknown++;
}

/** No answer is wrong, and 95 of 100 items have one. */
export function expectDefinite(kind: string, tally: Tally): void {
  expectShare(kind, tally, 0.95);
}

/** No answer is wrong, and more than a share of the items have one. */
export function expectShare(kind: string, { right, unknown, wrong }: Tally, share: number): void {
  const items = right + unknown + wrong.length;
  console.log(
    `${kind}: ${items} items, ${right + wrong.length} definite (${((100 * (right + wrong.length)) / items).toFixed(1)} %), ${wrong.length} wrong`,
  );
  expect(wrong).toEqual([]);
  expect(items).toBeGreaterThan(50);
  expect((right + wrong.length) / items).toBeGreaterThanOrEqual(share);
}
