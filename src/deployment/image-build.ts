import type { Value } from '../core/value.ts';
import type { InputProblem, SourceTree } from '../files/tree.ts';
import type { Build } from './model.ts';
import type { Syntaxes } from './syntaxes.ts';

/** How a Dockerfile is built. */
export interface BuildRequest {
  readonly dockerfile: string;
  /** Relative to the root; '' is the root. */
  readonly context: string;
  /** Null: the last stage. */
  readonly target: string | null;
  /** Build arguments given from outside. */
  readonly args: ReadonlyMap<string, Value<string>>;
}

/** Exported by image.ts as `readBuild`. Null when there is no such file or stage. */
export type ReadBuild = (
  tree: SourceTree,
  request: BuildRequest,
) => { readonly build: Build; readonly problems: readonly InputProblem[] } | null;
