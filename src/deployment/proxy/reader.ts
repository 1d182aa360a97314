import type { Process, ProxyFacts, ProxyProgram } from '../model.ts';
import type { UnlinkedServer } from './unlinked.ts';

/** One configuration of a proxy program, as a process or a machine loads it. */
export interface LoadedProxy {
  /** The file it starts with. */
  readonly file: string;
  readonly servers: readonly UnlinkedServer[];
  /** False when an include or a template keeps part of it from view. */
  readonly complete: ProxyFacts['complete'];
  readonly program?: Omit<ProxyProgram, 'process'>;
}

/** Reads the configurations of one proxy program: one implementation each in the folder of the system. */
export interface ProxyReader {
  /** What a process loads (mounted or copied files, labels of its neighbours); [] when it runs another program. */
  loadedBy(viewer: Process, processes: readonly Process[]): readonly LoadedProxy[];
  /** What the repository keeps for a machine of its own. */
  onMachine(): readonly LoadedProxy[];
}
