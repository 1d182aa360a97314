import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import type { Data } from '../../src/core/data.ts';
import { defaultOrigin } from '../../src/core/origin.ts';
import type { Value } from '../../src/core/value.ts';
import { encodeSettled } from '../../src/settings/index.ts';
import type { Environment, SettingsRequest } from '../../src/settings/model.ts';
import { environmentOf, evaluateFiles, startPython } from '../helpers/python.ts';
import { agrees } from './libraries/agreement.ts';
import { type Case, caseFrom, type Generator } from './libraries/case.ts';
import { LIBRARIES } from './libraries/index.ts';

/**
 * The environment libraries themselves on random calls and environments: whenever we say known, the library must say the same.
 * `PRODCHECK_LIBRARY_SEEDS=from:count`, `PRODCHECK_LIBRARY=name`, `PRODCHECK_PYTHON=python` (one that has the libraries) for longer runs.
 */
const [FROM = 1, COUNT = 60] = (process.env['PRODCHECK_LIBRARY_SEEDS'] ?? '1:60').split(':').map(Number);
const ONLY = process.env['PRODCHECK_LIBRARY'];
const PYTHON = process.env['PRODCHECK_PYTHON'] ?? 'python3';
const SHOW = Number(process.env['PRODCHECK_SHOW'] ?? 20);

interface Truth {
  readonly raised: string | null;
  readonly lacks: boolean;
  readonly names: Readonly<Record<string, unknown>>;
}

function installed(module: string): boolean {
  return spawnSync(PYTHON, ['-c', `import ${module}`], { encoding: 'utf8' }).status === 0;
}

/** What is installed there, by distribution. */
function distributions(): ReadonlyMap<string, string> {
  const code =
    'import importlib.metadata as m, json; print(json.dumps({d.metadata["Name"].lower().replace("_", "-"): d.version for d in reversed(list(m.distributions()))}))';
  const run = spawnSync(PYTHON, ['-c', code], { encoding: 'utf8' });
  return new Map(Object.entries<string>(JSON.parse(run.stdout)));
}

/** Pins to what is installed; every other seed goes without, so that what differs between releases must be unknown. */
function packagesFor(seed: number, found: ReadonlyMap<string, string>): Partial<SettingsRequest> {
  if (seed % 2 === 0) return { django: { from: null, before: null, exact: null, origin: defaultOrigin('the test') } };
  const range = (name: string) => {
    const exact = found.get(name);
    return exact === undefined ? null : { from: exact, before: null, exact, origin: defaultOrigin('the test') };
  };
  return { packages: { has: (name) => (found.has(name) ? 'yes' : 'no'), range } };
}

