import { type Dirent, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { MAX_FILE_BYTES } from '../core/limits.ts';
import { decode } from './decode.ts';
import { findGit, type GitDisk, inWorkTree, readExclude, readGitIndex, trackedFolders, trackedIn } from './git.ts';
import { ignoreRules } from './ignore-rules.ts';
import { baseName, byText, folderOf, joinPath, normalPath } from './paths.ts';
import type { FileEntry, GitFacts, InputProblem, ReadResult, SourceTree } from './tree.ts';
import { type Listed, walk } from './walk.ts';

/**
 * The tree under a folder of this machine. Files are read when asked for and once. What a link leads to outside the
 * root is not there. Throws only when the root itself is no readable folder: that is the caller's mistake.
 */
export function diskTree(root: string): SourceTree {
  const base = realpathSync.native(root).replace(/\\/g, '/').replace(/\/$/, '') || '/';
  if (statSync(base).isFile()) throw new Error(`${root} is not a folder.`);
  const disk = insideOf(base);
  const git = gitOf(base, disk);
  const { paths, problems } = walk({
    entries: disk.entries,
    linksToFile: (path) => disk.kindOf(path) === 'file',
    skips: git.skips,
    enters: git.enters,
  });
  const texts = new Map<string, ReadResult>();
  function read(path: string): ReadResult {
    const known = texts.get(path);
    if (known !== undefined) return known;
    const result = readText(disk, path);
    texts.set(path, result);
    return result;
  }
  return {
    root,
    files: paths.map((path) => fileEntry(disk, path)),
    problems,
    read,
    kindOf: disk.kindOf,
    list: (folder) => (disk.entries(folder) ?? []).map(({ name }) => name),
    git: git.facts,
  };
}

/** The paths under the root that match the user's patterns (fast-glob's syntax); what git ignores is not left out. */
export async function matchingPaths(
  root: string,
  patterns: readonly string[],
  except: readonly string[] = [],
): Promise<ReadonlySet<string>> {
  const { default: glob } = await import('fast-glob');
  const ignored = [...except, '**/.git/**', '**/node_modules/**'];
  return new Set(await glob([...patterns], { cwd: root, ignore: ignored, dot: true, followSymbolicLinks: false, suppressErrors: true }));
}

/** Writes a report where the user asked for it, relative to the working folder; `isNew` refuses to overwrite. Throws when it cannot. */
export function writeText(path: string, text: string, isNew = false): void {
  writeFileSync(path, text, isNew ? { flag: 'wx' } : {});
}

/** A file of the program itself: its wasm modules. Throws when it is absent, which is a broken installation. */
export function readOwnFile(place: URL): Uint8Array {
  return readFileSync(place);
}

/** The size is asked for only when somebody wants it: a walk over many files makes no call per file. */
function fileEntry(disk: Inside, path: string): FileEntry {
  let bytes: number | undefined;
  return {
    path,
    get bytes() {
      bytes ??= disk.size(path);
      return bytes;
    },
  };
}

function readText(disk: Inside, path: string): ReadResult {
  const size = disk.kindOf(path) === 'file' ? disk.size(path) : null;
  if (size === null) return failure('input/unreadable', path, 'There is no such file under the root.');
  if (size > MAX_FILE_BYTES)
    return failure('input/too-large', path, `The file has ${size} bytes, more than the ${MAX_FILE_BYTES} that are read.`);
  const bytes = disk.bytes(path);
  return bytes === null ? failure('input/unreadable', path, 'The file cannot be read.') : decode(path, bytes);
}

function failure(id: InputProblem['id'], file: string, message: string): ReadResult {
  return { ok: false, problem: { id, file, at: 0, message } };
}

/** File access that cannot leave a folder. */
interface Inside {
  entries(folder: string): readonly Listed[] | null;
  kindOf(path: string): 'file' | 'directory' | null;
  size(path: string): number;
  bytes(path: string): Uint8Array | null;
}

function insideOf(base: string): Inside {
  const prefix = base === '/' ? base : `${base}/`;
  const places = new Map<string, string | null>();
  const types = new Map<string, Listed['type']>();
  /** The real place of a path, null when there is none or it lies outside. */
  function real(path: string): string | null {
    const normal = normalPath(path);
    if (normal === null) return null;
    let place = places.get(normal);
    if (place === undefined) {
      place = findReal(normal);
      places.set(normal, place);
    }
    return place;
  }
  /** Asks the system only for what no listing told: a call for each name along the path costs more than all else. */
  function findReal(path: string): string | null {
    if (path === '') return base;
    const folder = isPlain(types.get(path)) ? real(folderOf(path)) : null;
    if (folder !== null) return folder === '/' ? `/${baseName(path)}` : `${folder}/${baseName(path)}`;
    const found = attempt(() => realpathSync.native(prefix + path).replace(/\\/g, '/'));
    return found === base || found?.startsWith(prefix) ? found : null;
  }
  function kindOf(path: string): 'file' | 'directory' | null {
    const type = types.get(path);
    if (type === 'file') return 'file';
    if (type === 'folder') return 'directory';
    const place = real(path);
    return place === null ? null : kindAt(place);
  }
  return {
    entries(folder) {
      const place = real(folder);
      const found = place === null ? null : attempt(() => readdirSync(place, { withFileTypes: true }));
      if (found === null) return null;
      const names = found.map(listed).sort((a, b) => byText(a.name, b.name));
      for (const { name, type } of names) types.set(joinPath(folder, name), type);
      return names;
    },
    kindOf,
    size(path) {
      const place = real(path);
      return place === null ? 0 : (attempt(() => statSync(place).size) ?? 0);
    },
    bytes(path) {
      const place = kindOf(path) === 'file' ? real(path) : null;
      return place === null ? null : attempt(() => readFileSync(place));
    },
  };
}

function isPlain(type: Listed['type'] | undefined): boolean {
  return type === 'file' || type === 'folder';
}

function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}

