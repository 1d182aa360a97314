import type { Arguments } from './arguments.ts';
import { formatsOf } from './help.ts';
import { didYouMean } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** One report to be made: its format, and the file it goes to (null: standard output). */
export interface Output {
  readonly format: string;
  readonly file: string | null;
}

/** The reports asked for by --format FORMAT[=FILE] and --output. Throws UsageError. */
export function outputsOf(args: Arguments): readonly Output[] {
  const formats = formatsOf(args.command);
  const outputs = args.all('format').map((given): Output => {
    const at = given.indexOf('=');
    const format = at === -1 ? given : given.slice(0, at);
    if (!formats.includes(format))
      throw new UsageError(
        `Unknown format ${format}.${didYouMean(format, formats)} The formats of ${args.command} are ${formats.join(', ')}.`,
      );
    const file = at === -1 ? null : given.slice(at + 1);
    if (file === '') throw new UsageError(`--format ${given} names no file after the equals sign.`);
    return { format, file };
  });
  if (outputs.length === 0) outputs.push({ format: formats[0] ?? 'text', file: null });
  const output = args.one('output');
  const open = outputs.filter((one) => one.file === null);
  if (open.length > 1) throw new UsageError('Only one format can go to standard output; give the others as --format FORMAT=FILE.');
  if (output === null) return outputs;
  if (output === '') throw new UsageError('--output needs the name of a file.');
  if (open.length === 0) throw new UsageError('--output has nothing to write: every --format names its own file.');
  return outputs.map((one) => (one.file === null ? { ...one, file: output } : one));
}
