import type { DotenvOptions } from './document.ts';
import { isPythonSpace, splitLines } from './python-text.ts';
import type { DotenvWriter } from './writer.ts';

const LINE = /^(?:export )?([A-Za-z_0-9]+)=/;

/** django-environ 0.14, Env.read_env: lines that are not exactly `KEY=value` or `export KEY=value` are ignored, blanks stay in the value. */
export function readDjangoEnviron(text: string, options: DotenvOptions, out: DotenvWriter): void {
  for (const line of splitLines(text)) {
    const content = text.slice(line.start, line.end);
    const found = options.bom === true && line.start === 0 ? null : LINE.exec(content);
    const key = found?.[1];
    if (found === null || key === undefined) {
      if (content !== '' && !content.startsWith('#')) out.problem(line.start, 'The line is not of the form KEY=value and is ignored.');
      continue;
    }
    const equals = line.start + found[0].length;
    const written = content.slice(found[0].length);
    const bare = options.parseComments === true ? withoutComment(written) : withoutSingleQuotes(written);
    out.entry({
      key,
      keyAt: [equals - 1 - key.length, equals - 1],
      valueAt: [equals, equals + written.length],
      ...withoutDoubleQuotes(bare, bare !== written && written.trimStart().startsWith("'")),
    });
  }
}

function withoutSingleQuotes(text: string): string {
  return text.length >= 2 && text.startsWith("'") && text.endsWith("'") ? text.slice(1, -1) : text;
}

/** With parse_comments a `#` ends the value everywhere but in single quotes, double quotes included. */
function withoutComment(text: string): string {
  let open = 0;
  while (open < text.length && isPythonSpace(text[open])) open++;
  if (text[open] === "'") {
    for (let close = text.lastIndexOf("'"); close > open; close = text.lastIndexOf("'", close - 1)) {
      let after = close + 1;
      while (after < text.length && isPythonSpace(text[after])) after++;
      if (after === text.length || text[after] === '#') return text.slice(open + 1, close);
    }
  }
  const hash = text.indexOf('#');
  return hash === -1 ? text : text.slice(0, hash);
}

function withoutDoubleQuotes(text: string, single: boolean): { value: string; quote: 'none' | 'single' | 'double' } {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return { value: text, quote: single ? 'single' : 'none' };
  const value = text.slice(1, -1).replace(/\\(.)/gsu, (all: string, char: string) => ('rnt'.includes(char) ? all : char));
  return { value, quote: single ? 'single' : 'double' };
}
