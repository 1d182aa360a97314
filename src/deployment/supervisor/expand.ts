import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { IniEntry } from '../../syntax/ini/document.ts';
import { spanIn } from '../../syntax/ini/index.ts';
import { shlexSplit } from '../../syntax/shell/index.ts';
import { filledText, HOLE, programBehindHole } from '../filled-text.ts';

/** A value of a configuration after `%(name)s` was put in; it remembers where its characters stand. */
export interface Expanded {
  readonly text: string;
  /** Offset in the file of a character of `text`. */
  place(at: number): number;
  readonly span: Span;
}

const PART = /%%|%\((\w+)\)(0?\d*[sd])|\{\{[^}]*\}\}|\{%[^%]*%\}/g;

/** What a name expands to; null when that is not known. */
export type ExpansionLookup = (name: string) => string | null;

/** Puts expansions in as Python's `%` does: `%(ENV_PORT)s`, `%(process_num)02d`. */
export function expand(entry: IniEntry, lookup: ExpansionLookup): Expanded {
  const { text, place } = filledText(entry.value ?? '', PART, ([all, name, format = '']) => {
    const given = name === undefined ? null : lookup(name);
    return all === '%%' ? '%' : given === null ? HOLE : formatted(given, format);
  });
  const placed = (at: number) => spanIn(entry.keySpan.file, entry.pieces, place(at), place(at)).start;
  return { text, place: placed, span: entry.valueSpan };
}

function formatted(text: string, format: string): string {
  const width = /^0?(\d+)d$/.exec(format)?.[1];
  return width === undefined ? text : text.padStart(Math.min(Number(width), 20), '0');
}

/** The whole value, unknown when a part of it is. */
export function expandedValue(expanded: Expanded): Value<string> {
  const origin = textOrigin(expanded.span);
  return expanded.text.includes(HOLE) ? unknown('host', origin, [], 'str') : known(expanded.text, origin);
}

/**
 * The words of a command line, which supervisor splits with shlex; null when it refuses the text. A program in a folder that is not known is called by
 * its name.
 */
export function expandedWords({ text, place, span }: Expanded): readonly Value<string>[] | null {
  const { words, ok } = shlexSplit(text, span.file, place, 'python');
  if (!ok) return null;
  return words.map((word, index) => {
    const whole = programBehindHole(word.text, index === 0) ?? word.text;
    return whole.includes(HOLE) ? unknown('host', textOrigin(word.span), [], 'str') : known(whole, textOrigin(word.span));
  });
}

const TOKEN = /[A-Za-z0-9_/.+\-():\ue000][A-Za-z0-9_/.+\-():\ue000"']*|"[^"]*"|'[^']*'|[^\s]/y;

/**
 * The pairs of `environment=A="b",C=d`, which supervisor reads with the tokens of shlex; null when it refuses the text. Values without quotes hold
 * letters, digits and `/.+-():_` only.
 */
export function expandedPairs({ text, place, span }: Expanded): readonly (readonly [string, Value<string>, Span])[] | null {
  const tokens: { readonly text: string; readonly from: number }[] = [];
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text.charAt(at))) at++;
    else if (text.charAt(at) === '#') at = endOfLine(text, at);
    else {
      TOKEN.lastIndex = at;
      const found = TOKEN.exec(text)?.[0] ?? text.charAt(at);
      if (found === '"' || found === "'") return null;
      tokens.push({ text: found, from: at });
      at += found.length;
    }
  }
  const pairs: (readonly [string, Value<string>, Span])[] = [];
  for (let index = 0; index < tokens.length; index += 4) {
    const [key, equals, value] = tokens.slice(index, index + 3);
    if (key === undefined || equals?.text !== '=' || value === undefined) return null;
    const at = { file: span.file, start: place(value.from), end: place(value.from + value.text.length - 1) + 1 };
    const content = value.text.replace(/^['"]+|['"]+$/g, '');
    const origin = textOrigin(at);
    pairs.push([key.text, content.includes(HOLE) ? unknown('host', origin, [], 'str') : known(content, origin), at]);
  }
  return pairs;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
