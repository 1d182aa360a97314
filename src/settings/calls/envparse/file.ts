/** The lines of an env file as envparse 0.2 reads them: Python's `shlex` token by token, put together again without blanks. */

const WORD = /[A-Za-z0-9_ßà-öø-ÿÀ-ÖØ-Þ]/;
const BLANK = ' \t\r\n';

/** The tokens of one line as `shlex.shlex(line, posix=True)` yields them; null where it raises. */
function tokens(line: string): readonly string[] | null {
  const found: string[] = [];
  let token = '';
  let started = false;
  const end = () => {
    if (started) found.push(token);
    token = '';
    started = false;
  };
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (BLANK.includes(char)) end();
    else if (char === '#') break;
    else if (char === '\\') {
      at++;
      if (at >= line.length) return null;
      token += line.charAt(at);
      started = true;
    } else if (char === '"' || char === "'") {
      const quoted = quotedPart(line, at, char);
      if (quoted === null) return null;
      token += quoted.text;
      at = quoted.end;
      started = true;
    } else if (WORD.test(char)) {
      token += char;
      started = true;
    } else {
      end();
      found.push(char);
    }
  }
  end();
  return found;
}

function quotedPart(line: string, from: number, quote: string): { readonly text: string; readonly end: number } | null {
  let text = '';
  for (let at = from + 1; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === quote) return { text, end: at };
    if (char === '\\' && quote === '"') {
      at++;
      const next = line.charAt(at);
      if (next === '') return null;
      text += next === '\\' || next === '"' ? next : `\\${next}`;
    } else text += char;
  }
  return null;
}

export interface EnvLine {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The variables of a file in order; `raises` when a line ends in an open quote or escape. */
export function envparseLines(text: string): { readonly lines: readonly EnvLine[]; readonly raises: boolean } {
  const lines: EnvLine[] = [];
  let start = 0;
  for (const line of text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/)) {
    const parts = tokens(line);
    if (parts === null) return { lines, raises: true };
    const [name = '', op, ...rest] = parts;
    if (op === '=' && rest.length > 0 && /^[A-Za-z_]/.test(name)) {
      const value = rest.join('').replaceAll('\\n', '\n').replaceAll('\\t', '\t');
      lines.push({ name, value, start, end: start + line.length });
    }
    start += line.length + (text.startsWith('\r\n', start + line.length) ? 2 : 1);
  }
  return { lines, raises: false };
}
