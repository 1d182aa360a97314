import type { Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';
import type { Command } from '../model.ts';
import type { Syntaxes } from '../syntaxes.ts';

/** What a command line finds around it. */
export interface CommandContext {
  readonly tree: SourceTree;
  readonly syntaxes: Syntaxes;
  readonly environment: Environment;
  /** Absolute path in the process, or `<ROOT>/…` for a checkout whose place is not known (CI). */
  readonly workdir: Value<string>;
  /** The file of the tree that stands at an absolute path of the process (or `<ROOT>/…`); null when none does or it is not known. */
  locate(path: string): string | null;
  /** The command line itself runs only when some condition holds. */
  readonly conditional?: boolean;
  readonly remote?: boolean;
}

/** A command with what only the walk through scripts knows of it. */
export interface RunCommand extends Command {
  /** The user that sudo, gosu, su-exec and the like switch to; null for that of the process. */
  readonly user: Value<string> | null;
  /** It goes on beside what follows. */
  readonly background: boolean;
}

/** What becomes of a command line once it runs. */
export interface Started {
  /** All commands that run, in order, the main one last or wherever it stands. */
  readonly commands: readonly RunCommand[];
  /** The command that the process turns into; null when that is not known. */
  readonly main: RunCommand | null;
  /** Why `main` is null. */
  readonly because: string | null;
}

/** argv[0] without folders, when it is known. */
export function nameOf(argv: readonly Value<string>[]): string | null {
  const [first] = argv;
  if (first === undefined || first.kind !== 'known') return null;
  return first.value.slice(first.value.lastIndexOf('/') + 1) || null;
}

/** The text of a word, null when it is not known. */
export function textOf(word: Value<string> | undefined): string | null {
  return word !== undefined && word.kind === 'known' ? word.value : null;
}
