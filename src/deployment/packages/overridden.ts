import { overlap } from '../../core/guard.ts';
import { textOrigin } from '../../core/origin.ts';
import type { ReleaseRange } from '../../settings/model.ts';
import type { PackageFacts } from '../model.ts';
import type { ModelOptions } from '../model-options.ts';
import type { PackagesOf } from '../project/project.ts';

/** What package files say, under what the command line says instead. */
export function overridden(packagesOf: PackagesOf, { django, python, hermetic }: ModelOptions): PackagesOf {
  return (root) => {
    const found = packagesOf(root);
    const origin = textOrigin({ file: '', start: 0, end: 0 }, '--django');
    const given = django === undefined ? null : { ...rangeOf(django), origin };
    const packages = hermetic === true ? withoutDeployment(found.packages) : found.packages;
    return {
      ...found,
      packages: given === null || overlap(given, found.django) ? packages : withoutReleases(packages),
      ...(given === null ? {} : { django: given }),
      ...(python === undefined ? {} : { python }),
    };
  };
}

/** What a deployment leaves out (its development groups) may be there where no deployment is meant. */
function withoutDeployment(packages: PackageFacts): PackageFacts {
  return { ...packages, has: (name) => (packages.has(name) === 'yes' ? 'yes' : 'maybe') };
}

/** A Django that the package files do not admit: what else they pin is not what is installed either. */
function withoutReleases(packages: PackageFacts): PackageFacts {
  return { ...packages, range: (name) => (name === 'django' ? packages.range(name) : null) };
}

const FIRST_YEAR = 2028;

/** `5.2` is any release of that series, `5.2.8` that one; since Django names its releases by year, `2028` is one of that year. */
function rangeOf(release: string): Pick<ReleaseRange, 'from' | 'before' | 'exact'> {
  const [major = 0, minor = 0, patch] = release.split('.').map(Number);
  if (major >= FIRST_YEAR && !release.includes('.')) return { from: release, before: `${major + 1}`, exact: null };
  return patch === undefined
    ? { from: release, before: `${major}.${minor + 1}`, exact: null }
    : { from: release, before: `${major}.${minor}.${patch + 1}`, exact: release };
}
