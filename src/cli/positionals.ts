import type { Arguments } from './arguments.ts';
import { UsageError } from './usage-error.ts';

/** `[PATH] [NAME…]`: what is written like a setting is a name, a folder of such a name is meant by `./NAME`. */
export function pathAndNames(args: Arguments): { readonly path: string; readonly names: readonly string[] } {
  const isName = (word: string) => /^[A-Z][A-Z0-9_]*$/.test(word);
  const paths = args.positionals.filter((word) => !isName(word));
  if (paths.length > 1)
    throw new UsageError(`${args.command} takes one PATH, not ${paths.join(' and ')}; names of settings are upper case.`);
  return { path: paths[0] ?? '.', names: args.positionals.filter(isName) };
}

/** The one PATH of a command, the working folder without it. */
export function onlyPath(args: Arguments): string {
  const [path = '.', ...more] = args.positionals;
  if (more.length > 0) throw new UsageError(`${args.command} takes one PATH, not ${args.positionals.length}. Run it once for each.`);
  return path;
}
