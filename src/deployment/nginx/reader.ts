import type { SourceTree } from '../../files/tree.ts';
import { purposeOf } from '../project/naming.ts';
import type { LoadedProxy, ProxyReader } from '../proxy/reader.ts';
import { isSnippet, type LoadedNginx, loadedBy, machineSurroundings, nginxFiles } from './files.ts';
import { readNginx } from './nginx.ts';
import type { NginxSource } from './scope.ts';

/** nginx: files that a container loads, or that stand in the repository for a machine. */
export function nginxReader(tree: SourceTree): ProxyReader {
  const files = nginxFiles(tree);
  let machine: readonly LoadedProxy[] | null = null;
  return {
    loadedBy: (viewer) =>
      files.size > 0 && (viewer.role === 'proxy' || viewer.image?.build) ? loadedBy(viewer, files).map(configuration) : [],
    onMachine: () => {
      machine ??= machineConfigurations(tree, files);
      return machine;
    },
  };
}

function configuration({ entry, around, stock }: LoadedNginx): LoadedProxy {
  const { servers, complete } = readNginx(entry, around);
  return { file: entry.file, servers: stock ? servers.map((one) => ({ ...one, wholeConfiguration: true })) : servers, complete };
}

function machineConfigurations(tree: SourceTree, files: ReadonlyMap<string, NginxSource>): readonly LoadedProxy[] {
  const entries = [...files.values()].filter((one) => !isSnippet(one) && purposeOf(one.file) !== 'development');
  const loaded = entries.map((entry) => ({
    entry,
    read: configuration({ entry, around: machineSurroundings(entry, files), stock: false }),
  }));
  const nested = new Set(
    loaded
      .filter(({ entry }) => entry.document.directives.some((top) => top.name === 'http'))
      .flatMap(({ entry, read }) => read.servers.map((one) => one.file).filter((file) => file !== entry.file)),
  );
  return loaded.filter(({ entry }) => !nested.has(entry.file) && tree.kindOf(entry.file) === 'file').map(({ read }) => read);
}
