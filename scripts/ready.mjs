// Everything that must hold before a change is shared, in the order in which it fails soonest.
import { spawnSync } from 'node:child_process';
import { HOME, inHome } from './lib/home.mjs';

const tool = (name) => inHome(`node_modules/.bin/${name}`);
const node = process.execPath;
const STEPS = [
  ['format and lint', tool('biome'), ['check', '.']],
  ['types', tool('tsc'), ['--noEmit']],
  ['build', node, [inHome('scripts/build.mjs')]],
  ['generated files', node, [inHome('scripts/gen.mjs'), '--check']],
  ['tests, the packed package among them', tool('vitest'), ['run']],
];

for (const [name, command, args] of STEPS) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(command, args, { cwd: HOME, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error(`\nNot ready: ${name} failed.`);
    process.exit(1);
  }
}
console.log('\nReady.');
