import { type Answer, compareRelease, type ReleaseRange } from '../../../src/rule.ts';
import { or } from './answer.ts';

/** Whether every release that may be installed is at least this one ("4.1" includes all of 4.1.x). */
export function isAtLeast(range: ReleaseRange, release: string): Answer {
  if (range.from !== null && compareRelease(range.from, release) >= 0) return 'yes';
  if (range.before !== null && compareRelease(range.before, release) <= 0) return 'no';
  if (range.exact !== null) return compareRelease(range.exact, release) >= 0 ? 'yes' : 'no';
  return 'maybe';
}

/** The releases that brought DATA_UPLOAD_MAX_NUMBER_FILES, one a series. */
export const FILES_LIMIT = ['3.2.18', '4.0.10', '4.1.7'];

/** Whether every release of a range has what security releases brought to several series; all that follow the last one have it. */
export function readsSince(added: readonly string[], range: ReleaseRange): Answer {
  return or(
    ...added.map((from, index): Answer => {
      const next = added[index + 1];
      const since = isAtLeast(range, from);
      if (next === undefined) return since;
      const later = isAtLeast(range, seriesOf(next));
      if (since === 'no' || later === 'yes') return 'no';
      return since === 'yes' && later === 'no' ? 'yes' : 'maybe';
    }),
  );
}

/** "4.0" of "4.0.10". */
function seriesOf(release: string): string {
  return release.split('.').slice(0, 2).join('.');
}
