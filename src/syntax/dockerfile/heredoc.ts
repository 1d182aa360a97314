import type { Heredoc } from './document.ts';
import { expandText } from './expand.ts';
import { type Joined, type Reader, take } from './lines.ts';
import { quotedWords } from './words.ts';

const ANNOUNCED = /^0?<<(-?)([^<]+)$/;

/** The words `<<NAME` of an instruction. A line that the shell lexer refuses (an open quote) announces none. */
export function announcedIn(joined: Joined): readonly RegExpExecArray[] {
  if (!joined.text.includes('<<')) return [];
  const words = quotedWords(joined.text, 0, '\\')
    .map(({ text }) => ANNOUNCED.exec(text))
    .filter((one) => one !== null);
  if (words.length === 0) return [];
  const read = expandText(joined.text, '\\', () => null, { file: joined.file, start: joined.start, end: joined.end });
  return read.kind === 'unknown' && read.why === 'raised' ? [] : words;
}

/** Reads the bodies that the words `<<NAME` of an instruction announce; undefined when one is not terminated. */
export function readHeredocs(reader: Reader, joined: Joined): { readonly heredocs: readonly Heredoc[]; readonly end: number } | undefined {
  const heredocs: Heredoc[] = [];
  let end = joined.end;
  for (const match of announcedIn(joined)) {
    const word = match[2] ?? '';
    const name = word.replace(/["']/g, '');
    const body = readBody(reader, name, match[1] === '-', end);
    if (body === undefined) return undefined;
    heredocs.push({ ...body.heredoc, expand: name === word });
    end = body.end;
  }
  return { heredocs, end };
}

function readBody(reader: Reader, name: string, chomp: boolean, before: number) {
  const bare = (text: string) => (chomp ? text.replace(/^\t+/, '') : text);
  const content: string[] = [];
  let start: number | undefined;
  for (let line = take(reader); line !== undefined; line = take(reader)) {
    start ??= line.start;
    if (bare(line.text) === name) {
      const span = { file: reader.file, start, end: line.start };
      return { heredoc: { name, content: content.join(''), span }, end: Math.max(before, line.start + line.text.length) };
    }
    content.push(`${bare(line.text)}\n`);
  }
  return undefined;
}
