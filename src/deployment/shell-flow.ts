import type { ShellCommand, ShellContext } from '../syntax/shell/script.ts';
import type { Shell } from './shell-state.ts';

/** Whether a command runs, given what is known of the conditions before it. */
export function decide(shell: Shell, command: ShellCommand): 'yes' | 'no' | 'maybe' {
  noteCondition(shell, command);
  let answer: 'yes' | 'maybe' = 'yes';
  for (const context of command.context) {
    const runs = entered(shell, context);
    if (runs === false) return 'no';
    if (runs === null) answer = 'maybe';
  }
  const joined = afterConnector(shell, command);
  if (joined === false) return 'no';
  return joined === null ? 'maybe' : answer;
}

/** The outcome of a test is that of the last command in it. */
function noteCondition(_shell: Shell, _command: ShellCommand): void {}

function entered(shell: Shell, context: ShellContext): boolean | null {
  switch (context.kind) {
    case 'then':
      return shell.outcomes.get(context.label) ?? null;
    case 'else': {
      const outcome = shell.outcomes.get(context.label) ?? null;
      return outcome === null ? null : !outcome;
    }
    case 'case':
    case 'loop':
      return null;
    case 'condition':
    case 'subshell':
    case 'group':
    case 'function':
      return true;
  }
}

function afterConnector(shell: Shell, command: ShellCommand): boolean | null {
  if (command.before === '&&') return shell.status ?? (command.conditional ? null : true);
  if (command.before === '||') return shell.status === null ? null : !shell.status;
  return true;
}

const HARMLESS = new Set(['true', ':', 'echo', 'printf']);

/** `command || true`: its failure stops nothing. */
export function followingIgnoresFailure(commands: readonly ShellCommand[], index: number): boolean {
  const next = commands[index + 1];
  if (next === undefined || next.before !== '||') return false;
  const [name, code] = next.words;
  return HARMLESS.has(name?.literal ?? '') || (name?.literal === 'exit' && code?.literal === '0');
}
