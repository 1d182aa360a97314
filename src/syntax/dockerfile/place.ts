import { offsetIn } from '../pieces.ts';
import type { CommandLine } from './document.ts';

/** Translates offsets in a shell form's text to offsets in the file, for the shell parser. */
export function placeOfShell(command: CommandLine): (at: number) => number {
  const start = command.argv[0]?.span.start ?? 0;
  return (at) => offsetIn(command.pieces, at, start);
}
