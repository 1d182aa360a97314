import { MAX_TREE_DEPTH, MAX_TREE_ENTRIES } from '../core/limits.ts';
import { byText, joinPath } from './paths.ts';
import type { InputProblem } from './tree.ts';

/** One name in a folder. */
export interface Listed {
  readonly name: string;
  /** `link` and `other` are neither: a link is looked through once, sockets and devices never. */
  readonly type: 'file' | 'folder' | 'link' | 'other';
}

/** What the walk asks of the place that holds the files. */
export interface WalkSource {
  /** Null when the folder cannot be read. */
  entries(folder: string): readonly Listed[] | null;
  /** Whether a link leads to a file inside the root. */
  linksToFile(path: string): boolean;
  /** Whether a folder is left out. */
  skips(folder: string): boolean;
  /** Called for each folder that is entered, before any of its names is judged. */
  enters(folder: string, names: readonly Listed[]): void;
}

export interface Walked {
  /** Paths of all files, sorted. */
  readonly paths: readonly string[];
  readonly problems: readonly InputProblem[];
}

/** Folders of tools, caches and installed packages: nothing in them was written for this project. */
const SKIPPED: ReadonlySet<string> = new Set(
  `.git .hg .svn node_modules bower_components site-packages __pycache__ .venv venv .tox .nox .eggs .mypy_cache .pytest_cache
  .ruff_cache .hypothesis .ipynb_checkpoints .cache .parcel-cache .turbo .next .nuxt .svelte-kit .angular .terraform .gradle
  .yarn .pnpm-store .direnv .idea .vscode-test htmlcov jspm_packages`.split(/\s+/),
);

/**
 * Lists the files of a tree. Folders that are links are not entered, their files stand elsewhere in the tree or outside
 * of it; so a walk has no cycles.
 */
export function walk(source: WalkSource): Walked {
  const paths: string[] = [];
  const problems: InputProblem[] = [];
  const folders: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  let visited = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const names = source.entries(folder.path);
    if (names === null) problems.push(problem('input/unreadable', folder.path, 'The folder cannot be read.'));
    else if (folder.depth === 0 || !names.some(({ name }) => name === 'pyvenv.cfg')) {
      source.enters(folder.path, names);
      for (const listed of names) {
        if (++visited > MAX_TREE_ENTRIES) {
          problems.push(problem('input/limit', folder.path, `The walk stopped after ${MAX_TREE_ENTRIES} files and folders.`));
          return { paths: paths.sort(byText), problems };
        }
        const path = joinPath(folder.path, listed.name);
        if (listed.type === 'file' || (listed.type === 'link' && source.linksToFile(path))) paths.push(path);
        else if (listed.type === 'folder' && !SKIPPED.has(listed.name) && !source.skips(path)) {
          if (folder.depth < MAX_TREE_DEPTH) folders.push({ path, depth: folder.depth + 1 });
          else problems.push(problem('input/limit', path, `The folder is nested deeper than ${MAX_TREE_DEPTH} levels and is not read.`));
        }
      }
    }
  }
  return { paths: paths.sort(byText), problems };
}

function problem(id: InputProblem['id'], file: string, message: string): InputProblem {
  return { id, file, at: 0, message };
}
