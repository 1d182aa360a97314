import type { Command, Process } from '../model.ts';

/** What a process runs, as a command of its own: unconditional, in its environment and folder. */
export function processCommand(process: Process, argv: Command['argv'], name: string | null = null): Command {
  return {
    name,
    argv,
    at: process.commandAt,
    environment: process.environment,
    workdir: process.workdir,
    conditional: false,
    failureIgnored: false,
    remote: false,
    management: null,
    settings: null,
  };
}
