import type { CheckOptions } from '../check/result.ts';
import type { SourceTree } from '../files/tree.ts';
import { expandDotenv, parseDotenv } from '../syntax/dotenv/index.ts';
import { UsageError } from './usage-error.ts';

/**
 * What --env-file and --env give, the last of two winning. Files are read as compose reads `env_file`. Throws UsageError for a value that
 * cannot be known: left out it would count as unset, which is another claim.
 */
export function givenVariables(tree: SourceTree, options: Pick<CheckOptions, 'env' | 'envFiles'>): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const file of options.envFiles) {
    for (const [name, value] of fileVariables(tree, file, given)) given.set(name, value);
  }
  for (const [name, value] of options.env) given.set(name, value);
  return given;
}

function fileVariables(tree: SourceTree, file: string, given: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const read = tree.read(file);
  if (!read.ok) throw new UsageError(`${file} cannot be read: ${read.problem.message}`);
  const document = parseDotenv(file, read.text, 'compose');
  if (document.rejected !== null) throw new UsageError(`${file} is no env file: ${document.rejected}.`);
  const variables = expandDotenv(document.entries, (name) => given.get(name) ?? null, 'compose');
  return variables.flatMap(({ key, entry, result }) => {
    if (result.kind === 'known') return [[key, result.value] as const];
    if (result.kind === 'absent') return [];
    throw new UsageError(
      `${file}:${entry.line}: the value of ${key} depends on the program that reads it; give it with --env ${key}=VALUE.`,
    );
  });
}
