import { readFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { cutRule, PROSE } from './cut-rule.mjs';
import { HOME, inHome } from './home.mjs';
import { isRule } from './rule-files.mjs';

const PROSE_MARK = '?prose';
const RULES = inHome('rules/');
const LOADER = inHome('src/check/prose.ts');
const WASM = inHome('src/files/wasm.ts');

/** Names of the two wasm files beside the bundle, and where they come from. */
export const WASM_FILES = {
  'tree-sitter.wasm': inHome('node_modules/web-tree-sitter/web-tree-sitter.wasm'),
  'tree-sitter-python.wasm': inHome('node_modules/tree-sitter-python/tree-sitter-python.wasm'),
};

/** Takes the prose out of the rules that every run loads, and into a second copy that only `loadProse` imports. */
const splitProse = {
  name: 'split-prose',
  resolveId(source, importer) {
    const from = importer?.replace(PROSE_MARK, '');
    const proseAsks = importer === LOADER || importer?.endsWith(PROSE_MARK);
    if (!proseAsks || !source.startsWith('.')) return null;
    const target = resolve(dirname(from), source);
    const isPart = target.startsWith(RULES) && (target === resolve(RULES, 'index.ts') || isRule(readFileSync(target, 'utf8')));
    return isPart ? target + PROSE_MARK : target;
  },
  load(id) {
    if (!id.startsWith(RULES)) return null;
    const text = readFileSync(id.replace(PROSE_MARK, ''), 'utf8');
    if (!isRule(text)) return id.endsWith(PROSE_MARK) ? { code: text, moduleType: 'ts' } : null;
    const keeps = id.endsWith(PROSE_MARK) ? (name) => name === 'id' || PROSE.has(name) : (name) => !PROSE.has(name);
    try {
      return { code: cutRule(text, keeps), moduleType: 'ts' };
    } catch (error) {
      throw new Error(`${id}: ${error.message}`);
    }
  },
};

/** In the bundle the wasm files stand beside it. */
const besideBundle = {
  name: 'wasm-beside-bundle',
  load(id) {
    if (id !== WASM) return null;
    const [runtime, grammar] = Object.keys(WASM_FILES).map((name) => `new URL('./${name}', import.meta.url)`);
    return { code: `export const wasmPlaces = () => ({ runtime: ${runtime}, grammar: ${grammar} });`, moduleType: 'js' };
  },
};

const COMMON = {
  cwd: HOME,
  platform: 'node',
  logLevel: 'warn',
  // Emscripten's loader evaluates text only for features that the parser does not use.
  checks: { eval: false },
  transform: { target: 'node20.12' },
};

/** The chunks of the program. */
export async function bundleProgram() {
  const bundle = await rolldown({
    ...COMMON,
    input: { cli: inHome('src/cli/main.ts') },
    plugins: [splitProse, besideBundle],
    treeshake: {
      moduleSideEffects: (id) => !id.startsWith(HOME) || id.includes(`${sep}node_modules${sep}`) || id === inHome('src/cli/main.ts'),
    },
  });
  try {
    const { output } = await bundle.generate({
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name].mjs',
      banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
      comments: false,
      minify: { compress: true, mangle: { toplevel: false }, codegen: { removeWhitespace: true } },
    });
    return output;
  } finally {
    await bundle.close();
  }
}

/** Bundles a TypeScript module into a file that this Node can import, whole and readable: for the scripts themselves. */
export async function bundleScript(input, file) {
  const bundle = await rolldown({ ...COMMON, input: inHome(input), external: [/^[^./]/] });
  try {
    await bundle.write({ format: 'esm', file, codeSplitting: false });
  } finally {
    await bundle.close();
  }
}
