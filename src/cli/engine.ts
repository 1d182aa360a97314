import { setFlagsFromString } from 'node:v8';

/** By release of Node: V8 complains of flags that it does not know, so they are set only where they were measured. */
const LATER_COMPILATION: Readonly<Record<number, readonly string[]>> = {
  20: ['--regexp-tier-up-ticks=100', '--baseline-batch-compilation-threshold=40000', '--interrupt-budget=600000'],
  22: laterByCalls(),
  24: laterByCalls(),
};

function laterByCalls(): readonly string[] {
  return [
    '--regexp-tier-up-ticks=100',
    '--baseline-batch-compilation-threshold=40000',
    '--invocation-count-for-maglev=8000',
    '--invocation-count-for-turbofan=60000',
  ];
}

/**
 * A run is over before most machine code has paid for its compilation: V8 is told to wait longer before it compiles a function or a
 * regular expression. Long runs still get there (docs/performance.md).
 */
export function tuneEngine(nodeRelease: string): void {
  for (const flag of LATER_COMPILATION[Number.parseInt(nodeRelease, 10)] ?? []) setFlagsFromString(flag);
}
