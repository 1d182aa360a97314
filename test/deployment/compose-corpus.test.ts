import { test } from 'vitest';
import { readService } from '../../src/deployment/compose/service.ts';
import { loadCompose } from '../../src/deployment/compose/source.ts';
import { folderOf, joinPath } from '../../src/files/paths.ts';
import type { SourceTree } from '../../src/files/tree.ts';
import { loadYaml } from '../../src/syntax/yaml/index.ts';
import { expectDefinite, missing, newTally, projectsOf, type Tally, titleOf } from '../helpers/corpus.ts';
import { compareService, type TrueService } from './compose-truth.ts';

interface Variant {
  readonly missing_env_files?: readonly string[];
  readonly missing_optional_env_files?: readonly string[];
  readonly services?: Readonly<Record<string, TrueService>>;
  readonly same_as?: string;
  readonly error?: string;
  readonly stage?: string;
}
interface ComposeTruth {
  readonly repo: string;
  readonly sets: readonly { readonly files: readonly string[]; readonly variants: Readonly<Record<string, Variant>> }[];
}

/** Required or not: the corpus was made as if they were there and empty. */
function absentFiles({ missing_env_files: required = [], missing_optional_env_files: optional = [] }: Variant): readonly string[] {
  return [...required, ...optional].map((path) => path.replace(/^<ROOT>\//, ''));
}

/** The tool ran without the files that a checkout does not have; to our reader an absent file is one that production may have. */
function withEmpty(tree: SourceTree, paths: readonly string[]): SourceTree {
  const added = new Set(paths.filter((path) => tree.kindOf(path) === null));
  return {
    ...tree,
    kindOf: (path) => (added.has(path) ? 'file' : tree.kindOf(path)),
    read: (path) => (added.has(path) ? { ok: true, text: '' } : tree.read(path)),
  };
}

async function compareProject(tally: Tally, tree: SourceTree, truth: ComposeTruth): Promise<void> {
  const parse = await loadYaml();
  for (const { files, variants } of truth.sets) {
    const dotenv = variants['dotenv'];
    const variant = dotenv?.same_as === undefined ? (dotenv ?? variants['empty']) : variants[dotenv.same_as];
    if (variant?.services === undefined) continue;
    const world = withEmpty(tree, [joinPath(folderOf(files[0] ?? ''), '.env'), ...absentFiles(variant)]);
    const source = loadCompose(world, files, parse);
    for (const [name, real] of Object.entries(variant.services)) {
      const service = source.services.get(name);
      const empty = variants['empty']?.services?.[name];
      const truthful = typeof real === 'string' ? empty : real;
      const where = `${truth.repo} ${files.join('+')} ${name}`;
      if (service === undefined) tally.wrong.push(`${where} was not found`);
      else if (truthful !== undefined)
        compareService(
          tally,
          where,
          readService({ tree: world, source, service, unset: [], missing: [], substitutions: [], envFiles: [], booleans: [] }),
          truthful,
        );
    }
  }
}

test.skipIf(missing() !== null)(
  titleOf('real compose files against compose-go'),
  async () => {
    const tally = newTally();
    for (const { tree, truth } of projectsOf('compose', (text): ComposeTruth => JSON.parse(text))) await compareProject(tally, tree, truth);
    expectDefinite('compose', tally);
  },
  120_000,
);
