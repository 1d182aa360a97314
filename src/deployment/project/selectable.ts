import { folderOf, joinPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { importedNames, type SettingsFile, SPLIT, textAt } from './files.ts';
import { isDevelopmentModule, isProductionModule, speaksOfDevelopment, speaksOfProduction } from './naming.ts';

/** Django serves nothing without these, so a module that gets them from nowhere is never selected itself. */
const WHOLE =
  /\b(INSTALLED_APPS|ROOT_URLCONF)\b|\bimport[ \t]*\(?\s*\*|\b(exec|globals|locals|vars|setattr|include|__import__|importlib)\b/;

/** The only module that production could select: not for development, and no mere part of others unless its name says production. */
export function onlySelectable(files: readonly SettingsFile[], tree: SourceTree): SettingsFile | null {
  const rest = selectable(files, tree);
  return rest.length === 1 ? (rest[0] ?? null) : null;
}

function selectable(files: readonly SettingsFile[], tree: SourceTree): readonly SettingsFile[] {
  const imported = new Set(files.flatMap((one) => importedNames(textAt(tree, one.path))));
  const isPart = ({ module, path }: SettingsFile) =>
    imported.has(lastName(module)) && (!isProductionModule(module) || !WHOLE.test(textAt(tree, path)));
  return files.filter((one) => !isDevelopmentModule(one.module) && !isPart(one) && !isPiece(one, tree));
}

const BASE = /^(base|common|defaults?|shared|core|global)$/;
const FOR_A_SERVER =
  /\b(DEBUG|ALLOWED_HOSTS|SECURE_\w+|SECRET_KEY|CSRF_\w+|SESSION_\w+|CACHES|STORAGES|\w+_STORAGE)\b[ \t]*=|environ|getenv|\bconfig\(|\benv\b|heroku|dj_database_url/;

/** Whether nothing but the module that an entry file names itself could serve production: no base, and every other is for something else. */
export function isOnlyOne(own: string, files: readonly SettingsFile[], tree: SourceTree): boolean {
  if (isDevelopmentModule(own) || BASE.test(lastName(own))) return false;
  const isVariant = ({ path }: SettingsFile) => {
    const text = textAt(tree, path);
    return importedNames(text).includes(lastName(own)) && !FOR_A_SERVER.test(text);
  };
  return selectable(files, tree).every((one) => one.module === own || isVariant(one));
}

/**
 * Whether a file is a piece of its package, which alone can be loaded: django-split-settings puts it in, or django-configurations
 * takes a class from it.
 */
export function isPiece({ path, module }: SettingsFile, tree: SourceTree): boolean {
  if (SPLIT.test(textAt(tree, path))) return false;
  const name = lastName(module);
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
    const init = joinPath(folder, '__init__.py');
    if (init === path || tree.kindOf(init) !== 'file') continue;
    const text = textAt(tree, init);
    if (SPLIT.test(text) || new RegExp(`^from[ \\t]+\\S*\\.${name}[ \\t]+import[ \\t]+[A-Z][a-z]`, 'm').test(text)) return true;
  }
  return false;
}

/** Whether the doc string of a module says that it is the one for production. */
export function tellsProduction({ path }: SettingsFile, tree: SourceTree): boolean {
  const doc = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*("""|''')([^"']{0,2000})\1/.exec(textAt(tree, path))?.[2] ?? '';
  return speaksOfProduction(doc) && !speaksOfDevelopment(doc);
}

function lastName(module: string): string {
  return module.slice(module.lastIndexOf('.') + 1);
}
