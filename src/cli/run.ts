import { RuleError } from '../check/result.ts';
import { type Arguments, readArguments } from './arguments.ts';
import { helpFor } from './help.ts';
import type { CommandName } from './option-table.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

type Command = (args: Arguments, terminal: Terminal) => Promise<number>;

/** Commands are loaded when they are asked for. */
const LOADERS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  check: async () => (await import('./check-command.ts')).checkCommand,
  settings: async () => (await import('./settings-command.ts')).settingsCommand,
  env: async () => (await import('./env-command.ts')).envCommand,
  topology: async () => (await import('./topology-command.ts')).topologyCommand,
  explain: async () => (await import('./explain-command.ts')).explainCommand,
  rules: async () => (await import('./rules-command.ts')).rulesCommand,
  init: async () => (await import('./init-command.ts')).initCommand,
};

/** The whole program but the process around it. Returns the exit status: 0, 1 or 2. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const args = readArguments(argv);
    if (args.has('version')) {
      await terminal.out(`django-prodcheck ${VERSION}\n`);
      return 0;
    }
    if (args.has('help')) {
      await terminal.out(helpFor(args.command));
      return 0;
    }
    const command = await LOADERS[args.command]();
    return await command(args, terminal);
  } catch (error) {
    terminal.err(errorInWords(error, argv.includes('--debug')));
    return 2;
  }
}

/** What is said of an error: the user's mistakes in one sentence, ours as such, with the stack only when --debug asks. */
export function errorInWords(error: unknown, debug: boolean): string {
  if (error instanceof UsageError) return `django-prodcheck: ${error.message}\n`;
  const what = error instanceof Error ? error.message : String(error);
  const rule = error instanceof RuleError ? ` in rule ${error.rule}` : '';
  const stack =
    debug && error instanceof Error ? `\n${error.stack ?? ''}\n${error.cause instanceof Error ? (error.cause.stack ?? '') : ''}` : '';
  return `django-prodcheck: this is a bug in django-prodcheck${rule}: ${what}\nPlease report it; --debug shows where it happened, --ignore leaves a rule out.${stack}\n`;
}
