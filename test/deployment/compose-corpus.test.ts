import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readService } from '../../src/deployment/compose/service.ts';
import { loadCompose } from '../../src/deployment/compose/source.ts';
import { diskTree } from '../../src/files/disk.ts';
import type { SourceTree } from '../../src/files/tree.ts';
import { loadYaml } from '../../src/syntax/yaml/index.ts';
import { compareService, newTally, type Tally, type TrueService } from './compose-truth.ts';

/** PRODCHECK_CORPUS: the deployment corpus; PRODCHECK_TREES: the projects it was made from. Both are for development only. */
const corpus = process.env['PRODCHECK_CORPUS'];
const trees = process.env['PRODCHECK_TREES'];

interface Variant {
  readonly services?: Readonly<Record<string, TrueService>>;
  readonly same_as?: string;
  readonly error?: string;
  readonly stage?: string;
}
interface ComposeTruth {
  readonly repo: string;
  readonly sets: readonly { readonly files: readonly string[]; readonly variants: Readonly<Record<string, Variant>> }[];
}

async function compareProject(tally: Tally, tree: SourceTree, truth: ComposeTruth): Promise<void> {
  const parse = await loadYaml();
  for (const { files, variants } of truth.sets) {
    const dotenv = variants['dotenv'];
    const variant = dotenv?.same_as === undefined ? (dotenv ?? variants['empty']) : variants[dotenv.same_as];
    if (variant?.services === undefined) continue;
    const source = loadCompose(tree, files, parse);
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
          readService({ tree, source, service, unset: [], missing: [], substitutions: [], envFiles: [], booleans: [] }),
          truthful,
        );
    }
  }
}

test.skipIf(corpus === undefined || trees === undefined)(
  'real compose files (needs PRODCHECK_CORPUS and PRODCHECK_TREES)',
  async () => {
    const tally = newTally();
    const folder = join(corpus ?? '', 'compose');
    for (const file of readdirSync(folder).sort()) {
      const truth: ComposeTruth = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const root = join(trees ?? '', file.replace(/\.json$/, ''));
      if (existsSync(root)) await compareProject(tally, diskTree(root), truth);
    }
    console.log(`compose: right ${tally.right}, unknown ${tally.unknown}, wrong ${tally.wrong.length}`);
    expect(tally.wrong).toEqual([]);
  },
  120_000,
);
