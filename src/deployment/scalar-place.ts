import type { YamlScalar } from '../syntax/yaml/node.ts';

/** Offsets of a scalar's text back to its file: blocks lose their indentation when they are read. `source` is the whole file. */
export function scalarPlace(scalar: YamlScalar, source: string): (at: number) => number {
  if (scalar.style !== 'literal' && scalar.style !== 'folded') {
    const start = scalar.span.start + (scalar.style === 'plain' ? 0 : 1);
    return (at) => Math.min(start + at, scalar.span.end);
  }
  const lines = blockLines(scalar, source);
  const starts: { readonly at: number; readonly fileAt: number }[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push({ at, fileAt: line.start });
    // A folded line break is one blank, a literal one is itself: both take one character.
    at += line.length + 1;
  }
  return (offset) => {
    let found = starts[0];
    for (const one of starts) if (one.at <= offset) found = one;
    return found === undefined ? scalar.span.start : Math.min(found.fileAt + offset - found.at, scalar.span.end);
  };
}

interface BlockLine {
  readonly start: number;
  readonly length: number;
}

function blockLines(scalar: YamlScalar, source: string): readonly BlockLine[] {
  const header = source.indexOf('\n', scalar.span.start);
  if (header === -1 || header >= scalar.span.end) return [];
  const body = source.slice(header + 1, scalar.span.end);
  const indent = indentation(scalar, source.slice(scalar.span.start, header), body);
  const lines: BlockLine[] = [];
  let start = header + 1;
  for (const raw of body.split('\n')) {
    const text = raw.replace(/\r$/, '');
    const cut = Math.min(indent, text.length);
    lines.push({ start: start + cut, length: text.length - cut });
    start += raw.length + 1;
  }
  return lines;
}

/** The indentation that is taken off: of the first line that is not blank, unless the header names the text's own. */
function indentation(scalar: YamlScalar, header: string, body: string): number {
  const first = body.split('\n').find((line) => line.trim() !== '') ?? '';
  const all = /^ */.exec(first)?.[0].length ?? 0;
  if (!/^[|>][-+]?[1-9]/.test(header) && !/^[|>][1-9]/.test(header)) return all;
  return all - (/^ */.exec(scalar.text)?.[0].length ?? 0);
}
