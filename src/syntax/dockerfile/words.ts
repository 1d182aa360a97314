import type { Flag, Text } from './document.ts';
import { type Joined, spanIn } from './lines.ts';

/** A word of joined text, quotes kept; offsets are of the joined text. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Splits at blanks outside quotes, as ENV and ARG are split. An escape as the very last character is dropped. */
export function quotedWords(whole: string, from: number, escapeChar: string): readonly Word[] {
  const text = whole.trimEnd();
  const words: Word[] = [];
  let at = from;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) at++;
    else {
      const { end, dangling } = endOfWord(text, at, escapeChar);
      words.push({ text: text.slice(at, dangling ? end - 1 : end), start: at, end });
      at = end;
    }
  }
  return words;
}

function endOfWord(text: string, start: number, escapeChar: string): { readonly end: number; readonly dangling: boolean } {
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote === '' && /\s/.test(char)) return { end: at, dangling: false };
    if (char === escapeChar && quote !== "'") {
      if (at === text.length - 1) return { end: text.length, dangling: true };
      at++;
    } else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
  }
  return { end: text.length, dangling: false };
}

/** Splits at blanks alone, as FROM, EXPOSE and COPY are split. */
export function plainWords(text: string, from: number): readonly Word[] {
  const words: Word[] = [];
  const pattern = /[^\t\v\f\r ]+/g;
  pattern.lastIndex = from;
  for (const match of text.matchAll(pattern)) words.push({ text: match[0], start: match.index, end: match.index + match[0].length });
  return words;
}

export function textOf(joined: Joined, word: Word): Text {
  return { text: word.text, span: spanIn(joined, word.start, word.end) };
}

/** The `--name=value` words at the start, and where the rest begins. */
export function flagsIn(joined: Joined, from: number): { readonly flags: readonly Flag[]; readonly rest: number } {
  const flags: Flag[] = [];
  let at = from;
  for (;;) {
    while (at < joined.text.length && /\s/.test(joined.text.charAt(at))) at++;
    if (!joined.text.startsWith('--', at)) return { flags, rest: at };
    const { end } = endOfWord(joined.text, at, '\\');
    const word = unquoted(joined.text.slice(at, end));
    if (word === '--') return { flags, rest: end };
    const equals = word.indexOf('=');
    const name = equals === -1 ? word.slice(2) : word.slice(2, equals);
    flags.push({ name, value: equals === -1 ? '' : word.slice(equals + 1), span: spanIn(joined, at, end) });
    at = end;
  }
}

function unquoted(word: string): string {
  return word.replace(/\\([\s\S])|["']/g, (_, escaped: string | undefined) => escaped ?? '');
}

const STRING = /"(?:\\.|[^"\\])*"/g;

/**
 * The items of a JSON array of strings; null when the text is no JSON array (it is then a shell line), `invalid` when it
 * is one with items that are no strings, which buildkit refuses.
 */
export function jsonItems(joined: Joined, from: number): readonly Text[] | null | 'invalid' {
  const text = joined.text.slice(from).trim();
  if (!text.startsWith('[')) return null;
  const parsed = parseJson(text);
  if (!Array.isArray(parsed)) return null;
  const strings = parsed.filter((one) => typeof one === 'string');
  if (strings.length !== parsed.length) return 'invalid';
  const places = [...text.matchAll(STRING)];
  const start = joined.text.indexOf('[', from);
  return strings.map((one, i) => {
    const place = places[i];
    const at = start + (place?.index ?? 0);
    return { text: one, span: spanIn(joined, at, at + (place?.[0].length ?? 1)) };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
