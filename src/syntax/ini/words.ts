import type { Span } from '../../core/span.ts';
import { CONTROL_ESCAPES } from '../control-escapes.ts';
import type { IniEntry } from './document.ts';
import { spanIn } from './joined.ts';

/** One word of a systemd value, quotes and escapes resolved. */
export interface UnitWord {
  /** `%%` is a percent sign; other specifiers stay as written and are listed in `specifiers`. `$NAME` is left to the reader. */
  readonly text: string;
  readonly span: Span;
  readonly quoted: boolean;
  readonly specifiers: readonly Specifier[];
}

/** `%i`, `%h`, …: `name` is the letter, `at` the place of the percent sign in the word's text. */
export interface Specifier {
  readonly at: number;
  readonly name: string;
}

export interface WordList {
  readonly words: readonly UnitWord[];
  /** What systemd does with the line when it is malformed; then it ignores the line, and there are no words. */
  readonly error: string | null;
}

interface Raw {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly quoted: boolean;
  readonly next: number;
}

const BLANK = /[ \t\n\r]/;

/** Splits a value as systemd.syntax says: blanks separate, single and double quotes hold together, C escapes. */
export function splitWords(entry: IniEntry): WordList {
  const text = entry.value ?? '';
  const words: UnitWord[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
    const raw = rawWord(text, at);
    if (raw === null) return { words: [], error: 'A quote is not closed and systemd ignores the line.' };
    words.push(unitWord(entry, raw));
    at = raw.next;
  }
  return { words, error: null };
}

/** The word at an offset of the value; null when a quote is not closed. */
export function wordAt(entry: IniEntry, at: number): { readonly word: UnitWord; readonly next: number } | null {
  const raw = rawWord(entry.value ?? '', at);
  return raw === null ? null : { word: unitWord(entry, raw), next: raw.next };
}

export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && BLANK.test(text[at] ?? '')) at++;
  return at;
}

function unitWord(entry: IniEntry, raw: Raw): UnitWord {
  const span = spanIn(entry.keySpan.file, entry.pieces, raw.from, raw.to);
  return { ...withSpecifiers(raw.text), span, quoted: raw.quoted };
}

/** An escape that is none makes systemd keep all backslashes of such escapes in the word. */
function rawWord(text: string, start: number): Raw | null {
  return scanWord(text, start, false) ?? scanWord(text, start, true);
}

function scanWord(text: string, start: number, relaxed: boolean): Raw | null {
  const kept: string[] = [];
  let quote = '';
  let quoted = false;
  let at = start;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === '\\') {
      const resolved = cEscape(text, at);
      if (resolved === null && (!relaxed || (quote !== '' && at + 1 >= text.length))) return null;
      kept.push(resolved?.text ?? text.slice(at, at + 2));
      at = resolved?.next ?? Math.min(text.length, at + 2);
      continue;
    }
    if (quote !== '') {
      if (char === quote) quote = '';
      else kept.push(char);
    } else if (char === '"' || char === "'") {
      quote = char;
      quoted = true;
    } else if (BLANK.test(char)) break;
    else kept.push(char);
    at++;
  }
  return quote === '' ? { text: kept.join(''), from: start, to: at, quoted, next: at } : null;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([...CONTROL_ESCAPES, ['\\', '\\'], ['"', '"'], ["'", "'"], ['s', ' ']]);
const NUMERIC = /x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})/y;

function cEscape(text: string, at: number): { readonly text: string; readonly next: number } | null {
  const simple = ESCAPES.get(text[at + 1] ?? '');
  if (simple !== undefined) return { text: simple, next: at + 2 };
  NUMERIC.lastIndex = at + 1;
  const found = NUMERIC.exec(text);
  if (found === null) return null;
  const hex = found[1] ?? found[2] ?? found[3];
  const code = hex === undefined ? Number.parseInt(found[4] ?? '', 8) : Number.parseInt(hex, 16);
  const valid = code > 0 && code <= (found[4] === undefined ? 0x10ffff : 255);
  return valid ? { text: String.fromCodePoint(code), next: at + 1 + found[0].length } : null;
}

function withSpecifiers(text: string): Pick<UnitWord, 'text' | 'specifiers'> {
  const specifiers: Specifier[] = [];
  let result = '';
  let done = 0;
  for (const found of text.matchAll(/%([%A-Za-z])/g)) {
    result += text.slice(done, found.index);
    if (found[1] === '%') result += '%';
    else {
      specifiers.push({ at: result.length, name: found[1] ?? '' });
      result += found[0];
    }
    done = found.index + found[0].length;
  }
  return { text: result + text.slice(done), specifiers };
}
