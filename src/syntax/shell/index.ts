import type { ParseShell } from './script.ts';

export { expandText, expandWord, type ShellLookup } from './expand.ts';
export type * from './script.ts';
export { shlexSplit } from './shlex.ts';

/** Loads the shell library and returns the parser. A run that meets no script never calls it. */
export async function loadShell(): Promise<ParseShell> {
  return (await import('./parse.ts')).parseShell;
}
