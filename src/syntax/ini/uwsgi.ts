import { joined } from './joined.ts';
import type { IniWriter } from './writer.ts';

/** uWSGI: one option a line, repeated ones add up, a name without `=` is an option without value. */
export function readUwsgi(text: string, out: IniWriter): void {
  for (const found of text.matchAll(/[^\r\n]+/g)) {
    const content = found[0].trim();
    const start = found.index + found[0].length - found[0].trimStart().length;
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    if (content.startsWith('[')) {
      const close = content.indexOf(']');
      if (close === -1) out.problem(start, 'The section heading has no closing bracket.');
      else out.section(content.slice(1, close), start, start + close + 1);
    } else readOption(content, start, out);
  }
}

function readOption(content: string, start: number, out: IniWriter): void {
  const equals = content.indexOf('=');
  const key = (equals === -1 ? content : content.slice(0, equals)).trimEnd();
  const written = equals === -1 ? '' : content.slice(equals + 1);
  const value = written.trimStart();
  const valueStart = start + content.length - value.length;
  const known = out.entry(key, [start, start + key.length], equals === -1 ? null : joined([{ text: value, start: valueStart }]));
  if (!known) out.problem(start, 'The option stands before any section and is ignored.');
}
