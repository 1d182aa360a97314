import { type LineIndex, lineIndex, positionAt } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';
import type { DotenvDialect, DotenvDocument, DotenvEntry } from './document.ts';

/** What a dialect's scanner found at one place: offsets into the text, the value as the reader would hold it. */
export interface Found {
  readonly key: string;
  readonly keyAt: readonly [number, number];
  readonly value: string | null;
  readonly valueAt: readonly [number, number];
  readonly quote?: DotenvEntry['quote'];
  readonly expand?: boolean;
  readonly doubt?: string;
}

/** Collects the entries and problems of one file. */
export interface DotenvWriter {
  entry(found: Found): void;
  problem(at: number, message: string, id?: InputProblem['id']): void;
  reject(at: number, message: string): void;
  document(): DotenvDocument;
}

export function dotenvWriter(file: string, text: string, dialect: DotenvDialect): DotenvWriter {
  const entries: DotenvEntry[] = [];
  const problems: InputProblem[] = [];
  let rejected: string | null = null;
  const lines: LineIndex = lineIndex(text);
  return {
    entry(found) {
      const [start, end] = found.valueAt;
      entries.push({
        key: found.key,
        keySpan: { file, start: found.keyAt[0], end: found.keyAt[1] },
        value: found.value,
        valueSpan: { file, start, end },
        raw: text.slice(start, end),
        line: positionAt(lines, found.keyAt[0]).line,
        quote: found.quote ?? 'none',
        expand: found.expand ?? false,
        doubt: found.doubt ?? null,
      });
    },
    problem(at, message, id = 'input/syntax-error') {
      problems.push({ id, file, at, message });
    },
    reject(at, message) {
      rejected ??= message;
      problems.push({ id: 'input/syntax-error', file, at, message });
    },
    document: () => ({ file, dialect, entries, rejected, problems }),
  };
}
