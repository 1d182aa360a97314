import { type Cursor, deeper, expectText, heredocAt, peek, Refused, skipBlanks, spanFrom, take } from './cursor.ts';
import type { HclExpression } from './document.ts';

type ReadExpression = (cursor: Cursor) => HclExpression;

interface Pieces {
  readonly parts: (string | HclExpression)[];
  plain: boolean;
}

/** A quoted text; the cursor stands at the quote. */
export function quotedText(cursor: Cursor, read: ReadExpression): HclExpression {
  const start = cursor.at;
  cursor.at++;
  const pieces: Pieces = { parts: [], plain: true };
  let literal = '';
  for (;;) {
    const char = peek(cursor);
    if (char === '' || char === '\n') throw new Refused(start, 'A text is not closed before the end of its line.');
    if (char === '"') break;
    if (char === '\\') literal += escaped(cursor);
    else literal = piece(cursor, pieces, literal, read);
  }
  cursor.at++;
  if (literal !== '') pieces.parts.push(literal);
  return madeOf(pieces, cursor, start);
}

/** One character, one escaped sign, or one `${…}`; gives the literal text that is not yet among the parts. */
function piece(cursor: Cursor, pieces: Pieces, literal: string, read: ReadExpression): string {
  if (take(cursor, '$${')) return `${literal}\${`;
  if (take(cursor, '%%{')) return `${literal}%{`;
  const isDirective = cursor.text.startsWith('%{', cursor.at);
  if (!isDirective && !cursor.text.startsWith('${', cursor.at)) {
    const char = peek(cursor);
    cursor.at++;
    return literal + char;
  }
  if (literal !== '') pieces.parts.push(literal);
  pieces.parts.push(isDirective ? directive(cursor, pieces) : interpolation(cursor, pieces, read));
  return '';
}

function interpolation(cursor: Cursor, pieces: Pieces, read: ReadExpression): HclExpression {
  cursor.at += 2;
  if (take(cursor, '~')) pieces.plain = false;
  const { lines } = cursor;
  cursor.lines = false;
  const value = deeper(cursor, () => read(cursor));
  skipBlanks(cursor);
  if (take(cursor, '~')) pieces.plain = false;
  expectText(cursor, '}');
  cursor.lines = lines;
  return value;
}

/** `%{ if x }`: what decides is not followed. */
function directive(cursor: Cursor, pieces: Pieces): HclExpression {
  const start = cursor.at;
  const close = cursor.text.indexOf('}', cursor.at);
  if (close === -1 || close >= cursor.end) throw new Refused(start, 'A directive is not closed.');
  cursor.at = close + 1;
  pieces.plain = false;
  return { kind: 'opaque', parts: [], span: spanFrom(cursor, start) };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

function escaped(cursor: Cursor): string {
  const char = peek(cursor, 1);
  const plain = ESCAPES[char];
  if (plain !== undefined) {
    cursor.at += 2;
    return plain;
  }
  const digits = char === 'u' ? 4 : char === 'U' ? 8 : 0;
  const hex = cursor.text.slice(cursor.at + 2, cursor.at + 2 + digits);
  const code = Number.parseInt(hex, 16);
  if (digits === 0 || !/^[0-9a-fA-F]+$/.test(hex) || hex.length !== digits || code > 0x10ffff)
    throw new Refused(cursor.at, 'This is no escape.');
  cursor.at += 2 + digits;
  return String.fromCodePoint(code);
}

/** A heredoc; null when none begins here. */
export function heredoc(cursor: Cursor, read: ReadExpression): HclExpression | null {
  const found = heredocAt(cursor.text, cursor.at, cursor.end);
  if (found === null) return null;
  const start = cursor.at;
  const { end } = cursor;
  const pieces: Pieces = { parts: [], plain: true };
  let literal = '';
  cursor.at = found.start;
  cursor.end = found.end;
  while (cursor.at < cursor.end) {
    literal = piece(cursor, pieces, literal, read);
    if (literal.endsWith('\n')) {
      pieces.parts.push(literal);
      literal = '';
    }
  }
  if (literal !== '') pieces.parts.push(literal);
  cursor.end = end;
  cursor.at = found.after;
  return madeOf(found.indented ? { ...pieces, parts: unindented(pieces.parts) } : pieces, cursor, start);
}

/** `<<-` takes the least indentation off every line; blank lines do not count. Each literal part ends with its line at the latest. */
function unindented(parts: readonly (string | HclExpression)[]): (string | HclExpression)[] {
  const begins = (index: number) => {
    const before = parts[index - 1];
    return index === 0 || (typeof before === 'string' && before.endsWith('\n'));
  };
  const indents = parts.flatMap((part, index) => {
    if (!begins(index)) return [];
    if (typeof part !== 'string') return [0];
    return part.trim() === '' && part.endsWith('\n') ? [] : [part.length - part.trimStart().length];
  });
  const least = indents.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return parts.map((part, index) => {
    const counts = typeof part === 'string' && begins(index) && !(part.trim() === '' && part.endsWith('\n'));
    return counts ? part.slice(least) : part;
  });
}

/** Literal parts side by side are one; a text without holes is a literal. */
function madeOf({ parts, plain }: Pieces, cursor: Cursor, start: number): HclExpression {
  const joined: (string | HclExpression)[] = [];
  let run: string[] = [];
  for (const part of parts) {
    if (typeof part === 'string') run.push(part);
    else {
      if (run.length > 0) joined.push(run.join(''));
      run = [];
      joined.push(part);
    }
  }
  if (run.length > 0) joined.push(run.join(''));
  const span = spanFrom(cursor, start);
  const [only] = joined;
  if (joined.length === 0) return { kind: 'literal', value: '', span };
  if (joined.length === 1 && typeof only === 'string') return { kind: 'literal', value: only, span };
  return { kind: 'template', parts: joined, plain, span };
}
