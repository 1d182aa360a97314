/** Paths of the repository: relative to its root, with `/`; the root is ''. */

/** A path as written in a file, seen from a folder of the repository; null when it leads out of it or is absolute. */
export function pathIn(folder: string, path: string): string | null {
  if (path.startsWith('/') || path.startsWith('~')) return null;
  const cleaned = cleanPath(folder === '' ? path : `${folder}/${path}`);
  return cleaned.startsWith('..') ? null : cleaned;
}

/** Resolves `.`, `..` and doubled slashes; what leads above the start keeps its `..`. */
export function cleanPath(path: string): string {
  const absolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!absolute) parts.push('..');
  }
  return (absolute ? '/' : '') + parts.join('/');
}

/** The part of a path below a folder ('' when they are the same); null when it does not lie there. */
export function pathBelow(path: string, folder: string): string | null {
  if (path === folder) return '';
  const prefix = folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}
