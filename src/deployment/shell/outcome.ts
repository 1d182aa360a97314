import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import { nameOf, type RunCommand, textOf } from '../command/command.ts';
import { managementOf, PYTHON_SERVERS } from '../command/python.ts';
import type { Shell } from './state.ts';

/** How a command stands in its script. */
export interface Standing {
  readonly at: Span;
  readonly exec: boolean;
  readonly background: boolean;
  readonly piped: boolean;
  readonly failureIgnored: boolean;
  readonly reloader?: Value<string>;
}

/** Commands that only keep the process alive. */
const IDLE = new Set(['sleep', 'tail', 'cat']);

/** What the process turns into: the command that took over, else the last one in the foreground, else the one server behind it. */
export function mainOf(shell: Shell): RunCommand | null {
  const main = candidate(shell);
  if (main === null || !isUnreadScript(main)) return main;
  shell.doubt ??= `what ${main.name ?? 'the script'} does is not known`;
  return null;
}

/** A script that stands nowhere in the tree: whatever it starts takes its place. */
function isUnreadScript({ name, argv }: RunCommand): boolean {
  if (name === null) return true;
  if (/\.(ba)?sh$|entrypoint/i.test(name)) return true;
  return /^(ba|da|a|z|k)?sh$/.test(name) && argv.slice(1).some((word) => !/^[-+]/.test(textOf(word) ?? ''));
}

function candidate(shell: Shell): RunCommand | null {
  if (shell.doubt !== null) return null;
  if (shell.main !== null) return shell.main;
  const last = shell.last === null || !shell.last.certain ? null : shell.last.main;
  if (shell.last !== null && (last === null || !IDLE.has(last.name ?? ''))) return last;
  const servers = shell.walk.commands.filter((one) => one.background && isLongRunning(one.argv));
  return servers.length === 1 ? (servers[0] ?? null) : last;
}

/** What a script that was started means for the one that started it. */
export function conclude(shell: Shell, child: Shell, standing: Standing): void {
  const main = mainOf(child);
  if (child.doubt !== null && !standing.background) shell.doubt ??= child.doubt;
  if (standing.exec) takeOver(shell, main, 'the script that takes over has no command in the foreground');
  else if (!standing.background && !standing.piped) foreground(shell, main);
}

function takeOver(shell: Shell, main: RunCommand | null, because: string): void {
  if (shell.uncertain > 0) shell.doubt ??= 'which command takes over depends on a condition';
  else {
    shell.ended = true;
    shell.main = main;
    if (main === null) shell.doubt ??= because;
  }
}

function foreground(shell: Shell, main: RunCommand | null): void {
  if (main !== null && isLongRunning(main.argv)) takeOver(shell, main, '');
  else shell.last = { main, certain: shell.uncertain === 0 };
}

const SERVERS: ReadonlySet<string> = new Set([...PYTHON_SERVERS, 'uwsgi', 'supervisord', 'nginx', 'rqworker']);
const QUEUE_WORDS = new Set(['worker', 'beat', 'flower', 'qcluster', 'run_huey', 'rqworker', 'runserver', 'runserver_plus', 'daphne']);

/** Programs that stay: nothing after them runs while they live. */
function isLongRunning(argv: readonly Value<string>[]): boolean {
  const name = nameOf(argv);
  const words = argv.map(textOf);
  if (name === 'celery') return words.some((word) => word === 'worker' || word === 'beat' || word === 'flower');
  const management = managementOf(argv, { file: '', start: 0, end: 0 });
  if (management !== null) return QUEUE_WORDS.has(management.name);
  if (name === null || !SERVERS.has(name)) return false;
  if (name === 'nginx') return words.some((word) => word?.includes('daemon off') === true);
  return !words.some(
    (word) => word === '--daemon' || word === '--version' || word === '--check-config' || word?.startsWith('--daemonize') === true,
  );
}

export function emit(
  shell: Shell,
  argv: readonly Value<string>[],
  environment: Environment,
  user: Value<string> | null,
  standing: Standing,
  unread = false,
): void {
  const management = managementOf(argv, standing.at);
  const reloader = standing.reloader ?? shell.reloader;
  const command: RunCommand = {
    name: unread ? null : nameOf(argv),
    argv,
    at: standing.at,
    environment,
    workdir: shell.workdir,
    conditional: shell.uncertain > 0 || shell.doubt !== null,
    failureIgnored: standing.failureIgnored,
    remote: shell.remote,
    management: management === null ? null : { name: management.name, at: management.at },
    settings: null,
    ...(reloader === null ? {} : { reloader }),
    user,
    background: standing.background,
  };
  shell.walk.commands.push(command);
  if (standing.exec) takeOver(shell, command, '');
  else if (!standing.background && !standing.piped) foreground(shell, command);
}
