import { readFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { rolldown } from 'rolldown';
import { inAscii } from './ascii.mjs';
import { cutRule, EXAMPLES, PROSE } from './cut-rule.mjs';
import { HOME, inHome } from './home.mjs';
import { isRule } from './rule-files.mjs';

const RULES = inHome('rules/');
const INDEX = inHome('rules/index.ts');
/** Copies of the rules with a part of their properties, by the end of their ids, and who imports them. */
const PARTS = [
  { mark: '?prose', loader: inHome('src/check/prose.ts'), keeps: (name) => name === 'id' || PROSE.has(name) },
  { mark: '?examples', loader: inHome('src/check/examples.ts'), keeps: (name) => name === 'id' || EXAMPLES.has(name) },
];
const PROSE_INDEX = `${INDEX}?prose`;
const partOf = (id) => PARTS.find((part) => part.loader === id || id?.endsWith(part.mark));
const isHot = (name) => !PROSE.has(name) && !EXAMPLES.has(name);
const ENTRY = inHome('src/cli/main.ts');
const CHECK = inHome('src/cli/check-command.ts');
const WASM = inHome('src/files/wasm.ts');

/** The package's own modules for browsers: the same parser as modules of ECMAScript, which can be taken apart and start in half the time. */
const YAML = inHome('node_modules/yaml/browser/dist/index.js');

/** Names of the two wasm files beside the bundle, and where they come from. */
export const WASM_FILES = {
  'tree-sitter.wasm': inHome('node_modules/web-tree-sitter/web-tree-sitter.wasm'),
  'tree-sitter-python.wasm': inHome('node_modules/tree-sitter-python/tree-sitter-python.wasm'),
};

/** Takes the prose and the examples out of the rules that every run loads, into copies that only their loaders import. */
const splitRules = {
  name: 'split-rules',
  resolveId(source, importer) {
    const part = partOf(importer);
    if (part === undefined || !source.startsWith('.')) return null;
    const target = resolve(dirname(importer.replace(part.mark, '')), source);
    const isPart = target.startsWith(RULES) && (target === INDEX || isRule(readFileSync(target, 'utf8')));
    return isPart ? target + part.mark : target;
  },
  load(id) {
    if (!id.startsWith(RULES)) return null;
    const part = partOf(id);
    const text = readFileSync(id.replace(part?.mark ?? '', ''), 'utf8');
    if (!isRule(text)) return part === undefined ? null : { code: text, moduleType: 'ts' };
    try {
      return { code: cutRule(text, part?.keeps ?? isHot), moduleType: 'ts' };
    } catch (error) {
      throw new Error(`${id}: ${error.message}`);
    }
  },
};

/** Prose as one text of JSON, which is read in a tenth of the time that the code of as many objects takes. */
const proseAsData = {
  name: 'prose-as-data',
  async load(id) {
    if (id !== PROSE_INDEX) return null;
    const { rules } = await evaluated(PROSE_INDEX);
    const text = JSON.stringify(rules);
    if (!isDeepStrictEqual(JSON.parse(text), rules)) throw new Error('The prose of a rule holds more than data.');
    return { code: `export const rules = JSON.parse(${JSON.stringify(text)});`, moduleType: 'js' };
  },
};

/** What a module exports, with the prose of the rules in place of the rules. */
async function evaluated(id) {
  const entry = { name: 'entry', resolveId: (source) => (source === id ? id : null) };
  const bundle = await rolldown({ ...COMMON, input: { prose: id }, plugins: [entry, splitRules] });
  try {
    const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
    return await import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
  } finally {
    await bundle.close();
  }
}

/**
 * Few chunks, for each costs about a millisecond: what every command needs, what `check` needs besides, and what is loaded only when a
 * file asks for it.
 */
function chunkOf(id, chunking) {
  if (reached(ENTRY, chunking).has(id)) return id === ENTRY ? null : 'base';
  return reached(CHECK, chunking).has(id) ? 'program' : null;
}

const reachedFrom = new Map();

/** Modules that loading one loads at once. */
function reached(from, chunking) {
  const known = reachedFrom.get(from);
  if (known !== undefined) return known;
  const found = new Set([from]);
  for (const id of found) for (const next of chunking.getModuleInfo(id)?.importedIds ?? []) found.add(next);
  reachedFrom.set(from, found);
  return found;
}

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
  checks: { eval: false, pluginTimings: false, bundlerTimings: false },
  transform: { target: 'node20.12' },
};

/** Modules that only declare: what nobody uses of them is left out. */
function isPure(id) {
  if (!id.startsWith(HOME) || id === ENTRY) return false;
  const inPackage = id.includes(`${sep}node_modules${sep}`);
  return !inPackage || ['yaml', 'unbash'].some((name) => id.includes(`${sep}node_modules${sep}${name}${sep}`));
}

/** The chunks of the program. */
export async function bundleProgram() {
  const bundle = await rolldown({
    ...COMMON,
    input: { cli: ENTRY },
    plugins: [proseAsData, splitRules, besideBundle],
    resolve: { alias: { yaml: YAML } },
    treeshake: {
      moduleSideEffects: (id) => !isPure(id),
    },
  });
  try {
    const { output } = await bundle.generate({
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name].mjs',
      banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
      codeSplitting: { groups: [{ name: chunkOf, debugName: 'by command' }] },
      comments: false,
      minify: { compress: true, mangle: { toplevel: false }, codegen: { removeWhitespace: true } },
    });
    return output.map((chunk) => (chunk.type === 'chunk' ? { ...chunk, code: inAscii(chunk.code, chunk.fileName) } : chunk));
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
