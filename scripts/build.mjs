// Bundles src/cli/main.ts into dist/: one entry, lazy chunks, the wasm modules beside them, nothing to install.
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { bundleProgram, WASM_FILES } from './lib/bundle.mjs';
import { inHome } from './lib/home.mjs';
import { bundledPackages, noticesText } from './lib/notices.mjs';

const output = await bundleProgram();
const dist = inHome('dist');
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
for (const chunk of output) writeFileSync(`${dist}/${chunk.fileName}`, chunk.code ?? chunk.source);
for (const [name, from] of Object.entries(WASM_FILES)) copyFileSync(from, `${dist}/${name}`);
chmodSync(`${dist}/cli.mjs`, 0o755);
writeFileSync(inHome('THIRD-PARTY-NOTICES'), noticesText(bundledPackages(output)));
const bytes = output.reduce((sum, chunk) => sum + Buffer.byteLength(chunk.code ?? chunk.source), 0);
console.log(`dist/: ${output.length} chunks, ${Math.round(bytes / 1024)} kB, and ${Object.keys(WASM_FILES).length} wasm modules.`);
