import { offsetIn, type Piece } from '../pieces.ts';

/** One line as httpd sees it: joined where a backslash ends it, white space around it left out. */
export interface LogicalLine {
  readonly text: string;
  /** Where a character of the text stands in the file. */
  offset(at: number): number;
}

/** The lines of a configuration that are neither empty nor comments; a comment goes on behind a backslash as well. */
export function* logicalLines(text: string): Generator<LogicalLine> {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const parts: string[] = [];
    const pieces: Piece[] = [];
    let length = 0;
    for (let more = true; more && at < text.length; ) {
      const newline = text.indexOf('\n', at);
      const end = newline === -1 ? text.length : newline;
      const raw = text.slice(at, end).replace(/\r$/, '');
      more = raw.endsWith('\\') && !raw.endsWith('\\\\');
      const kept = more ? raw.slice(0, -1) : raw;
      pieces.push({ at: length, start: at, length: kept.length });
      parts.push(kept);
      length += kept.length;
      at = newline === -1 ? text.length : newline + 1;
    }
    const joined = parts.join('');
    const from = joined.search(/\S/);
    if (from === -1 || joined.charAt(from) === '#') continue;
    yield { text: joined.slice(from).trimEnd(), offset: (place) => offsetIn(pieces, from + place) };
  }
}