function truths(cases: readonly Case[]): readonly Truth[] {
  const script = new URL('./libraries/run-cases.py', import.meta.url).pathname;
  const run = spawnSync(PYTHON, ['-W', 'ignore', script], { input: JSON.stringify(cases), encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

/** The case's environment, perhaps with one variable of which nobody says the value: what is known then must hold for any. */
function environmentFor(one: Case, seed: number): Environment {
  const pairs = Object.entries(one.environment).map(([name, value]) => `${name}=${value}`);
  const all = environmentOf(pairs);
  const hidden = seed % 4 === 0 ? Object.keys(one.environment)[seed % 3] : undefined;
  if (hidden === undefined) return all;
  const nobody: Value<string> = {
    kind: 'unknown',
    why: 'opaque-env',
    names: [hidden],
    origin: { step: 'env', name: hidden, state: 'given' },
  };
  return { ...all, variables: new Map([...all.variables, [hidden, nobody]]) };
}

interface Report {
  readonly wrong: string[];
  readonly unknown: string[];
  settled: number;
  all: number;
}

function compare(one: Case, truth: Truth, seed: number, report: Report, found: ReadonlyMap<string, string>): void {
  // A release without that name or argument: no project that runs has it.
  if (truth.lacks) return;
  const say = (what: string) => `seed ${seed}: ${what}`;
  const ours = evaluateFiles(one.files, environmentFor(one, seed), {
    python: '3.11',
    ...packagesFor(seed, found),
    ...(one.class === undefined ? {} : { className: one.class }),
  });
  const isSettled = (own: Value<Data>) =>
    own.kind === 'known' && !JSON.stringify(encodeSettled(own, { showSecrets: true })).includes('$unknown');
  const asked = [...ours.settings].filter(([name]) => one.names?.includes(name) ?? true);
  const all = asked.every(([, own]) => isSettled(own)) && ours.complete === true;
  if (ours.raised !== null && truth.raised === null) report.wrong.push(say(`raised ${ours.raised.type}, Python ran through`));
  if (truth.raised !== null && ours.raised === null && all) report.wrong.push(say(`ran through, Python raised ${truth.raised}`));
  if (truth.raised !== null && ours.raised !== null && truth.raised !== ours.raised.type)
    report.unknown.push(say(`raised ${ours.raised.type}, Python raised ${truth.raised}`));
  // Something unknown may have been what raised: then nothing was said of the names as they were at that moment.
  const stopped = truth.raised !== null && !all;
  for (const [name, value] of stopped ? [] : Object.entries(truth.names)) {
    const own = ours.settings.get(name);
    report.all++;
    if (own === undefined && ours.complete === true && ours.raised === null) report.wrong.push(say(`${name} is missing`));
    if (own === undefined || own.kind === 'unknown')
      report.unknown.push(say(`${name} is ${JSON.stringify(value)}, unknown to us${own === undefined ? '' : ` (${own.why})`}`));
    else {
      const texts = (own.kind === 'known' ? [own] : own.cases.map((each) => each.then)).map((each) =>
        encodeSettled(each, { showSecrets: true }),
      );
      if (!texts.some((text) => agrees(value, text)))
        report.wrong.push(say(`${name} is ${JSON.stringify(value)}, we say ${JSON.stringify(texts)}`));
      else if (own.kind === 'known' && !JSON.stringify(texts).includes('$unknown')) report.settled++;
      else report.unknown.push(say(`${name} is ${JSON.stringify(value)}, we say only ${JSON.stringify(texts)}`));
    }
  }
  // What comes after an unknown value holds only if that did not raise.
  for (const [name, own] of asked) {
    if (!isSettled(own) || (one.class !== undefined && !all)) break;
    if (!(name in truth.names))
      report.wrong.push(say(`${name} is not set, we say ${JSON.stringify(encodeSettled(own, { showSecrets: true }))}`));
  }
}

beforeAll(startPython);

for (const [name, { module, make, least }] of Object.entries(LIBRARIES)) {
  const skipped = (ONLY !== undefined && ONLY !== name) || !installed(module);
  test.skipIf(skipped)(
    `${name}: what we call known is what the library says (skipped where it is not installed)`,
    { timeout: 600_000 },
    () => {
      const cases = Array.from({ length: COUNT }, (_one, i) => caseFrom(make, FROM + i));
      const found = distributions();
      const results = truths(cases);
      expect(results.length).toBe(COUNT);
      const report: Report = { wrong: [], unknown: [], settled: 0, all: 0 };
      for (const [i, one] of cases.entries()) {
        const truth = results[i];
        if (truth !== undefined) compare(one, truth, FROM + i, report, found);
      }
      if (ONLY !== undefined) {
        const rest = report.unknown.filter((line) => Number(/\d+/.exec(line)?.[0]) % 4 !== 0);
        console.log(
          `${name}: ${report.wrong.length} wrong, ${report.settled} of ${report.all} known; unknown without a hidden variable: ${rest.length}\n${rest.slice(0, SHOW).join('\n')}`,
        );
      }
      expect(report.wrong.slice(0, SHOW)).toEqual([]);
      // A run in which hardly anything is known would prove nothing.
      expect(report.settled / Math.max(1, report.all)).toBeGreaterThan(least);
    },
  );
}

export type { Generator };
