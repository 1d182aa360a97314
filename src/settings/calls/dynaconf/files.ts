import { type Origin, textOrigin } from '../../../core/origin.ts';
import type { PlainMap } from '../../../syntax/plain-data.ts';
import { parseTomlData } from '../../../syntax/toml/data.ts';
import { parseYamlData } from '../../../syntax/yaml/data.ts';
import { workingFolder } from '../../builtins/path-methods.ts';
import { folderOf } from '../../imports/libraries.ts';
import { originAt, PyError, type Run } from '../../run.ts';
import { type Site, type Slot, str, type Val } from '../../values/object.ts';
import { loads } from '../python/json.ts';
import { fromData } from './text.ts';

/** The files that dynaconf finds and how it reads them: `find_file` of its `utils/files.py` and its loaders. */

const EXTENSIONS = ['py', 'toml', 'tml', 'yaml', 'yml', 'ini', 'conf', 'properties', 'json'];
/** Looked for by DjangoDynaconf when no files are named. */
export const DEFAULT_FILES: readonly string[] = [
  ...EXTENSIONS.map((one) => `settings.${one}`),
  ...EXTENSIONS.map((one) => `.secrets.${one}`),
];

function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** From a folder up to the root of the tree, or to `last`, each with its `config` folder. */
function upwards(from: string, last: string | null): readonly string[] {
  const folders: string[] = [];
  for (let at: string = from; ; at = folderOf(at)) {
    folders.push(at, inFolder(at, 'config'));
    if (at === '' || at === last) return folders;
  }
}

/** The first file of a name that dynaconf comes across; folders above the repository hold none. */
export function findFile(run: Run, name: string, root: string | null, skip: string | null): string | undefined {
  const work = workingFolder(run);
  const folders = [...(root === null ? [] : upwards(root, work)), ...upwards(work, null)];
  return folders.map((folder) => inFolder(folder, name)).find((path) => path !== skip && run.request.tree.kindOf(path) !== null);
}

/** `settings.toml` → `settings.local.toml` */
export function localName(file: string): string {
  const dot = file.lastIndexOf('.');
  return `${file.slice(0, dot)}.local${file.slice(dot)}`;
}

/** The values of a file by their names; null where it cannot be read, or its format is not followed. */
export function readValues(run: Run, file: string, site: Site): ReadonlyMap<string, Slot> | null {
  const read = run.request.tree.read(file);
  if (!read.ok) {
    run.problems.push(read.problem);
    return null;
  }
  if (/\.(toml|tml)$/.test(file)) return documentValues(run, file, read.text, parseTomlData(read.text), site);
  if (/\.ya?ml$/.test(file)) return documentValues(run, file, read.text, parseYamlData(read.text), site);
  return file.endsWith('.json') ? jsonValues(run, file, read.text, site) : null;
}

function documentValues(run: Run, file: string, text: string, root: PlainMap | undefined, site: Site): ReadonlyMap<string, Slot> | null {
  if (root === undefined) return null;
  const places = { origin: (at: number) => placeIn(file, text, at, site), secret: false };
  const values = new Map<string, Slot>();
  for (const [name, value] of root.entries) values.set(name, fromData(run, value, places, site));
  return values;
}

function jsonValues(run: Run, file: string, text: string, site: Site): ReadonlyMap<string, Slot> | null {
  let value: Val;
  try {
    value = loads(run, str(text, placeIn(file, text, 0, site)), site);
  } catch (error) {
    if (error instanceof PyError) return null;
    throw error;
  }
  if (value.k !== 'known' || value.obj.t !== 'dict' || value.obj.cell.state.open !== null) return null;
  const values = new Map<string, Slot>();
  for (const { key, value: inner } of value.obj.cell.state.entries.values()) if (key.obj.t === 'str') values.set(key.obj.v, inner);
  return values;
}

/** Where a value stands in its file. */
function placeIn(file: string, text: string, at: number, site: Site): Origin {
  const start = Math.min(at, text.length);
  const end = text.indexOf('\n', start);
  return textOrigin({ file, start, end: end === -1 ? text.length : end }, 'read by dynaconf', originAt(site));
}
