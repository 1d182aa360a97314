import type { Span } from '../core/span.ts';

/** One `prodcheck: ignore[id, id] reason` or `ignore-file[…]` in a file. */
export interface Suppression {
  readonly at: Span;
  /** The 1-based line whose findings it keeps back; null for those of the whole file. */
  readonly line: number | null;
  readonly ids: readonly { readonly id: string; readonly at: Span }[];
  readonly reason: string;
  /** Why it has no effect where it stands. */
  readonly misplaced: string | null;
}

const MARK = /(#|\/\/|;|<!--|\{#)[ \t]*prodcheck:[ \t]*ignore(-file)?\[([^\]\n]*)\][ \t]*([^\n]*)/;
const COMMENT_LINE = /^[ \t]*(#|\/\/|;|<!--|\{#)/;

/** Files in which a `#` after text belongs to the text. */
const LINE_ABOVE_ONLY =
  /(^|\/)((Docker|Container)file[^/]*|[^/]*\.(dockerfile|service|socket|timer|mount|path|target|ini|cfg|env)|\.env[^/]*|env|Procfile[^/]*)$/i;

/** The suppressions of a text, in order. Line-based, so that every syntax with comments has them. */
export function suppressionsIn(file: string, text: string): readonly Suppression[] {
  if (!text.includes('prodcheck:')) return [];
  const found: Suppression[] = [];
  const lines = text.split('\n');
  const firstCode = lines.findIndex((line) => line.trim() !== '' && !COMMENT_LINE.test(line));
  let offset = 0;
  lines.forEach((line, index) => {
    const match = MARK.exec(line);
    if (match !== null) {
      const alone = line.slice(0, match.index).trim() === '';
      const place = { file, offset: offset + match.index, index, alone, beforeCode: firstCode === -1 || index < firstCode };
      const suppression = read(match, place, lines);
      if (suppression !== null) found.push(suppression);
    }
    offset += line.length + 1;
  });
  return found;
}

interface Place {
  readonly file: string;
  readonly offset: number;
  readonly index: number;
  readonly alone: boolean;
  readonly beforeCode: boolean;
}

function read(match: RegExpExecArray, place: Place, lines: readonly string[]): Suppression | null {
  const [all, , wholeFile, list = '', rest = ''] = match;
  const { file, offset, alone } = place;
  if (!alone && LINE_ABOVE_ONLY.test(file)) return null;
  const head = all.indexOf('[') + 1;
  const reason = rest.replace(/(-->|#\})?\s*$/, '').trim();
  const at = { file, start: offset, end: offset + all.trimEnd().length };
  const ids = idsOf(list, file, offset + head);
  if (wholeFile !== undefined) {
    const misplaced = place.beforeCode && alone ? null : 'it must stand in the comments at the start of the file';
    return { at, line: null, ids, reason, misplaced };
  }
  return { at, line: alone ? lineBelow(lines, place.index) : place.index + 1, ids, reason, misplaced: null };
}

function idsOf(list: string, file: string, start: number): Suppression['ids'] {
  return [...list.matchAll(/[^,\s]+/g)].map((match) => {
    const from = start + match.index;
    return { id: match[0], at: { file, start: from, end: from + match[0].length } };
  });
}

/** The first line below that is no comment, so that several suppressions can stand above one line. */
function lineBelow(lines: readonly string[], index: number): number {
  let below = index + 1;
  while (below < lines.length && COMMENT_LINE.test(lines[below] ?? '')) below++;
  return below + 1;
}
