import { MAX_INCLUDE_DEPTH } from '../../core/limits.ts';
import { textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { CaddyBlock, CaddyDirective, CaddyFile, CaddyWord } from '../../syntax/caddy/index.ts';

/** One Caddyfile, and what an `import` of it puts into a site. */
export interface CaddySource {
  readonly file: string;
  readonly document: CaddyFile;
  readonly lines: readonly CaddyDirective[];
}

/** What a configuration needs to know about its surroundings. */
export interface CaddySurroundings {
  /** Files of an `import`; null when they are not in view. */
  imported(pattern: string, from: string): readonly CaddySource[] | null;
  /** The variable that Caddy puts in for `{$NAME}`; null when it is definitely not set. */
  variable(name: string): Value<string> | null;
}

/** Lines of one site, imports followed, that are read. */
const MAX_LINES = 4000;

/** Puts snippets and imported files in the place of `import`; what is not in view stays as it is. */
export function withImports(
  directives: readonly CaddyDirective[],
  snippets: ReadonlyMap<string, CaddyBlock>,
  around: CaddySurroundings,
): readonly CaddyDirective[] {
  const budget = { left: MAX_LINES };
  const expand = (lines: readonly CaddyDirective[], args: readonly CaddyWord[] | null, depth: number): readonly CaddyDirective[] =>
    lines.flatMap((written) => {
      // What is dropped counts as a file that is not in view.
      if (budget.left-- <= 0) return [{ ...written, name: 'import', args: [], block: null }];
      const line = args === null ? written : withArguments(written, args);
      if (line.name === 'import') return imports(line, depth);
      return [line.block === null ? line : { ...line, block: expand(line.block, args, depth) }];
    });
  const imports = (line: CaddyDirective, depth: number): readonly CaddyDirective[] => {
    const [what, ...args] = line.args;
    if (what === undefined || depth >= MAX_INCLUDE_DEPTH) return [line];
    const snippet = snippets.get(what.text);
    if (snippet !== undefined) return expand(snippet.directives, args, depth + 1);
    const files = /[{$]/.test(what.text) ? null : around.imported(what.text, line.span.file);
    return files === null ? [line] : files.flatMap((one) => expand(one.lines, args, depth + 1));
  };
  return expand(directives, null, 0);
}

function withArguments(line: CaddyDirective, args: readonly CaddyWord[]): CaddyDirective {
  const fill = (text: string) => text.replace(/\{args[.[](\d+)\]?\}/g, (all, index: string) => args[Number(index)]?.text ?? all);
  const words = line.args.flatMap((word) => {
    if (word.text === '{args[:]}') return args;
    return word.text.includes('{args') ? [{ ...word, text: fill(word.text) }] : [word];
  });
  return { ...line, name: fill(line.name), args: words };
}

const VARIABLE = /\{\$([^}:{\n]{1,200})(?::([^}\n]{0,2000}))?\}/g;

/** A word with its `{$NAME}` and `{$NAME:default}` put in; unknown when one of them is. */
export function wordValue(word: CaddyWord, around: CaddySurroundings): Value<string> {
  const origin = textOrigin(word.span);
  let failed: Value<string> | null = null;
  const text = word.text.replace(VARIABLE, (all: string, name: string, fallback: string | undefined) => {
    const value = around.variable(name);
    if (value === null) return fallback ?? '';
    if (value.kind === 'known') return value.value === '' && fallback !== undefined ? fallback : value.value;
    failed ??= value;
    return all;
  });
  if (failed !== null) return failed;
  return /\{env\.|\{file\./.test(text) ? unknown('host', origin, [], 'str') : known(text, origin);
}

/** The text of a word when it is known. */
export function wordText(word: CaddyWord | undefined, around: CaddySurroundings): string | null {
  const value = word === undefined ? null : wordValue(word, around);
  return value?.kind === 'known' ? value.value : null;
}

/** Directives of a name among those of one block. */
export function named(directives: readonly CaddyDirective[], ...names: readonly string[]): readonly CaddyDirective[] {
  return directives.filter((one) => names.includes(one.name));
}
