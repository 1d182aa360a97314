import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { encodeSettled } from '../../src/settings/index.ts';
import { environmentOf, evaluateFiles, startPython } from '../helpers/python.ts';
import { type Asked, generatedExpression } from './generated-expressions.ts';

/**
 * The environment libraries themselves on generated calls: what we call known is what they say, and where they raise so do we or we
 * say unknown. `PRODCHECK_PYTHON` names a Python that has them; `PRODCHECK_SEEDS=from:count` for longer runs.
 */
const [FROM = 1, COUNT = 600] = (process.env['PRODCHECK_SEEDS'] ?? '1:600').split(':').map(Number);
const PYTHON = process.env['PRODCHECK_PYTHON'] ?? 'python3';
const IMPORTS = 'import dj_email_url, django_cache_url, envparse\nfrom envparse import Env, env\n';

interface Answer {
  readonly raised: string | null;
  readonly value: unknown;
}

function answers(cases: readonly Asked[]): readonly Answer[] | null {
  const run = spawnSync(PYTHON, ['-W', 'ignore', new URL('./run-expressions.py', import.meta.url).pathname], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const read: { readonly answers?: readonly Answer[] } = run.status === 0 ? JSON.parse(run.stdout) : {};
  return read.answers ?? null;
}

const found = answers([]) !== null;

beforeAll(startPython);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function agrees(truth: unknown, ours: unknown): boolean {
  if (isRecord(ours) && ours['$unknown'] === true) return true;
  if (isRecord(truth) && truth['$type'] === 'url') return isRecord(ours) && ours['$type'] === 'object';
  if (Array.isArray(truth) && Array.isArray(ours)) return truth.length === ours.length && truth.every((one, i) => agrees(one, ours[i]));
  if (isRecord(truth) && isRecord(ours)) {
    if (truth['$type'] === 'set') {
      const items = Array.isArray(ours['items']) ? [...ours['items']].map(String).sort() : [];
      return '$unknown' in ours || ours['complete'] === false || JSON.stringify(items) === JSON.stringify(truth['items']);
    }
    return (
      JSON.stringify(Object.keys(truth)) === JSON.stringify(Object.keys(ours)) &&
      Object.keys(truth).every((key) => agrees(truth[key], ours[key]))
    );
  }
  return Object.is(truth, ours);
}

function complaint(asked: Asked, truth: Answer): { readonly wrong: string | null; readonly settled: boolean } {
  const pairs = Object.entries(asked.environment).map(([name, value]) => `${name}=${value}`);
  const ours = evaluateFiles({ 'settings.py': `${IMPORTS}R = ${asked.expression}\n` }, environmentOf(pairs));
  const where = `${JSON.stringify(asked)}: Python says ${JSON.stringify(truth)}`;
  if (ours.raised !== null)
    return { wrong: truth.raised === ours.raised.type ? null : `${where}, we raise ${ours.raised.type}`, settled: true };
  const own = ours.settings.get('R');
  if (own?.kind !== 'known') return { wrong: own === undefined ? `${where}, we miss it` : null, settled: false };
  const text = encodeSettled(own, { showSecrets: true });
  const settled = !JSON.stringify(text).includes('$unknown');
  if (truth.raised !== null) return { wrong: settled ? `${where}, we say ${JSON.stringify(text)}` : null, settled };
  return { wrong: agrees(truth.value, text) ? null : `${where}, we say ${JSON.stringify(text)}`, settled };
}

test.skipIf(!found)(
  'what dj-email-url, django-cache-url and envparse say (skipped where they are not installed)',
  { timeout: 600_000 },
  () => {
    const cases = Array.from({ length: COUNT }, (_one, i) => generatedExpression(FROM + i));
    const truths = answers(cases) ?? [];
    expect(truths.length).toBe(COUNT);
    const results = cases.flatMap((one, i) => {
      const truth = truths[i];
      return truth === undefined ? [] : [complaint(one, truth)];
    });
    expect(results.flatMap((one) => one.wrong ?? []).slice(0, 20)).toEqual([]);
    // A run in which hardly anything is known would prove nothing.
    expect(results.filter((one) => one.settled).length / COUNT).toBeGreaterThan(0.9);
  },
);
