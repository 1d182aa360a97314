import type { CheckOptions } from './result.ts';

/** Whether a rule id is meant by a pattern: the id itself, `area/*`, or `*`. */
export function matchesPattern(id: string, pattern: string): boolean {
  if (pattern === '*' || pattern === id) return true;
  return pattern.endsWith('/*') && id.startsWith(pattern.slice(0, -1));
}

/** Whether findings of a rule are reported under `--select` and `--ignore`. */
export function isSelected(id: string, options: Pick<CheckOptions, 'select' | 'ignore'>): boolean {
  if (options.ignore.some((pattern) => matchesPattern(id, pattern))) return false;
  return options.select.length === 0 || options.select.some((pattern) => matchesPattern(id, pattern));
}
