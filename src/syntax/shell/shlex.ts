import type { Span } from '../../core/span.ts';
import type { ShellPlace } from './script.ts';
import { sourceOf, spanOf } from './source.ts';

/**
 * `compose`: go-shellwords, with which compose splits `command:`. Backslashes escape everywhere but in single quotes, and a
 * bare `;`, `&`, `|`, `<` or `>` ends the command line: the rest is dropped. `python`: shlex.split (supervisor, honcho).
 */
export type ShlexDialect = 'compose' | 'python';

export interface Shlexed {
  readonly words: readonly { readonly text: string; readonly span: Span }[];
  /** False when the tool refuses the text (an open quote or parenthesis) or its releases differ. The words are then no answer. */
  readonly ok: boolean;
  /** Offset in the file at which compose stops reading; null when it reads all. */
  readonly droppedFrom: number | null;
}

interface Cursor {
  readonly text: string;
  readonly dialect: ShlexDialect;
  at: number;
  word: string;
  /** Where the word starts; null between words. */
  from: number | null;
  ok: boolean;
}

const BLANK = /[ \t\r\n]/;
const STOP = /[;&|<>]/;

/** Splits a command line that no shell reads into its words. `place` tells where the text stands in the file. */
export function shlexSplit(text: string, file: string, place: ShellPlace = 0, dialect: ShlexDialect = 'compose'): Shlexed {
  const source = sourceOf(text, file, place);
  const words: Shlexed['words'][number][] = [];
  const cursor: Cursor = { text, dialect, at: 0, word: '', from: null, ok: true };
  let droppedFrom: number | null = null;
  const finish = () => {
    if (cursor.from !== null) words.push({ text: cursor.word, span: spanOf(source, cursor.from, cursor.at) });
    cursor.word = '';
    cursor.from = null;
  };
  while (cursor.at < text.length && droppedFrom === null) {
    const char = text.charAt(cursor.at);
    if (BLANK.test(char)) {
      finish();
      cursor.at++;
    } else if (dialect === 'compose' && STOP.test(char)) {
      if (char === '>' && /^[0-9]/.test(cursor.word)) cursor.from = null;
      droppedFrom = source.place(cursor.at);
    } else step(cursor, char);
  }
  finish();
  return { words, ok: cursor.ok, droppedFrom };
}

function step(cursor: Cursor, char: string): void {
  cursor.from ??= cursor.at;
  if (char === "'" || char === '"') quoted(cursor, char);
  else if (char === '\\') escaped(cursor);
  else if (cursor.dialect === 'compose' && (char === '(' || char === ')' || char === '`')) substitution(cursor, char);
  else {
    cursor.word += char;
    cursor.at++;
  }
}

/** Newer releases of go-shellwords make `\t` and `\n` a tab and a line break, older ones do not. */
function escaped(cursor: Cursor): void {
  const char = cursor.text.charAt(cursor.at + 1);
  if (char === '' || (cursor.dialect === 'compose' && (char === 't' || char === 'n'))) cursor.ok = false;
  cursor.word += char;
  cursor.at += char === '' ? 1 : 2;
}

function quoted(cursor: Cursor, quote: string): void {
  cursor.at++;
  while (cursor.at < cursor.text.length) {
    const char = cursor.text.charAt(cursor.at);
    if (char === quote) {
      cursor.at++;
      return;
    }
    if (char === '\\' && quote === '"') escapedInQuotes(cursor);
    else {
      cursor.word += char;
      cursor.at++;
    }
  }
  cursor.ok = false;
}

/** Python keeps the backslash unless a quote or a backslash follows. */
function escapedInQuotes(cursor: Cursor): void {
  const char = cursor.text.charAt(cursor.at + 1);
  if (cursor.dialect === 'compose') {
    escaped(cursor);
    return;
  }
  cursor.word += char === '"' || char === '\\' ? char : `\\${char}`;
  cursor.at += 2;
}

/** `$( … )` and backquotes stay as they are, blanks included; a bare parenthesis is refused. */
function substitution(cursor: Cursor, char: string): void {
  const opened = char === '`' || (char === '(' && cursor.word.endsWith('$'));
  const end = opened ? cursor.text.indexOf(char === '`' ? '`' : ')', cursor.at + 1) : -1;
  const inside = cursor.text.slice(cursor.at + 1, Math.max(end, cursor.at + 1));
  if (end === -1 || /[\\'"()]/.test(inside)) cursor.ok = false;
  const stop = end === -1 && opened ? cursor.text.length : Math.max(end, cursor.at) + 1;
  cursor.word += cursor.text.slice(cursor.at, stop);
  cursor.at = stop;
}
