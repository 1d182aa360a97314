import type { PlainData, PlainMap } from '../plain-data.ts';

/**
 * TOML 1.0 as Python's tomllib reads it, whole and fractional numbers apart: for values that a program goes on with. The parser
 * stops at the first error and answers without a document; what it does not follow (dates, control characters) is a doubt.
 */

/** The value of one text, `invalid` where tomllib refuses it, `doubt` where that is not followed. */
export type TomlValueResult = PlainData | 'invalid' | 'doubt';

class Refused extends Error {}
class Doubted extends Error {}

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
}

const MAX_DEPTH = 60;
const NUMBER =
  /0(?:x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|b[01](?:_?[01])*|o[0-7](?:_?[0-7])*)|[+-]?(?:0|[1-9](?:_?[0-9])*)((?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?)/y;
const DATE_START = /\d{4}-\d\d-\d\d|\d\d:\d\d/y;
const DATE = /\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d:\d\d(?:\.\d+)?/y;
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', '"': '"', '\\': '\\' };

function matchAt(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  return pattern.exec(cursor.text);
}

function peek(cursor: Cursor, word: string): boolean {
  return cursor.text.startsWith(word, cursor.at);
}

function skip(cursor: Cursor, word: string): boolean {
  if (!peek(cursor, word)) return false;
  cursor.at += word.length;
  return true;
}

function blanks(cursor: Cursor): void {
  while (cursor.text[cursor.at] === ' ' || cursor.text[cursor.at] === '\t') cursor.at++;
}

function comment(cursor: Cursor): void {
  if (!peek(cursor, '#')) return;
  const end = cursor.text.indexOf('\n', cursor.at);
  cursor.at = end === -1 ? cursor.text.length : end;
}

/** Blanks, comments and line ends, as arrays allow them. */
function filler(cursor: Cursor): void {
  for (;;) {
    const before = cursor.at;
    blanks(cursor);
    comment(cursor);
    skip(cursor, '\n');
    if (cursor.at === before) return;
  }
}

function lineEnd(cursor: Cursor): void {
  blanks(cursor);
  comment(cursor);
  if (cursor.at < cursor.text.length && !skip(cursor, '\n')) throw new Refused();
}

function escaped(cursor: Cursor, multiline: boolean): string {
  const char = cursor.text[cursor.at + 1] ?? '';
  if (multiline && (char === ' ' || char === '\t' || char === '\n')) {
    const fold = /\\[ \t]*\n[ \t\n]*/y;
    const found = matchAt(cursor, fold);
    if (found === null) throw new Refused();
    cursor.at += found[0].length;
    return '';
  }
  const plain = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
  if (plain !== undefined) {
    cursor.at += 2;
    return plain;
  }
  const found = matchAt(cursor, /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))/y);
  const code = found === null ? Number.NaN : Number.parseInt(found[1] ?? found[2] ?? '', 16);
  if (found === null || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new Refused();
  cursor.at += found[0].length;
  return String.fromCodePoint(code);
}

function quoted(cursor: Cursor, mayBeLong: boolean): string {
  const quote = cursor.text[cursor.at] ?? '';
  const long = quote.repeat(3);
  if (mayBeLong && skip(cursor, long)) return longText(cursor, quote);
  cursor.at++;
  let text = '';
  for (;;) {
    const char = cursor.text[cursor.at];
    if (char === undefined || char === '\n') throw new Refused();
    if (char === quote) {
      cursor.at++;
      return text;
    }
    if (char === '\\' && quote === '"') text += escaped(cursor, false);
    else {
      text += char;
      cursor.at++;
    }
  }
}

function longText(cursor: Cursor, quote: string): string {
  skip(cursor, '\n');
  let text = '';
  for (;;) {
    const char = cursor.text[cursor.at];
    if (char === undefined) throw new Refused();
    if (peek(cursor, quote.repeat(3))) {
      cursor.at += 3;
      for (let i = 0; i < 2 && skip(cursor, quote); i++) text += quote;
      return text;
    }
    if (char === '\\' && quote === '"') text += escaped(cursor, true);
    else {
      text += char;
      cursor.at++;
    }
  }
}

function value(cursor: Cursor): PlainData {
  const at = cursor.at;
  const char = cursor.text[at];
  if (char === undefined) throw new Refused();
  if (char === '"' || char === "'") return { kind: 'str', v: quoted(cursor, true), at };
  if (skip(cursor, 'true')) return { kind: 'bool', v: true, at };
  if (skip(cursor, 'false')) return { kind: 'bool', v: false, at };
  if (char === '[' || char === '{') {
    if (cursor.depth >= MAX_DEPTH) throw new Doubted();
    cursor.depth++;
    const made = char === '[' ? array(cursor) : inlineTable(cursor);
    cursor.depth--;
    return made;
  }
  if (matchAt(cursor, DATE_START) === null) return number(cursor);
  const date = matchAt(cursor, DATE);
  if (date === null) throw new Doubted();
  cursor.at += date[0].length;
  return { kind: 'doubt', at };
}

function number(cursor: Cursor): PlainData {
  const at = cursor.at;
  const found = matchAt(cursor, NUMBER);
  if (found !== null) {
    cursor.at += found[0].length;
    const plain = found[0].replaceAll('_', '');
    if (found[1] !== undefined && found[1] !== '') return { kind: 'float', v: Number(plain), at };
    return { kind: 'int', v: plain.startsWith('-') ? -BigInt(plain.slice(1)) : BigInt(plain.replace('+', '')), at };
  }
  const special = matchAt(cursor, /([+-]?)(inf|nan)/y);
  if (special === null) throw new Refused();
  cursor.at += special[0].length;
  const size = special[2] === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
  return { kind: 'float', v: special[1] === '-' ? -size : size, at };
}

