import { type Hole, holeFinder, holesOf } from '../yaml/holes.ts';
import type { NginxComment } from './directive.ts';

/** A word, quoted string or one of `{ } ;`. Offsets are of the file; quotes lie inside them. */
export interface Token {
  readonly kind: 'word' | 'quoted' | '{' | '}' | ';';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly quote: '"' | "'" | null;
  readonly hole: boolean;
  /** False for a quoted string that runs to the end of the text. */
  readonly closed: boolean;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  readonly comments: readonly NginxComment[];
  /** True when template statements (`{% … %}`) stand between the tokens. */
  readonly templated: boolean;
}

const SPACE = /[ \t\r\n]/;
const LUA = /^\w*_by_lua_block$/;

/** Splits a configuration into tokens as nginx does; comments and template statements go aside. */
export function lex(text: string, file: string): Lexed {
  const tokens: Token[] = [];
  const comments: NginxComment[] = [];
  const holeAt = holeFinder(text);
  let templated = false;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const char = text.charAt(at);
    const hole = holeAt(at);
    if (SPACE.test(char)) at++;
    else if (hole !== undefined && isStatement(hole, text)) {
      templated = true;
      at = hole.end;
    } else if (char === '#') {
      const comment = commentAt(text, at, file);
      comments.push(comment);
      at = comment.span.end;
    } else {
      const token = tokenAt(text, at, holeAt);
      tokens.push(token);
      at = token.end;
      if (token.kind === 'word' && LUA.test(token.text) && startsDirective(tokens)) at = lexLua(text, token, tokens);
    }
  }
  return { tokens, comments, templated };
}

function startsDirective(tokens: readonly Token[]): boolean {
  const before = tokens[tokens.length - 2];
  return before === undefined || before.kind === '{' || before.kind === '}' || before.kind === ';';
}

/** `location / {# note` opens a block: a template comment is believed only when it ends on its line. */
function isStatement(hole: Hole, text: string): boolean {
  return hole.kind === '{%' || (hole.kind === '{#' && !text.slice(hole.start, hole.end).includes('\n'));
}

type HoleAt = (at: number) => Hole | undefined;

function commentAt(text: string, start: number, file: string): NginxComment {
  const newline = text.indexOf('\n', start);
  const line = text.slice(start, newline === -1 ? text.length : newline).replace(/\r$/, '');
  const before = text.slice(text.lastIndexOf('\n', start) + 1, start);
  return { text: line.slice(1), span: { file, start, end: start + line.length }, alone: before.trim() === '' };
}

function tokenAt(text: string, start: number, holeAt: HoleAt): Token {
  const char = text.charAt(start);
  if (char === '"' || char === "'") return quotedAt(text, start, char);
  if ((char === '{' && holeAt(start)?.kind !== '{{') || char === '}' || char === ';') {
    return { kind: char, text: char, start, end: start + 1, quote: null, hole: false, closed: true };
  }
  return wordAt(text, start, holeAt);
}

/** Only the quote itself is unescaped: other backslashes belong to regular expressions. */
function quotedAt(text: string, start: number, quote: '"' | "'"): Token {
  let value = '';
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== quote) {
    const escaped = text.charAt(at) === '\\' && at + 1 < text.length;
    const piece = escaped ? text.slice(at, at + 2) : text.charAt(at);
    value += piece === `\\${quote}` ? quote : piece;
    at += piece.length;
  }
  const closed = at < text.length;
  return { kind: 'quoted', text: value, start, end: closed ? at + 1 : at, quote, hole: holesOf(value).length > 0, closed };
}

function wordAt(text: string, start: number, holeAt: HoleAt): Token {
  let at = start;
  let hole = false;
  while (at < text.length) {
    const char = text.charAt(at);
    const skipped = holeAt(at);
    if (skipped && skipped.kind !== '{#') {
      hole = true;
      at = skipped.end;
    } else if (char === '\\') at += 2;
    else if (char === '{' && at > start && text.charAt(at - 1) === '$') at = endOfBraces(text, at);
    else if (SPACE.test(char) || char === '{' || char === '}' || char === ';') break;
    else at++;
  }
  const end = Math.min(at, text.length);
  return { kind: 'word', text: text.slice(start, end), start, end, quote: null, hole, closed: true };
}

/** `${NAME}` belongs to the word. */
function endOfBraces(text: string, at: number): number {
  let end = at;
  while (end < text.length && text.charAt(end) !== '}' && !SPACE.test(text.charAt(end))) end++;
  return text.charAt(end) === '}' ? end + 1 : end;
}

/** Comments, strings (an unclosed one ends with its line) and braces. */
const LUA_PIECE = /--[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|[{}]/g;
const LUA_HEAD = /[^{};]*/y;

/**
 * Lua code becomes one argument, braces balanced outside its strings and comments; `set_by_lua_block` has a variable before it.
 * A block that is never closed takes the rest of the text.
 */
function lexLua(text: string, name: Token, tokens: Token[]): number {
  LUA_HEAD.lastIndex = name.end;
  const head = LUA_HEAD.exec(text)?.[0] ?? '';
  const open = name.end + head.length;
  if (text.charAt(open) !== '{' || (head.trim() !== '' && name.text !== 'set_by_lua_block')) return name.end;
  if (head.trim() !== '') tokens.push(wordAt(text, name.end + head.search(/\S/), () => undefined));
  const end = endOfLua(text, open);
  const code = { text: text.slice(open + 1, (end ?? text.length + 1) - 1), start: open, end: end ?? text.length, quote: null, hole: false };
  tokens.push({ ...code, kind: 'quoted', closed: end !== undefined });
  if (end !== undefined) tokens.push({ ...code, kind: ';', text: ';', start: end - 1, closed: true });
  return code.end;
}

function endOfLua(text: string, open: number): number | undefined {
  let depth = 0;
  LUA_PIECE.lastIndex = open;
  for (let piece = LUA_PIECE.exec(text); piece !== null; piece = LUA_PIECE.exec(text)) {
    if (piece[0] === '{') depth++;
    if (piece[0] === '}') depth--;
    if (depth === 0) return piece.index + 1;
  }
  return undefined;
}
