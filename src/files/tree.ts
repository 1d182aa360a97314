/**
 * A read-only view of one repository. Every path is relative to its root, with `/`, never starts with `./`; the root is ''.
 * Two makers: disk.ts (the only place with node:fs) and memory.ts (tests, examples).
 */
export interface SourceTree {
  /** The root as the user gave it, for messages. */
  readonly root: string;
  /** All files the walk found, sorted by path. Ignored ones (.gitignore) are in it too, marked. */
  readonly files: readonly FileEntry[];
  /** What went wrong on the way: unreadable folders, limits. */
  readonly problems: readonly InputProblem[];
  /** Text of a file; for the walk's files and for any other path under the root (an env file that is ignored by git). */
  read(path: string): ReadResult;
  /** What stands at a path, ignored or not; null when nothing does or it lies outside the root. */
  kindOf(path: string): 'file' | 'directory' | null;
  /** Names in a folder (files and folders), sorted; [] when it is none. */
  list(folder: string): readonly string[];
  /** What the repository's own git files say. */
  readonly git: GitFacts;
}

export interface FileEntry {
  readonly path: string;
  /** Asked of the disk when it is read, so look at the path first. */
  readonly bytes: number;
}

/** A byte order mark is not in the text: offsets count from the character after it. `bom` says that there was one. */
export type ReadResult =
  | { readonly ok: true; readonly text: string; readonly bom?: boolean }
  | { readonly ok: false; readonly problem: InputProblem };

export interface InputProblem {
  readonly id: 'input/syntax-error' | 'input/encoding' | 'input/too-large' | 'input/unreadable' | 'input/limit';
  readonly file: string;
  /** Offset of the problem in the text, 0 when it concerns the whole file. */
  readonly at: number;
  readonly message: string;
}

export interface GitFacts {
  /** False when the root is in no git work tree: then nothing is known to be tracked. */
  readonly present: boolean;
  /** 'yes' or 'no' from the index; 'maybe' without git or with an index that cannot be read. */
  tracks(path: string): 'yes' | 'no' | 'maybe';
  /** Whether .gitignore rules of the tree match the path. */
  ignores(path: string): boolean;
}
