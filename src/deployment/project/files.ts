import { baseName, folderOf, joinPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { isDevelopmentModule, isProductionModule } from './naming.ts';

/** A settings module of the tree, found by its contents. */
export interface SettingsFile {
  readonly path: string;
  /** Dotted name under its import root. */
  readonly module: string;
  /** Folder that must be on sys.path for that name. */
  readonly importRoot: string;
}

const CANDIDATE =
  /(^|\/)((settings|configs?|conf|configuration|environments?)\/([^/]+\/)?[^/]+|[^/]*(settings?|config|configuration|production|prod|staging|defaults)[^/]*)\.py$/i;
const FOREIGN =
  /\{\{|\{%|(^|\/)(node_modules|site-packages|\.?venv|env|migrations|management|__pycache__|dist-packages|tests?)\/|(^|\/)test_[^/]*\.py$/;
const IMPORTABLE = /(^|\/)[A-Za-z_]\w*\.py$/;
const STRONG = /^[ \t]*(INSTALLED_APPS|ROOT_URLCONF|MIDDLEWARE|DATABASES)[ \t]*(\+?=[^=]|:)/m;
/** django-split-settings: the module is the sum of other files. */
export const SPLIT = /^[ \t]*from[ \t]+split_settings\.tools[ \t]+import/m;
const WEAK = /^(DEBUG|SECRET_KEY|ALLOWED_HOSTS)[ \t]*(\+?=[^=]|:)/m;
/** Named so that nothing else is likely. */
const NAMED = /(^|\/)(settings\.py|settings\/[^/]+\.py)$/;
const UPPER = /^[A-Z][A-Z0-9_]*[ \t]*(\+?=[^=]|:)|^[ \t]*from[ \t]+\S+[ \t]+import[ \t]+\(?[ \t]*\*/m;
const STAR = /^[ \t]*from[ \t]+(\S+)[ \t]+import[ \t]+(?:\(\s*)?\*/gm;

/** Text of a file, '' when it cannot be read. */
export function textAt(tree: SourceTree, path: string): string {
  const read = tree.read(path);
  return read.ok ? read.text : '';
}

/** Python files that are settings modules: by what they assign, or because they star-import such a file. Judged by text alone. */
export function settingsFiles(tree: SourceTree): readonly SettingsFile[] {
  const texts = new Map<string, string>();
  for (const file of tree.files) {
    const { path } = file;
    if (!path.endsWith('.py') || FOREIGN.test(path) || !CANDIDATE.test(path) || !IMPORTABLE.test(path) || file.bytes > 400_000) continue;
    texts.set(path, textAt(tree, path));
  }
  const found = new Set<string>();
  for (const [path, text] of texts) if (STRONG.test(text) || SPLIT.test(text)) found.add(path);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [path, text] of texts) {
      if (found.has(path) || !importsOneOf(tree, path, text, found)) continue;
      found.add(path);
      grown = true;
    }
  }
  if (found.size === 0) for (const [path, text] of texts) if (WEAK.test(text)) found.add(path);
  if (found.size === 0) for (const [path, text] of texts) if (NAMED.test(path) && UPPER.test(text)) found.add(path);
  return [...found].sort().map((path) => ({ path, ...moduleOf(tree, path) }));
}

function importsOneOf(tree: SourceTree, path: string, text: string, settings: ReadonlySet<string>): boolean {
  for (const [, name] of text.matchAll(STAR)) {
    if (name === undefined) continue;
    const target = name.startsWith('.') ? relativeModule(tree, path, name) : absoluteModule(tree, path, name);
    if (target !== null && settings.has(target)) return true;
  }
  return false;
}

function relativeModule(tree: SourceTree, from: string, name: string): string | null {
  const dots = /^\.+/.exec(name)?.[0].length ?? 0;
  let folder = folderOf(from);
  for (let up = 1; up < dots; up++) folder = folderOf(folder);
  return moduleFile(tree, folder, name.slice(dots));
}

function absoluteModule(tree: SourceTree, from: string, name: string): string | null {
  for (let folder = folderOf(from); ; folder = folderOf(folder)) {
    const found = moduleFile(tree, folder, name);
    if (found !== null || folder === '') return found;
  }
}

/** The file of a dotted name under an import root; null when there is none. */
export function moduleFile(tree: SourceTree, root: string, name: string): string | null {
  const path = name === '' ? root : joinPath(root, name.replaceAll('.', '/'));
  if (name !== '' && tree.kindOf(`${path}.py`) === 'file') return `${path}.py`;
  const init = joinPath(path, '__init__.py');
  return tree.kindOf(init) === 'file' ? init : null;
}

/** The dotted name of a file: its folders are packages as far up as they have an `__init__.py`. */
function moduleOf(tree: SourceTree, path: string): Pick<SettingsFile, 'module' | 'importRoot'> {
  let root = folderOf(path);
  const nearest = nearestEntryRoot(tree, root);
  while (root !== '' && root !== nearest && (nearest !== null || tree.kindOf(joinPath(root, '__init__.py')) === 'file'))
    root = folderOf(root);
  const inside = root === '' ? path : path.slice(root.length + 1);
  const dotted = inside.replace(/\.py$/, '').replaceAll('/', '.');
  return { module: dotted.endsWith('.__init__') ? dotted.slice(0, -'.__init__'.length) : dotted, importRoot: root };
}

/** The nearest folder upwards with a manage.py: that is what Python sees as the root. */
function nearestEntryRoot(tree: SourceTree, folder: string): string | null {
  for (let at = folder; ; at = folderOf(at)) {
    if (tree.kindOf(joinPath(at, 'manage.py')) === 'file') return at;
    if (at === '') return null;
  }
}

const ENTRY_NAMES = new Set(['manage.py', 'wsgi.py', 'asgi.py']);

/** manage.py, wsgi.py and asgi.py files that start Django. */
export function entryFiles(tree: SourceTree): readonly string[] {
  return tree.files
    .map((one) => one.path)
    .filter((path) => ENTRY_NAMES.has(baseName(path)) && !FOREIGN.test(path) && /DJANGO_SETTINGS_MODULE|django/.test(textAt(tree, path)));
}

/** The module named for production, else the only one that no other star-imports and that is not for development. */
export function singleModule(files: readonly SettingsFile[], tree: SourceTree): SettingsFile | null {
  const named = files.filter((one) => isProductionModule(one.module));
  if (named.length === 1) return named[0] ?? null;
  const imported = new Set(files.flatMap((one) => importedNames(textAt(tree, one.path))));
  const rest = files.filter((one) => !isDevelopmentModule(one.module) && !imported.has(one.module.slice(one.module.lastIndexOf('.') + 1)));
  return rest.length === 1 ? (rest[0] ?? null) : null;
}

/** Last names of the modules that a text imports everything or classes from. */
export function importedNames(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*from[ \t]+(\S+)[ \t]+import[ \t]+\(?\s*(?:\*|[A-Z])/gm)].map((one) =>
    (one[1] ?? '').replace(/^.*\./, ''),
  );
}
