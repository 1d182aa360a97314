import type { Span } from '../../core/span.ts';
import { offsetIn, type Piece } from '../pieces.ts';

/** A text made of several lines of a file that remembers where its parts stand. */
export interface Joined {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

export function joined(parts: readonly { readonly text: string; readonly start: number }[], separator = ''): Joined {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { text, start } of parts) {
    pieces.push({ at, start, length: text.length });
    at += text.length + separator.length;
  }
  return { text: parts.map(({ text }) => text).join(separator), pieces };
}

export function sliceOf(whole: Joined, from: number, to: number): Joined {
  const pieces: Piece[] = [];
  for (const piece of whole.pieces) {
    const start = Math.max(from, piece.at);
    const end = Math.min(to, piece.at + piece.length);
    if (start < end) pieces.push({ at: start - from, start: piece.start + start - piece.at, length: end - start });
  }
  if (pieces.length === 0) pieces.push({ at: 0, start: offsetIn(whole.pieces, from), length: 0 });
  return { text: whole.text.slice(from, to), pieces };
}

/** Where characters `from` to `to` of a joined text stand; it may cover line ends and comments between them. */
export function spanIn(file: string, pieces: readonly Piece[], from: number, to: number): Span {
  const start = offsetIn(pieces, from);
  return { file, start, end: to > from ? Math.max(start, offsetIn(pieces, to - 1) + 1) : start };
}
