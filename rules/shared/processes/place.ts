import type { Origin, Process, Span } from '../../../src/rule.ts';

/** Where an option of a process was decided: a default is decided by the command line that leaves it out. */
export function placeIn({ commandAt }: Pick<Process, 'commandAt'>, decided: Origin): Origin | Span {
  return decided.step === 'default' ? commandAt : decided;
}
