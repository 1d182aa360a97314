import { ROOT } from '../core/data.ts';
import { baseName, folderOf, joinPath } from '../files/paths.ts';
import type { Location, PathMap } from './model.ts';
import { cleanPath, pathBelow } from './repository-path.ts';

/** A folder of a machine that is a folder of the checkout. */
export interface Checkout {
  readonly machine: string;
  /** '' is the root of the repository. */
  readonly repository: string;
}

/** As far up as the names agree: /srv/app/backend is backend, so /srv/app is the root. */
export function wholeCheckout(checkout: Checkout): Checkout {
  let { machine, repository } = checkout;
  while (repository !== '' && baseName(repository) === baseName(machine)) {
    machine = folderOf(machine) || '/';
    repository = folderOf(repository);
  }
  return { machine: cleanPath(machine), repository };
}

/** Paths of a process that runs on a machine, in a checkout of the repository when that is known. */
export function machinePaths(checkout: Checkout | null): PathMap {
  const toRepository = (path: string): string | null => {
    if (checkout === null) return null;
    const below = pathBelow(path, checkout.machine);
    if (below === null) return null;
    return below === '' ? checkout.repository : joinPath(checkout.repository, below);
  };
  const runtimePath = (path: string): string | null => {
    const repository = path.startsWith(ROOT) ? cleanPath(path.slice(ROOT.length)).replace(/^\//, '') : path;
    const below = checkout === null ? null : pathBelow(repository, checkout.repository);
    if (checkout === null || below === null) return null;
    return below === '' ? checkout.machine : `${checkout.machine.replace(/\/$/, '')}/${below}`;
  };
  const locate = (path: string): Location => {
    if (path.startsWith(ROOT)) {
      const repository = cleanPath(path.slice(ROOT.length)).replace(/^\//, '');
      return { in: 'machine', path: runtimePath(repository) ?? path, repository };
    }
    if (!path.startsWith('/')) return { in: 'unknown', because: `"${path}" is relative` };
    const clean = cleanPath(path);
    return { in: 'machine', path: clean, repository: toRepository(clean) };
  };
  return { locate, runtimePath };
}

/** The path in the tree of what a process sees; null when it is not a part of the repository. */
export function repositoryPathOf(paths: PathMap, path: string): string | null {
  const found = paths.locate(path);
  if (found.in === 'container' || found.in === 'machine') return found.repository;
  if (found.in !== 'volume' || found.kind !== 'bind' || found.volume.startsWith('/') || found.volume.startsWith('~')) return null;
  if (found.subpath === '') return found.volume === '.' ? '' : found.volume;
  return joinPath(found.volume === '.' ? '' : found.volume, found.subpath.replace(/^\//, ''));
}
