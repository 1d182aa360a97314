import { writeText } from '../files/disk.ts';
import type { Arguments } from './arguments.ts';
import { didYouMean } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** Where a command's words go; tests hand in their own. */
export interface Terminal {
  readonly interactive: boolean;
  out(text: string): Promise<void>;
  err(text: string): void;
}

export const processTerminal: Terminal = {
  interactive: process.stdout.isTTY === true,
  out: (text) =>
    new Promise((resolve) => {
      process.stdout.write(text, () => resolve());
    }),
  err: (text) => {
    process.stderr.write(text);
  },
};

/** A reader that stops early (`| head`) is no error of ours. */
export function ignoreClosedPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Writes a report to a file, or to standard output without one. */
export async function deliver(text: string, file: string | null, terminal: Terminal): Promise<void> {
  if (file === null) return terminal.out(text);
  try {
    writeText(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Whether a report that goes to `file` (null: standard output) is coloured. */
export function wantsColour(args: Arguments, file: string | null, terminal: Terminal): boolean {
  const when = args.one('color') ?? 'auto';
  if (when === 'always' || when === 'never') return when === 'always';
  if (when !== 'auto')
    throw new UsageError(`--color is auto, always or never, not ${when}.${didYouMean(when, ['auto', 'always', 'never'])}`);
  return file === null && terminal.interactive;
}
