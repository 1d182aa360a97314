import { folderOf, joinPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';

const DOCKERFILE = /(^|\/)[\w.-]*(Dockerfile|Containerfile)([._-][\w.-]+)?$/i;
const ASIDE = /(^|[/._-])(dev|devel\w*|local|tests?|testing|ci|docs?|debug|examples?)(?=$|[/._-])/i;

/**
 * The Python release ("3.12") that production images of a project are made from, else the one its version files name.
 * Null when they disagree or none says.
 */
export function pythonOf(tree: SourceTree, root: string): string | null {
  const images = tree.files.filter(({ path }) => DOCKERFILE.test(path) && !ASIDE.test(path) && isNear(folderOf(path), root));
  const fromImages = images.flatMap(({ path }) => imageReleases(textOf(tree, path)));
  const releases = fromImages.length > 0 ? fromImages : versionFiles(tree, root);
  const [first = ''] = releases;
  return /^\d+\.\d+$/.test(first) && releases.every((one) => one === first) ? first : null;
}

/** Whether a Dockerfile in a folder may be that of a project. */
export function isNear(folder: string, root: string): boolean {
  return root === '' || folder === root || folder.startsWith(`${root}/`) || !folder.includes('/') || root.startsWith(`${folder}/`);
}

/** Unknown as soon as one stage takes its release from elsewhere. */
function imageReleases(text: string): readonly string[] {
  return [...text.matchAll(/^\s*FROM\s+(?:--\S+\s+)*(\S*\/)?python:(\S+)/gim)].map(([, , tag = '']) => /^(\d+\.\d+)/.exec(tag)?.[1] ?? tag);
}

function versionFiles(tree: SourceTree, root: string): readonly string[] {
  const folders = root === '' ? [''] : [root, ''];
  const patterns: readonly (readonly [string, RegExp])[] = [
    ['runtime.txt', /^python-(\d+\.\d+)/],
    ['.python-version', /^(?:cpython-)?(\d+\.\d+)(?:\.\d+)?\s*$/],
    ['Pipfile', /^python_(?:full_)?version\s*=\s*"(\d+\.\d+)/m],
  ];
  for (const folder of folders) {
    const found = patterns.flatMap(([name, pattern]) => pattern.exec(textOf(tree, joinPath(folder, name)))?.[1] ?? []);
    if (found.length > 0) return found;
  }
  return [];
}

function textOf(tree: SourceTree, path: string): string {
  const read = tree.read(path);
  return read.ok ? read.text : '';
}