function array(cursor: Cursor): PlainData {
  const at = cursor.at;
  const items: PlainData[] = [];
  cursor.at++;
  filler(cursor);
  while (!skip(cursor, ']')) {
    items.push(value(cursor));
    filler(cursor);
    if (skip(cursor, ']')) break;
    if (!skip(cursor, ',')) throw new Refused();
    filler(cursor);
  }
  return { kind: 'list', items, at };
}

function inlineTable(cursor: Cursor): PlainData {
  const made: PlainMap = { kind: 'map', at: cursor.at, entries: new Map() };
  const closed = new Set<PlainMap>();
  cursor.at++;
  blanks(cursor);
  if (skip(cursor, '}')) return made;
  for (;;) {
    pair(cursor, made, closed);
    blanks(cursor);
    if (skip(cursor, '}')) return made;
    if (!skip(cursor, ',')) throw new Refused();
    blanks(cursor);
  }
}

function key(cursor: Cursor): readonly string[] {
  const parts: string[] = [];
  for (;;) {
    blanks(cursor);
    const char = cursor.text[cursor.at];
    if (char === '"' || char === "'") parts.push(quoted(cursor, false));
    else {
      const bare = matchAt(cursor, /[A-Za-z0-9_-]+/y);
      if (bare === null) throw new Refused();
      parts.push(bare[0]);
      cursor.at += bare[0].length;
    }
    blanks(cursor);
    if (!skip(cursor, '.')) return parts;
  }
}

/** `key = value` under a table. Inline tables and arrays are never extended afterwards. */
function pair(cursor: Cursor, table: PlainMap, closed: Set<PlainMap>): void {
  const parts = key(cursor);
  if (!skip(cursor, '=')) throw new Refused();
  blanks(cursor);
  let inner = table;
  for (const part of parts.slice(0, -1)) inner = tableIn(inner, part, cursor.at, closed);
  const last = parts[parts.length - 1] ?? '';
  if (inner.entries.has(last)) throw new Refused();
  const made = value(cursor);
  if (made.kind === 'map') closed.add(made);
  inner.entries.set(last, made);
}

function tableIn(table: PlainMap, name: string, at: number, closed: ReadonlySet<PlainMap>): PlainMap {
  const old = table.entries.get(name);
  if (old !== undefined) {
    if (old.kind !== 'map' || closed.has(old)) throw new Refused();
    return old;
  }
  const made: PlainMap = { kind: 'map', at, entries: new Map() };
  table.entries.set(name, made);
  return made;
}

/** `[a.b]` and `[[a.b]]`: the table that the following lines fill. */
function header(
  cursor: Cursor,
  root: PlainMap,
  closed: ReadonlySet<PlainMap>,
  seen: Set<PlainMap>,
  grown: Map<PlainData, PlainData[]>,
): PlainMap {
  const at = cursor.at;
  const many = skip(cursor, '[[');
  if (!many) cursor.at++;
  const parts = key(cursor);
  if (!skip(cursor, many ? ']]' : ']')) throw new Refused();
  let inner = root;
  for (const part of parts.slice(0, -1)) {
    const old = inner.entries.get(part);
    const list = old === undefined ? undefined : grown.get(old);
    const last = list?.[list.length - 1];
    inner = last?.kind === 'map' ? last : tableIn(inner, part, at, closed);
  }
  const name = parts[parts.length - 1] ?? '';
  if (!many) {
    const table = tableIn(inner, name, at, closed);
    if (seen.has(table)) throw new Refused();
    seen.add(table);
    return table;
  }
  const made: PlainMap = { kind: 'map', at, entries: new Map() };
  const old = inner.entries.get(name);
  const list = old === undefined ? [] : grown.get(old);
  if (list === undefined) throw new Refused();
  list.push(made);
  if (old === undefined) {
    const grownList: PlainData = { kind: 'list', items: list, at };
    grown.set(grownList, list);
    inner.entries.set(name, grownList);
  }
  return made;
}

function hasControls(text: string): boolean {
  return /[\x00-\x08\x0b-\x1f\x7f]/.test(text);
}

/** A whole file; undefined where it is not valid or not followed. */
export function parseTomlData(text: string): PlainMap | undefined {
  const cursor: Cursor = { text: text.replaceAll('\r\n', '\n'), at: 0, depth: 0 };
  if (hasControls(cursor.text)) return undefined;
  const root: PlainMap = { kind: 'map', at: 0, entries: new Map() };
  const closed = new Set<PlainMap>();
  const seen = new Set<PlainMap>([root]);
  const grown = new Map<PlainData, PlainData[]>();
  let table = root;
  try {
    while (cursor.at < cursor.text.length) {
      blanks(cursor);
      if (peek(cursor, '[')) table = header(cursor, root, closed, seen, grown);
      else if (!peek(cursor, '#') && !peek(cursor, '\n') && cursor.at < cursor.text.length) pair(cursor, table, closed);
      lineEnd(cursor);
    }
    return root;
  } catch (error) {
    if (error instanceof Refused || error instanceof Doubted) return undefined;
    throw error;
  }
}

/** The value that tomllib gives `key=<text>`. */
export function parseTomlText(text: string): TomlValueResult {
  if (hasControls(text) || text.includes('\n')) return 'doubt';
  const cursor: Cursor = { text, at: 0, depth: 0 };
  try {
    blanks(cursor);
    const made = value(cursor);
    lineEnd(cursor);
    return made;
  } catch (error) {
    if (error instanceof Refused) return 'invalid';
    if (error instanceof Doubted) return 'doubt';
    throw error;
  }
}
