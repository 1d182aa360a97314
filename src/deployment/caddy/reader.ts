import { folderOf, joinPath, normalPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { parseCaddy, parseCaddyLines } from '../../syntax/caddy/index.ts';
import { textOf } from '../command/command.ts';
import { lookUp, unknownEnvironment } from '../environment.ts';
import type { Process } from '../model.ts';
import { textAt } from '../project/files.ts';
import { purposeOf } from '../project/naming.ts';
import type { LoadedProxy, ProxyReader } from '../proxy/reader.ts';
import { readCaddy } from './caddy.ts';
import { caddyProgram } from './program.ts';
import type { CaddySource, CaddySurroundings } from './scope.ts';

const NAME = /(^|\/)Caddyfile([._-][\w.-]+)?$|\.caddy(file)?$/i;
const OTHER = /(^|\/)[^/]*dockerfile[^/]*$|\.(md|rst|html?|py|json|j2|jinja2?|erb|tmpl)$/i;
const MAX_CADDY_BYTES = 300_000;

/** Caddy: files that a container loads, or that stand in the repository for a machine. */
export function caddyReader(tree: SourceTree): ProxyReader {
  const files = tree.files
    .filter(({ path, bytes }) => NAME.test(path) && !OTHER.test(path) && bytes <= MAX_CADDY_BYTES)
    .map(({ path }) => path);
  const sources = new Map<string, CaddySource>();
  const source = (file: string): CaddySource => {
    const before = sources.get(file);
    if (before !== undefined) return before;
    const text = textAt(tree, file);
    const made = { file, document: parseCaddy(text, file), lines: parseCaddyLines(text, file) };
    sources.set(file, made);
    return made;
  };
  let machine: readonly LoadedProxy[] | null = null;
  return {
    loadedBy: (viewer) => (files.length > 0 && (viewer.role === 'proxy' || viewer.image?.build) ? loadedBy(viewer, files, source) : []),
    onMachine: () => {
      machine ??= files
        .filter((file) => purposeOf(file) !== 'development')
        .map((file) => readCaddy(source(file), machineSurroundings(files, source)))
        .filter((one) => one.servers.length > 0);
      return machine;
    },
  };
}

/** The file that the command names, else the one at which the official image and the package look. */
function loadedBy(viewer: Process, files: readonly string[], source: (file: string) => CaddySource): readonly LoadedProxy[] {
  const placed = new Map(
    files.flatMap((file) => {
      const path = viewer.paths.runtimePath(file);
      return path === null ? [] : [[path, file] as const];
    }),
  );
  const main = placed.get(configurationOf(viewer));
  if (main === undefined) return [];
  const around: CaddySurroundings = {
    variable: (name) => lookUp(viewer.environment, name),
    imported: (pattern, from) => {
      const inside = viewer.paths.runtimePath(from) ?? '/etc/caddy/Caddyfile';
      const full = pattern.startsWith('/') ? pattern : `${folderOf(inside)}/${pattern.replace(/^\.\//, '')}`;
      const found = matching(full, [...placed]);
      return found.length > 0 ? found.map(source) : null;
    },
  };
  const loaded = readCaddy(source(main), around);
  const program = viewer.image?.base === 'caddy' ? caddyProgram(source(main), loaded, around) : null;
  return [program === null ? loaded : { ...loaded, program }];
}

function configurationOf({ command }: Process): string {
  const words = command.kind === 'known' ? command.value.map(textOf) : [];
  const at = words.findIndex((word) => word === '--config' || word === '-config');
  const joined = words.find((word) => word?.startsWith('--config='));
  return joined?.slice('--config='.length) ?? (at === -1 ? undefined : words[at + 1]) ?? '/etc/caddy/Caddyfile';
}

function machineSurroundings(files: readonly string[], source: (file: string) => CaddySource): CaddySurroundings {
  const environment = unknownEnvironment('the environment of Caddy is not in the repository');
  return {
    variable: (name) => lookUp(environment, name),
    imported: (pattern, from) => {
      const full = pattern.startsWith('/') ? null : normalPath(joinPath(folderOf(from), pattern));
      const found =
        full === null
          ? []
          : matching(
              full,
              files.map((file) => [file, file] as const),
            );
      return found.length > 0 ? found.map(source) : null;
    },
  };
}

/** Files whose place a pattern with `*` names, in order. */
function matching(pattern: string, placed: readonly (readonly [string, string])[]): readonly string[] {
  const expression = new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '[^/]*')}$`);
  return [...placed]
    .filter(([path]) => expression.test(path))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, file]) => file);
}
