/** `length` characters of a text that was joined from several lines, from `at` on, stand in the file at `start`. */
export interface Piece {
  readonly at: number;
  readonly start: number;
  readonly length: number;
}

/** The offset in the file of a character of the joined text; `otherwise` when it has no pieces. */
export function offsetIn(pieces: readonly Piece[], at: number, otherwise = 0): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.at ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  return piece === undefined ? otherwise : piece.start + Math.max(0, Math.min(at - piece.at, piece.length));
}
