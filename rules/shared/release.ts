import { type Answer, compareRelease, type ReleaseRange } from '../../src/rule.ts';

/** Whether every release that may be installed is at least this one ("4.1" includes all of 4.1.x). */
export function isAtLeast(range: ReleaseRange, release: string): Answer {
  if (range.from !== null && compareRelease(range.from, release) >= 0) return 'yes';
  if (range.before !== null && compareRelease(range.before, release) <= 0) return 'no';
  if (range.exact !== null) return compareRelease(range.exact, release) >= 0 ? 'yes' : 'no';
  return 'maybe';
}
