import type { DotenvOptions } from './document.ts';
import { fileLines, stripped, type TextLine } from './python-text.ts';
import type { DotenvWriter } from './writer.ts';

/** python-decouple 3.8, RepositoryEnv: a line is split at its first `=`, nothing is escaped, expanded or cut at a comment. */
export function readDecouple(text: string, options: DotenvOptions, out: DotenvWriter): void {
  for (const line of fileLines(text)) {
    const { start, end } = stripped(text, line.start, line.end);
    if (start === end || text[start] === '#') continue;
    const equals = text.indexOf('=', start);
    if (equals === -1 || equals >= end) out.problem(start, 'The line has no "=" and is ignored.');
    else {
      const key = stripped(text, start, equals);
      const value = stripped(text, equals + 1, end);
      const mark = options.bom === true && line.start === 0 ? '\ufeff' : '';
      out.entry({
        key: mark + text.slice(key.start, key.end),
        keyAt: [key.start, key.end],
        ...unquoted(text, value),
        valueAt: [value.start, value.end],
      });
    }
  }
}

function unquoted(text: string, { start, end }: TextLine): { value: string; quote: 'none' | 'single' | 'double' } {
  const first = text[start];
  const quote = first === "'" ? 'single' : first === '"' ? 'double' : 'none';
  if (quote === 'none' || end - start < 2 || text[end - 1] !== first) return { value: text.slice(start, end), quote: 'none' };
  return { value: text.slice(start + 1, end - 1), quote };
}
