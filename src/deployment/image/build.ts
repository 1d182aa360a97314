import type { Value } from '../../core/value.ts';

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
