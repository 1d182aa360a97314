import { compareRelease } from '../../core/guard.ts';

/** No Python older than this is in use where Django is deployed, and none has this major release or a later one. */
const OLDEST_PYTHON = '3.8';
const NO_PYTHON = '4';

/** Whether an environment marker (PEP 508) certainly holds on Linux, where the Python release is as pinned ("3.12"; null: any). */
export function holds(marker: string | null, python: string | null): boolean {
  if (marker === null || marker.trim() === '') return true;
  return marker.split(/\s+and\s+/).every((clause) => clauseHolds(clause, python));
}

function clauseHolds(clause: string, python: string | null): boolean {
  const found = /^\(?\s*(\w+)\s*(==|!=|>=|<=|<|>)\s*["']([^"']*)["']\s*\)?$/.exec(clause.trim());
  if (found === null) return false;
  const [, variable = '', operator = '', value = ''] = found;
  switch (variable) {
    case 'python_version':
    case 'python_full_version':
      return pythonHolds(operator, value, python);
    case 'sys_platform':
      return textHolds(operator, value, 'linux');
    case 'platform_system':
      return textHolds(operator, value, 'Linux');
    case 'os_name':
      return textHolds(operator, value, 'posix');
    default:
      return false;
  }
}

function textHolds(operator: string, value: string, actual: string): boolean {
  return operator === '==' ? value === actual : operator === '!=' && value !== actual;
}

/** Over all releases of the pinned series, or all that are in use. */
function pythonHolds(operator: string, value: string, python: string | null): boolean {
  if (!/^\d+(\.\d+)*$/.test(value)) return false;
  const from = python ?? OLDEST_PYTHON;
  const before = python === null ? NO_PYTHON : nextSeries(python);
  switch (operator) {
    case '>=':
      return compareRelease(from, value) >= 0;
    case '<':
      return compareRelease(before, value) <= 0;
    case '!=':
      return compareRelease(before, value) <= 0 || compareRelease(from, value) > 0;
    default:
      return false;
  }
}

function nextSeries(python: string): string {
  const [major = 3, minor = 0] = python.split('.').map(Number);
  return `${major}.${minor + 1}`;
}
