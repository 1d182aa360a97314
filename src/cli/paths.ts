import { relative, resolve, sep } from 'node:path';

/** The PATH arguments below their common ancestor. */
export interface Roots {
  /** The common ancestor, as the user would write it. */
  readonly root: string;
  readonly parts: readonly { readonly path: string; readonly prefix: string }[];
}

export function rootsOf(given: readonly string[]): Roots {
  const paths = given.length === 0 ? ['.'] : given;
  const [only] = paths;
  if (paths.length === 1 && only !== undefined) return { root: only, parts: [{ path: only, prefix: '' }] };
  const absolute = paths.map((path) => resolve(path));
  const ancestor = absolute.reduce(commonFolder);
  const parts = paths.map((path, index) => ({ path, prefix: slashes(relative(ancestor, absolute[index] ?? '')) }));
  const distinct = parts.filter((one, index) => parts.findIndex((other) => other.prefix === one.prefix) === index);
  return { root: slashes(relative(resolve('.'), ancestor)) || '.', parts: distinct };
}

function commonFolder(a: string, b: string): string {
  const left = a.split(sep);
  const right = b.split(sep);
  let same = 0;
  while (same < left.length && same < right.length && left[same] === right[same]) same++;
  return left.slice(0, same).join(sep) || sep;
}

function slashes(path: string): string {
  return path.split(sep).join('/');
}
