import { lineIndex, positionAt } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';
import type { IniDialect, IniDocument, IniEntry } from './document.ts';
import { type Joined, spanIn } from './joined.ts';

/** Collects the sections of one file; offsets are those of its text. */
export interface IniWriter {
  section(name: string, start: number, end: number): void;
  /** False when no section is open yet. */
  entry(key: string, at: readonly [number, number], value: Joined | null): boolean;
  problem(at: number, message: string): void;
  reject(at: number, message: string): void;
  document(): IniDocument;
}

export function iniWriter(file: string, text: string, dialect: IniDialect): IniWriter {
  const sections: { name: string; heading: IniEntry['keySpan']; entries: IniEntry[] }[] = [];
  const problems: InputProblem[] = [];
  const lines = lineIndex(text);
  let rejected: string | null = null;
  function problem(at: number, message: string): void {
    problems.push({ id: 'input/syntax-error', file, at, message });
  }
  return {
    section: (name, start, end) => void sections.push({ name, heading: { file, start, end }, entries: [] }),
    entry(key, [start, end], value) {
      const valueSpan = value === null ? { file, start: end, end } : spanIn(file, value.pieces, 0, value.text.length);
      const place = { keySpan: { file, start, end }, valueSpan, line: positionAt(lines, start).line };
      return sections.at(-1)?.entries.push({ key, value: value?.text ?? null, pieces: value?.pieces ?? [], ...place }) !== undefined;
    },
    problem,
    reject(at, message) {
      rejected ??= message;
      problem(at, message);
    },
    document: () => ({ file, dialect, sections, rejected, problems }),
  };
}
