import { CONTROL_ESCAPES } from '../control-escapes.ts';
import { isPythonSpace } from './python-text.ts';
import type { DotenvWriter } from './writer.ts';

interface Scanned {
  readonly value: string | null;
  readonly at: readonly [number, number];
  readonly quote: 'none' | 'single' | 'double';
  /** Offset after the value, -1 when a quote is not closed. */
  readonly next: number;
}

/** python-dotenv 1.2: quoted values may span lines and are escaped as in Python; a line that does not fit is dropped. */
export function readPythonDotenv(text: string, out: DotenvWriter): void {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const start = skipSpace(text, at, true);
    if (start >= text.length) return;
    at = readBinding(text, start, out);
  }
}

function readBinding(text: string, start: number, out: DotenvWriter): number {
  const keyStart = afterExport(text, start);
  const key = scanKey(text, keyStart);
  if (key === null) return drop(text, keyStart, start, out);
  let at = skipSpace(text, key.end, false);
  let scanned: Scanned = { value: null, at: [key.end, key.end], quote: 'none', next: at };
  if (text[at] === '=') {
    const valueStart = skipSpace(text, at + 1, false);
    const commented = valueStart > at + 1 && text[valueStart] === '#';
    scanned = commented ? { value: '', at: [valueStart, valueStart], quote: 'none', next: valueStart } : scanValue(text, valueStart);
    if (scanned.next === -1) return drop(text, valueStart, start, out);
    at = scanned.next;
  }
  const end = endOfBinding(text, at);
  if (end === -1) return drop(text, at, start, out);
  if (key.name !== null) {
    const expand = scanned.value?.includes('${') ?? false;
    const keyAt: readonly [number, number] = [keyStart, key.end];
    out.entry({ key: key.name, keyAt, value: scanned.value, valueAt: scanned.at, quote: scanned.quote, expand });
  }
  return end;
}

function drop(text: string, at: number, start: number, out: DotenvWriter): number {
  out.problem(start, 'python-dotenv cannot parse the statement that starts here and ignores it.');
  let end = at;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++;
  return end + 1;
}

function skipSpace(text: string, from: number, lines: boolean): number {
  let at = from;
  while (at < text.length && isPythonSpace(text[at]) && (lines || (text[at] !== '\n' && text[at] !== '\r'))) at++;
  return at;
}

function afterExport(text: string, start: number): number {
  if (!text.startsWith('export', start)) return start;
  const after = skipSpace(text, start + 6, false);
  return after > start + 6 ? after : start;
}

/** A name of null is a comment line. */
function scanKey(text: string, start: number): { readonly name: string | null; readonly end: number } | null {
  if (text[start] === '#') return { name: null, end: start };
  if (text[start] === "'") {
    const close = text.indexOf("'", start + 1);
    return close <= start + 1 ? null : { name: newlines(text.slice(start + 1, close)), end: close + 1 };
  }
  let end = start;
  while (end < text.length && text[end] !== '=' && text[end] !== '#' && !isPythonSpace(text[end])) end++;
  return end === start ? null : { name: text.slice(start, end), end };
}

function scanValue(text: string, start: number): Scanned {
  const first = text[start];
  if (first === "'" || first === '"') {
    const close = closingQuote(text, start, first);
    if (close === -1) return { value: null, at: [start, start], quote: 'none', next: -1 };
    const value = unescaped(newlines(text.slice(start + 1, close)), first);
    return { value, at: [start, close + 1], quote: first === "'" ? 'single' : 'double', next: close + 1 };
  }
  let lineEnd = start;
  while (lineEnd < text.length && text[lineEnd] !== '\n' && text[lineEnd] !== '\r') lineEnd++;
  let end = lineEnd;
  for (let hash = text.indexOf('#', start); hash !== -1 && hash < lineEnd; hash = text.indexOf('#', hash + 1)) {
    if (hash > start && isPythonSpace(text[hash - 1])) {
      end = hash;
      break;
    }
  }
  while (end > start && isPythonSpace(text[end - 1])) end--;
  return { value: text.slice(start, end), at: [start, end], quote: 'none', next: lineEnd };
}

function closingQuote(text: string, open: number, quote: string): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function unescaped(text: string, quote: string): string {
  if (quote === "'") return text.replace(/\\([\\'])/g, '$1');
  return text.replace(/\\([\\'"abfnrtv])/g, (_all: string, char: string) => CONTROL_ESCAPES.get(char) ?? char);
}

/** Python opens the file with universal newlines. */
function newlines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The offset after an optional comment and the line end, or -1 when something else follows. */
function endOfBinding(text: string, from: number): number {
  let at = skipSpace(text, from, false);
  if (text[at] === '#') while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  if (at >= text.length) return text.length;
  if (text[at] === '\n') return at + 1;
  if (text[at] !== '\r') return -1;
  return text[at + 1] === '\n' ? at + 2 : at + 1;
}
