import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultOrigin } from '../../../src/core/origin.ts';
import type { Value } from '../../../src/core/value.ts';
import { encodeSettled } from '../../../src/settings/index.ts';
import type { Environment, SettingsRequest } from '../../../src/settings/model.ts';
import { environmentOf, evaluateFiles, startPython } from '../../helpers/python.ts';
import { type Generated, generatedClass } from './generated-class.ts';

/**
 * pydantic itself on random settings classes and environments: whenever we say known, it must say the same.
 * `PRODCHECK_PYTHON` is a Python that has pydantic-settings (pydantic 1 is taken from its `pydantic.v1`), `PRODCHECK_PYTHON_PYDANTIC1`
 * one that has pydantic 1; `PRODCHECK_SEEDS=from:count` for longer runs.
 */
const [FROM = 1, COUNT = 200] = (process.env['PRODCHECK_SEEDS'] ?? '1:200').split(':').map(Number);
const SHOW = Number(process.env['PRODCHECK_SHOW'] ?? 10);
const python = process.env['PRODCHECK_PYTHON'] ?? 'python3';
const old = process.env['PRODCHECK_PYTHON_PYDANTIC1'];

interface Kind {
  readonly name: string;
  readonly python: string;
  readonly generation: 1 | 2;
  readonly home: string;
}
const KINDS: readonly Kind[] = [
  { name: 'pydantic-settings', python, generation: 2, home: 'pydantic' },
  { name: 'pydantic 1', python: old ?? python, generation: 1, home: old === undefined ? 'pydantic.v1' : 'pydantic' },
];

interface Truth {
  readonly raised: string | null;
  readonly names: Readonly<Record<string, unknown>>;
}

function has({ python: program, generation, home }: Kind): boolean {
  const module = generation === 2 ? 'pydantic_settings' : home;
  return spawnSync(program, ['-W', 'ignore', '-c', `from ${module} import BaseSettings`]).status === 0;
}

