import type { Answer } from '../../core/data.ts';
import { compareRelease } from '../../core/guard.ts';
import { nativeModule } from '../calls/registry.ts';
import type { ReleaseRange } from '../model.ts';
import type { Run } from '../run.ts';
import { distributionsOf } from './distributions.ts';
import { isStandardModule, STANDARD_PERIODS } from './stdlib-names.ts';

/** Whether a module that no file of the project is can be imported where the settings run. */
export function installed(run: Run, name: string): Answer {
  const [top = name] = name.split('.');
  if (isStandardModule(top)) return standard(run, top);
  const answer = top === 'django' ? 'yes' : distributions(run, top);
  // A package that is installed need not have every module: only those that are modelled are known to be there.
  return answer !== 'yes' || name === top || top === 'django' || nativeModule(run, name) !== undefined ? answer : 'maybe';
}

/** Several distributions may bring a module of one name: it is missing when none of them is there. */
function distributions(run: Run, top: string): Answer {
  const { packages } = run.request;
  const names = distributionsOf(top);
  if (packages === undefined || names.length === 0) return 'maybe';
  const answers = names.map((one) => packages.has(one));
  if (answers.includes('yes')) return 'yes';
  return answers.every((one) => one === 'no') ? 'no' : 'maybe';
}

/** A module that left Python's library may be brought back by a distribution, as setuptools does with distutils. */
function standard(run: Run, top: string): Answer {
  const period = STANDARD_PERIODS.get(top);
  if (period === undefined) return 'yes';
  const { python, django } = run.request;
  const low = python ?? oldestPython(django);
  const isThere = period.from === null || (low !== null && compareRelease(low, period.from) >= 0);
  if (!isThere) return period.from === '9999' || (python !== null && compareRelease(python, period.from ?? '0') < 0) ? 'no' : 'maybe';
  return period.before === null || (python !== null && compareRelease(python, period.before) < 0) ? 'yes' : 'maybe';
}

/** The oldest Python that a release of Django runs on, by its release notes. */
const PYTHONS: readonly (readonly [django: string, python: string])[] = [
  ['6.0', '3.12'],
  ['5.0', '3.10'],
  ['4.0', '3.8'],
];

function oldestPython({ from, exact }: ReleaseRange): string | null {
  const release = exact ?? from;
  if (release === null) return null;
  return PYTHONS.find(([django]) => compareRelease(release, django) >= 0)?.[1] ?? null;
}
