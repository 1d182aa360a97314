import type { Answer } from '../../core/data.ts';
import { compareRelease, overlap } from '../../core/guard.ts';
import { isModelled } from '../calls/registry.ts';
import { admits } from '../django/defaults.ts';
import type { ReleaseRange } from '../model.ts';
import type { Run } from '../run.ts';
import { distributionsOf } from './distributions.ts';
import { isStandardModule, type Period, periodOf, STANDARD_PERIODS } from './stdlib-names.ts';

/** Whether a module that no file of the project is can be imported where the settings run. */
export function installed(run: Run, name: string): Answer {
  const [top = name] = name.split('.');
  if (isStandardModule(top)) return standard(run, top);
  if (top === 'django') return inDjango(run, DJANGO_MODULES, name);
  const answer = distributions(run, top);
  // A package that is installed need not have every module: only those that are modelled are known to be there.
  return answer !== 'yes' || name === top || isModelled(run, name) ? answer : 'maybe';
}

/** Whether a module of Django has a name in the releases that may be installed. A name that is not listed counts as there. */
export function djangoHas(run: Run, module: string, name: string): Answer {
  return inDjango(run, DJANGO_NAMES, `${module}.${name}`);
}

function inDjango(run: Run, periods: ReadonlyMap<string, Period>, name: string): Answer {
  const period = periods.get(name);
  if (period === undefined) return 'yes';
  const { django, packages } = run.request;
  const own = packages?.range('django') ?? null;
  // Code that was written for other releases than the one that was asked for says nothing about what happens under that.
  if (own !== null && !overlap(own, django)) return 'maybe';
  if (!admits(django, { from: period.from ?? '1', before: period.before })) return 'no';
  const low = django.exact ?? django.from;
  const high = django.exact ?? django.before;
  const sinceThen = period.from === null || (low !== null && compareRelease(low, period.from) >= 0);
  const untilThen = period.before === null || (high !== null && compareRelease(high, period.before) < (django.exact === null ? 1 : 0));
  return sinceThen && untilThen ? 'yes' : 'maybe';
}

/** Modules of Django that settings import and that not every release has, by the release notes and the releases themselves. */
const DJANGO_MODULES: ReadonlyMap<string, Period> = new Map([
  ...periodOf('django.core.urlresolvers', null, '2.0'),
  ...periodOf('django.utils.six django.utils.lru_cache', null, '3.0'),
  ...periodOf('django.tasks django.utils.csp', '6.0', null),
]);

const DJANGO_NAMES: ReadonlyMap<string, Period> = new Map(
  [
    ['django.utils.translation', 'ugettext ugettext_lazy ugettext_noop ungettext ungettext_lazy'],
    ['django.utils.encoding', 'force_text smart_text'],
    ['django.conf.urls', 'url'],
  ].flatMap(([module = '', names = '']) => names.split(' ').flatMap((name) => periodOf(`${module}.${name}`, null, '4.0'))),
);

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
