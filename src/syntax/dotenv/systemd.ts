import type { DotenvOptions } from './document.ts';
import type { DotenvWriter } from './writer.ts';

const DOUBT = 'Before release 254 systemd takes this line for a part of the comment above it, which ends in a backslash.';
const DROPPED = 'Older releases of systemd ignore an assignment whose value has control characters.';
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;
const MARKED = 'systemd ignores the first line, it starts with a byte order mark.';
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * systemd's `EnvironmentFile=`: quotes and backslashes much as in a shell, nothing expanded, assignments to what is no
 * variable name dropped. Follows the character automaton of systemd's own reader.
 */
export function readSystemd(source: string, options: DotenvOptions, out: DotenvWriter): void {
  const nul = source.indexOf('\0');
  const text = nul === -1 ? source : source.slice(0, nul);
  let doubt = false;
  // A byte order mark is the start of a name to systemd, even before a comment.
  let at = options.bom === true ? readAssignment(text, 0, doubt, { ...out, entry: () => out.problem(0, MARKED) }) : 0;
  while (at < text.length) {
    const char = text[at];
    if (isBlank(char)) at++;
    else if (char === '#' || char === ';') {
      const comment = commentEnd(text, at);
      doubt = comment.escaped;
      at = comment.end;
    } else {
      at = readAssignment(text, at, doubt, out);
      doubt = false;
    }
  }
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}

function isLineEnd(char: string | undefined): boolean {
  return char === '\n' || char === '\r';
}

function commentEnd(text: string, start: number): { readonly end: number; readonly escaped: boolean } {
  let at = start;
  while (at < text.length && !isLineEnd(text[at])) at += text[at] === '\\' && !isLineEnd(text[at + 1]) ? 2 : 1;
  return { end: Math.min(at, text.length), escaped: text[at - 1] === '\\' };
}

function readAssignment(text: string, start: number, doubt: boolean, out: DotenvWriter): number {
  let equals = text[start] === '=' ? start + 1 : start;
  while (equals < text.length && text[equals] !== '=' && !isLineEnd(text[equals])) equals++;
  if (text[equals] !== '=') {
    out.problem(start, 'The line has no "=" and is ignored.');
    return equals;
  }
  let keyEnd = equals;
  while (keyEnd > start && isBlank(text[keyEnd - 1])) keyEnd--;
  const key = text.slice(start, keyEnd);
  const value = readValue(text, equals + 1);
  if (!NAME.test(key)) out.problem(start, 'systemd ignores the assignment, its left side is not a valid variable name.');
  else {
    const why = doubt ? DOUBT : CONTROL.test(value.value) ? DROPPED : null;
    const more = why === null ? {} : { doubt: why };
    out.entry({ key, keyAt: [start, keyEnd], value: value.value, valueAt: value.at, quote: value.quote, ...more });
  }
  return value.next;
}

interface Read {
  readonly value: string;
  readonly at: readonly [number, number];
  readonly quote: 'none' | 'single' | 'double';
  readonly next: number;
}

/** Quotes count only before the first unquoted character of the value; a closed quote may be followed by more. */
function readValue(text: string, start: number): Read {
  let value = '';
  let quote: Read['quote'] | null = null;
  let at = start;
  let first = -1;
  let last = start;
  while (at < text.length && !isLineEnd(text[at])) {
    const char = text[at];
    if (char === ' ' || char === '\t') {
      at++;
      continue;
    }
    if (first === -1) first = at;
    if (char !== "'" && char !== '"') {
      const plain = readPlain(text, at);
      const end = plain.end > at ? plain.end : last;
      return { value: value + plain.value, at: [first, end], quote: quote ?? 'none', next: plain.next };
    }
    quote ??= char === "'" ? 'single' : 'double';
    const quoted = readQuoted(text, at, char);
    value += quoted.value;
    at = quoted.end;
    last = at;
  }
  return { value, at: first === -1 ? [at, at] : [first, last], quote: quote ?? 'none', next: at };
}

/** Up to the line end; a backslash keeps the next character, or joins the next line. Trailing unescaped blanks are cut. */
function readPlain(text: string, start: number): { readonly value: string; readonly end: number; readonly next: number } {
  const kept: string[] = [];
  let solid = 0;
  let end = start;
  let at = start;
  while (at < text.length && !isLineEnd(text[at])) {
    const escaped = text[at] === '\\';
    const char = escaped ? text[at + 1] : text[at];
    if (char !== undefined && !(escaped && isLineEnd(char))) kept.push(char);
    at = Math.min(text.length, at + (escaped ? 2 : 1));
    if (escaped || !isBlank(char)) {
      solid = kept.length;
      end = at;
    }
  }
  return { value: kept.slice(0, solid).join(''), end, next: at };
}

function readQuoted(text: string, open: number, quote: string): { readonly value: string; readonly end: number } {
  const kept: string[] = [];
  let at = open + 1;
  while (at < text.length && text[at] !== quote) {
    const char = text[at] ?? '';
    const next = text[at + 1];
    if (quote === '"' && char === '\\') {
      if (next !== undefined && '"\\`$'.includes(next)) kept.push(next);
      else if (next !== undefined && next !== '\n') kept.push(char, next);
      at += 2;
    } else {
      kept.push(char);
      at++;
    }
  }
  return { value: kept.join(''), end: Math.min(text.length, at + 1) };
}
