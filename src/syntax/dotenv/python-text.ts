/** What Python's `str` methods and `re` take for white space; unlike JavaScript's, it has U+001C…U+001F and U+0085 and lacks U+FEFF. */
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export function isPythonSpace(char: string | undefined): boolean {
  return char !== undefined && char !== '' && SPACE.test(char);
}

/** One line: offsets of its text, line end excluded. */
export interface TextLine {
  readonly start: number;
  readonly end: number;
}

/** Lines as `for line in file` gives them: universal newlines. */
export function fileLines(text: string): readonly TextLine[] {
  return splitAt(text, /\r\n|\r|\n/g);
}

/** Lines as `str.splitlines` gives them. */
export function splitLines(text: string): readonly TextLine[] {
  return splitAt(text, /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g);
}

function splitAt(text: string, breaks: RegExp): readonly TextLine[] {
  const lines: TextLine[] = [];
  let start = 0;
  for (const found of text.matchAll(breaks)) {
    lines.push({ start, end: found.index });
    start = found.index + found[0].length;
  }
  if (start < text.length) lines.push({ start, end: text.length });
  return lines;
}

/** Shrinks a region by the white space at both its ends, like `str.strip`. */
export function stripped(text: string, start: number, end: number): TextLine {
  let from = start;
  let to = end;
  while (from < to && isPythonSpace(text[from])) from++;
  while (to > from && isPythonSpace(text[to - 1])) to--;
  return { start: from, end: to };
}
