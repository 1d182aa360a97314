import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const HOME = new URL('../', import.meta.url).pathname;
const CLI = join(HOME, 'dist/cli.mjs');
const folder = mkdtempSync(join(tmpdir(), 'prodcheck-performance-'));
const meter = join(folder, 'meter.cjs');

/** Times the start of Node. A guard against a blunder, far above what docs/performance.md tells: later releases start in half the time. */
const LIMIT = process.versions.node.startsWith('20.') ? 12 : 32;
const RUNS = 5;

beforeAll(() => {
  // Processor time of all threads, written to a pipe that the test reads.
  const write = "process.on('exit', () => { const { user, system } = process.cpuUsage(); fs.writeSync(3, String(user + system)); });";
  writeFileSync(meter, `const fs = require('node:fs');\n${write}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Processor time of one run in microseconds. */
function cost(args: readonly string[]): number {
  const run = spawnSync(process.execPath, ['--require', meter, ...args], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  expect(run.stderr).toBe('');
  return Number(run.output[3]);
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

test('a whole check costs a small multiple of starting Node', { timeout: 60_000 }, () => {
  expect(existsSync(CLI), 'npm run build makes it').toBe(true);
  const starts: number[] = [];
  const checks: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    starts.push(cost(['-e', '0']));
    checks.push(cost([CLI, 'check', join(HOME, 'fixtures/bakery'), '--format', 'json', '--fail-on', 'never']));
  }
  expect(median(starts)).toBeGreaterThan(1000);
  expect(median(checks) / median(starts)).toBeGreaterThan(1);
  expect(median(checks) / median(starts)).toBeLessThan(LIMIT);
});
