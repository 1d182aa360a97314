import type { SourceTree } from '../../files/tree.ts';
import { normalName, parseRequirement } from '../../syntax/requirements/index.ts';
import type { ListedPackage, PackageList } from './files.ts';
import { buildArguments, isProductionImage } from './use.ts';

/** Options of pip whose value is the next word. */
const VALUED =
  /^(-r|--requirement|-c|--constraint|-e|--editable|-i|--index-url|--extra-index-url|-f|--find-links|-t|--target|--prefix|--root|--python|--no-binary|--only-binary|--trusted-host|--timeout|--retries|--cache-dir|--platform|--progress-bar|--proxy)$/;

const COMMAND = /\bpip3?\s+install\b((?:\\\r?\n|[^\n])*)/g;
const WORD = /"([^"\n]*)"|'([^'\n]*)'|(&&|\|\||[;|])|\\\r?\n|((?:[^\s"';&|\\]|\\.)+)/g;

/** What Dockerfiles for production install by name: `RUN pip install django==5.2 gunicorn`. */
export function imageLists(tree: SourceTree): readonly PackageList[] {
  return tree.files.flatMap(({ path }) => {
    const read = isProductionImage(path) ? tree.read(path) : null;
    if (read === null || !read.ok) return [];
    const packages = [...installed(path, read.text)];
    return packages.length === 0
      ? []
      : [{ file: path, kind: 'image', packages, constraints: [], optional: [], complete: false, closed: false } as const];
  });
}

function* installed(file: string, text: string): Generator<ListedPackage> {
  const given = buildArguments(text);
  for (const command of text.matchAll(COMMAND)) {
    const words = command[1] ?? '';
    const offset = command.index + command[0].length - words.length;
    let isValue = false;
    for (const found of words.matchAll(WORD)) {
      if (found[3] !== undefined) break;
      const word = found[1] ?? found[2] ?? found[4];
      if (word === undefined) continue;
      if (isValue || word.startsWith('-')) {
        isValue = !isValue && VALUED.test(word);
        continue;
      }
      const start = offset + found.index + (found[4] === undefined ? 1 : 0);
      const one = packageOf(given(word), { file, start, end: start + word.length });
      if (one !== null) yield one;
    }
  }
}

/** A release that an argument without a default decides is not known. Folders, files and addresses are no names. */
function packageOf(word: string, span: ListedPackage['span']): ListedPackage | null {
  const name = /^[A-Za-z0-9][\w.-]*/.exec(word)?.[0];
  if (name === undefined || /^[\w.-]*[/:]|\.(whl|zip|gz|txt)$/.test(word)) return null;
  if (word.includes('$')) return { name: normalName(name.replace(/[.-]+$/, '')), extras: [], releases: null, span };
  return parseRequirement(word, span);
}
