import { CONFIG_FILE } from '../config/load.ts';
import { STARTER } from '../config/starter.ts';
import { writeText } from '../files/disk.ts';
import type { Arguments } from './arguments.ts';
import { onlyPath } from './positionals.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** `init [PATH]`: a commented configuration file, where there is none. */
export async function initCommand(args: Arguments, terminal: Terminal): Promise<number> {
  const file = `${onlyPath(args).replace(/\/$/, '')}/${CONFIG_FILE}`;
  try {
    writeText(file, STARTER, true);
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new UsageError(exists ? `${file} exists already; it is left as it is.` : `${file} cannot be written. Give an existing folder.`);
  }
  await terminal.out(`Wrote ${file}.\n`);
  return 0;
}
