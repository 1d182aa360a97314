import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import type { InputProblem } from '../../files/tree.ts';
import type { ComposeFacts, Process, Store } from '../model.ts';
import type { EvaluateFile } from '../server/context.ts';

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
  /** How the image of a service that only pulls it is built from the tree, by service name: a pipeline says so. */
  readonly builds?: ReadonlyMap<string, PulledBuild>;
  /** Evaluates configuration files of servers that are written in Python. */
  readonly evaluate?: EvaluateFile;
  /** Release pinned for a distribution (PEP 503 name). */
  readonly release?: (distribution: string) => string | null;
}

export interface PulledBuild {
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string | null;
  readonly at: Span;
}
