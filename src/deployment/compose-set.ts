import type { Value } from '../core/value.ts';
import type { InputProblem, SourceTree } from '../files/tree.ts';
import type { ComposeFacts, Process, Store } from './model.ts';
import type { Syntaxes } from './syntaxes.ts';

/** What a set of compose files, loaded together, declares. */
export interface ComposeSet {
  /** One process a service, in order of the text. `settings` of it and of its commands is null: see settings-choice.ts. */
  readonly processes: readonly Process[];
  readonly stores: readonly Store[];
  readonly facts: ComposeFacts;
  /** Profiles of each service that has any; such a service runs only when one of them is asked for. */
  readonly profiles: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly InputProblem[];
}

export interface ComposeOptions {
  /** Variables for `${…}` beside those of the `.env` file: what a command line or pipeline gives. They win. */
  readonly variables?: ReadonlyMap<string, Value<string>>;
  /** `--env-file` of the command that loads the set, instead of the project folder's `.env`. */
  readonly envFiles?: readonly string[];
}

/**
 * Reads compose files as `docker compose -f first -f second` would, carrying on where the tool stops. Exported by
 * compose.ts as `readCompose`.
 */
export type ReadCompose = (tree: SourceTree, files: readonly string[], syntaxes: Syntaxes, options?: ComposeOptions) => ComposeSet;
