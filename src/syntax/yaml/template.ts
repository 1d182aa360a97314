/** Stands for a hole's inner characters, a whole-line hole's, and the last of either: private-use characters that YAML takes for letters. */
const INNER = '\uE000';
const LINE = '\uE001';
const LAST = '\uE002';
const ANY_MASK = /[\uE000-\uE002]/;
const MASKED = /(?:#\uE001|\uE000)[\uE000\uE001]*\uE002/g;
const HOLE = /(?<!\$)\{\{[\s\S]{0,4000}?\}\}|\{%[\s\S]{0,4000}?%\}|\{#[\s\S]{0,4000}?#\}/g;
const SILENT = /^(?:\{#|\{\{-?\s*\/\*)/;

/** A text of the same length in which template holes have become letters, and lines made of holes alone comments. */
export interface MaskedText {
  readonly text: string;
  readonly template: 'none' | 'values' | 'structure';
  readonly holes: readonly { readonly start: number; readonly end: number }[];
}

/** Masks Jinja, Go and cookiecutter holes. `${{ … }}` of GitHub Actions is text, not a hole. */
export function maskTemplates(text: string): MaskedText {
  if (!text.includes('{{') && !text.includes('{%') && !text.includes('{#')) return { text, template: 'none', holes: [] };
  const holes = [...text.matchAll(HOLE)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
  let masked = '';
  let at = 0;
  let values = false;
  let structure = false;
  for (const [index, hole] of holes.entries()) {
    const source = text.slice(hole.start, hole.end);
    const alone = fillsLine(text, holes, index);
    const silent = SILENT.test(source);
    values ||= !silent;
    structure ||= alone && !silent;
    const inner = alone ? `#${LINE.repeat(source.length - 2)}` : INNER.repeat(source.length - 1);
    masked += `${text.slice(at, hole.start)}${inner}${LAST}`;
    at = hole.end;
  }
  return { text: masked + text.slice(at), template: structure ? 'structure' : values ? 'values' : 'none', holes };
}

type Hole = MaskedText['holes'][number];

/** Whether only white space and other holes share the lines of this one. */
function fillsLine(text: string, holes: readonly Hole[], index: number): boolean {
  const blankFrom = (at: number, stop: number) => /^[ \t\r]*$/.test(text.slice(at, stop));
  let first = index;
  let last = index;
  const edge = (one: number) => holes[one] ?? { start: 0, end: 0 };
  while (first > 0 && blankFrom(edge(first - 1).end, edge(first).start)) first--;
  while (last < holes.length - 1 && blankFrom(edge(last).end, edge(last + 1).start)) last++;
  const lineStart = text.lastIndexOf('\n', edge(first).start - 1) + 1;
  const newline = text.indexOf('\n', edge(last).end);
  return blankFrom(lineStart, edge(first).start) && blankFrom(edge(last).end, newline === -1 ? text.length : newline);
}

export function hasMask(text: string): boolean {
  return ANY_MASK.test(text);
}

/** True for a comment that is in truth a line of template statements. */
export function isMaskedLine(text: string): boolean {
  return text.includes(LINE);
}

/** Puts the holes back that stand at or after `from` in the source, in their order. */
export function unmask(text: string, source: string, masked: MaskedText, from: number): string {
  if (!hasMask(text)) return text;
  let next = masked.holes.findIndex((hole) => hole.start >= from);
  return text.replace(MASKED, (run) => {
    const hole = next === -1 ? undefined : masked.holes[next++];
    return hole === undefined ? run : source.slice(hole.start, hole.end);
  });
}
