import type { StartPython } from '../deployment/index.ts';
import { folderOf, joinPath } from '../files/paths.ts';
import type { SourceTree } from '../files/tree.ts';
import { evaluateNames, settingsModuleFor } from '../settings/entry-point.ts';
import { startPython } from './python.ts';

/** The interpreter as the stage "link" uses it: for entry files that decide in code, and for servers configured in Python. */
export function pythonTools(tree: SourceTree): StartPython {
  return async () => {
    await startPython(tree);
    return {
      evaluate(file, environment) {
        const importRoots = [...new Set([folderOf(file), ''])];
        const { names, complete, raised } = evaluateNames({ tree, file, importRoots, environment });
        const at = { file, start: 0, end: 0 };
        return { names, complete: complete ? true : { because: `${file} may set more than can be followed`, at }, raised };
      },
      readEntry({ entry, importRoots, environment }) {
        const file = entry.kind === 'script' ? entry.file : fileOf(tree, entry.name, importRoots);
        if (file === null) return null;
        const value = settingsModuleFor({ tree, file, importRoots, environment });
        const isUnset = value.kind === 'unknown' && value.why === 'missing-env' && environment.closed === true;
        return isUnset ? null : value;
      },
    };
  };
}

function fileOf(tree: SourceTree, name: string, importRoots: readonly string[]): string | null {
  const inside = name.replaceAll('.', '/');
  for (const root of importRoots) {
    for (const path of [joinPath(root, `${inside}.py`), joinPath(root, `${inside}/__init__.py`)]) {
      if (tree.kindOf(path) === 'file') return path;
    }
  }
  return null;
}
