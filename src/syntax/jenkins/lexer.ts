import type { Span } from '../../core/span.ts';

export interface JenkinsToken {
  readonly kind: 'word' | 'text' | 'mark' | 'line';
  /** The word, the mark, or the text with its escapes resolved. */
  readonly text: string;
  readonly interpolates: boolean;
  /** With the quotes. */
  readonly span: Span;
  /** Of a text without them. */
  readonly inside: Span;
}

const SPACE = /[ \t\r\f]+/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|#![^\n]*/y;
const WORD = /[A-Za-z_$][\w$]*|\d[\w.]*/y;
const QUOTES = ["'''", '"""', "'", '"'] as const;

/** Cuts a text into words, quoted texts, line ends and single marks; linear in its length. */
export function jenkinsTokens(source: string, file: string): readonly JenkinsToken[] {
  const tokens: JenkinsToken[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  const push = (kind: JenkinsToken['kind'], text: string, length: number) => {
    const span = { file, start: at, end: at + length };
    tokens.push({ kind, text, interpolates: false, span, inside: span });
    at += length;
  };
  while (at < source.length) {
    const skipped = match(SPACE) ?? match(COMMENT);
    if (skipped !== null) {
      at += skipped.length;
      continue;
    }
    if (source.startsWith('\\\n', at)) at += 2;
    else if (source[at] === '\n' || source[at] === ';') push('line', source[at] ?? '', 1);
    else {
      const quote = QUOTES.find((one) => source.startsWith(one, at));
      const word = quote === undefined ? match(WORD) : null;
      if (quote !== undefined) {
        const token = quoted(source, at, quote, file);
        tokens.push(token);
        at = token.span.end;
      } else if (word !== null) push('word', word, word.length);
      else if (isSlashy(source, at, tokens.at(-1))) {
        const token = quoted(source, at, '/', file);
        tokens.push(token);
        at = token.span.end;
      } else push('mark', source[at] ?? '', 1);
    }
  }
  return tokens;
}

/** `/…/` is a text only where a value may begin, and on one line. */
function isSlashy(source: string, at: number, before: JenkinsToken | undefined): boolean {
  if (source[at] !== '/' || before?.kind !== 'mark' || !/[(,=~:[]/.test(before.text)) return false;
  return /^[^\n/]{0,500}\//.test(source.slice(at + 1, at + 502));
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function quoted(source: string, start: number, quote: string, file: string): JenkinsToken {
  const isLong = quote.length === 3;
  const from = start + quote.length;
  let text = '';
  let at = from;
  while (at < source.length && !source.startsWith(quote, at) && (isLong || source[at] !== '\n')) {
    if (source[at] !== '\\' || quote === '/' || at + 1 >= source.length) text += source[at++];
    else {
      const next = source[at + 1] ?? '';
      // An escaped dollar is one of the shell; the mark keeps it apart from one of Groovy.
      text += next === '\n' ? '' : next === '$' ? `\\$` : (ESCAPES[next] ?? next);
      at += 2;
    }
  }
  const isClosed = source.startsWith(quote, at);
  const end = isClosed ? at + quote.length : at;
  const interpolates = quote.startsWith('"') || quote === '/';
  return {
    kind: 'text',
    text: interpolates ? text : text.replaceAll('\\$', '$'),
    interpolates,
    span: { file, start, end },
    inside: { file, start: from, end: at },
  };
}
