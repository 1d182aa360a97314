import { MAX_NESTING } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';

/** Where a parser stands in its text. */
export interface Cursor {
  readonly text: string;
  readonly file: string;
  readonly problems: InputProblem[];
  at: number;
  /** Nothing at or after it is read. */
  end: number;
  depth: number;
  /** Whether a line break ends what is read. */
  lines: boolean;
}

/** Thrown inside the parser only: the statement around it becomes opaque. */
export class Refused extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

export function spanFrom(cursor: Cursor, start: number): Span {
  return { file: cursor.file, start, end: cursor.at };
}

export function peek(cursor: Cursor, ahead = 0): string {
  const at = cursor.at + ahead;
  return at < cursor.end ? cursor.text.charAt(at) : '';
}

/** Whether a text stands here; it is stepped over when it does. */
export function take(cursor: Cursor, text: string): boolean {
  if (cursor.at + text.length > cursor.end || !cursor.text.startsWith(text, cursor.at)) return false;
  cursor.at += text.length;
  return true;
}

export function expectText(cursor: Cursor, text: string): void {
  if (!take(cursor, text)) throw new Refused(cursor.at, `\`${text}\` is expected here.`);
}

/** What a sticky pattern finds here, stepped over. */
export function match(cursor: Cursor, pattern: RegExp): string | null {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found === undefined || cursor.at + found.length > cursor.end) return null;
  cursor.at += found.length;
  return found;
}

/** Steps over blanks and comments; over line breaks too, unless they end what is read. */
export function skipBlanks(cursor: Cursor, lines: boolean = cursor.lines): void {
  while (cursor.at < cursor.end) {
    const char = peek(cursor);
    if (char === ' ' || char === '\t' || char === '\r' || char === '\uFEFF') cursor.at++;
    else if (char === '\n' && !lines) cursor.at++;
    else if (char === '#' || (char === '/' && peek(cursor, 1) === '/')) cursor.at = endOfLine(cursor.text, cursor.at, cursor.end);
    else if (char === '/' && peek(cursor, 1) === '*') cursor.at = endOfComment(cursor.text, cursor.at, cursor.end);
    else return;
  }
}

export function endOfLine(text: string, at: number, end: number): number {
  const newline = text.indexOf('\n', at);
  return newline === -1 || newline > end ? end : newline;
}

function endOfComment(text: string, at: number, end: number): number {
  const close = text.indexOf('*/', at + 2);
  return close === -1 || close + 2 > end ? end : close + 2;
}

/** One level deeper; what lies beyond the limit is refused. */
export function deeper<T>(cursor: Cursor, read: () => T): T {
  if (cursor.depth >= MAX_NESTING) throw new Refused(cursor.at, `Nesting is deeper than ${MAX_NESTING} levels.`);
  cursor.depth++;
  const made = read();
  cursor.depth--;
  return made;
}

const HEREDOC = /<<-?([A-Za-z_][\w-]*)[ \t]*\r?\n/y;

export interface Heredoc {
  readonly start: number;
  /** Behind the last line break of the content. */
  readonly end: number;
  /** Behind the delimiter. */
  readonly after: number;
  readonly indented: boolean;
}

/** The extent of a heredoc that begins here; null where none does. One that is never closed takes the rest of the text. */
export function heredocAt(text: string, at: number, end: number): Heredoc | null {
  HEREDOC.lastIndex = at;
  const found = HEREDOC.exec(text);
  if (found === null) return null;
  const start = at + found[0].length;
  const indented = text.charAt(at + 2) === '-';
  for (let line = start; line < end; ) {
    const stop = endOfLine(text, line, end);
    if (text.slice(line, stop).trim() === found[1])
      return { start, end: line, after: line + text.slice(line, stop).trimEnd().length, indented };
    line = stop + 1;
  }
  return { start, end, after: end, indented };
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The end of what cannot be read: the end of the line, or a closing bracket that was opened before. Brackets, texts and heredocs are kept whole. */
export function endOfStatement(text: string, from: number, end: number): number {
  const open: string[] = [];
  let at = from;
  while (at < end) {
    const char = text.charAt(at);
    if (open.at(-1) === '"') at = stepInText(text, at, open);
    else if (char === '#' || text.startsWith('//', at)) at = endOfLine(text, at, end);
    else if (text.startsWith('/*', at)) at = endOfComment(text, at, end);
    else if (char === '<' && text.charAt(at + 1) === '<') at = heredocAt(text, at, end)?.after ?? at + 2;
    else if (char === '\n' && open.length === 0) return at;
    else {
      if (char === '"') open.push('"');
      else if (CLOSERS[char] !== undefined) open.push(CLOSERS[char]);
      else if (char === ')' || char === ']' || char === '}') {
        if (open.length === 0) return at;
        open.pop();
      }
      at++;
    }
  }
  return end;
}

/** Inside of quotes only escapes, `${`, `%{` and the closing quote count. A line break closes as well. */
function stepInText(text: string, at: number, open: string[]): number {
  const char = text.charAt(at);
  if (char === '\\') return at + 2;
  if (text.startsWith('$${', at) || text.startsWith('%%{', at)) return at + 3;
  if ((char === '$' || char === '%') && text.charAt(at + 1) === '{') {
    open.push('}');
    return at + 2;
  }
  if (char === '"' || char === '\n') open.pop();
  return char === '\n' ? at : at + 1;
}
