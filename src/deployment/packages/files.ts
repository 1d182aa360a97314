import { MAX_INCLUDE_DEPTH } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import { baseName, folderOf, joinPath, normalPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { parseIni } from '../../syntax/ini/index.ts';
import {
  type DeclaredPackages,
  type LockedPackage,
  parseRequirements,
  parseVersion,
  pipfilePackages,
  poetryReleases,
  pyprojectPackages,
  type Releases,
  scanPipfileLock,
  scanTomlLock,
  setupCfgPackages,
  setupPyRequirements,
} from '../../syntax/requirements/index.ts';
import { loadToml, type TomlReader } from '../../syntax/toml/index.ts';
import { imageLists } from './image-list.ts';

/** One distribution in one file. */
export interface ListedPackage {
  readonly name: string;
  readonly extras: readonly string[];
  /** Null when the file names it and does not say which releases. */
  readonly releases: Releases | null;
  /** Installed only where this holds; absent and null: everywhere. */
  readonly marker?: string | null;
  readonly span: Span;
}

/** What one file, with those it includes, says is installed. */
export interface PackageList {
  readonly file: string;
  readonly kind: 'lock' | 'requirements' | 'project' | 'image';
  readonly packages: readonly ListedPackage[];
  /** Narrow what others install, and install nothing themselves. */
  readonly constraints: readonly ListedPackage[];
  /** Of extras and development groups. */
  readonly optional: readonly ListedPackage[];
  /** False when more may be installed than is listed. */
  readonly complete: boolean;
  /** Written by a resolver: what is brought along is listed as well. */
  readonly closed: boolean;
  /** Requirements files that are part of it. */
  readonly includes?: readonly string[];
}

const WANTED =
  /(^|\/)(pyproject\.toml|Pipfile|Pipfile\.lock|poetry\.lock|uv\.lock|pdm\.lock|pylock(\.[\w-]+)?\.toml|setup\.cfg|setup\.py)$|requirements|constraints/i;
const REQUIREMENTS = /(^|\/)[\w.-]*requirements[\w.-]*\.(txt|in|pip)$|(^|\/)requirements\/([\w.-]+\/)*[\w.-]+\.(txt|in|pip)$/i;

/** The package lists of a tree, in the order of their paths; last what images install by name. */
export async function packageLists(tree: SourceTree): Promise<readonly PackageList[]> {
  const paths = tree.files.map(({ path }) => path).filter((path) => WANTED.test(path));
  const toml = paths.some((path) => /(^|\/)(pyproject\.toml|Pipfile)$/.test(path)) ? await loadToml() : null;
  const lists = paths.flatMap((path) => {
    const list = listOf(tree, path, toml);
    return list === null ? [] : [list];
  });
  return [...lists, ...imageLists(tree)];
}

function listOf(tree: SourceTree, path: string, toml: TomlReader | null): PackageList | null {
  const name = baseName(path);
  if (REQUIREMENTS.test(path)) return requirementsList(tree, path);
  if (!/^(pyproject\.toml|Pipfile|Pipfile\.lock|poetry\.lock|uv\.lock|pdm\.lock|pylock(\.[\w-]+)?\.toml|setup\.cfg|setup\.py)$/.test(name))
    return null;
  const read = tree.read(path);
  const kind = /lock/.test(name) ? 'lock' : 'project';
  if (!read.ok) return { file: path, kind, packages: [], constraints: [], optional: [], complete: false, closed: false };
  if (name === 'Pipfile.lock') return lockList(path, scanPipfileLock(path, read.text));
  if (kind === 'lock') return lockList(path, scanTomlLock(path, read.text));
  if (name === 'setup.cfg') return declaredList(path, setupCfgPackages(parseIni(path, read.text, 'config-parser')));
  if (name === 'setup.py') return setupPyList(path, read.text);
  if (toml === null) return null;
  const document = toml.parse(path, read.text);
  const declared = name === 'Pipfile' ? pipfilePackages(document.root) : pyprojectPackages(document.root);
  return document.problems.length > 0 ? incomplete(path) : declaredList(path, declared);
}

function incomplete(file: string): PackageList {
  return { file, kind: 'project', packages: [], constraints: [], optional: [], complete: false, closed: false };
}

function lockList(file: string, locked: readonly LockedPackage[] | null): PackageList {
  const packages = (locked ?? []).map(({ name, version, span }) => ({ name, extras: [], releases: lockedReleases(version), span }));
  const complete = packages.length > 0;
  return { file, kind: 'lock', packages, constraints: [], optional: [], complete, closed: complete };
}

function lockedReleases(version: string | null): Releases | null {
  return version === null || parseVersion(version) === null ? null : poetryReleases(version);
}

function declaredList(file: string, declared: DeclaredPackages): PackageList | null {
  if (!declared.declares) return null;
  const { requirements, optional, complete } = declared;
  return { file, kind: 'project', packages: requirements, constraints: [], optional, complete, closed: false };
}

function setupPyList(file: string, text: string): PackageList | null {
  if (!/\binstall_requires\b/.test(text)) return null;
  const requirements = setupPyRequirements(file, text);
  return requirements === null ? incomplete(file) : { ...incomplete(file), packages: requirements, complete: true };
}

/** A requirements file with all that it includes. */
function requirementsList(tree: SourceTree, file: string): PackageList {
  const packages: ListedPackage[] = [];
  const constraints: ListedPackage[] = [];
  let complete = true;
  let closed = true;
  const seen = new Set<string>();
  function add(path: string, kind: 'requirement' | 'constraint', depth: number): void {
    if (seen.has(`${kind} ${path}`)) return;
    seen.add(`${kind} ${path}`);
    const read = depth > MAX_INCLUDE_DEPTH ? null : tree.read(path);
    if (read === null || !read.ok) {
      complete = false;
      return;
    }
    const document = parseRequirements(path, read.text);
    (kind === 'constraint' ? constraints : packages).push(...document.requirements);
    if (kind === 'requirement') {
      complete &&= document.opaque.length === 0 && document.problems.length === 0;
      closed &&=
        document.hashed ||
        document.requirements.length === 0 ||
        /autogenerated by (pip-compile|uv)|by the following command/.test(read.text);
    }
    for (const include of document.includes) {
      const target = normalPath(joinPath(folderOf(path), include.path));
      if (target === null || include.path.startsWith('/') || include.path.includes('$')) complete = false;
      else add(target, kind === 'constraint' ? kind : include.kind, depth + 1);
    }
  }
  add(file, 'requirement', 0);
  const includes = [...seen].flatMap((one) => (one.startsWith('requirement ') ? [one.slice('requirement '.length)] : []));
  return { file, kind: 'requirements', packages, constraints, optional: [], complete, closed: closed && packages.length > 0, includes };
}
