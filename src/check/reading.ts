import type { ReadResult, SourceTree } from '../files/tree.ts';

/** A tree that asks for each file once and remembers which ones were read. */
export interface ReadingTree extends SourceTree {
  /** Texts of the files read so far, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

export function readOnce(tree: SourceTree): ReadingTree {
  const results = new Map<string, ReadResult>();
  const texts = new Map<string, string>();
  const kinds = new Map<string, 'file' | 'directory' | null>();
  return {
    root: tree.root,
    files: tree.files,
    problems: tree.problems,
    git: tree.git,
    kindOf(path) {
      const before = kinds.get(path);
      if (before !== undefined) return before;
      const kind = tree.kindOf(path);
      kinds.set(path, kind);
      return kind;
    },
    list: (folder) => tree.list(folder),
    texts,
    read(path) {
      const before = results.get(path);
      if (before !== undefined) return before;
      const result = tree.read(path);
      results.set(path, result);
      if (result.ok) texts.set(path, result.text);
      return result;
    },
  };
}
