import { MAX_PATTERN_TEXT } from '../../core/limits.ts';
import type { DotenvWriter } from './writer.ts';

const KEY = String.raw`(?:export\s+)?([\w.-]+)`;
const SEPARATOR = String.raw`(?:\s*=\s*?|:\s+?)`;
const QUOTED = ["'", '"', '`'].map((quote) => String.raw`\s*${quote}(?:\\${quote}|[^${quote}])*${quote}`).join('|');
const STATEMENT = new RegExp(String.raw`${KEY}${SEPARATOR}(${QUOTED}|[^#\r\n]+)?\s*(?:#.*)?$`, 'dmy');
const LINE_START = /[\n\u2028\u2029]/g;

/** The npm package dotenv 18: the grammar is its pattern, backtracking included, so the text it runs over is bounded. */
export function readNpm(source: string, out: DotenvWriter): void {
  if (source.length > MAX_PATTERN_TEXT) {
    out.reject(0, 'The file is too large to be read as the npm package dotenv reads it.');
    return;
  }
  const text = source.replace(/\r\n?/g, '\n');
  const original = originalOffsets(source);
  const statement = new RegExp(STATEMENT);
  const breaks = new RegExp(LINE_START);
  let at = 0;
  while (at < text.length) {
    const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
    statement.lastIndex = start;
    const found = statement.exec(text);
    if (found !== null) emit(text, found, original, out);
    else if (start < text.length && text[start] !== '#')
      out.problem(original(start), 'The line is not of the form KEY=value and is ignored.');
    breaks.lastIndex = found === null ? start : statement.lastIndex;
    at = breaks.exec(text) === null ? text.length : breaks.lastIndex;
  }
}

/** From offsets in the text with plain newlines, which the package matches, to those in the text as it is. */
function originalOffsets(source: string): (at: number) => number {
  if (!source.includes('\r\n')) return (at) => at;
  const offsets: number[] = [];
  for (let at = 0; at < source.length; at++) {
    offsets.push(at);
    if (source[at] === '\r' && source[at + 1] === '\n') at++;
  }
  return (at) => offsets[at] ?? source.length;
}

function emit(text: string, found: RegExpExecArray, original: (at: number) => number, out: DotenvWriter): void {
  const [keyStart, keyEnd] = found.indices?.[1] ?? [found.index, found.index];
  const matchEnd = found.index + found[0].length;
  const [from, to] = found.indices?.[2] ?? [matchEnd, matchEnd];
  const written = text.slice(from, to);
  const trimmed = written.trim();
  const start = Math.min(to, from + (written.length - written.trimStart().length));
  const first = trimmed[0];
  const quote = first === "'" ? 'single' : first === '"' ? 'double' : first === '`' ? 'backtick' : 'none';
  const bare = trimmed.replace(/^(['"`])([\s\S]*)\1$/gm, '$2');
  const value = quote === 'double' ? bare.replace(/\\n/g, '\n').replace(/\\r/g, '\r') : bare;
  out.entry({
    key: found[1] ?? '',
    keyAt: [original(keyStart), original(keyEnd)],
    value,
    valueAt: [original(start), original(start + trimmed.length)],
    quote,
  });
}