function kindAt(absolute: string): 'file' | 'directory' | null {
  const stat = attempt(() => statSync(absolute));
  if (stat?.isFile()) return 'file';
  return stat?.isDirectory() ? 'directory' : null;
}

function listed(entry: Dirent): Listed {
  const type = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other';
  return { name: entry.name, type };
}

/** Reads git's own files wherever they lie: a work tree's folder of git may stand outside the root. */
const gitDisk: GitDisk = {
  kind: kindAt,
  bytes: (absolute) => (kindAt(absolute) === 'file' ? attempt(() => readFileSync(absolute)) : null),
};

interface DiskGit {
  readonly facts: GitFacts;
  skips(folder: string): boolean;
  enters(folder: string, names: readonly Listed[]): void;
}

function gitOf(base: string, disk: Inside): DiskGit {
  const place = findGit(base, gitDisk);
  const index = once(() => (place === null ? null : readGitIndex(place, gitDisk)));
  const tracked = once(() => trackedFolders(index(), place?.above ?? ''));
  const load = (folder: string) => ignoreText(disk, folder);
  const exclude = () => (place === null ? null : readExclude(place, gitDisk));
  const rules = ignoreRules(load, exclude, () => place?.above ?? '');
  return {
    facts: {
      present: place !== null,
      tracks: (path) => (place === null ? 'maybe' : trackedIn(index(), inWorkTree(place, normalPath(path) ?? path))),
      ignores(path) {
        const normal = normalPath(path);
        if (normal === null || normal === '') return false;
        return rules.ignores(normal, path.endsWith('/') || disk.kindOf(normal) === 'directory');
      },
    },
    // Something that is tracked in spite of the rules is part of the project.
    skips: (folder) => rules.ignores(folder, true) && !tracked().has(folder),
    enters(folder, names) {
      const has = names.some(({ name }) => name === '.gitignore');
      rules.learn(folder, has ? load(folder) : null);
    },
  };
}

function ignoreText(disk: Inside, folder: string): string | null {
  const bytes = disk.bytes(joinPath(folder, '.gitignore'));
  return bytes === null || bytes.length > MAX_FILE_BYTES ? null : new TextDecoder().decode(bytes);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
