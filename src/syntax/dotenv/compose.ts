import type { DotenvWriter } from './writer.ts';

const GO_SPACE = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const BLANK = /[\t\v\f\r \x85\xa0]/;
const KEY_CHAR = /[\p{L}\p{N}_.[\]-]/u;

/** compose-go 2: `KEY=value`, `KEY: value`, or `KEY` taken over from the caller. The first error rejects the whole file. */
export function readCompose(text: string, out: DotenvWriter): void {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at !== -1) {
    at = statementStart(text, at);
    if (at !== -1) at = readStatement(text, at, out);
  }
}

function statementStart(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (text[at] === '#') {
      const end = text.indexOf('\n', at);
      if (end === -1) return -1;
      at = end;
    } else if (GO_SPACE.test(text[at] ?? '')) at++;
    else return at;
  }
  return -1;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && BLANK.test(text[at] ?? '')) at++;
  return at;
}

function readStatement(text: string, from: number, out: DotenvWriter): number {
  const start = /^export[\t\n\f\r ]/.test(text.slice(from, from + 7)) ? skipBlanks(text, from + 6) : from;
  if (start >= text.length) {
    out.reject(from, 'Compose rejects the file: "export" without a name.');
    return -1;
  }
  const stop = keyEnd(text, start);
  if (stop.bad) {
    out.reject(stop.at, 'Compose rejects the file: a character that is not allowed in a variable name.');
    return -1;
  }
  // Without any terminator compose-go takes the rest of the file as the value of a variable without name.
  const named = stop.at < text.length;
  let end = named ? stop.at : start;
  while (end > start && GO_SPACE.test(text[end - 1] ?? '')) end--;
  const key = text.slice(start, end);
  if (key.includes(' ')) {
    out.reject(start, 'Compose rejects the file: a variable name with a space.');
    return -1;
  }
  const valueStart = skipBlanks(text, named ? stop.at + 1 : start);
  if (named && text[stop.at] === '\n') {
    if (key !== '') out.entry({ key, keyAt: [start, end], value: null, valueAt: [end, end], expand: true });
    return valueStart;
  }
  return readValue(text, { key, at: [start, end] }, valueStart, out);
}

function keyEnd(text: string, start: number): { readonly at: number; readonly bad: boolean } {
  let at = start;
  while (at < text.length) {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (char === '=' || char === ':' || char === '\n') return { at, bad: false };
    if (!BLANK.test(char) && !KEY_CHAR.test(char)) return { at, bad: true };
    at += char.length;
  }
  return { at, bad: false };
}

interface Key {
  readonly key: string;
  readonly at: readonly [number, number];
}

function readValue(text: string, { key, at: keyAt }: Key, start: number, out: DotenvWriter): number {
  const first = text[start];
  if (first === '"' || first === "'") {
    const quoted = readQuoted(text, start, first);
    if (quoted === null) {
      out.reject(start, 'Compose rejects the file: a quote that is not closed.');
      return -1;
    }
    const double = first === '"';
    const value = double ? withEscapes(quoted.value) : quoted.value;
    out.entry({
      key,
      keyAt,
      value,
      valueAt: [start, quoted.end],
      quote: double ? 'double' : 'single',
      expand: double && value.includes('$'),
    });
    return quoted.end;
  }
  const newline = text.indexOf('\n', start);
  const lineEnd = newline === -1 ? text.length : newline;
  const comment = text.slice(start, lineEnd).indexOf(' #');
  let end = comment === -1 ? lineEnd : start + comment;
  while (end > start && GO_SPACE.test(text[end - 1] ?? '')) end--;
  const value = text.slice(start, end);
  out.entry({ key, keyAt, value, valueAt: [start, end], expand: value.includes('$') });
  return newline === -1 ? -1 : newline + 1;
}

/** A backslash before the quote that was opened is dropped; all other backslashes stay for later. */
function readQuoted(text: string, open: number, quote: string): { readonly value: string; readonly end: number } | null {
  const kept: string[] = [];
  let at = open + 1;
  while (at < text.length) {
    const char = text[at] ?? '';
    const next = text[at + 1];
    if (char === quote) return { value: kept.join(''), end: at + 1 };
    if (char === '\\' && next === quote) kept.push(quote);
    else if (char === '\\') kept.push(char, next ?? '');
    else kept.push(char);
    at += char === '\\' ? 2 : 1;
  }
  return null;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\a', '\x07'],
  ['\\b', '\b'],
  ['\\f', '\f'],
  ['\\n', '\n'],
  ['\\r', '\r'],
  ['\\t', '\t'],
  ['\\v', '\v'],
  ['\\\\', '\\'],
  ['\\"', '"'],
  ['\\$', '$$'],
]);

/** Go's escapes; `\0123` is octal, and what is no valid escape stays, without the `0`. */
function withEscapes(text: string): string {
  return text.replace(/\\(?:[abcfnrtv$"\\]|0\d{0,3})/g, (all) => {
    if (!all.startsWith('\\0')) return ESCAPES.get(all) ?? all;
    const digits = all.slice(2);
    const code = /^[0-7]{3}$/.test(digits) ? Number.parseInt(digits, 8) : 256;
    return code < 256 ? String.fromCharCode(code) : `\\${digits}`;
  });
}
