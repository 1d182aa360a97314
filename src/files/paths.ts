/**
 * A path of the tree as it is kept: relative to the root, `/` between names, no `.` or `..`; the root is ''.
 * Null for what leaves the root or can be no path.
 */
export function normalPath(path: string): string | null {
  if (path.startsWith('/') || path.includes('\0') || path.includes('\\')) return null;
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return null;
  }
  return names.join('/');
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The order of everything that is listed: by UTF-16 units, the same on every machine. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `a/b/c` gives `a`, `a/b`, `a/b/c`. */
export function pathsAlong(path: string): readonly string[] {
  const paths: string[] = [];
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) paths.push(path.slice(0, slash));
  if (path !== '') paths.push(path);
  return paths;
}
