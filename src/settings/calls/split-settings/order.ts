import type { Run } from '../../run.ts';

/** What a file says, as far as the order of several files hangs on it. */
interface Mentions {
  /** All words outside of comments, those in texts too. */
  readonly words: ReadonlySet<string>;
  /** Words that are bound by an import, by the line that does it. */
  readonly imports: ReadonlyMap<string, string>;
  readonly code: string;
}

const COMMON = new Set(
  (
    'and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise ' +
    'return True try while with yield str int bool float list dict tuple set len print isinstance range sorted any all map filter zip enumerate'
  ).split(' '),
);

function mentionsOf(text: string): Mentions {
  const code = text.replace(/^\s*#.*$/gm, '');
  const imports = new Map<string, string>();
  for (const found of code.matchAll(/^(?:import|from)\s.*$/gm)) {
    const names = found[0].replace(/^(?:from\s+\S+\s+)?import\s+/, '');
    for (const one of names.split(','))
      imports.set(
        one
          .trim()
          .split(/\s+as\s+/)
          .at(-1)
          ?.split('.')[0] ?? '',
        found[0].trim(),
      );
  }
  return { words: new Set(code.match(/[A-Za-z_]\w*/g) ?? []), imports, code };
}

/** Whether a word that two files share could be bound or changed by one of them. */
function mayChange(word: string, code: string): boolean {
  const name = `(?<![\\w.])${word}`;
  return new RegExp(
    `${name}(?:\\s*\\[[^\\n]*?\\]|\\s*\\.\\s*\\w+)*\\s*(?:[-+*/|&%@^]|\\*\\*|//|>>|<<)?=(?!=)|${name}[^\\n]*\\.\\s*(?:append|extend|insert|update|setdefault|pop|remove|clear|sort|reverse|add|discard|read_env)\\b|\\b(?:def|class|for|as|global|del|import)\\s+(?:[\\w, ]*\\b)?${word}\\b|:=|${name}\\s*:\\s*\\w|\\(\\s*(?:\\*\\*?)?${word}\\s*[,)]`,
  ).test(code);
}

/**
 * Whether files give the same in any order: no name that one of them binds or changes is so much as mentioned in another one. Names that
 * both import with the same line may be.
 */
export function mayRunInAnyOrder(run: Run, files: readonly string[]): boolean {
  const all: Mentions[] = [];
  for (const file of files) {
    const read = run.request.tree.read(file);
    // What is not seen here may do anything.
    if (
      !read.ok ||
      /\bimport\s*\*|\b(?:exec|globals|locals|setattr|include|environ\s*\[|putenv|load_dotenv|path\.insert|path\.append)\b/.test(read.text)
    )
      return false;
    all.push(mentionsOf(read.text));
  }
  return all.every((one, i) => all.slice(i + 1).every((other) => areApart(one, other)));
}

function areApart(a: Mentions, b: Mentions): boolean {
  for (const word of a.words) {
    if (COMMON.has(word) || !b.words.has(word)) continue;
    const line = a.imports.get(word);
    if (line !== undefined && line === b.imports.get(word)) continue;
    // A word of an import line that is no name here, such as that of a package.
    if (mayChange(word, a.code) || mayChange(word, b.code)) return false;
  }
  return true;
}
