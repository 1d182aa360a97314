import type { RepositoryFacts, SettingsFacts, Span } from '../../../src/rule.ts';

/** A call in code that is not evaluated: its text, and what its keyword arguments are written as. */
export interface CallText {
  readonly at: Span;
  /** Between the parentheses, without comments; offsets are kept. */
  readonly text: string;
  /** Where that text starts in the file. */
  readonly start: number;
  /** `**options` or positional arguments may hold more than the keywords say. */
  readonly complete: boolean;
  argument(name: string): Argument | null;
}

export interface Argument {
  readonly text: string;
  readonly at: Span;
}

/** Calls of a function in the code of the project, outside of comments. */
export function callsOf(name: RegExp, { codeMentions, read }: Pick<RepositoryFacts, 'codeMentions' | 'read'>): readonly CallText[] {
  const pattern = new RegExp(`^[^#\\n]*?\\b(${name.source})\\s*\\(`, 'gm');
  return codeMentions(pattern).items.flatMap((found) => {
    const text = read(found.file);
    const call = text === null ? null : callAt(found.file, text, found.end);
    return call === null ? [] : [call];
  });
}

/** `open` is the offset behind the opening parenthesis. */
function callAt(file: string, source: string, open: number): CallText | null {
  const code = withoutStringsAndComments(source);
  let depth = 1;
  let end = open;
  for (; end < code.length && depth > 0; end++) {
    if ('([{'.includes(code.charAt(end))) depth++;
    else if (')]}'.includes(code.charAt(end))) depth--;
  }
  if (depth > 0) return null;
  const inside = code.slice(open, end - 1);
  const lineStart = code.lastIndexOf('\n', open - 1) + 1;
  const start = lineStart + (/\S/.exec(code.slice(lineStart))?.index ?? 0);
  return {
    at: { file, start, end: open },
    text: inside,
    start: open,
    complete: !/(^|,)\s*\*\*/.test(inside),
    argument: (name) => argumentIn(file, source, inside, open, name),
  };
}

function argumentIn(file: string, source: string, inside: string, open: number, name: string): Argument | null {
  let depth = 0;
  let from = -1;
  for (let at = 0; at <= inside.length; at++) {
    const letter = inside.charAt(at);
    if ('([{'.includes(letter) && letter !== '') depth++;
    else if (')]}'.includes(letter) && letter !== '') depth--;
    const startsHere =
      depth === 0 && from === -1 && new RegExp(`^${name}\\s*=(?!=)`).test(inside.slice(at)) && /[\s,]|^$/.test(inside.charAt(at - 1));
    if (startsHere) from = at + inside.slice(at).indexOf('=') + 1;
    else if (from !== -1 && (at === inside.length || (depth === 0 && letter === ',')) && at >= from) {
      const start = open + from + (/\S/.exec(source.slice(open + from))?.index ?? 0);
      return { text: source.slice(start, open + at).trim(), at: { file, start, end: open + at } };
    }
  }
  return null;
}

/** Strings and comments as blanks of the same length, so that brackets in them do not count. */
export function withoutStringsAndComments(text: string): string {
  return text.replace(/("""|''')[\s\S]*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*/g, (part) => part.replace(/[^\n]/g, ' '));
}

/** What an argument is in the settings: a literal, or a setting by its name; null when it is anything else. */
export function literalOf(text: string, settings: SettingsFacts): boolean | number | null {
  if (text === 'True') return true;
  if (text === 'False') return false;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const name = /^(?:settings\.)?([A-Z][A-Z0-9_]*)$/.exec(text)?.[1];
  const value = name === undefined ? null : settings.get(name);
  if (value?.kind !== 'known') return null;
  return typeof value.value === 'boolean' || typeof value.value === 'number' ? value.value : null;
}

/** The conditions that a line stands under, by its indentation; "?" for one that is no `if`. */
export function conditionsOver(text: string, offset: number): readonly string[] {
  const lines = text.slice(0, text.indexOf('\n', offset) === -1 ? text.length : text.indexOf('\n', offset)).split('\n');
  const indentOf = (line: string) => /^[ \t]*/.exec(line)?.[0].length ?? 0;
  let indent = indentOf(lines.at(-1) ?? '');
  const found: string[] = [];
  for (const line of lines.slice(0, -1).reverse()) {
    if (line.trim() === '' || /^\s*[#)\]}]/.test(line) || indentOf(line) >= indent) continue;
    indent = indentOf(line);
    found.push(/^\s*if\s+(.*?):\s*(#.*)?$/.exec(line)?.[1] ?? '?');
    if (indent === 0) break;
  }
  return found;
}
