/** A word of a Caddyfile with its line breaks. Offsets are of the file; quotes lie inside them. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly quote: '"' | '`' | 'heredoc' | null;
  /** True for the first word of a line. */
  readonly first: boolean;
  /** False for a quoted string or heredoc that runs to the end of the text. */
  readonly closed: boolean;
}

const SPACE = /[ \t\r]/;
const HEREDOC = /<<([A-Za-z0-9_-]+)\r?\n/y;

/** Splits a Caddyfile into words as Caddy does; comments are left out, a `\` at the end of a line joins the next one to it. */
export function lex(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const variableEnd = variableEnds(text);
  let first = true;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\n') {
      first = true;
      at++;
    } else if (SPACE.test(char)) at++;
    else if (char === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) at = text.indexOf('\n', at) + 1;
    else if (char === '#') at = lineEnd(text, at);
    else {
      const token = { ...wordAt(text, at, variableEnd), first };
      tokens.push(token);
      first = false;
      at = token.end;
    }
  }
  return tokens;
}

function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline === -1 ? text.length : newline;
}

type Piece = Omit<Token, 'first'>;

function wordAt(text: string, start: number, variableEnd: VariableEnd): Piece {
  const char = text.charAt(start);
  if (char === '"' || char === '`') return quotedAt(text, start, char);
  return heredocAt(text, start) ?? plainAt(text, start, variableEnd);
}

/** In `"…"` only a quote is escaped; between backquotes nothing is. */
function quotedAt(text: string, start: number, quote: '"' | '`'): Piece {
  let value = '';
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== quote) {
    const piece = quote === '"' && text.startsWith('\\"', at) ? '\\"' : text.charAt(at);
    value += piece === '\\"' ? '"' : piece;
    at += piece.length;
  }
  const closed = at < text.length;
  return { text: value, start, end: closed ? at + 1 : at, quote, closed };
}

function heredocAt(text: string, start: number): Piece | null {
  HEREDOC.lastIndex = start;
  const head = HEREDOC.exec(text);
  const marker = head?.[1];
  if (head === null || marker === undefined) return null;
  const lines: string[] = [];
  let at = start + head[0].length;
  while (at < text.length) {
    const stop = lineEnd(text, at);
    const line = text.slice(at, stop).replace(/\r$/, '');
    const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
    if (line.startsWith(marker, indent.length) && !/^[A-Za-z0-9_-]/.test(line.slice(indent.length + marker.length))) {
      const body = lines.map((one) => (one.startsWith(indent) ? one.slice(indent.length) : one.trimStart())).join('\n');
      return { text: body, start, end: at + indent.length + marker.length, quote: 'heredoc', closed: true };
    }
    lines.push(line);
    at = stop + 1;
  }
  return { text: lines.join('\n'), start, end: text.length, quote: 'heredoc', closed: false };
}

/** `{$NAME:a default}` belongs to the word with all that stands in it. */
function plainAt(text: string, start: number, variableEnd: VariableEnd): Piece {
  let at = start;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\n' || SPACE.test(char)) break;
    at = char === '{' && text.charAt(at + 1) === '$' ? variableEnd(at) : at + 1;
  }
  return { text: text.slice(start, at), start, end: at, quote: null, closed: true };
}

/** Where the `{$…}` that begins at a place ends; one that its line does not close ends at once. */
type VariableEnd = (at: number) => number;

/** Asked for places in order: each brace and line break is looked for once. */
function variableEnds(text: string): VariableEnd {
  let close = -1;
  let newline = -1;
  const next = (sign: string, known: number, at: number): number => {
    if (known >= at) return known;
    const found = text.indexOf(sign, at);
    return found === -1 ? text.length : found;
  };
  return (at) => {
    close = next('}', close, at);
    newline = next('\n', newline, at);
    return close < newline ? close + 1 : at + 2;
  };
}
