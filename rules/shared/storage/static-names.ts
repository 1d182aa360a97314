import type { Span } from '../../../src/rule.ts';

/** A file that a template asks for by a literal name. */
export interface StaticName {
  readonly name: string;
  readonly at: Span;
}

const TAG = /\{%-?\s*static\s+(?:"([^"{}%]+)"|'([^'{}%]+)')\s*(?:as\s+\w+\s*)?-?%\}/g;
const SILENT = /\{#.*?#\}|\{%\s*comment\b[\s\S]*?\{%\s*endcomment\s*%\}|\{%\s*verbatim\b[\s\S]*?\{%\s*endverbatim\s*%\}/g;

/** The literal names of `{% static %}` in a template, those in comments left out; fragment and query are cut off. */
export function staticNames(file: string, text: string): readonly StaticName[] {
  const seen = text.replace(SILENT, (hidden) => ' '.repeat(hidden.length));
  return [...seen.matchAll(TAG)].flatMap((match): StaticName[] => {
    const written = match[1] ?? match[2] ?? '';
    const name = written.replace(/[?#].*$/, '').trim();
    if (name === '' || name.endsWith('/') || name.startsWith('/') || name.includes('://') || name.includes('..')) return [];
    return [{ name, at: { file, start: match.index, end: match.index + match[0].length } }];
  });
}
