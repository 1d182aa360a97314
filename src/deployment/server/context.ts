import type { Data } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';
import type { Command, Server, TaskQueue } from '../model.ts';

/** Names that a Python file sets when it is executed, as far as they are known. */
export interface EvaluatedFile {
  readonly names: ReadonlyMap<string, Value<Data>>;
  /** False when names that are not listed may be set, or executing it may fail. */
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
  readonly evaluate: EvaluateFile;
  /** PEP 503 name → release pinned for it, where defaults moved with releases; null when nothing pins it. */
  readonly release?: (distribution: string) => string | null;
}

/** Exported by server/server.ts as `serverOf`. Null when the command starts no application server. */
export type ServerOf = (command: Command, context: ServerContext) => Server | null;

/** Exported by server/task-queue.ts as `taskQueueOf`. */
export type TaskQueueOf = (command: Command) => TaskQueue | null;
