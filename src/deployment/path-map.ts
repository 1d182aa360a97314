import type { Collection } from '../core/data.ts';
import type { SourceTree } from '../files/tree.ts';
import { belowRoot, type FileLayers } from './image/file-layers.ts';
import type { Location, Mount, PathMap } from './model.ts';
import { cleanPath, pathBelow } from './repository-path.ts';

/** What a container sees: the layers of its image, with volumes over them. */
export interface ContainerFiles {
  readonly tree: SourceTree;
  readonly layers: FileLayers;
  readonly mounts: Collection<Mount>;
  /** Null when it is not known. */
  readonly workdir: string | null;
}

export function containerPaths(files: ContainerFiles): PathMap {
  const locate = (path: string): Location => {
    const below = belowRoot(path);
    const absolute = below === null ? path : runtimePathOf(files, below);
    if (absolute === null) return { in: 'unknown', because: `where ${path} stands in the container is not known` };
    return absolute.startsWith('/') ? locateAbsolute(files, cleanPath(absolute)) : relative(files, absolute);
  };
  return { locate, runtimePath: (path) => runtimePathOf(files, belowRoot(path) ?? path) };
}

function relative(files: ContainerFiles, path: string): Location {
  if (files.workdir === null) return { in: 'unknown', because: 'the working directory is not known' };
  return locateAbsolute(files, cleanPath(`${files.workdir}/${path}`));
}

function locateAbsolute(files: ContainerFiles, path: string): Location {
  const mount = mountAt(files.mounts.items, path);
  if (mount !== null) {
    return { in: 'volume', kind: mount.kind, volume: mount.source, subpath: pathBelow(path, mount.target) ?? '', mount };
  }
  if (files.mounts.complete !== true) return { in: 'unknown', because: files.mounts.complete.because };
  return { in: 'container', path, repository: files.layers.locate(path) };
}

/** The innermost volume over a path. */
function mountAt(mounts: readonly Mount[], path: string): Mount | null {
  let best: Mount | null = null;
  for (const mount of mounts) {
    if (pathBelow(path, mount.target) !== null && (best === null || mount.target.length >= best.target.length)) best = mount;
  }
  return best;
}

/** Where a path of the repository is seen: by a bind mount or a copy that no other volume covers, the one in the working directory first. */
function runtimePathOf(files: ContainerFiles, path: string): string | null {
  const clean = cleanPath(path);
  const mounted = files.mounts.items.flatMap((mount) => {
    const rest = isRepository(mount) ? pathBelow(clean, mount.source) : null;
    return rest === null ? [] : [{ path: cleanPath(`${mount.target}/${rest}`), mount }];
  });
  const copied = files.layers.placesOf(clean).map((place) => ({ path: place, mount: null }));
  const seen = [...mounted, ...copied].filter((one) => covers(files, one.path, one.mount, clean));
  const { workdir } = files;
  const near = workdir === null ? undefined : seen.find((one) => pathBelow(one.path, workdir) !== null);
  return (near ?? seen[0])?.path ?? null;
}

/** A relative source is a path of the repository; absolute and home ones are of the machine. */
function isRepository(mount: Mount): boolean {
  return mount.kind === 'bind' && !/^[/~]|^\.\./.test(mount.source);
}

/** Whether the code that lies there is really this one: another mount of the repository over it would show something else. */
function covers(files: ContainerFiles, place: string, by: Mount | null, path: string): boolean {
  const over = mountAt(files.mounts.items, place);
  if (over === by || over === null) return true;
  return !isRepository(over) || pathBelow(path, over.source) !== null;
}

/**
 * The file of the repository that a process finds at an absolute path (or `<ROOT>/…`): through a bind mount, a copy or the
 * checkout. Null when there is none, or it is not known.
 */
export function repositoryFile(paths: PathMap, path: string): string | null {
  const found = paths.locate(path);
  switch (found.in) {
    case 'volume':
      return isRepository(found.mount) ? cleanPath(`${found.mount.source}/${found.subpath}`.replace(/^\//, '')) : null;
    case 'container':
    case 'machine':
      return found.repository;
    case 'unknown':
      return null;
  }
}

/** A checkout on a machine: `folder` of the repository stands at the absolute path `at`. */
export function machinePaths(checkouts: readonly { readonly at: string; readonly folder: string }[], workdir: string | null): PathMap {
  const repositoryPath = (path: string): string | null => {
    for (const { at, folder } of checkouts) {
      const rest = pathBelow(path, cleanPath(at));
      if (rest !== null) return cleanPath(`${folder}/${rest}`.replace(/^\//, ''));
    }
    return null;
  };
  const runtimePath = (path: string): string | null => {
    const clean = cleanPath(belowRoot(path) ?? path);
    for (const { at, folder } of checkouts) {
      const rest = pathBelow(clean, folder);
      if (rest !== null) return cleanPath(`${at}/${rest}`);
    }
    return null;
  };
  return {
    runtimePath,
    locate(path) {
      const below = belowRoot(path);
      const whole = below === null ? absoluteOn(path, workdir) : runtimePath(below);
      if (whole === null) return { in: 'unknown', because: `where ${path} stands on the machine is not known` };
      return { in: 'machine', path: whole, repository: repositoryPath(whole) };
    },
  };
}

function absoluteOn(path: string, workdir: string | null): string | null {
  if (path.startsWith('/')) return cleanPath(path);
  return workdir === null || path.startsWith('~') ? null : cleanPath(`${workdir}/${path}`);
}

/** A checkout whose place is not known (CI): only `<ROOT>/…` can be followed. */
export const CHECKOUT_PATHS: PathMap = {
  runtimePath: () => null,
  locate(path) {
    const below = belowRoot(path);
    return below === null ? { in: 'unknown', because: `what stands at ${path} is not known` } : { in: 'machine', path, repository: below };
  },
};
