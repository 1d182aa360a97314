import { type GitIndex, parseGitIndex } from './git-index.ts';
import { folderOf, joinPath } from './paths.ts';

/** Absolute paths with `/`; every answer is null when there is nothing readable. */
export interface GitDisk {
  kind(absolute: string): 'file' | 'directory' | null;
  bytes(absolute: string): Uint8Array | null;
}

export interface GitPlace {
  /** Folder of the index. */
  readonly gitDir: string;
  /** Folder of what all work trees of a repository share: config and info/exclude. */
  readonly commonDir: string;
  /** Path of the root inside the work tree, '' when they are the same. */
  readonly above: string;
}

/** The work tree that a folder lies in, found by looking upwards for `.git`. */
export function findGit(root: string, disk: GitDisk): GitPlace | null {
  let above = '';
  for (let folder = root; ; folder = parentOf(folder)) {
    const gitDir = gitDirAt(folder, disk);
    if (gitDir !== null) return { gitDir, commonDir: commonDirOf(gitDir, disk), above };
    if (folder === parentOf(folder)) return null;
    above = above === '' ? folder.slice(folder.lastIndexOf('/') + 1) : `${folder.slice(folder.lastIndexOf('/') + 1)}/${above}`;
  }
}

function parentOf(folder: string): string {
  const slash = folder.lastIndexOf('/');
  if (slash === -1) return folder;
  return slash === 0 ? '/' : folder.slice(0, slash);
}

/** A `.git` file (work trees, submodules) names the folder that holds the index. */
function gitDirAt(folder: string, disk: GitDisk): string | null {
  const at = folder === '/' ? '/.git' : `${folder}/.git`;
  const kind = disk.kind(at);
  if (kind === 'directory') return disk.kind(`${at}/HEAD`) === null ? null : at;
  if (kind === null) return null;
  const pointed = /^gitdir: (.+?)\s*$/.exec(textOf(disk.bytes(at)) ?? '')?.[1];
  const gitDir = pointed === undefined ? null : resolved(folder, pointed);
  return gitDir !== null && disk.kind(gitDir) === 'directory' ? gitDir : null;
}

function commonDirOf(gitDir: string, disk: GitDisk): string {
  const named = textOf(disk.bytes(`${gitDir}/commondir`))?.trim();
  return named === undefined || named === '' ? gitDir : resolved(gitDir, named);
}

/** `to` as seen from an absolute folder. */
function resolved(folder: string, to: string): string {
  const path = to.replace(/\\/g, '/');
  const absolute = path.startsWith('/') || /^[A-Za-z]:\//.test(path) ? path : `${folder}/${path}`;
  const names: string[] = [];
  for (const name of absolute.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return absolute.startsWith('/') ? `/${names.join('/')}` : names.join('/');
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

export function readGitIndex(place: GitPlace, disk: GitDisk): GitIndex | null {
  const bytes = disk.bytes(`${place.gitDir}/index`);
  if (bytes === null) return null;
  const config = textOf(disk.bytes(`${place.commonDir}/config`)) ?? '';
  return parseGitIndex(bytes, /^\s*objectformat\s*=\s*sha256/im.test(config) ? 32 : 20);
}

export function readExclude(place: GitPlace, disk: GitDisk): string | null {
  return textOf(disk.bytes(`${place.commonDir}/info/exclude`));
}

/** What the index says about a path of the work tree. */
export function trackedIn(index: GitIndex | null, path: string): 'yes' | 'no' | 'maybe' {
  if (index === null) return 'maybe';
  if (index.paths.has(path)) return 'yes';
  for (let folder = path; folder !== ''; folder = folderOf(folder)) if (index.opaque.includes(folder)) return 'maybe';
  return index.complete ? 'no' : 'maybe';
}

/** The folders that hold something tracked, relative to the root. */
export function trackedFolders(index: GitIndex | null, above: string): ReadonlySet<string> {
  const folders = new Set<string>();
  const prefix = above === '' ? '' : `${above}/`;
  for (const path of index?.paths ?? []) {
    if (!path.startsWith(prefix)) continue;
    for (let folder = folderOf(path.slice(prefix.length)); folder !== '' && !folders.has(folder); folder = folderOf(folder))
      folders.add(folder);
  }
  return folders;
}

export function inWorkTree(place: GitPlace, path: string): string {
  return joinPath(place.above, path);
}
