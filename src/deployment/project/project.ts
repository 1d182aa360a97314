import { baseName, folderOf, joinPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { ReleaseRange } from '../../settings/model.ts';
import type { PackageFacts, Project } from '../model.ts';
import { entryFiles, type SettingsFile, settingsFiles, textAt } from './files.ts';
import { purposeOf } from './naming.ts';

/** What package files say about one project, see packages.ts. */
export type PackagesOf = (root: string) => {
  readonly django: ReleaseRange;
  readonly python: string | null;
  readonly packages: PackageFacts;
};

/** What was found of a project besides what rules ask about. */
export interface FoundProject extends Project {
  readonly managePy: string | null;
  /** wsgi.py and asgi.py files. */
  readonly entries: readonly string[];
  readonly settingsFiles: readonly SettingsFile[];
}

/** The projects of a tree, sorted by root. Folders added by `--path` come first on the import path. */
export function findProjects(tree: SourceTree, packagesOf: PackagesOf, extraRoots: readonly string[]): readonly FoundProject[] {
  const entries = entryFiles(tree);
  const settings = settingsFiles(tree);
  const roots = projectRoots(entries, settings);
  const only = roots.length === 1;
  return roots.map((root) => {
    const mine = entries.filter((path) => nearestOf(roots, path) === root);
    const files = settings.filter((one) => nearestOf(roots, one.path) === root);
    const managePy =
      mine.find((path) => path === joinPath(root, 'manage.py')) ?? mine.find((path) => baseName(path) === 'manage.py') ?? null;
    const importRoots = unique([
      ...extraRoots,
      root,
      ...addedPaths(tree, root, mine),
      ...files.map((one) => one.importRoot),
      ...(only ? [''] : []),
    ]);
    return {
      root,
      importRoots,
      ...packagesOf(root),
      settingsModules: unique(files.map((one) => one.module)),
      managePy,
      entries: mine.filter((path) => baseName(path) !== 'manage.py'),
      settingsFiles: files,
    };
  });
}

/** What a module named on the command line belongs to when nothing looks like a project: all of the tree. */
export function wholeTree(packagesOf: PackagesOf, extraRoots: readonly string[]): FoundProject {
  const importRoots = unique([...extraRoots, '']);
  return { root: '', importRoots, ...packagesOf(''), settingsModules: [], managePy: null, entries: [], settingsFiles: [] };
}

/** Folders with a manage.py; without any, import roots of wsgi.py, asgi.py or settings modules. */
function projectRoots(entries: readonly string[], settings: readonly SettingsFile[]): readonly string[] {
  const managed = unique(entries.filter((path) => baseName(path) === 'manage.py').map(folderOf));
  const isServed = (root: string) => purposeOf(root) !== 'development';
  const served = managed.filter(isServed);
  if (served.length > 0) return served;
  const rest = unique([...managed, ...settings.map((one) => one.importRoot), ...entries.map((path) => folderOf(folderOf(path)))]);
  const outer = rest.filter((root) => !rest.some((other) => other !== root && isWithin(root, other)));
  const best = outer.filter(isServed);
  return best.length > 0 ? best : outer;
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** The innermost project that holds a path; the first one when none does. */
function nearestOf(roots: readonly string[], path: string): string | undefined {
  let best: string | undefined;
  for (const root of roots) {
    if (isWithin(path, root) && (best === undefined || root.length > best.length)) best = root;
  }
  return best;
}

/** The project that a path lies in; the only project for paths outside all of them. */
export function projectAt(projects: readonly FoundProject[], path: string): FoundProject | null {
  const root = nearestOf(
    projects.map((one) => one.root),
    path,
  );
  const found = projects.find((one) => one.root === root);
  return found ?? (projects.length === 1 ? (projects[0] ?? null) : null);
}

const ADDED = /sys\.path\.(?:append|insert)\(([^\n]*)/g;

/** Folders that manage.py or wsgi.py put on sys.path, by the last names written in the call. */
function addedPaths(tree: SourceTree, root: string, entries: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (const path of entries) {
    for (const [, call] of textAt(tree, path).matchAll(ADDED)) {
      const names = [...(call ?? '').matchAll(/["']([\w./-]+)["']/g)].map((one) => one[1] ?? '');
      const folder = joinPath(root, names.filter((name) => /^\w[\w/-]*$/.test(name)).join('/'));
      if (names.length > 0 && tree.kindOf(folder) === 'directory') out.push(folder);
    }
  }
  return out;
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
