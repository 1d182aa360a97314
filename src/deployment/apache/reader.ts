import type { SourceTree } from '../../files/tree.ts';
import type { Process } from '../model.ts';
import { purposeOf } from '../project/naming.ts';
import type { LoadedProxy, ProxyReader } from '../proxy/reader.ts';
import { readApache, sitesOf } from './apache.ts';
import { apacheFiles, type LoadedApache, loadedBy, machineSurroundings } from './files.ts';
import type { ApacheSource } from './scope.ts';

/** Apache httpd: files that a container loads, or that stand in the repository for a machine. */
export function apacheReader(tree: SourceTree): ProxyReader {
  const files = apacheFiles(tree);
  let machine: readonly LoadedProxy[] | null = null;
  return {
    loadedBy: (viewer) => (files.size > 0 && runsHttpd(viewer) ? loadedBy(viewer, files).map(configuration) : []),
    onMachine: () => {
      machine ??= machineEntries(tree, files).map(configuration);
      return machine;
    },
  };
}

function runsHttpd({ role, image }: Process): boolean {
  return role === 'proxy' || Boolean(image?.build) || /httpd|apache/.test(image?.base ?? '');
}

function configuration({ entry, around }: LoadedApache): LoadedProxy {
  return { file: entry.file, ...readApache(entry, around) };
}

/** Configurations for a machine: those that serve something and that no other one includes. */
export function machineEntries(tree: SourceTree, files: ReadonlyMap<string, ApacheSource>): readonly LoadedApache[] {
  const entries = [...files.values()].filter((one) => !isForDevelopment(one.file) && tree.kindOf(one.file) === 'file');
  const loaded = entries.map((entry) => ({ entry, around: machineSurroundings(entry, files) }));
  const read = loaded.map((one) => ({ one, sites: sitesOf(one.entry, one.around) })).filter(({ sites }) => sites.length > 0);
  const included = new Set(read.flatMap(({ one, sites }) => sites.map((site) => site.at.file).filter((file) => file !== one.entry.file)));
  return read.filter(({ one }) => !included.has(one.entry.file)).map(({ one }) => one);
}

/** Whether the path names it for another purpose; roles of Ansible keep what they install in a folder of templates. */
export function isForDevelopment(file: string): boolean {
  return purposeOf(file.replace(/(^|\/)templates\//, '$1')) === 'development';
}
