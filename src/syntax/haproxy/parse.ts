import { type Hole, holeFinder } from '../yaml/holes.ts';
import type { HaproxyFile, HaproxyLine, HaproxySection, HaproxyWord } from './section.ts';

const KINDS = new Set([
  'global',
  'defaults',
  'frontend',
  'backend',
  'listen',
  'userlist',
  'peers',
  'resolvers',
  'mailers',
  'program',
  'http-errors',
  'ring',
  'log-forward',
  'log-profile',
  'cache',
  'fcgi-app',
  'crt-store',
  'traces',
  'acme',
]);

/** Reads a configuration of HAProxy; never throws. Lines before the first section are left out. `file` only goes into the spans. */
export function parseHaproxy(text: string, file: string): HaproxyFile {
  const sections: (HaproxySection & { readonly lines: HaproxyLine[] })[] = [];
  let templated = false;
  for (const { start, end } of linesOf(text)) {
    const raw = text.slice(start, end);
    if (/^\s*(\{%.*%\}|\.(if|elif|else|endif)\b.*|<%(?!=).*%>)\s*$/.test(raw)) {
      templated = true;
      continue;
    }
    const words = wordsOf(raw, start, file);
    const [first, name, ...args] = words;
    const last = words[words.length - 1];
    if (first === undefined || last === undefined) continue;
    const span = { file, start: first.span.start, end: last.span.end };
    if (KINDS.has(first.text)) sections.push({ kind: first.text, name: name ?? null, args, at: span, lines: [] });
    else sections[sections.length - 1]?.lines.push({ words, span });
  }
  return { sections, templated };
}

/** Lines; one that ends with a backslash is not continued in HAProxy. */
function* linesOf(text: string): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    yield { start, end: text.charAt(end - 1) === '\r' ? Math.max(start, end - 1) : end };
    start = end + 1;
  }
}

const VARIABLE = /^\$(\{[^}]*\}|[A-Za-z_]\w*)/;

/** Words of one line: quotes anywhere in a word, backslash escapes, `#` starts a comment outside of quotes. */
function wordsOf(line: string, offset: number, file: string): readonly HaproxyWord[] {
  const holeAt = holeFinder(line);
  const words: HaproxyWord[] = [];
  let at = 0;
  while (at < line.length) {
    const char = line.charAt(at);
    if (char === ' ' || char === '\t') at++;
    else if (char === '#') break;
    else {
      const word = wordAt(line, at, holeAt);
      words.push({ text: word.text, hole: word.hole, span: { file, start: offset + at, end: offset + word.end } });
      at = word.end;
    }
  }
  return words;
}

function wordAt(
  line: string,
  start: number,
  holeAt: (at: number) => Hole | undefined,
): { readonly text: string; readonly end: number; readonly hole: boolean } {
  let text = '';
  let quote: '"' | "'" | null = null;
  let hole = false;
  let at = start;
  while (at < line.length) {
    const char = line.charAt(at);
    const skipped = holeAt(at);
    if (skipped !== undefined) {
      hole = true;
      text += line.slice(at, skipped.end);
      at = skipped.end;
    } else if (quote === null && (char === ' ' || char === '\t' || char === '#')) break;
    else if (char === '\\' && quote !== "'" && at + 1 < line.length) {
      text += line.charAt(at + 1);
      at += 2;
    } else if ((char === '"' || char === "'") && (quote === null || quote === char)) {
      quote = quote === null ? char : null;
      at++;
    } else {
      // Variables are put in between double quotes only, except in addresses of old releases: either way the text is not known.
      if (char === '$' && quote !== "'") hole ||= VARIABLE.test(line.slice(at, at + 80));
      text += char;
      at++;
    }
  }
  return { text, end: at, hole };
}
