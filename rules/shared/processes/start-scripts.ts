import type { Process, RepositoryFacts } from '../../../src/rule.ts';

/** Scripts of the repository that run while a process that loads Django starts. */
export function startScripts(processes: readonly Process[], { files }: Pick<RepositoryFacts, 'files'>): ReadonlySet<string> {
  return new Set(
    processes.filter(({ settings }) => settings !== null).flatMap((process) => [...placesIn(process), ...namedBy(process, files)]),
  );
}

/** Where the commands that were followed stand. */
function placesIn({ commandAt, steps }: Process): readonly string[] {
  return [commandAt, ...steps.map(({ at }) => at)].flatMap(({ file }) => (isScript(file) ? [file] : []));
}

/** An image that anybody may start with volumes of his own still runs its script, when only one file has the name. */
function namedBy({ image, command, paths }: Process, files: readonly string[]): readonly string[] {
  const build = image?.build ?? null;
  const argv = [...(build?.entrypoint?.argv ?? []), ...(build?.command?.argv ?? []), ...(command.kind === 'known' ? command.value : [])];
  return argv.flatMap((word) => {
    if (word.kind !== 'known' || !isScript(word.value)) return [];
    const place = paths.locate(word.value);
    if (place.in === 'volume') return [];
    const base = word.value.slice(word.value.lastIndexOf('/') + 1);
    const same = place.in === 'unknown' ? files.filter((file) => file === base || file.endsWith(`/${base}`)) : [place.repository];
    const [file = null] = same;
    return file === null || same.length > 1 ? [] : [file];
  });
}

function isScript(path: string): boolean {
  return /\.(sh|bash)$|(^|\/)[\w-]*(entrypoint|start|run)[\w-]*$/.test(path);
}
