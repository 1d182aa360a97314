import type { ShellCommand, ShellContext } from '../../syntax/shell/script.ts';
import type { Shell } from './state.ts';

type Runs = boolean | null;

/** Whether a command runs, given what is known of the conditions before it. `word` is the value of a `case` word. */
export function decide(shell: Shell, command: ShellCommand, word: (context: ShellContext) => string | null): 'yes' | 'no' | 'maybe' {
  let answer: 'yes' | 'maybe' = 'yes';
  for (const context of command.context) {
    const runs = entered(shell, context, word);
    if (runs === false) return 'no';
    if (runs === null) answer = 'maybe';
  }
  const joined = afterConnector(shell, command);
  if (joined === false) return 'no';
  return joined === null ? 'maybe' : answer;
}

/** The outcome of a condition is that of the last command in it. */
export function noteCondition(shell: Shell, command: ShellCommand, ran: 'yes' | 'no' | 'maybe'): void {
  const context = command.context.at(-1);
  if (context?.kind === 'condition') shell.outcomes.set(context.label, ran === 'maybe' ? null : shell.status);
}

function entered(shell: Shell, context: ShellContext, word: (context: ShellContext) => string | null): Runs {
  switch (context.kind) {
    case 'then':
      return shell.outcomes.get(context.label) ?? null;
    case 'else': {
      const outcome = shell.outcomes.get(context.label) ?? null;
      return outcome === null ? null : !outcome;
    }
    case 'case':
      return branch(shell, context, word);
    case 'loop':
      return null;
    case 'condition':
    case 'subshell':
    case 'group':
    case 'function':
      return true;
  }
}

/** Of the branches of one `case` the first that fits runs; which one that was is kept by the place of the word. */
function branch(shell: Shell, context: ShellContext, word: (context: ShellContext) => string | null): Runs {
  const key = `case ${context.label}`;
  const own = `${key} ${context.span.start}`;
  const before = shell.outcomes.get(own);
  if (before !== undefined) return before;
  const text = word(context);
  const fits = text === null ? null : fitting(context.patterns, text);
  const taken = shell.outcomes.get(key);
  const runs = taken === true ? false : taken === null && fits !== false ? null : fits;
  shell.outcomes.set(own, runs);
  if (taken !== true && runs !== false) shell.outcomes.set(key, runs);
  return runs;
}

/** Glob patterns as `case` reads them; null when one is not plain enough to decide. */
function fitting(patterns: readonly string[], text: string): Runs {
  let answer: Runs = false;
  for (const pattern of patterns) {
    const one = fits(pattern, text);
    if (one === true) return true;
    if (one === null) answer = null;
  }
  return answer;
}

function fits(pattern: string, text: string): Runs {
  const bare = pattern.replace(/^"([^"$`\\]*)"$|^'([^']*)'$/, (_all, double?: string, single?: string) =>
    escapeGlob(double ?? single ?? ''),
  );
  if (/[$`"'[\]()]/.test(bare.replace(/\\./g, ''))) return null;
  const source = bare.replace(/\\(.)|([.+^${}()|[\]])|(\*)|(\?)/gs, (_all, escaped?: string, special?: string, star?: string) => {
    if (escaped !== undefined) return escaped.replace(/\W/g, '\\$&');
    if (special !== undefined) return `\\${special}`;
    return star === undefined ? '.' : '.*';
  });
  return new RegExp(`^${source}$`, 's').test(text);
}

function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\$`"'()]/g, '\\$&');
}

function afterConnector(shell: Shell, command: ShellCommand): Runs {
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
