import { type Hole, holesOf } from './holes.ts';

/** Stands for a hole's inner characters, a whole-line hole's, and the last of either: private-use characters that YAML takes for letters. */
const INNER = '\uE000';
const LINE = '\uE001';
const LAST = '\uE002';
const ANY_MASK = /[\uE000-\uE002]/;
const MASKED = /(?:#\uE001|\uE000)[\uE000\uE001]*\uE002/g;
const SILENT = /^(?:\{#|\{\{-?\s*\/\*)/;

/** A text of the same length in which template holes have become letters, and lines made of holes alone comments. */
export interface MaskedText {
  readonly text: string;
  readonly template: 'none' | 'values' | 'structure';
  readonly holes: readonly Hole[];
}

/** Masks Jinja, Go and cookiecutter holes, line breaks inside them too. */
export function maskTemplates(text: string): MaskedText {
  const holes = holesOf(text);
  const pieces: string[] = [];
  let at = 0;
  let values = false;
  let structure = false;
  for (const group of groupsOf(text, holes)) {
    const alone = fillsLine(text, group);
    for (const { start, end } of group) {
      const silent = SILENT.test(text.slice(start, start + 40));
      values ||= !silent;
      structure ||= alone && !silent;
      const inner = alone ? `#${LINE.repeat(end - start - 2)}` : INNER.repeat(end - start - 1);
      pieces.push(text.slice(at, start), inner, LAST);
      at = end;
    }
  }
  pieces.push(text.slice(at));
  return { text: pieces.join(''), template: structure ? 'structure' : values ? 'values' : 'none', holes };
}

/** Holes between which only blanks stand. */
function groupsOf(text: string, holes: readonly Hole[]): readonly (readonly Hole[])[] {
  const groups: Hole[][] = [];
  let group: Hole[] = [];
  for (const hole of holes) {
    const last = group[group.length - 1];
    if (last !== undefined && isBlank(text.slice(last.end, hole.start))) group.push(hole);
    else {
      group = [hole];
      groups.push(group);
    }
  }
  return groups;
}

function fillsLine(text: string, group: readonly Hole[]): boolean {
  const first = group[0]?.start ?? 0;
  const last = group[group.length - 1]?.end ?? text.length;
  const newline = text.indexOf('\n', last);
  const before = first === 0 ? '' : text.slice(text.lastIndexOf('\n', first - 1) + 1, first);
  return isBlank(before) && isBlank(text.slice(last, newline === -1 ? text.length : newline));
}

function isBlank(text: string): boolean {
  return !/[^ \t\r]/.test(text);
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
  let next = firstAfter(masked.holes, from);
  return text.replace(MASKED, (run) => {
    const hole = masked.holes[next++];
    return hole === undefined ? run : source.slice(hole.start, hole.end);
  });
}

function firstAfter(holes: readonly Hole[], from: number): number {
  let low = 0;
  let high = holes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((holes[middle]?.start ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
