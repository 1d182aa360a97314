import { folderOf, joinPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { moduleFile, textAt } from './files.ts';
import { purposeOf } from './naming.ts';

/** Where a dotted name leads in the tree. */
export interface LocatedModule {
  readonly file: string | null;
  /** True when the package is in the tree and the module definitely is not. */
  readonly missing: boolean;
}

/** Looks a module up as Python would, then anywhere in the tree: how folders of an image map to it is not always known. */
export function locateModule(tree: SourceTree, roots: readonly string[], name: string): LocatedModule {
  // Django imports by name, so a part need not be a Python name: `settings.clever-cloud`.
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name)) return { file: null, missing: false };
  for (const root of roots) {
    const file = moduleFile(tree, root, name);
    if (file !== null) return { file, missing: false };
  }
  const path = name.replaceAll('.', '/');
  const elsewhere = tree.files.filter((one) => one.path.endsWith(`/${path}.py`) || one.path.endsWith(`/${path}/__init__.py`));
  const [only] = elsewhere;
  if (only !== undefined) {
    const served = elsewhere.filter((one) => purposeOf(folderOf(one.path)) !== 'development');
    const [best = only] = served;
    return { file: elsewhere.length === 1 || served.length === 1 ? best.path : null, missing: false };
  }
  return { file: null, missing: isMissing(tree, roots, name) };
}

/** The package around it is in the tree, nothing would make the module, and git does not keep it from view. */
function isMissing(tree: SourceTree, roots: readonly string[], name: string): boolean {
  const parts = name.split('.');
  const [top] = parts;
  if (top === undefined) return false;
  const holders = roots.filter((root) => isPackage(tree, joinPath(root, top)) || moduleFile(tree, root, top) !== null);
  if (holders.length === 0) return false;
  const path = parts.join('/');
  return !holders.some((root) => {
    const file = joinPath(root, path);
    if (tree.git.ignores(`${file}.py`) || tree.git.ignores(`${file}/__init__.py`)) return true;
    return hasTemplate(tree, file);
  });
}

function isPackage(tree: SourceTree, folder: string): boolean {
  return (
    tree.kindOf(folder) === 'directory' &&
    tree.list(folder).some((name) => name.endsWith('.py') || tree.kindOf(joinPath(joinPath(folder, name), '__init__.py')) === 'file')
  );
}

/** `local_settings.py.example` beside it: the file is made on deployment. */
function hasTemplate(tree: SourceTree, module: string): boolean {
  const base = module.slice(module.lastIndexOf('/') + 1);
  return tree.list(folderOf(module)).some((name) => name !== base && name.startsWith(`${base}.`) && !name.endsWith('.pyc'));
}

const SETS =
  /\b(INSTALLED_APPS|ROOT_URLCONF|DATABASES)\b|import\s*\(?\s*\*|\b(exec|execfile|globals|locals|vars|setattr|include|optional|configure|load_settings|DjangoDynaconf|importlib|__import__|activate_settings|get_settings|django_heroku)\b|class\s+\w+\s*\(|sys\.modules|from\s+\.+\w*\s+import\b|from\s+[\w.]+\s+import\s+\(?\s*[A-Z]/;

/**
 * Whether a module sets none of INSTALLED_APPS, ROOT_URLCONF and DATABASES and nothing in it could: an empty settings package.
 * Comments and doc strings do not count.
 */
export function isHollow(tree: SourceTree, file: string): boolean {
  const read = tree.read(file);
  if (!read.ok) return false;
  const code = textAt(tree, file)
    .replace(/("""|''')[\s\S]*?\1/g, '')
    .replace(/#[^\n]*/g, '');
  return !SETS.test(code);
}
