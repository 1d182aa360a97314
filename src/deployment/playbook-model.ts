import type { Data } from '../core/data.ts';
import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';
import type { Command } from './model.ts';

/** What Ansible does to the machines of production. */
export interface PlaybookFacts {
  /** Playbooks and roles that are read. */
  readonly files: readonly string[];
  /** Files of the repository that tasks put on machines: templates and copies. */
  readonly installed: readonly { readonly path: string; readonly task: PlaybookTask; readonly to: Value<string> | null }[];
  /** Tasks and handlers in the order of their play or role; roles stand where a play names them. */
  readonly tasks: readonly PlaybookTask[];
  /** Variables of group_vars, host_vars, defaults, vars and plays, with vault texts unknown. */
  readonly variables: readonly { readonly name: string; readonly value: Value<Data>; readonly vaulted: boolean; readonly at: Span }[];
}

/** A play: tasks for the hosts of a pattern. */
export interface Play {
  readonly file: string;
  readonly at: Span;
  /** The pattern as written, unknown when a template gives it. */
  readonly hosts: Value<string>;
  /** How many hosts the inventories of the repository have for it, the most of all; null when they do not say. */
  readonly hostCount: number | null;
  /** `serial`: how many hosts at a time; null when it is not given. */
  readonly serial: Value<Data | undefined> | null;
}

export interface PlaybookTask {
  readonly file: string;
  /** The play that runs it; null for a role that no play of the repository names. */
  readonly play: Play | null;
  readonly at: Span;
  readonly name: string | null;
  /** Module without its collection: "template", "systemd", "django_manage". */
  readonly module: string;
  readonly handler: boolean;
  readonly role: string | null;
  /** The argument of the module ("src"); `_raw` is the free text of command and shell. Known undefined when it is not given. */
  get(...path: readonly (string | number)[]): Value<Data | undefined>;
  placeOf(...path: readonly (string | number)[]): Span;
  /** Keys of the task: `run_once`, `become`, `notify`, `environment`; what it lacks is that of the nearest block, include, role or play around it. */
  keyword(name: string): Value<Data | undefined>;
  /** Conditions of the task and of all that stands around it, as written. */
  readonly conditions: readonly string[];
  /** What command, shell and django_manage run. */
  readonly commands: readonly Command[];
}
