import { setFlagsFromString } from 'node:v8';
import { readOwnFile } from '../files/disk.ts';
import type { SourceTree } from '../files/tree.ts';
import { wasmPlaces } from '../files/wasm.ts';
import { initPython } from '../syntax/python/index.ts';

/** Bytes of Python above which the optimising compiler pays for itself. */
const MUCH_PYTHON = 1_000_000;

let started: Promise<void> | null = null;

/**
 * Makes the Python parser ready, once. V8 would optimise the grammar's huge lexer in the background of the first parse: with little Python
 * that costs more than it saves, so it is switched off before any wasm is compiled (DEPENDENCIES 1.2).
 */
export function startPython(tree: SourceTree): Promise<void> {
  started ??= start(tree);
  return started;
}

async function start(tree: SourceTree): Promise<void> {
  if (!hasMuchPython(tree)) {
    setFlagsFromString('--no-wasm-tier-up');
    setFlagsFromString('--no-wasm-dynamic-tiering');
  }
  const { runtime, grammar } = wasmPlaces();
  await initPython({ runtime: readOwnFile(runtime), grammar: readOwnFile(grammar) });
}

/** Sizes cost a call a file: the count stops as soon as the answer is known. */
function hasMuchPython(tree: SourceTree): boolean {
  let bytes = 0;
  for (const file of tree.files) {
    if (!file.path.endsWith('.py')) continue;
    bytes += file.bytes;
    if (bytes > MUCH_PYTHON) return true;
  }
  return false;
}
