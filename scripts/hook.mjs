#!/usr/bin/env node
// Runs the linter from a clone of this repository, as pre-commit and the action get it: git holds no dist/, so the first run makes it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { inHome } from './lib/home.mjs';

const program = inHome('dist/cli.mjs');
const lock = inHome('.building');
/** Milliseconds after which a build that another run began is taken for dead. */
const PATIENCE = 180_000;

if (!existsSync(program)) await buildOnce();
await import(program);

/** Two first runs at once build once: the second waits for the first. */
async function buildOnce() {
  while (!takeLock()) {
    await setTimeout(200);
    if (existsSync(program)) return;
    if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > PATIENCE)
      rmSync(lock, { recursive: true, force: true });
  }
  try {
    if (!existsSync(inHome('node_modules/rolldown'))) run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
    run(process.execPath, [inHome('scripts/build.mjs')]);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function takeLock() {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

/** What npm and the build say goes to standard error: standard output belongs to the report. */
function run(command, args) {
  const made = spawnSync(command, args, {
    cwd: inHome('.'),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (made.status === 0) return;
  rmSync(lock, { recursive: true, force: true });
  console.error(`django-prodcheck: ${command} ${args[0]} failed in ${inHome('.')}; the first run needs npm and its registry.`);
  process.exit(2);
}
