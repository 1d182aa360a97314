// `npm run check -- PATH`: builds when dist/ is missing or older than what it is made of, then runs it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { inHome } from './lib/home.mjs';

const built = inHome('dist/cli.mjs');

function newestUnder(folder) {
  const times = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => statSync(`${folder}/${path}`).mtimeMs);
  return Math.max(0, ...times);
}

function isStale() {
  if (!existsSync(built)) return true;
  const since = statSync(built).mtimeMs;
  const newest = Math.max(
    ...['src', 'rules', 'scripts'].map((folder) => newestUnder(inHome(folder))),
    statSync(inHome('package-lock.json')).mtimeMs,
  );
  return newest > since;
}

if (isStale()) {
  // The report alone belongs on standard output.
  const made = spawnSync(process.execPath, [inHome('scripts/build.mjs')], { stdio: ['ignore', 2, 2] });
  if (made.status !== 0) process.exit(2);
}
await import(built);
