import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { WASM_FILES } from './bundle.mjs';
import { inHome } from './home.mjs';

/** Sources that the wasm modules are compiled from, besides the packages that ship them. */
const WITHIN_WASM = ['tree-sitter'];

/** Names of the packages whose code is in the bundle or beside it, sorted. */
export function bundledPackages(output) {
  const modules = [...output.flatMap((chunk) => chunk.moduleIds ?? []), ...Object.values(WASM_FILES)];
  const names = modules.flatMap((id) => {
    const match = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id.replace(/^\0/, ''));
    return match ? [match[1].replaceAll('\\', '/')] : [];
  });
  return [...new Set([...names, ...WITHIN_WASM])].sort();
}

/** The text of THIRD-PARTY-NOTICES: each package with its version, licence and licence text. */
export function noticesText(names) {
  const parts = names.map((name) => {
    const folder = inHome(`node_modules/${name}`);
    const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)([.-]|$)/i.test(entry));
    const text = file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : vendored(name, license);
    return `${name} ${version} (${license})\n\n${text.replaceAll('\r\n', '\n')}\n`;
  });
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return `The program contains code of these packages, under the licences given.\n${rule}${parts.join(rule)}`;
}

/** A package without a licence text of its own: the text of its licence, with its author. */
function vendored(name, license) {
  const { author, repository } = JSON.parse(readFileSync(inHome(`node_modules/${name}/package.json`), 'utf8'));
  const holder = typeof author === 'string' ? author : (author?.name ?? `the authors of ${name}`);
  const place = typeof repository === 'string' ? repository : repository?.url;
  const text = inHome(`scripts/lib/licences/${license}.txt`);
  if (!existsSync(text)) throw new Error(`${name} ships no licence text and scripts/lib/licences has none for ${license}.`);
  return `Copyright (c) ${holder.replace(/\s*<.*>/, '')}${place ? ` (${place.replace(/^git\+/, '')})` : ''}\n\n${readFileSync(text, 'utf8').trim()}`;
}
