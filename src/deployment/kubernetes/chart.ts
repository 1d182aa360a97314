import { baseName, folderOf } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';

/** Folders of Helm charts that are no part of another chart. */
export function chartFolders(tree: SourceTree): readonly string[] {
  const folders = tree.files.flatMap(({ path }) => (baseName(path) === 'Chart.yaml' ? [folderOf(path)] : []));
  return folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/charts/`)));
}
