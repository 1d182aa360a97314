import type { Data } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';

/** Names that a Python file sets when it is executed, as far as they are known. */
export interface EvaluatedFile {
  readonly names: ReadonlyMap<string, Value<Data>>;
  /** False when names that are not listed may be set. */
  readonly complete: true | { readonly because: string; readonly at: Span };
  /** Executing it definitely fails. */
  readonly raised: { readonly type: string; readonly message: string; readonly at: Span } | null;
}

/** Evaluates a Python file of the tree (gunicorn.conf.py) under an environment. */
export type EvaluateFile = (path: string, environment: Environment) => EvaluatedFile;

/** What a server finds around its command line. */
export interface ServerContext {
  readonly tree: SourceTree;
  /** The file of the tree at an absolute path of the process (or `<ROOT>/…`); null when none stands there or it is not known. */
  locate(path: string): string | null;
  /** Null: configuration files written in Python stay unknown. */
  readonly evaluate: EvaluateFile | null;
  /** Release pinned for a distribution (PEP 503 name), where defaults moved; null when nothing pins it. */
  readonly release?: (distribution: string) => string | null;
}
