import { fileLines, isPythonSpace, stripped, type TextLine } from '../dotenv/python-text.ts';
import type { IniDialect } from './document.ts';
import { type Joined, joined, sliceOf } from './joined.ts';
import type { IniWriter } from './writer.ts';

interface Option {
  readonly key: string;
  readonly at: readonly [number, number];
  readonly lines: { readonly text: string; readonly start: number }[];
}

/** Python's ConfigParser: `=` or `:`, values go on in lines that are indented deeper; names are compared in lower case. */
export function readConfigParser(text: string, dialect: IniDialect, out: IniWriter): void {
  const strict = dialect === 'config-parser';
  const reader: Reader = { text, out, option: null, indent: 0, section: null, seen: strict ? new Set() : null };
  for (const line of fileLines(text)) {
    const cut = dialect === 'supervisor' ? inlineComment(text, line) : line.end;
    const whole = stripped(text, line.start, line.end);
    const comment = '#;'.includes(text[whole.start] ?? ' ') && whole.start < whole.end;
    const content = comment ? { start: line.start, end: line.start } : stripped(text, line.start, cut);
    if (content.start === content.end) {
      if (!comment && cut === line.end) reader.option?.lines.push({ text: '', start: line.start });
    } else if (!readContent(reader, content, content.start - line.start)) break;
  }
  closeOption(reader);
}

interface Reader {
  readonly text: string;
  readonly out: IniWriter;
  option: Option | null;
  indent: number;
  section: string | null;
  /** Headings and options met so far; null where repeating one is allowed. */
  readonly seen: Set<string> | null;
}

/** False when Python would raise here and nothing of the file counts. */
function readContent(reader: Reader, { start, end }: TextLine, indent: number): boolean {
  const content = reader.text.slice(start, end);
  if (reader.option !== null && indent > reader.indent) {
    reader.option.lines.push({ text: content, start });
    return true;
  }
  closeOption(reader);
  reader.indent = indent;
  const close = content.startsWith('[') ? content.lastIndexOf(']') : -1;
  if (close > 1) {
    reader.section = content.slice(1, close);
    reader.out.section(reader.section, start, start + close + 1);
    if (reader.section !== 'DEFAULT') refuseRepeated(reader, `[${reader.section}]`, start);
    return true;
  }
  if (reader.section === null) {
    reader.out.reject(start, 'The file is refused: it has no section heading before this line.');
    return false;
  }
  const delimiter = content.search(/[=:]/);
  if (delimiter <= 0) {
    reader.out.reject(start, 'The file is refused: this line is neither a heading nor an option.');
    return true;
  }
  const key = stripped(reader.text, start, start + delimiter);
  const value = stripped(reader.text, start + delimiter + 1, end);
  const name = reader.text.slice(key.start, key.end).toLowerCase();
  refuseRepeated(reader, `[${reader.section}] ${name}`, key.start);
  reader.option = { key: name, at: [key.start, key.end], lines: [{ text: reader.text.slice(value.start, value.end), start: value.start }] };
  return true;
}

function refuseRepeated(reader: Reader, name: string, at: number): void {
  if (reader.seen?.has(name)) reader.out.reject(at, 'The file is refused: the heading or option is there twice.');
  reader.seen?.add(name);
}

function closeOption(reader: Reader): void {
  const { option } = reader;
  if (option === null) return;
  reader.option = null;
  reader.out.entry(option.key, option.at, withoutTail(joined(option.lines, '\n')));
}

function withoutTail(value: Joined): Joined {
  let end = value.text.length;
  while (end > 0 && isPythonSpace(value.text[end - 1])) end--;
  return sliceOf(value, 0, end);
}

/**
 * Supervisor: `;` or `#` at the start or behind a blank ends the line. Python looks at the first of each, then at the second, and stops in the
 * round that finds one.
 */
function inlineComment(text: string, { start, end }: TextLine): number {
  const line = text.slice(start, end);
  const starts = (at: number) => at === 0 || (at > 0 && isPythonSpace(line[at - 1]));
  let marks = [line.indexOf(';'), line.indexOf('#')];
  for (;;) {
    const open = marks.filter((at) => at !== -1);
    if (open.length === 0) return end;
    const found = open.filter(starts);
    if (found.length > 0) return start + Math.min(...found);
    marks = open.map((at) => line.indexOf(line.charAt(at), at + 1));
  }
}
