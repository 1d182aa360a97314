import { beforeAll, expect, test } from 'vitest';
import { startPython } from '../helpers/python.ts';
import { judged, type Wrong } from './differential/judge.ts';
import { count, inTable, newPower } from './differential/power.ts';
import { type Program, programOf } from './differential/program.ts';
import { pythonAtHand, truthsOf } from './differential/python-run.ts';
import { shown, shrunk } from './differential/shrink.ts';

/**
 * Real Python on generated settings: whatever we call known, Python must say the same.
 * `PRODCHECK_SEEDS=from:count` for longer runs, `PRODCHECK_PYTHON` for an interpreter with the libraries, `PRODCHECK_REPORT=1` for the shares.
 */
const [FROM = 1, COUNT = 500] = (process.env['PRODCHECK_SEEDS'] ?? '1:500').split(':').map(Number);
const BATCH = 250;
const EVERY_DAY = [
  'assign',
  'augment',
  'comprehension',
  'dict-display',
  'environ-bool',
  'f-string',
  'for',
  'function',
  'if',
  'list-display',
  'try',
];
const python = pythonAtHand();

beforeAll(startPython);

test.skipIf(python === null)('what we call known is what Python says (skipped without python3)', { timeout: 3_600_000 }, async () => {
  const version = python?.version ?? '';
  const power = newPower();
  const wrongs: { readonly seed: number; readonly program: Program; readonly wrong: Wrong }[] = [];
  let undecided = 0;
  for (let from = FROM; from < FROM + COUNT; from += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, FROM + COUNT - from) }, (_one, i) => from + i);
    const programs = seeds.map((seed) => programOf(seed, python?.libraries ?? new Set()));
    const truths = await truthsOf(programs);
    for (const [i, program] of programs.entries()) {
      const verdict = judged(program, truths[i] ?? [], version);
      const [wrong] = verdict.wrong;
      if (wrong !== undefined) wrongs.push({ seed: from + i, program, wrong });
      if (verdict.undecidedRaise) undecided++;
      count(power, program, truths[i]?.[0], verdict);
    }
  }
  const report = `${COUNT} programs from seed ${FROM}, Python ${version} with ${[...(python?.libraries ?? [])].join(', ') || 'no libraries'}: ${wrongs.length} wrong, ${undecided} exceptions after something unknown\n${inTable(power)}`;
  if (process.env['PRODCHECK_REPORT'] !== undefined) console.log(report);
  const told: string[] = [];
  for (const { seed, program, wrong } of wrongs.slice(0, 5)) {
    const least = await shrunk(program, wrong, version);
    told.push(`seed ${seed}: ${shown(least.program, least.wrong)}`);
  }
  expect(told.join('\n\n'), `${wrongs.length} wrong`).toBe('');
  // A run in which hardly anything is known would prove nothing.
  expect(power.settled / power.names).toBeGreaterThan(0.6);
  expect(power.hiddenSettled / power.hiddenNames).toBeGreaterThan(0.5);
  expect(power.raisedKnown / power.raised).toBeGreaterThan(0.7);
  // Nor would one in which some construct of every day never is.
  for (const tag of EVERY_DAY) {
    const { known = 0, blamed = 0 } = power.tags.get(tag) ?? {};
    expect(known / Math.max(1, known + blamed), tag).toBeGreaterThan(0.4);
  }
});
