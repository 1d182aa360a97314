import type { Data } from '../core/data.ts';
import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';
import type { Command } from './model.ts';

/** What Ansible does to the machines of production. */
export interface PlaybookFacts {
  readonly files: readonly string[];
  /** Tasks and handlers in the order of their play or role; roles stand where a play names them. */
  readonly tasks: readonly PlaybookTask[];
  /** Variables of group_vars, host_vars, defaults, vars and plays, with vault texts unknown. */
  readonly variables: readonly { readonly name: string; readonly value: Value<Data>; readonly vaulted: boolean; readonly at: Span }[];
}

export interface PlaybookTask {
  readonly file: string;
  readonly at: Span;
  readonly name: string | null;
  /** Module without its collection: "template", "systemd", "django_manage". */
  readonly module: string;
  readonly handler: boolean;
  readonly role: string | null;
  /** The argument of the module ("src"); `_raw` is the free text of command and shell. Known undefined when it is not given. */
  get(...path: readonly (string | number)[]): Value<Data | undefined>;
  placeOf(...path: readonly (string | number)[]): Span;
  /** Keys of the task itself: `run_once`, `become`, `notify`, `when`. */
  keyword(name: string): Value<Data | undefined>;
  /** What command, shell and django_manage run. */
  readonly commands: readonly Command[];
}
