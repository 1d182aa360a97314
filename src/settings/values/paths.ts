import { ROOT } from '../../core/data.ts';

/** Path algebra on POSIX texts in which ROOT stands for the repository's folder, and `ROOT↑` for the folder that holds it. */

/** One step above: a folder whose name and place are not known, so a text that holds it is never told to rules. */
const UP = '\ue001';

/** The repository's folder or one that holds it. */
function isPlace(part: string): boolean {
  return part.startsWith(ROOT) && /^\ue001*$/.test(part.slice(ROOT.length));
}

/** Whether a text names a folder above the repository, or something in one. */
export function hasAbove(text: string): boolean {
  return text.includes(ROOT + UP);
}

/** How a person is told such a text. */
export function shownPath(text: string): string {
  return text.replaceAll(UP, '/..');
}

/** pathlib: `left / right`. */
export function joinPath(left: string, right: string): string {
  if (isAbsolute(right)) return purePath(right);
  if (left === '' || left === '.') return purePath(right);
  return purePath(left.endsWith('/') ? left + right : `${left}/${right}`);
}

export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || path.startsWith(ROOT);
}

/** How pathlib writes a path: no empty or `.` parts, `..` kept. */
export function purePath(path: string): string {
  const lead = path.startsWith('//') && !path.startsWith('///') ? '//' : path.startsWith('/') ? '/' : '';
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const text = lead + parts.join('/');
  return text === '' ? '.' : text;
}

/** os.path.normpath */
export function normalPath(path: string): string {
  if (path === '') return '.';
  const absolute = isAbsolute(path);
  const lead = path.startsWith('//') && !path.startsWith('///') ? '//' : path.startsWith('/') ? '/' : '';
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    const last = out[out.length - 1];
    if (part !== '..') out.push(part);
    else if (last !== undefined && isPlace(last)) out[out.length - 1] = last + UP;
    else if (last !== undefined && last !== '..') out.pop();
    else if (!absolute) out.push(part);
  }
  const text = lead + out.join('/');
  return text === '' ? '.' : text;
}

/** os.path.join */
export function osJoin(parts: readonly string[]): string {
  let path = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    if (isAbsolute(part)) path = part;
    else if (path === '' || path.endsWith('/')) path += part;
    else path += `/${part}`;
  }
  return path;
}

/** os.path.dirname */
export function osDirname(path: string): string {
  if (isPlace(path)) return path + UP;
  const at = path.lastIndexOf('/') + 1;
  const head = path.slice(0, at);
  return head !== '' && !/^\/+$/.test(head) ? head.replace(/\/+$/, '') : head;
}

/** os.path.basename; undefined for the repository's folder itself and those that hold it. */
export function osBasename(path: string): string | undefined {
  return isPlace(path) ? undefined : path.slice(path.lastIndexOf('/') + 1);
}

/** pathlib's parent */
export function parentPath(path: string): string {
  if (isPlace(path)) return path + UP;
  if (path === '.' || path === '/' || path === '//') return path;
  const at = path.lastIndexOf('/');
  if (at === -1) return '.';
  const lead = /^\/*/.exec(path)?.[0] ?? '';
  return at < lead.length ? lead : path.slice(0, at);
}

/** pathlib's stem and suffix: unlike os.path.splitext, a last dot that ends the name begins no suffix. */
export function stemAndSuffix(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.');
  return dot > 0 && dot < name.length - 1 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}

export function splitExtension(name: string): readonly [string, string] {
  const slash = name.lastIndexOf('/') + 1;
  const dot = name.lastIndexOf('.');
  if (dot <= slash || /^\.*$/.test(name.slice(slash, dot))) return [name, ''];
  return [name.slice(0, dot), name.slice(dot)];
}

/** The path in the tree that a path names, seen from the working directory; undefined when it lies elsewhere. */
export function treePath(path: string, cwd: string): string | undefined {
  const full = isAbsolute(path) ? path : osJoin([cwd === '' ? ROOT : `${ROOT}/${cwd}`, path]);
  const normal = normalPath(full);
  if (normal === ROOT) return '';
  return normal.startsWith(`${ROOT}/`) ? normal.slice(ROOT.length + 1) : undefined;
}
