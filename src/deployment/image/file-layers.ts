import { ROOT } from '../../core/data.ts';
import type { SourceTree } from '../../files/tree.ts';
import { cleanPath, pathBelow, pathIn } from '../repository-path.ts';
import type { DockerIgnore } from './dockerignore.ts';

/** One COPY whose places are known, with what it copies from. */
export interface CopiedFiles {
  /** Relative to the repository root when it copies from the context; absolute paths of `stage` otherwise. */
  readonly sources: readonly string[];
  /** Absolute; a trailing slash says that it is a folder. */
  readonly target: string;
  /** The layers of the stage it copies from; null for the context, `unknown` for another image. */
  readonly stage: FileLayers | 'unknown' | null;
}

/** The files that a build puts into an image. */
export interface FileLayers {
  /** The file of the repository that stands at an absolute path; null when none is known to. */
  locate(path: string): string | null;
  /** Absolute paths at which a path of the repository (present or yet to come) lies, the latest copy first. */
  placesOf(repositoryPath: string): readonly string[];
}

export const NO_FILES: FileLayers = { locate: () => null, placesOf: () => [] };

interface BuildFiles {
  readonly tree: SourceTree;
  readonly context: string;
  readonly ignore: DockerIgnore;
  /** Folders that exist by themselves: working directories. A file copied onto one lands inside. */
  readonly folders: readonly string[];
}

export function fileLayers(copies: readonly CopiedFiles[], build: BuildFiles): FileLayers {
  const latest = [...copies].reverse();
  return {
    locate(path) {
      const clean = cleanPath(path);
      for (const copy of latest) {
        const found = locateIn(copy, clean, build);
        if (found !== null) return found;
      }
      return null;
    },
    placesOf: (path) => [...latest.flatMap((copy) => placesIn(copy, cleanPath(path), build)), ...byRoot(latest, cleanPath(path), build)],
  };
}

/** Folders of every image, or of the official image of a proxy: no file can take their place. */
const USUAL_FOLDERS =
  /^\/(etc|usr\/local\/bin|usr\/bin|etc\/(nginx|caddy|traefik|haproxy|apache2|httpd|supervisor|cron\.d)|etc\/nginx\/(conf\.d|templates|snippets|sites-(available|enabled))|etc\/supervisor\/conf\.d|usr\/share\/nginx\/html|usr\/local\/apache2\/(conf|htdocs))$/;

function isFolder(copy: CopiedFiles, build: BuildFiles): boolean {
  const target = cleanPath(copy.target);
  if (USUAL_FOLDERS.test(target)) return true;
  return (
    copy.target.endsWith('/') || copy.sources.length > 1 || build.folders.some((folder) => pathBelow(cleanPath(folder), target) !== null)
  );
}

function locateIn(copy: CopiedFiles, path: string, build: BuildFiles): string | null {
  if (copy.stage === 'unknown') return null;
  const rest = pathBelow(path, cleanPath(copy.target));
  if (rest === null) return null;
  for (const source of copy.sources) {
    const candidate =
      copy.stage === null ? fromContext(copy, source, rest, build) : copy.stage.locate(candidateInStage(copy, source, rest, build));
    if (candidate !== null) return candidate;
  }
  return null;
}

/** A stage's folder hands over its contents, a file itself; which of them it is shows in what the stage holds. */
function candidateInStage(copy: CopiedFiles, source: string, rest: string, build: BuildFiles): string {
  const base = source.slice(source.lastIndexOf('/') + 1);
  const itself = rest === base && isFolder(copy, build) && typeof copy.stage === 'object' && copy.stage?.locate(source) !== null;
  return itself ? source : cleanPath(`${source}/${rest}`);
}

function fromContext(copy: CopiedFiles, source: string, rest: string, build: BuildFiles): string | null {
  const { tree } = build;
  const kind = source.includes('*') || source.includes('?') ? null : tree.kindOf(source);
  let file: string | null = null;
  if (kind === 'directory') file = pathIn(source, rest) ?? null;
  else if (kind === 'file')
    file = rest === '' && !isFolder(copy, build) ? source : rest === baseOf(source) && isFolder(copy, build) ? source : null;
  else if (kind === null) file = matched(source, rest, build);
  if (file === null || tree.kindOf(file) === null) return null;
  const inContext = pathBelow(file, build.context);
  return inContext === null || build.ignore.ignores(inContext) ? null : file;
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `COPY *.sh /app/`: files of one folder by their names. */
function matched(source: string, rest: string, build: BuildFiles): string | null {
  const folder = source.slice(0, Math.max(0, source.lastIndexOf('/')));
  if (/[*?]/.test(folder) || rest === '') return null;
  const pattern = new RegExp(
    `^${baseOf(source)
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  );
  const [first = '', ...below] = rest.split('/');
  for (const name of build.tree.list(folder)) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (!pattern.test(name)) continue;
    if (build.tree.kindOf(path) === 'file' && name === rest) return path;
    if (build.tree.kindOf(path) === 'directory' && build.tree.kindOf(`${path}/${rest}`) !== null) return `${path}/${rest}`;
  }
  return below.length > 0 && first === '' ? null : null;
}

function placesIn(copy: CopiedFiles, path: string, build: BuildFiles): readonly string[] {
  const target = cleanPath(copy.target);
  const { stage } = copy;
  if (stage === 'unknown') return [];
  if (stage !== null) {
    return stage.placesOf(path).flatMap((place) =>
      copy.sources.flatMap((source) => {
        const rest = pathBelow(place, cleanPath(source));
        const name = rest === '' && build.tree.kindOf(path) === 'file' && isFolder(copy, build) ? baseOf(place) : rest;
        return name === null ? [] : [cleanPath(`${target}/${name}`)];
      }),
    );
  }
  return copy.sources.flatMap((source) => {
    if (build.tree.kindOf(source) === 'file')
      return source === path ? [isFolder(copy, build) ? cleanPath(`${target}/${baseOf(source)}`) : target] : [];
    const rest = build.tree.kindOf(source) === 'directory' || source === '' ? pathBelow(path, source) : null;
    return rest === null ? [] : [cleanPath(`${target}/${rest}`)];
  });
}

/** Folders copied one by one under their own names (`COPY app /srv/app`) say where the root of the repository would be. */
function byRoot(copies: readonly CopiedFiles[], path: string, build: BuildFiles): readonly string[] {
  const roots = new Set<string>();
  for (const copy of copies) {
    if (copy.stage !== null) continue;
    for (const source of copy.sources) {
      const target = cleanPath(copy.target);
      if (source !== '' && build.tree.kindOf(source) === 'directory' && target.endsWith(`/${source}`))
        roots.add(target.slice(0, -source.length));
    }
  }
  const [only] = roots;
  return roots.size === 1 && only !== undefined ? [cleanPath(`${only}${path}`)] : [];
}

/** `<ROOT>/x` as a path of the repository; null for any other text. */
export function belowRoot(path: string): string | null {
  return path === ROOT || path.startsWith(`${ROOT}/`) ? cleanPath(path.slice(ROOT.length + 1)) : null;
}
