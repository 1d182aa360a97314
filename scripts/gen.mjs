// Writes what is made from the rules and the field notes: rules/index.ts, docs/rules/, schema/, docs/field-notes.md. With --check it only compares, and fails on a difference.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleScript } from './lib/bundle.mjs';
import { fieldPage, readNotes } from './lib/field-notes.mjs';
import { inHome } from './lib/home.mjs';
import { indexText, ruleIds } from './lib/rule-files.mjs';
import { schemas } from './lib/schemas.mjs';

const isCheck = process.argv.includes('--check');
const stale = [];

function put(path, text) {
  const file = inHome(path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  stale.push(path);
  if (isCheck) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function dropExcept(folder, wanted) {
  if (!existsSync(inHome(folder))) return;
  for (const path of readdirSync(inHome(folder), { recursive: true, encoding: 'utf8' }).map((one) => one.replaceAll('\\', '/'))) {
    if (!path.endsWith('.md') || wanted.has(path)) continue;
    stale.push(`${folder}/${path}`);
    if (!isCheck) rmSync(inHome(`${folder}/${path}`));
  }
}

const ids = ruleIds();
put('rules/index.ts', indexText(ids));
put('docs/field-notes.md', fieldPage(readNotes()));
for (const [name, schema] of Object.entries(schemas(ids))) put(`schema/${name}`, `${JSON.stringify(schema, null, 2)}\n`);

// This Node may not run TypeScript: the maker of the pages is bundled first, beside the packages that it imports.
if (!process.argv.includes('--no-pages')) {
  const folder = mkdtempSync(inHome('node_modules/.gen-'));
  try {
    await bundleScript('scripts/pages/pages.ts', `${folder}/pages.mjs`);
    const { makePages } = await import(pathToFileURL(`${folder}/pages.mjs`).href);
    const pages = await makePages();
    for (const [path, text] of pages) put(`docs/rules/${path}`, text);
    dropExcept('docs/rules', pages);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (stale.length > 0) console.log(`${isCheck ? 'Not up to date' : 'Written'}:\n${stale.map((path) => `  ${path}\n`).join('')}`);
if (isCheck && stale.length > 0) process.exit(1);
