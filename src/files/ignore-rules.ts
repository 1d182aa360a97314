import ignore, { type Ignore } from 'ignore';
import { joinPath, pathsAlong } from './paths.ts';

/** The `.gitignore` files of a tree, each read when a path below its folder is first asked about. */
export interface IgnoreRules {
  /** Tells what the walk saw of a folder already: its file's text, or null when it has none. */
  learn(folder: string, text: string | null): void;
  /** Whether the rules leave the path out, by itself or by a folder above it. */
  ignores(path: string, isFolder: boolean): boolean;
}

interface Layer {
  readonly folder: string;
  readonly rules: Ignore;
}

/**
 * `load` gives the text of a folder's .gitignore; `exclude` is the text of .git/info/exclude, and `above` the path from
 * the work tree to the root, which its patterns start from.
 */
export function ignoreRules(load: (folder: string) => string | null, exclude: () => string | null, above: () => string): IgnoreRules {
  const layers = new Map<string, Layer | null>();
  let excluded: Ignore | null | undefined;

  function layerOf(folder: string): Layer | null {
    const known = layers.get(folder);
    if (known !== undefined) return known;
    const layer = layerFrom(folder, load(folder));
    layers.set(folder, layer);
    return layer;
  }

  function excludedBy(path: string): boolean {
    if (excluded === undefined) {
      const text = exclude();
      excluded = text === null ? null : matcher(text);
    }
    return excluded?.ignores(joinPath(above(), path)) ?? false;
  }

  /** The nearest file that says anything about the path decides. */
  function decides(path: string, folders: readonly string[], isFolder: boolean): boolean {
    const name = isFolder ? `${path}/` : path;
    for (const folder of folders) {
      const layer = layerOf(folder);
      if (layer === null) continue;
      const { ignored, unignored } = layer.rules.test(folder === '' ? name : name.slice(folder.length + 1));
      if (ignored || unignored) return ignored;
    }
    return excludedBy(name);
  }

  return {
    learn: (folder, text) => void layers.set(folder, layerFrom(folder, text)),
    ignores(path, isFolder) {
      const folders = [''];
      for (const part of pathsAlong(path)) {
        if (decides(part, folders, part !== path || isFolder)) return true;
        folders.unshift(part);
      }
      return false;
    },
  };
}

function layerFrom(folder: string, text: string | null): Layer | null {
  return text === null ? null : { folder, rules: matcher(text) };
}

function matcher(text: string): Ignore {
  return ignore({ ignorecase: false }).add(text);
}
