import { offsetIn } from '../pieces.ts';
import { type Joined, joined, sliceOf } from './joined.ts';
import type { IniWriter } from './writer.ts';

interface Line {
  readonly text: string;
  readonly start: number;
}

const BLANK = ' \t\n\r';

/** A unit file: lines ending in a backslash go on in the next line that is no comment. */
export function readSystemdUnit(text: string, out: IniWriter): void {
  let open: Line[] = [];
  let escapes = false;
  for (const line of linesOf(text)) {
    if (/^[ \t]*[#;]/.test(line.text)) continue;
    escapes = endsEscaped(line.text);
    open.push(escapes ? { text: `${line.text.slice(0, -1)} `, start: line.start } : line);
    if (escapes) continue;
    if (!readLine(joined(open), out)) return;
    open = [];
  }
  const [first] = open;
  if (first === undefined) return;
  out.problem(first.start, 'The file ends in the middle of a continued line.');
  readLine(joined(open), out);
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = text.startsWith('\ufeff') ? 1 : 0;
  for (const found of text.matchAll(/\r\n|[\n\r\0]/g)) {
    lines.push({ text: text.slice(start, found.index), start });
    start = found.index + found[0].length;
  }
  if (start < text.length) lines.push({ text: text.slice(start), start });
  return lines;
}

/** An odd number of backslashes at the end: pairs are escaped backslashes. */
function endsEscaped(text: string): boolean {
  let count = 0;
  while (text[text.length - 1 - count] === '\\') count++;
  return count % 2 === 1;
}

/** False when systemd stops reading here. */
function readLine(line: Joined, out: IniWriter): boolean {
  const { text } = trimmed(line, 0, line.text.length);
  const at = startOf(line);
  if (text === '') return true;
  if (text.startsWith('[')) {
    if (text.endsWith(']') && text.length > 1) out.section(text.slice(1, -1), at, Math.max(at, at + text.length));
    else out.reject(at, 'systemd refuses the unit, the section heading has no closing bracket.');
    return text.endsWith(']') && text.length > 1;
  }
  const equals = line.text.indexOf('=');
  if (equals === -1) {
    out.problem(at, 'The line has no "=" and systemd ignores it.');
    return true;
  }
  const key = trimmed(line, 0, equals);
  const keyEnd = key.text === '' ? at : offsetIn(key.pieces, key.text.length - 1) + 1;
  const known = out.entry(key.text, [at, keyEnd], trimmed(line, equals + 1, line.text.length));
  if (!known) out.problem(at, 'The assignment stands before any section and systemd ignores it.');
  return true;
}

function startOf(line: Joined): number {
  let at = 0;
  while (at < line.text.length && BLANK.includes(line.text[at] ?? '')) at++;
  return offsetIn(line.pieces, at);
}

function trimmed(line: Joined, start: number, end: number): Joined {
  let from = start;
  let to = end;
  while (from < to && BLANK.includes(line.text[from] ?? '')) from++;
  while (to > from && BLANK.includes(line.text[to - 1] ?? '')) to--;
  return sliceOf(line, from, to);
}
