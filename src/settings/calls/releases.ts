import { compareRelease } from '../../core/guard.ts';
import type { Run } from '../run.ts';

/** What differs between releases of a library is known only where the repository pins it to one side. */

/** Whether the package is at least of a release; undefined: both sides of it may be installed. */
export function since(run: Run, name: string, release: string): boolean | undefined {
  const range = run.request.packages?.range(name) ?? null;
  if (range === null) return undefined;
  if (range.exact !== null) return compareRelease(range.exact, release) >= 0;
  if (range.from !== null && compareRelease(range.from, release) >= 0) return true;
  if (range.before !== null && compareRelease(range.before, release) <= 0) return false;
  return undefined;
}

/** The value of the newer and the older releases; null where they differ and nothing tells which is installed. */
export function sinceOr<T>(run: Run, name: string, release: string, newer: T, older: T): T | null {
  const is = since(run, name, release);
  return is === undefined ? (newer === older ? newer : null) : is ? newer : older;
}
