import { baseName, folderOf } from '../files/paths.ts';
import type { SourceTree } from '../files/tree.ts';
import { moduleFile } from './project/files.ts';
import type { FoundProject } from './project/project.ts';

/** A folder of the repository and where it stands on the machine. */
export interface Checkout {
  readonly at: string;
  /** '' is the root of the repository. */
  readonly folder: string;
}

/** What the command lines of a manager of services say of the place of the code. */
export interface StartWords {
  readonly words: readonly string[];
  /** The working directory that it gives; null when it gives none, or that is not known. */
  readonly workdir: string | null;
}

/** The folder of the machine in which the repository is checked out: where the application package of a command is found. */
export function machineCheckout(start: StartWords, tree: SourceTree, projects: readonly FoundProject[]): Checkout | null {
  const { words } = start;
  const script = words.find((word) => /^\/.*\/manage\.py$/.test(word));
  const managed =
    script === undefined
      ? null
      : fittingRoot(
          folderOf(script),
          projects.flatMap((one) => (one.managePy === null ? [] : [folderOf(one.managePy)])),
        );
  if (managed !== null) return managed;
  const folder = folderNamed(start);
  if (folder === null) return null;
  const modules = words.map(moduleName).filter((one) => one !== null);
  const imports = [...new Set(projects.flatMap((one) => [...one.importRoots]))];
  const roots = imports.filter(
    (root) =>
      modules.some((name) => moduleFile(tree, root, name) !== null) ||
      (words.includes('manage.py') && projects.some((one) => one.managePy !== null && folderOf(one.managePy) === root)),
  );
  // The package is there, although the module in it that the command names is not.
  const packages = modules.flatMap((name) => (name.includes('.') ? (name.split('.')[0] ?? []) : []));
  const holding = imports.filter((root) => packages.some((name) => moduleFile(tree, root, name) !== null));
  return fittingRoot(folder, roots) ?? fittingRoot(folder, holding) ?? scriptCheckout(folder, words, tree);
}

/** As far up as the names agree: /srv/app/backend is backend, so /srv/app is the root. */
function wholeCheckout({ at, folder }: Checkout): Checkout {
  if (folder === '' || baseName(folder) !== baseName(at)) return { at, folder };
  return wholeCheckout({ at: folderOf(at) || '/', folder: folderOf(folder) });
}

function fittingRoot(folder: string, roots: readonly string[]): Checkout | null {
  const named = roots.find((root) => root !== '' && baseName(root) === baseName(folder));
  const repository = named ?? roots[0];
  return repository === undefined ? null : wholeCheckout({ at: folder, folder: repository });
}

function folderNamed({ words, workdir }: StartWords): string | null {
  const at = words.findIndex((word) => word === '--chdir' || word.startsWith('--chdir='));
  const folder = (at === -1 ? undefined : (words[at]?.split('=')[1] ?? words[at + 1])) ?? workdir;
  return folder?.startsWith('/') ? folder.replace(/\/+$/, '') || '/' : null;
}

/** `/srv/app/deploy/start.sh` with a working directory of /srv/app: the script stands at deploy/start.sh of the tree. */
function scriptCheckout(folder: string, words: readonly string[], tree: SourceTree): Checkout | null {
  for (const word of words) {
    if (!word.startsWith(`${folder}/`)) continue;
    const below = word.slice(folder.length + 1);
    if (tree.kindOf(below) === 'file') return { at: folder, folder: '' };
  }
  return null;
}

function moduleName(word: string): string | null {
  return /^([A-Za-z_]\w*(?:\.\w+)*)(?::[\w.()]+)?$/.exec(word)?.[1] ?? null;
}
