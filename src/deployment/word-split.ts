/** A word of a command line that no shell reads, with its place in the text, quotes included. */
export interface ShellSplit {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Splits a text at blanks as compose and Python's shlex do: quotes group, a backslash takes the next character (inside
 * double quotes only before `"`, `\`, `$`, a backquote and a line end), nothing is expanded.
 */
export function splitWords(text: string): readonly ShellSplit[] {
  const words: ShellSplit[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) at++;
    else {
      const word = readWord(text, at);
      words.push(word);
      at = word.end;
    }
  }
  return words;
}

function readWord(text: string, start: number): ShellSplit {
  let out = '';
  let quote = '';
  let at = start;
  for (; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote === "'") {
      if (char === "'") quote = '';
      else out += char;
    } else if (char === '\\') {
      const next = text[at + 1] ?? '';
      if (quote === '"' && !/["\\$`\n]/.test(next)) out += char;
      else {
        if (next !== '\n') out += next;
        at++;
      }
    } else if (quote === '"') {
      if (char === '"') quote = '';
      else out += char;
    } else if (char === "'" || char === '"') quote = char;
    else if (/\s/.test(char)) break;
    else out += char;
  }
  return { text: out, start, end: Math.min(at, text.length) };
}
