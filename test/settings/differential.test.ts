import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { encodeSettled } from '../../src/settings/index.ts';
import { environmentOf, evaluateFiles, startPython } from '../helpers/python.ts';
import { type Generated, generatedModule } from './generated-module.ts';

/** Real Python on generated modules: whenever we say known, Python must say the same. `PRODCHECK_SEEDS=from:count` for longer runs. */
const [FROM = 1, COUNT = 300] = (process.env['PRODCHECK_SEEDS'] ?? '1:300').split(':').map(Number);
const python = spawnSync('python3', ['--version'], { encoding: 'utf8' });
const found = python.status === 0 && / 3\.(9|1\d)\./.test(python.stdout);

interface Truth {
  readonly raised: string | null;
  readonly names: Readonly<Record<string, unknown>>;
}

beforeAll(startPython);

function truths(modules: readonly Generated[]): readonly Truth[] {
  const run = spawnSync('python3', ['-W', 'ignore', new URL('./run-modules.py', import.meta.url).pathname], {
    input: JSON.stringify(modules),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return JSON.parse(run.stdout);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** False only for a contradiction: unknown parts of ours agree with anything. */
function agrees(truth: unknown, ours: unknown): boolean {
  if (isRecord(ours) && ours['$unknown'] === true) return true;
  if (isRecord(truth) && (truth['$type'] === 'other' || truth['$type'] === 'deep' || truth['$type'] === 'big')) return true;
  if (isRecord(ours) && ours['$type'] === 'object') return true;
  if (Array.isArray(truth) && Array.isArray(ours)) {
    const gap = ours.findIndex((one) => isRecord(one) && one['many'] === true);
    if (gap === -1) return truth.length === ours.length && truth.every((one, i) => agrees(one, ours[i]));
    return truth.length >= gap && ours.slice(0, gap).every((one, i) => agrees(truth[i], one));
  }
  if (isRecord(truth) && isRecord(ours)) {
    if (truth['$type'] === 'set' && Array.isArray(ours['items']) && Array.isArray(truth['items'])) {
      const sorted = [...ours['items']].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      const wanted = [...truth['items']].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      return sorted.some((one) => isRecord(one)) || agrees(wanted, sorted);
    }
    if ('$unknown' in ours) return Object.keys(ours).every((key) => key === '$unknown' || !(key in truth) || agrees(truth[key], ours[key]));
    const keys = new Set([...Object.keys(truth), ...Object.keys(ours)]);
    return [...keys].every((key) => key in truth && key in ours && agrees(truth[key], ours[key]));
  }
  return Object.is(truth, ours) || (truth === 0 && ours === 0);
}

test.skipIf(!found)('what we call known is what Python says (skipped without python3)', { timeout: 600_000 }, () => {
  const modules = Array.from({ length: COUNT }, (_one, i) => generatedModule(FROM + i));
  const results = truths(modules);
  expect(results.length).toBe(COUNT);
  const wrong: string[] = [];
  let settled = 0;
  let all = 0;
  for (const [i, module] of modules.entries()) {
    const truth = results[i];
    if (truth === undefined) continue;
    const pairs = Object.entries(module.environment).map(([name, value]) => `${name}=${value}`);
    const ours = evaluateFiles({ 'settings.py': module.text }, environmentOf(pairs), { python: null });
    if (ours.raised !== null && truth.raised === null) wrong.push(`seed ${FROM + i}: raised ${ours.raised.type}, Python ran through`);
    if (truth.raised !== null) continue;
    for (const [name, value] of Object.entries(truth.names)) {
      all++;
      const own = ours.settings.get(name);
      if (own === undefined && ours.complete === true)
        wrong.push(`seed ${FROM + i}: ${name} is missing, Python says ${JSON.stringify(value)}`);
      if (own?.kind !== 'known') continue;
      const text = encodeSettled(own, { showSecrets: true });
      if (!JSON.stringify(text).includes('$unknown')) settled++;
      if (!agrees(value, text)) wrong.push(`seed ${FROM + i}: ${name} is ${JSON.stringify(value)}, we say ${JSON.stringify(text)}`);
    }
    for (const [name, own] of ours.settings)
      if (own.kind === 'known' && !(name in truth.names))
        wrong.push(`seed ${FROM + i}: ${name} is not set, we say ${JSON.stringify(encodeSettled(own, { showSecrets: true }))}`);
  }
  expect(wrong.slice(0, 20)).toEqual([]);
  // A run in which hardly anything is known would prove nothing.
  expect(settled / Math.max(1, all)).toBeGreaterThan(0.7);
});
