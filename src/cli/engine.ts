import { setFlagsFromString } from 'node:v8';

/**
 * A run is over before most compiled code has paid for its compilation: V8 may wait longer before it compiles a regular expression or
 * a function to machine code. Long runs still get there. Unknown flags make V8 complain, so each is set only where it was tried.
 */
export function tuneEngine(nodeRelease: string): void {
  const major = Number.parseInt(nodeRelease, 10);
  if (major < 20 || major > 24) return;
  setFlagsFromString('--regexp-tier-up-ticks=100');
  setFlagsFromString('--baseline-batch-compilation-threshold=40000');
  // Later releases count calls instead of executed code.
  if (major === 20) setFlagsFromString('--interrupt-budget=600000');
}
