import { folderOf, joinPath, normalPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';

const DOCKERFILE = /(^|\/)[\w.-]*(Dockerfile|Containerfile)([._-][\w.-]+)?$/i;
const INSTALLER =
  /(^|\/)([\w.-]*(Dockerfile|Containerfile)[\w.-]*|[\w.-]+\.(sh|bash)|Aptfile|apt\.txt|environment[\w.-]*\.ya?ml|fly\.toml|nixpacks\.toml|render\.ya?ml|Makefile|justfile)$/i;
const DEVELOPMENT = /(^|[/._-])(dev|devel\w*|local|tests?|testing|ci|docs?|debug)(?=$|[/._-])/i;

/** The requirements files that a Dockerfile for production installs, as far as its text names them. */
export function usedRequirements(tree: SourceTree, candidates: readonly string[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { path } of tree.files) {
    if (!isProductionImage(path)) continue;
    const read = tree.read(path);
    if (!read.ok) continue;
    for (const named of installedFiles(read.text)) {
      for (const file of matches(named, folderOf(path), candidates)) used.add(file);
    }
  }
  return used;
}

/** A Dockerfile that is not for development by its name. */
export function isProductionImage(path: string): boolean {
  return DOCKERFILE.test(path) && !DEVELOPMENT.test(path);
}

/** Puts the defaults of `ARG` into a word; a variable without one stays as it is. */
export function buildArguments(text: string): (word: string) => string {
  const args = new Map([...text.matchAll(/^\s*ARG\s+(\w+)=["']?([\w./-]*)/gim)].map((found) => [found[1] ?? '', found[2] ?? '']));
  return (word) => word.replace(/\$\{?(\w+)\}?/g, (all: string, variable: string) => args.get(variable) ?? all);
}

function installedFiles(text: string): readonly string[] {
  const given = buildArguments(text);
  return [...text.matchAll(/\bpip3?\b(?:\\\r?\n|[^\n])*/g)].flatMap(([command]) =>
    [...command.matchAll(/(?:-r|--requirement)[ =]?\s*["']?([^\s"';&|]+)/g)].map(([, name = '']) => given(name)),
  );
}

/** Paths in an image are not those of the repository: the longest end of the name that is found decides. */
function matches(named: string, folder: string, candidates: readonly string[]): readonly string[] {
  if (named.includes('$')) return [];
  const parts = (normalPath(named.replace(/^\/+/, '')) ?? '').split('/');
  for (let from = 0; from < parts.length; from++) {
    const end = parts.slice(from).join('/');
    const beside = joinPath(folder, end);
    if (end !== '' && candidates.includes(beside)) return [beside];
    const found = candidates.filter((path) => path === end || path.endsWith(`/${end}`));
    if (end !== '' && found.length > 0) return found;
  }
  return [];
}

/** System packages under another name. */
const SYSTEM_NAMES: Readonly<Record<string, string>> = { pillow: 'pil' };

/** Whether a text that may install something outside the package files mentions a distribution. */
export function installText(tree: SourceTree): (name: string) => boolean {
  let texts: readonly string[] | null = null;
  return (name) => {
    texts ??= tree.files.filter(({ path }) => INSTALLER.test(path)).map(({ path }) => textOf(tree, path));
    const spelled = (text: string) =>
      text
        .split('-')
        .map((part) => part.replace(/[^a-z0-9]/g, ''))
        .join('[-_.]?');
    const other = Object.hasOwn(SYSTEM_NAMES, name) ? `|${spelled(SYSTEM_NAMES[name] ?? '')}` : '';
    const mention = new RegExp(`(?<![A-Za-z0-9_])(${spelled(name)}${other})(?![A-Za-z0-9])`, 'i');
    return texts.some((text) => text === UNREADABLE || mention.test(text));
  };
}

const UNREADABLE = '\0';

/** A conda environment lists packages too, in a way that is not read here: it counts as one that cannot be read. */
function textOf(tree: SourceTree, path: string): string {
  const read = tree.read(path);
  if (!read.ok || /(^|\/)environment[\w.-]*\.ya?ml$/i.test(path)) return UNREADABLE;
  return read.text;
}
