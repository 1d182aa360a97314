import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultOrigin } from '../src/core/origin.ts';
import { readPackages } from '../src/deployment/packages/packages.ts';
import { memoryTree } from '../src/files/memory.ts';
import { encodeSettled } from '../src/settings/index.ts';
import type { EvaluatedSettings, ReleaseRange, SettingsRequest } from '../src/settings/model.ts';
import { agrees } from './helpers/agreement.ts';
import { environmentOf, evaluateFiles, inWords, startPython } from './helpers/python.ts';
import { moduleOf, pairsOf, parseSpec, type SpecCase } from './helpers/spec-cases.ts';

async function evaluated(one: SpecCase, more: Partial<SettingsRequest> = {}): Promise<EvaluatedSettings> {
  const given = Object.fromEntries(one.given.map((line) => line.split(': ')));
  const { packages } = (await readPackages(memoryTree(one.files)))('');
  return evaluateFiles(one.files, environmentOf(pairsOf(one), one.env.includes('open')), {
    packages,
    host: one.env.includes('bare') ? 'bare' : 'unknown',
    module: moduleOf(one),
    ...(given['python'] === undefined ? {} : { python: given['python'] === 'any' ? null : given['python'] }),
    ...(given['django'] === undefined ? {} : { django: djangoOf(given['django']) }),
    ...more,
  });
}

/** `4.2.9`, or `3.2..5.0` for a range. */
function djangoOf(text: string): ReleaseRange {
  const [from = '', before] = text.split('..');
  const origin = defaultOrigin('the test');
  return before === undefined ? { from, before: null, exact: from, origin } : { from, before, exact: null, origin };
}

function answer(evaluated: EvaluatedSettings, name: string): string {
  switch (name) {
    case 'raised':
      return evaluated.raised?.type ?? 'nothing';
    case 'required':
      return evaluated.reads
        .filter((read) => read.required)
        .map((read) => read.name)
        .join(', ');
    case 'files':
      return evaluated.files.join(', ');
    case 'complete':
      return evaluated.complete === true ? 'yes' : 'no';
    default:
      return inWords(evaluated.settings.get(name));
  }
}

beforeAll(startPython);

const folder = new URL('./spec/settings/', import.meta.url);
for (const file of readdirSync(folder).sort()) {
  describe(file, () => {
    for (const one of parseSpec(readFileSync(new URL(file, folder), 'utf8'))) {
      test(one.name, async () => {
        expect(one.values.length).toBeGreaterThan(0);
        const result = await evaluated(one);
        for (const line of one.values) {
          const name = line.slice(0, line.indexOf(':'));
          expect(`${name}: ${answer(result, name)}`).toBe(line);
        }
      });
    }
  });
}

/** Real Python on the same cases: `PRODCHECK_PYTHON` names one that has the libraries. */
const PYTHON = process.env['PRODCHECK_PYTHON'] ?? 'python3';
const release = / (3\.\d+)\./.exec(spawnSync(PYTHON, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1];
const recent = release !== undefined && Number(release.split('.')[1]) >= 11;

interface Truth {
  readonly raised: string | null;
  readonly missing: string | null;
  /** Something outside of the standard library was loaded: its release decides. */
  readonly foreign: boolean;
  readonly names: Readonly<Record<string, unknown>>;
}

function truthsOf(cases: readonly SpecCase[]): readonly Truth[] {
  const input = cases.map((one) => ({
    name: one.name,
    files: one.files,
    module: moduleOf(one),
    environment: Object.fromEntries(pairsOf(one).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
  }));
  const script = new URL('./helpers/settings-truth.py', import.meta.url).pathname;
  const run = spawnSync(PYTHON, ['-W', 'ignore', script], { input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(run.stdout);
}

/** Cases about libraries, releases and package files are held against those elsewhere. */
function isComparable(one: SpecCase, truth: Truth): boolean {
  if (truth.missing !== null || truth.foreign || one.given.length > 0) return false;
  if (Object.keys(one.files).some((path) => /requirements|pyproject|Pipfile|setup\./.test(path))) return false;
  // What is open says more than one run can show.
  return !(one.env.includes('open') && truth.raised !== null);
}

async function contradictions(one: SpecCase, truth: Truth): Promise<readonly string[]> {
  const ours = await evaluated(one, { python: release ?? null });
  const wrong: string[] = [];
  if (!one.env.includes('open') && (ours.raised?.type ?? null) !== truth.raised && ours.problems.length === 0)
    wrong.push(`raises ${truth.raised ?? 'nothing'}, we say ${ours.raised?.type ?? 'nothing'}`);
  if (truth.raised !== null) return wrong;
  for (const [name, value] of ours.settings) {
    if (value.kind !== 'known') continue;
    const said = encodeSettled(value, { showSecrets: true });
    if (!(name in truth.names)) wrong.push(`${name} is not set, we say ${JSON.stringify(said)}`);
    else if (!agrees(truth.names[name], said))
      wrong.push(`${name} is ${JSON.stringify(truth.names[name])}, we say ${JSON.stringify(said)}`);
  }
  for (const name of Object.keys(truth.names))
    if (ours.complete === true && !ours.settings.has(name)) wrong.push(`${name} is set, we do not say so`);
  return wrong;
}

describe.skipIf(!recent)('what the specs say known is what Python says (skipped without Python 3.11)', () => {
  for (const file of readdirSync(folder).sort()) {
    test(file, { timeout: 60_000 }, async () => {
      const cases = parseSpec(readFileSync(new URL(file, folder), 'utf8'));
      const truths = truthsOf(cases);
      const wrong: string[] = [];
      for (const [i, one] of cases.entries()) {
        const truth = truths[i];
        if (truth === undefined || !isComparable(one, truth)) continue;
        wrong.push(...(await contradictions(one, truth)).map((text) => `${one.name}: ${text}`));
      }
      expect(wrong).toEqual([]);
    });
  }
});
