import { stripText } from '../../builtins/str-methods.ts';

/**
 * The words that `shlex(text, posix=True)` of Python yields with `whitespace_split` and delimiters of one's own; a string: the message of
 * the ValueError it raises after the words before it.
 */
export function shlexWords(text: string, delimiters: string): { readonly words: readonly string[]; readonly error: string | null } {
  const words: string[] = [];
  let word = '';
  let quoted = false;
  const emit = () => {
    if (word !== '' || quoted) words.push(word);
    word = '';
    quoted = false;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (delimiters.includes(char)) emit();
    else if (char === '#') {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
      emit();
    } else if (char === '\\') {
      if (at + 1 >= text.length) return { words, error: 'No escaped character' };
      word += text.charAt(++at);
    } else if (char === '"' || char === "'") {
      const close = quotedPart(text, at, char);
      if (typeof close === 'string') return { words, error: close };
      word += close.value;
      quoted = true;
      at = close.at;
    } else word += char;
  }
  emit();
  return { words, error: null };
}

function quotedPart(text: string, open: number, quote: string): { readonly value: string; readonly at: number } | string {
  let value = '';
  for (let at = open + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === quote) return { value, at };
    if (char === '\\' && quote === '"') {
      const next = text.charAt(++at);
      if (next === '') return 'No escaped character';
      value += next === '"' || next === '\\' ? next : `\\${next}`;
    } else value += char;
  }
  return 'No closing quotation';
}

/** Each word stripped of some characters, as `str.strip` does. */
export function strippedWords(words: readonly string[], chars: string | null): readonly string[] {
  return words.map((word) => stripText(word, chars, 'both'));
}
