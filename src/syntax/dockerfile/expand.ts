import { MAX_NESTING, MAX_STRING } from '../../core/limits.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, type UnknownReason, unknown, type Value } from '../../core/value.ts';

/** What a variable is: a value, or null when it is definitely not set. */
export type Lookup = (name: string) => Value<string> | null;

interface Cursor {
  readonly raw: string;
  readonly escape: string;
  readonly lookup: Lookup;
  at: number;
  /** What makes the result unknown; the walk goes on to collect names. */
  why: UnknownReason | null;
  readonly names: Set<string>;
  /** Characters that variables have given. */
  length: number;
  /** `${` that are open. */
  depth: number;
}

/** Expands quotes, escapes and variables of one word as buildkit's own shell lexer does. */
export function expandText(raw: string, escapeChar: string, lookup: Lookup, at: Span): Value<string> {
  const cursor: Cursor = {
    raw,
    escape: escapeChar,
    lookup,
    at: 0,
    why: /\{\{|\{%/.test(raw) ? 'unsupported-syntax' : null,
    names: new Set(),
    length: 0,
    depth: 0,
  };
  const text = walk(cursor, '');
  return cursor.why === null ? known(text, textOrigin(at)) : unknown(cursor.why, textOrigin(at), [...cursor.names], 'str');
}

function give(cursor: Cursor, why: UnknownReason): string {
  cursor.why ??= why;
  return '';
}

/** Reads up to `stop` (consumed) or, when that is '', to the end. */
function walk(cursor: Cursor, stop: string): string {
  let out = '';
  while (cursor.at < cursor.raw.length) {
    const char = cursor.raw.charAt(cursor.at);
    if (char === stop) {
      cursor.at++;
      return out;
    }
    if (char === "'") out += single(cursor);
    else if (char === '"') out += double(cursor);
    else if (char === '$') out += dollar(cursor);
    else if (char === cursor.escape) out += escaped(cursor, stop);
    else {
      out += char;
      cursor.at++;
    }
  }
  return stop === '' ? out : give(cursor, 'raised');
}

/** Inside `${…}` escapes are kept for a second reading, which we do not imitate. */
function escaped(cursor: Cursor, stop: string): string {
  if (stop !== '') give(cursor, 'unsupported-syntax');
  const char = cursor.raw.charAt(cursor.at + 1);
  cursor.at += 2;
  return char;
}

function single(cursor: Cursor): string {
  const end = cursor.raw.indexOf("'", cursor.at + 1);
  const text = cursor.raw.slice(cursor.at + 1, end === -1 ? undefined : end);
  cursor.at = end === -1 ? cursor.raw.length : end + 1;
  return end === -1 ? give(cursor, 'raised') : text;
}

function double(cursor: Cursor): string {
  let out = '';
  cursor.at++;
  while (cursor.at < cursor.raw.length) {
    const char = cursor.raw.charAt(cursor.at);
    if (char === '"') {
      cursor.at++;
      return out;
    }
    if (char === '$') out += dollar(cursor);
    else {
      const next = cursor.raw.charAt(cursor.at + 1);
      const undone = char === cursor.escape && (next === '"' || next === '$' || next === cursor.escape);
      out += undone ? next : char === cursor.escape ? char + next : char;
      cursor.at += char === cursor.escape ? 2 : 1;
    }
  }
  return give(cursor, 'raised');
}

function dollar(cursor: Cursor): string {
  cursor.at++;
  if (cursor.raw.charAt(cursor.at) === '{') return braces(cursor);
  const name = nameAt(cursor);
  return name === '' ? '$' : variable(cursor, name);
}

function nameAt(cursor: Cursor): string {
  const name = /^(?:[0-9]+|[@*#?$!-]|[\p{L}_][\p{L}\p{Nd}_]*)/u.exec(cursor.raw.slice(cursor.at, cursor.at + 300))?.[0] ?? '';
  cursor.at += name.length;
  return name;
}

function variable(cursor: Cursor, name: string): string {
  const value = cursor.lookup(name);
  if (value === null) return '';
  if (value.kind === 'known') {
    cursor.length += value.value.length;
    return cursor.length > MAX_STRING ? give(cursor, 'limit') : value.value;
  }
  cursor.names.add(name);
  return give(cursor, value.kind === 'unknown' ? value.why : 'opaque-env');
}

/** `${NAME}`, `${NAME:-word}`, `${NAME-word}`, `:+`, `+`, `:?`, `?`; prefix and suffix removal is not computed. */
function braces(cursor: Cursor): string {
  if (cursor.depth === MAX_NESTING) {
    cursor.at = cursor.raw.length;
    return give(cursor, 'limit');
  }
  cursor.depth++;
  const text = insideBraces(cursor);
  cursor.depth--;
  return text;
}

function insideBraces(cursor: Cursor): string {
  cursor.at++;
  const name = nameAt(cursor);
  if (name === '') return give(cursor, 'raised');
  const first = cursor.raw.charAt(cursor.at++);
  if (first === '}') return variable(cursor, name);
  const colon = first === ':';
  const operator = colon ? cursor.raw.charAt(cursor.at++) : first;
  if (operator !== '-' && operator !== '+' && operator !== '?') {
    walk(cursor, '}');
    return give(cursor, 'unsupported-syntax');
  }
  return alternative(cursor, name, operator, colon);
}

function alternative(cursor: Cursor, name: string, operator: '-' | '+' | '?', colon: boolean): string {
  const value = cursor.lookup(name);
  const before = { why: cursor.why, names: new Set(cursor.names) };
  const word = walk(cursor, '}');
  if (value !== null && value.kind !== 'known') return variable(cursor, name);
  const text = value?.value ?? '';
  const present = value !== null && !(colon && text === '');
  const used = operator === '+' ? present : operator === '-' ? !present : false;
  if (!used) forget(cursor, before);
  if (operator === '?' && !present) return give(cursor, 'raised');
  if (operator === '+') return present ? word : '';
  return present ? text : word;
}

/** What stands in an alternative that is not taken matters not. */
function forget(cursor: Cursor, before: { readonly why: UnknownReason | null; readonly names: ReadonlySet<string> }): void {
  cursor.why = before.why;
  for (const name of cursor.names) if (!before.names.has(name)) cursor.names.delete(name);
}
