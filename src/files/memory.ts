import { ignoreRules } from './ignore-rules.ts';
import { byText, folderOf, joinPath, normalPath } from './paths.ts';
import type { GitFacts, ReadResult, SourceTree } from './tree.ts';
import { walk } from './walk.ts';

export interface MemoryTreeOptions {
  readonly root?: string;
  /** The tracked paths, or 'all'; without it the tree is in no git work tree. */
  readonly tracked?: readonly string[] | 'all';
}

/** A tree of texts: for tests, rule examples and callers without a disk. Folders are those that hold a file. */
export function memoryTree(files: Readonly<Record<string, string>>, options: MemoryTreeOptions = {}): SourceTree {
  const texts = new Map<string, string>();
  for (const [path, text] of Object.entries(files)) {
    const normal = normalPath(path);
    if (normal !== null && normal !== '') texts.set(normal, text);
  }
  const folders = foldersOf(texts.keys());
  const kindOf = (path: string) => kindIn(texts, folders, path);
  const rules = ignoreRules(
    (folder) => texts.get(joinPath(folder, '.gitignore')) ?? null,
    () => null,
    () => '',
  );
  const ignores = (path: string) => {
    const normal = normalPath(path);
    return normal !== null && normal !== '' && rules.ignores(normal, path.endsWith('/') || kindOf(normal) === 'directory');
  };
  const list = (folder: string) => [...(folders.get(normalPath(folder) ?? '/') ?? [])].sort(byText);
  const walked = walk({
    entries: (folder) => list(folder).map((name) => ({ name, type: texts.has(joinPath(folder, name)) ? 'file' : 'folder' })),
    linksToFile: () => false,
    skips: (folder) => rules.ignores(folder, true) && !hasTracked(folder, options.tracked),
    enters: () => {},
  });
  return {
    root: options.root ?? '.',
    files: walked.paths.map((path) => ({ path, bytes: new TextEncoder().encode(texts.get(path)).length })),
    problems: walked.problems,
    read: (path) => readIn(texts, path),
    kindOf,
    list,
    git: gitFacts(options.tracked, texts, ignores),
  };
}

function hasTracked(folder: string, tracked: MemoryTreeOptions['tracked']): boolean {
  if (tracked === undefined) return false;
  return tracked === 'all' || tracked.some((path) => path.startsWith(`${folder}/`));
}

function foldersOf(paths: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>([['', new Set()]]);
  for (const path of paths) {
    for (let at = path; at !== ''; at = folderOf(at)) {
      const folder = folderOf(at);
      const names = folders.get(folder) ?? new Set();
      names.add(folder === '' ? at : at.slice(folder.length + 1));
      folders.set(folder, names);
    }
  }
  return folders;
}

function kindIn(texts: ReadonlyMap<string, string>, folders: ReadonlyMap<string, unknown>, path: string): 'file' | 'directory' | null {
  const normal = normalPath(path);
  if (normal === null) return null;
  if (texts.has(normal)) return 'file';
  return folders.has(normal) ? 'directory' : null;
}

function readIn(texts: ReadonlyMap<string, string>, path: string): ReadResult {
  const text = texts.get(normalPath(path) ?? '');
  if (text === undefined)
    return { ok: false, problem: { id: 'input/unreadable', file: path, at: 0, message: 'There is no such file under the root.' } };
  return text.startsWith('\ufeff') ? { ok: true, text: text.slice(1), bom: true } : { ok: true, text };
}

function gitFacts(tracked: MemoryTreeOptions['tracked'], texts: ReadonlyMap<string, string>, ignores: (path: string) => boolean): GitFacts {
  if (tracked === undefined) return { present: false, tracks: () => 'maybe', ignores };
  const paths = new Set(tracked === 'all' ? texts.keys() : tracked);
  return { present: true, tracks: (path) => (paths.has(normalPath(path) ?? path) ? 'yes' : 'no'), ignores };
}