function truths(program: string, cases: readonly Generated[]): readonly Truth[] {
  const script = new URL('./run-classes.py', import.meta.url).pathname;
  const run = spawnSync(program, ['-W', 'ignore', script], { input: JSON.stringify(cases), encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

/** The releases installed there. */
function releases(program: string): ReadonlyMap<string, string> {
  const code = 'import importlib.metadata as m; print("\\n".join(d.metadata["Name"].lower() + " " + d.version for d in m.distributions()))';
  const { stdout } = spawnSync(program, ['-c', code], { encoding: 'utf8' });
  return new Map(stdout.split('\n').map((line): [string, string] => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']));
}

/** Pins to what is installed; every other seed goes without, so that what differs between releases must be unknown. */
function packagesFor(seed: number, found: ReadonlyMap<string, string>): Pick<SettingsRequest, 'packages'> {
  if (seed % 2 === 0) return {};
  const range = (name: string) => {
    const exact = found.get(name);
    return exact === undefined ? null : { from: exact, before: null, exact, origin: defaultOrigin('the test') };
  };
  return { packages: { has: (name) => (found.has(name) ? 'yes' : 'no'), range } };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** False only for a contradiction: unknown parts of ours agree with anything. */
function agrees(truth: unknown, ours: unknown): boolean {
  if (isRecord(ours) && ours['$unknown'] === true) return true;
  if (isRecord(truth) && (truth['$type'] === 'big' || truth['$type'] === 'float')) return isRecord(ours);
  if (Array.isArray(truth) && Array.isArray(ours)) {
    if (ours.some((one) => isRecord(one) && one['many'] === true)) return true;
    return truth.length === ours.length && truth.every((one, i) => agrees(one, ours[i]));
  }
  if (!isRecord(truth) || !isRecord(ours)) return Object.is(truth, ours) || (truth === 0 && ours === 0);
  if (truth['$type'] === 'set' && ours['$type'] === 'set' && Array.isArray(ours['items']) && Array.isArray(truth['items'])) {
    const sorted = (items: readonly unknown[]) => [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return ours['items'].some(isRecord) || agrees(sorted(truth['items']), sorted(ours['items']));
  }
  if ('$unknown' in ours) return Object.keys(ours).every((key) => key === '$unknown' || (key in truth && agrees(truth[key], ours[key])));
  const keys = new Set([...Object.keys(truth), ...Object.keys(ours)]);
  return [...keys].every((key) => key in truth && key in ours && agrees(truth[key], ours[key]));
}

/** The case's environment, perhaps with one variable of which nobody says the value: what is known then must hold for any. */
function environmentFor(one: Generated, seed: number): Environment {
  const all = environmentOf(Object.entries(one.environment).map(([name, value]) => `${name}=${value}`));
  const hidden = seed % 5 === 0 ? Object.keys(one.environment)[seed % 3] : undefined;
  if (hidden === undefined) return all;
  const origin = { step: 'env' as const, name: hidden, state: 'given' as const };
  const nobody: Value<string> = { kind: 'unknown', why: 'opaque-env', names: [hidden], origin };
  return { ...all, variables: new Map([...all.variables, [hidden, nobody]]) };
}

interface Report {
  readonly wrong: string[];
  readonly unknown: string[];
  settled: number;
  all: number;
}

/** Sources fail before validation does: where something is not known, either may come first. */
function sameFailure(ours: string, truth: string | null, seed: number): boolean {
  const either = ['ValidationError', 'SettingsError'];
  const doubtful = seed % 5 === 0 || seed % 2 === 0;
  return ours === truth || (doubtful && either.includes(ours) && truth !== null && either.includes(truth));
}

function compare(one: Generated, truth: Truth, seed: number, report: Report, more: Pick<SettingsRequest, 'packages'>): void {
  const label = `seed ${seed}`;
  // A release without that name: no project that runs has it.
  if (truth.raised === 'ImportError') return;
  const ours = evaluateFiles(one.files, environmentFor(one, seed), { python: '3.11', ...more });
  if (ours.raised !== null && !sameFailure(ours.raised.type, truth.raised, seed))
    report.wrong.push(`${label}: raised ${ours.raised.type}, Python ${truth.raised}`);
  if (truth.raised !== null) {
    report.all++;
    if (ours.raised !== null) report.settled++;
    else report.unknown.push(`${label}: raises ${truth.raised}`);
    return;
  }
  for (const [name, value] of Object.entries(truth.names)) {
    report.all++;
    const own = ours.settings.get(name);
    if (own === undefined) report.wrong.push(`${label}: ${name} is missing`);
    if (own?.kind !== 'known') {
      report.unknown.push(`${label}: ${name} ${JSON.stringify(value)}`);
      continue;
    }
    const text = encodeSettled(own, { showSecrets: true });
    if (JSON.stringify(text).includes('$unknown')) report.unknown.push(`${label}: ${name} ${JSON.stringify(value)}`);
    else report.settled++;
    if (!agrees(value, text)) report.wrong.push(`${label}: ${name} is ${JSON.stringify(value)}, we say ${JSON.stringify(text)}`);
  }
}

beforeAll(startPython);

describe('what we call known is what pydantic says', () => {
  for (const kind of KINDS) {
    test.skipIf(!has(kind))(`${kind.name} (skipped where it is not installed)`, { timeout: 900_000 }, () => {
      const cases = Array.from({ length: COUNT }, (_one, i) => generatedClass(FROM + i, kind.generation, kind.home));
      const results = truths(kind.python, cases);
      const found = releases(kind.python);
      const report: Report = { wrong: [], unknown: [], settled: 0, all: 0 };
      for (const [i, one] of cases.entries()) {
        const truth = results[i];
        if (truth !== undefined) compare(one, truth, FROM + i, report, kind.home === 'pydantic' ? packagesFor(FROM + i, found) : {});
      }
      if (process.env['PRODCHECK_SHOW'] !== undefined)
        console.log(
          `${kind.name}: ${report.settled} of ${report.all} settled, ${report.wrong.length} wrong\n${report.unknown.slice(0, SHOW).join('\n')}`,
        );
      expect(report.wrong.slice(0, 20)).toEqual([]);
      // A run in which hardly anything is known would prove nothing.
      expect(report.settled / Math.max(1, report.all)).toBeGreaterThan(0.6);
    });
  }
});
