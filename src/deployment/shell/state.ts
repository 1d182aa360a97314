import type { Origin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, originOf, unknown, type Value } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import type { ShellFunction } from '../../syntax/shell/script.ts';
import { type CommandContext, type RunCommand, textOf } from '../command/command.ts';
import { lookUp, withoutVariable, withVariable } from '../environment.ts';

/** What one walk shares among all scripts it enters. */
export interface Walk {
  readonly context: CommandContext;
  readonly commands: RunCommand[];
  /** Commands that may still be looked at before the walk gives up. */
  steps: number;
}

/** A shell process while its script is walked. */
export interface Shell {
  readonly walk: Walk;
  /** Scripts, sourced files, functions and evaluated texts in flight. */
  depth: number;
  readonly remote: boolean;
  /** Path of the script as the process sees it; null for a text. */
  readonly script: string | null;
  environment: Environment;
  /** Variables that are not exported. */
  readonly locals: Map<string, Value<string>>;
  readonly functions: Map<string, ShellFunction>;
  args: readonly Value<string>[] | null;
  readonly argsAt: Span | null;
  workdir: Value<string>;
  user: Value<string> | null;
  /** What starts it again when files change. */
  readonly reloader: Value<string> | null;
  exportsAll: boolean;
  /** More than 0 while commands run that may not run at all. */
  uncertain: number;
  /** Outcome of the last command, as far as known. */
  status: boolean | null;
  /** Outcomes of the conditions met so far, by their text. */
  readonly outcomes: Map<string, boolean | null>;
  /** Nothing after this runs. */
  ended: boolean;
  /** The command that takes over for good. */
  main: RunCommand | null;
  /** Why there is no knowing which command takes over. */
  doubt: string | null;
  /** The last command in the foreground: what the process is when nothing takes over. */
  last: { readonly main: RunCommand | null; readonly certain: boolean } | null;
}

export interface ShellStart {
  readonly environment: Environment;
  readonly workdir: Value<string>;
  readonly args: readonly Value<string>[] | null;
  /** The command line that gives the arguments; null when no person writes one. */
  readonly argsAt: Span | null;
  readonly script: string | null;
  readonly user: Value<string> | null;
  readonly reloader: Value<string> | null;
  readonly remote: boolean;
  readonly depth: number;
  readonly uncertain: boolean;
}

export function newShell(walk: Walk, start: ShellStart): Shell {
  return {
    walk,
    depth: start.depth,
    remote: start.remote,
    script: start.script,
    environment: start.environment,
    locals: new Map(),
    functions: new Map(),
    args: start.args,
    argsAt: start.argsAt,
    workdir: start.workdir,
    user: start.user,
    reloader: start.reloader,
    exportsAll: false,
    uncertain: start.uncertain ? 1 : 0,
    status: null,
    outcomes: new Map(),
    ended: false,
    main: null,
    doubt: null,
    last: null,
  };
}

/** Set by the shell, the login or the container runtime: never "not set", and different on each machine. */
const GIVEN_BY_HOST =
  /^(HOME|HOSTNAME|OLDPWD|PATH|UID|EUID|USER|LOGNAME|SHELL|RANDOM|SECONDS|LINENO|BASH\w*|IFS|PPID|TERM|SHLVL|OSTYPE|HOSTTYPE|MACHTYPE|OPTIND|OPTARG|REPLY|LANG|LC_\w+)$/;

export function readVariable(shell: Shell, name: string): Value<string> | null {
  const local = shell.locals.get(name);
  if (local !== undefined) return local;
  if (name === 'PWD') return shell.workdir;
  const value = lookUp(shell.environment, name);
  // Within a loop or branch an absent variable may be the loop's own, or one that another round sets.
  if (value !== null || (shell.uncertain === 0 && !GIVEN_BY_HOST.test(name))) return value;
  return unknown('host', { step: 'env', name, state: 'given', from: 'the machine' }, [name], 'str');
}

/** Sets a variable; one that is exported stays so. Where it is not certain that this runs, both values stay possible. */
export function assign(shell: Shell, name: string, value: Value<string>, exported: boolean): void {
  const next = shell.uncertain > 0 ? either(readVariable(shell, name), value, name) : value;
  if (exported || shell.exportsAll || (shell.environment.variables.has(name) && !shell.locals.has(name))) {
    shell.locals.delete(name);
    shell.environment = withVariable(shell.environment, name, next);
  } else shell.locals.set(name, next);
}

export function exportVariable(shell: Shell, name: string): void {
  const value = shell.locals.get(name);
  if (value === undefined) return;
  shell.locals.delete(name);
  shell.environment = withVariable(shell.environment, name, value);
}

export function unset(shell: Shell, name: string): void {
  if (shell.uncertain > 0) {
    const value = readVariable(shell, name);
    if (value !== null) assign(shell, name, perhaps(originOf(value), name), false);
    return;
  }
  shell.locals.delete(name);
  shell.environment = withoutVariable(shell.environment, name);
}

function either(before: Value<string> | null, after: Value<string>, name: string): Value<string> {
  if (before?.kind === 'known' && after.kind === 'known' && before.value === after.value) return before;
  return perhaps(originOf(after), name);
}

function perhaps(origin: Origin, name: string): Value<string> {
  return unknown('host', origin, [name], 'str');
}

/** Changes the working directory; a relative one is seen from the present one. */
export function changeDirectory(shell: Shell, target: Value<string> | undefined): void {
  const to = textOf(target);
  const next = to === null || to === '-' || to.startsWith('~') ? null : resolvePath(textOf(shell.workdir), to);
  if (target === undefined || next === null || (shell.uncertain > 0 && next !== textOf(shell.workdir))) {
    const origin = originOf(target ?? shell.workdir);
    shell.workdir = unknown('host', origin, [], 'str');
  } else shell.workdir = known(next, originOf(target));
}

/** A path seen from a folder, cleaned; null when it is relative and the folder is not known. */
export function resolvePath(folder: string | null, path: string): string | null {
  const absolute = path.startsWith('/') || path.startsWith('<ROOT>');
  if (!absolute && folder === null) return null;
  const whole = absolute ? path : `${folder}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && !(parts.length === 1 && parts[0] === '<ROOT>')) parts.pop();
    else if (parts[0] === '<ROOT>') return null;
  }
  return parts[0] === '<ROOT>' ? parts.join('/') : `/${parts.join('/')}`;
}
