import { test } from 'vitest';
import { lineIndex, positionAt } from '../../src/core/span.ts';
import { type NginxDirective, parseNginx } from '../../src/syntax/nginx/index.ts';
import { expectDefinite, judgePlain, missing, newTally, projectsOf, type Tally, titleOf } from '../helpers/corpus.ts';

type Row = readonly [number, string, readonly string[], (readonly Row[])?];
interface Truth {
  readonly files: Readonly<Record<string, { readonly directives?: readonly Row[] }>>;
}
interface Head {
  readonly row: readonly [number, string, readonly string[]];
  readonly hole: boolean;
}

function ours(directives: readonly NginxDirective[], text: string): readonly Head[] {
  const lines = lineIndex(text);
  return directives.flatMap((one) => [
    {
      row: [positionAt(lines, one.span.start).line, one.name, one.args.map((arg) => arg.text)] as const,
      hole: one.args.some((arg) => arg.hole),
    },
    ...(one.block === null || one.block === undefined ? [] : ours(one.block, text)),
  ]);
}

function theirs(directives: readonly Row[]): readonly Head['row'][] {
  return directives.flatMap(([line, name, args, block]) => [[line, name, args] as const, ...(block === undefined ? [] : theirs(block))]);
}

function compare(tally: Tally, where: string, text: string, truth: readonly Row[]): void {
  const file = parseNginx(text, 'nginx.conf');
  const real = theirs(truth);
  // What a template or a fault hides is not claimed.
  if (file.problems.length > 0 || file.templated) {
    tally.unknown += real.length;
    return;
  }
  const found = ours(file.directives, text);
  judgePlain(tally, `${where} directives`, found.length, real.length);
  for (const [index, row] of real.entries()) {
    const one = found[index];
    if (one?.hole === true) tally.unknown++;
    else judgePlain(tally, `${where} line ${row[0]}`, one?.row, row);
  }
}

test.skipIf(missing() !== null)(
  titleOf('real nginx files against crossplane'),
  () => {
    const tally = newTally();
    for (const { name, tree, truth } of projectsOf('nginx', (text): Truth => JSON.parse(text))) {
      for (const [path, real] of Object.entries(truth.files)) {
        const read = tree.read(path);
        if (read.ok && real.directives !== undefined) compare(tally, `${name} ${path}`, read.text, real.directives);
      }
    }
    expectDefinite('nginx', tally);
  },
  120_000,
);
