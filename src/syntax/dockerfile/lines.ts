import type { Span } from '../../core/span.ts';
import { offsetIn, type Piece } from '../pieces.ts';
import type { DockerfileComment, Text } from './document.ts';

/** A line of the file without its line break. */
interface Line {
  readonly start: number;
  readonly text: string;
}

/** One instruction with its continuations joined, as buildkit joins them. */
export interface Joined {
  readonly file: string;
  readonly text: string;
  readonly pieces: readonly Piece[];
  readonly start: number;
  /** End of the last line that belongs to it. */
  readonly end: number;
}

/** A cursor over the lines of one file. */
export interface Reader {
  readonly file: string;
  readonly lines: readonly Line[];
  next: number;
  escape: '\\' | '`';
  readonly comments: DockerfileComment[];
}

export function readerOf(text: string, file: string): Reader {
  const lines: Line[] = [];
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    lines.push({ start, text: text.slice(start, end).replace(/\r+$/, '') });
    start = end + 1;
  }
  return { file, lines, next: 0, escape: '\\', comments: [] };
}

/** The next instruction; undefined at the end of the file. Comment and empty lines inside a continuation vanish. */
export function nextJoined(reader: Reader): Joined | undefined {
  for (let line = take(reader); line !== undefined; line = take(reader)) {
    if (isComment(line.text)) addComment(reader, line);
    else if (line.text.trim() !== '') return join(reader, line);
  }
  return undefined;
}

export function take(reader: Reader): Line | undefined {
  return reader.lines[reader.next++];
}

function isComment(text: string): boolean {
  return /^\s*#/.test(text);
}

function addComment(reader: Reader, line: Line): void {
  const at = line.text.indexOf('#');
  const span = { file: reader.file, start: line.start + at, end: line.start + line.text.length };
  reader.comments.push({ text: line.text.slice(at + 1), span });
}

const CONTINUED = { '\\': /(^|[^\\])\\[ \t]*$/, '`': /(^|[^`])`[ \t]*$/ };

function join(reader: Reader, first: Line): Joined {
  const pieces: Piece[] = [];
  const indent = first.text.length - first.text.trimStart().length;
  let text = '';
  let length = 0;
  const texts: string[] = [];
  let last = first;
  for (let line: Line | undefined = first; line !== undefined; line = take(reader)) {
    last = line;
    if (line !== first && isComment(line.text)) addComment(reader, line);
    else if (line === first || line.text.trim() !== '') {
      const skip = line === first ? indent : 0;
      const match = CONTINUED[reader.escape].exec(line.text);
      const kept = match === null ? line.text.slice(skip) : line.text.slice(skip, Math.max(skip, match.index + (match[1] ?? '').length));
      if (kept !== '') pieces.push({ at: length, start: line.start + skip, length: kept.length });
      texts.push(kept);
      length += kept.length;
      if (match === null) break;
    }
  }
  text = texts.join('');
  return { file: reader.file, text, pieces, start: first.start + indent, end: last.start + last.text.length };
}

/** The region of the file that a slice of joined text covers. */
export function spanIn(joined: Joined, from: number, to: number): Span {
  const start = offsetIn(joined.pieces, from, joined.start);
  const end = to > from ? offsetIn(joined.pieces, to - 1, joined.start) + 1 : start;
  return { file: joined.file, start, end };
}

/** A trimmed slice of joined text. */
export function textIn(joined: Joined, from: number, to: number): Text {
  const raw = joined.text.slice(from, to);
  const start = from + raw.length - raw.trimStart().length;
  const text = raw.trim();
  return { text, span: spanIn(joined, start, start + text.length) };
}

/** The pieces of a slice, counted from its start. */
export function piecesIn(joined: Joined, from: number, to: number): readonly Piece[] {
  const cut: Piece[] = [];
  for (const piece of joined.pieces) {
    const start = Math.max(from, piece.at);
    const end = Math.min(to, piece.at + piece.length);
    if (start < end) cut.push({ at: start - from, start: piece.start + start - piece.at, length: end - start });
  }
  return cut;
}
