import { isSettled, type Verdict } from './judge.ts';
import type { Program } from './program.ts';
import type { TrueRun } from './python-run.ts';

/** How much is known, so that a run that says unknown everywhere does not pass. */
export interface Power {
  /** Names that Python sets where no variable is hidden, and how many of them we know wholly. */
  names: number;
  settled: number;
  /** The same where variables are hidden; conditional counts as known. */
  hiddenNames: number;
  hiddenSettled: number;
  raised: number;
  raisedKnown: number;
  readonly tags: Map<string, { known: number; blamed: number }>;
}

export function newPower(): Power {
  return { names: 0, settled: 0, hiddenNames: 0, hiddenSettled: 0, raised: 0, raisedKnown: 0, tags: new Map() };
}

export function count(power: Power, program: Program, run: TrueRun | undefined, verdict: Verdict): void {
  const { ours } = verdict;
  if (run === undefined || ours === null) return;
  const hiding = program.environments.runs.length > 1;
  if (run.raised !== null) {
    if (!hiding) power.raised++;
    if (!hiding && ours.raised !== null) power.raisedKnown++;
    return;
  }
  const settled = (name: string) => {
    const own = ours.settings.get(name);
    return own !== undefined && isSettled(own);
  };
  for (const name of Object.keys(run.names)) {
    const is = settled(name) ? 1 : 0;
    if (hiding) {
      power.hiddenNames++;
      power.hiddenSettled += is;
      continue;
    }
    power.names++;
    power.settled += is;
    const fact = program.facts.get(name);
    // A construct is to blame only where all that it reads is known.
    if (fact === undefined || (is === 0 && [...fact.reads].some((one) => one !== name && Object.hasOwn(run.names, one) && !settled(one))))
      continue;
    for (const tag of fact.tags) {
      const tally = power.tags.get(tag) ?? { known: 0, blamed: 0 };
      if (is === 1) tally.known++;
      else tally.blamed++;
      power.tags.set(tag, tally);
    }
  }
}

/** Shares in words, the weakest constructs first. */
export function inTable(power: Power): string {
  const share = (part: number, all: number) => `${((100 * part) / Math.max(1, all)).toFixed(1)} % of ${all}`;
  const head = `known: ${share(power.settled, power.names)} names; with hidden variables ${share(power.hiddenSettled, power.hiddenNames)}; exceptions ${share(power.raisedKnown, power.raised)}`;
  const rows = [...power.tags]
    .map(([tag, { known, blamed }]) => ({ tag, all: known + blamed, part: known / Math.max(1, known + blamed) }))
    .sort((a, b) => a.part - b.part)
    .map(({ tag, all, part }) => `  ${tag.padEnd(18)} ${(100 * part).toFixed(1).padStart(5)} % of ${all}`);
  return [head, ...rows].join('\n');
}
