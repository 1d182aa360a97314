import type { Span } from '../../core/span.ts';
import type { ShellPlace } from './script.ts';

/** The text that a parsed script's offsets count in, and how they lead to its file. */
export interface Source {
  readonly text: string;
  readonly file: string;
  readonly place: (at: number) => number;
}

export function sourceOf(text: string, file: string, place: ShellPlace): Source {
  return { text, file, place: typeof place === 'number' ? (at) => at + place : place };
}

/** A region of the file; its end is where its last character ends, so that joined text keeps its gaps out. */
export function spanOf(source: Source, from: number, to: number): Span {
  const first = Math.max(0, Math.min(from, source.text.length));
  const last = Math.max(first, Math.min(to, source.text.length));
  const start = source.place(first);
  const end = last > first ? source.place(last - 1) + 1 : start;
  return { file: source.file, start, end: Math.max(start, end) };
}
