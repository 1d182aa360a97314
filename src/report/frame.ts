import type { Span } from '../core/span.ts';
import { DOTS, type Hidden, secretsIn } from './mask.ts';
import type { Paint } from './paint.ts';
import type { Texts } from './run.ts';

/** One place of a code frame with what is said about it. */
export interface Mark {
  readonly at: Span;
  readonly label: string;
  readonly primary: boolean;
}

/** Columns of one excerpt line; longer lines are cut around the mark. */
const WIDTH = 120;
/** Lines between two marks of one file that are shown instead of dots. */
const GAP = 2;

/** Draws excerpts for reports. Secret values never get into it: they are replaced by dots of one fixed length. */
export function framer(texts: Texts, paint: Paint): (marks: readonly Mark[]) => readonly string[] {
  const hidden = new Map<string, readonly Hidden[]>();
  const hiddenOf = (file: string, text: string): readonly Hidden[] => {
    const had = hidden.get(file);
    if (had) return had;
    const made = secretsIn(file, text);
    hidden.set(file, made);
    return made;
  };
  return (marks) => {
    const groups = byFile(marks);
    const last = Math.max(...marks.map((mark) => texts.position(mark.at.file, mark.at.start).line));
    const gutter = String(last).length;
    return groups.flatMap((group, index) => fileFrame(group, index === 0, { texts, paint, gutter, hiddenOf }));
  };
}

interface Scene {
  readonly texts: Texts;
  readonly paint: Paint;
  readonly gutter: number;
  hiddenOf(file: string, text: string): readonly Hidden[];
}

/** The primary's file first, the others in the order given. */
function byFile(marks: readonly Mark[]): readonly (readonly Mark[])[] {
  const groups = new Map<string, Mark[]>();
  for (const mark of [...marks].sort((a, b) => Number(b.primary) - Number(a.primary))) {
    const group = groups.get(mark.at.file);
    if (group) group.push(mark);
    else groups.set(mark.at.file, [mark]);
  }
  return [...groups.values()];
}

function fileFrame(marks: readonly Mark[], first: boolean, scene: Scene): readonly string[] {
  const [head] = marks;
  if (head === undefined) return [];
  const file = head.at.file;
  const text = scene.texts.read(file);
  const at = scene.texts.position(file, head.at.start);
  const blank = ' '.repeat(scene.gutter);
  const bar = scene.paint.frame('|');
  const lines = [`${blank}${scene.paint.frame(first ? '-->' : ':::')} ${file}:${at.line}:${at.column}`];
  if (text === null || text === '') return [...lines, ...marks.map((mark) => `${blank} ${scene.paint.frame('=')} ${mark.label}`)];
  lines.push(`${blank} ${bar}`);
  const rows = [...rowsOf(marks, text, scene)].sort((a, b) => a.line - b.line);
  let shown: number | null = null;
  for (const row of rows) {
    if (shown !== null && row.line > shown + 1) {
      if (row.line - shown - 1 <= GAP) {
        for (let line = shown + 1; line < row.line; line++) lines.push(sourceLine(line, lineText(text, line, file, scene).shown, scene));
      } else lines.push(scene.paint.frame(`${blank}...`.slice(0, scene.gutter + 3)));
    }
    if (row.line !== shown) lines.push(sourceLine(row.line, row.source, scene));
    shown = row.line;
    const colour = row.mark.primary ? scene.paint.primary : scene.paint.secondary;
    const caret = (row.mark.primary ? '^' : '-').repeat(row.width);
    lines.push(`${blank} ${bar} ${' '.repeat(row.indent)}${colour(`${caret} ${row.mark.label}`.trimEnd())}`);
  }
  lines.push(`${blank} ${bar}`);
  return lines;
}

function sourceLine(line: number, source: string, scene: Scene): string {
  return `${scene.paint.frame(`${String(line).padStart(scene.gutter)} |`)} ${source}`.trimEnd();
}

interface Row {
  readonly mark: Mark;
  readonly line: number;
  readonly source: string;
  readonly indent: number;
  readonly width: number;
}

function* rowsOf(marks: readonly Mark[], text: string, scene: Scene): Generator<Row> {
  for (const mark of marks) {
    const { line } = scene.texts.position(mark.at.file, mark.at.start);
    const whole = lineText(text, line, mark.at.file, scene);
    const start = whole.place(mark.at.start);
    const end = Math.max(start + 1, whole.place(Math.min(mark.at.end, whole.end)));
    const cut = start > WIDTH - 30 ? start - 30 : 0;
    const source = whole.shown.slice(cut, cut + WIDTH);
    yield {
      mark,
      line,
      source: `${cut > 0 ? '…' : ''}${source}${whole.shown.length > cut + WIDTH ? '…' : ''}`,
      indent: start - cut + (cut > 0 ? 1 : 0),
      width: Math.max(1, Math.min(end - start, cut + WIDTH - start)),
    };
  }
}

interface ShownLine {
  readonly shown: string;
  /** Offset of the line's end in the file. */
  readonly end: number;
  /** Column (0-based) in `shown` of an offset in the file. */
  place(offset: number): number;
}

/** One line with its secrets replaced and its control characters made harmless; offsets keep leading to the right column. */
function lineText(text: string, line: number, file: string, scene: Scene): ShownLine {
  let start = 0;
  for (let n = 1; n < line; n++) start = text.indexOf('\n', start) + 1;
  const next = text.indexOf('\n', start);
  const end = (next === -1 ? text.length : next) - (text[next - 1] === '\r' ? 1 : 0);
  /** Regions of this line, and where each stands in what is shown. */
  const gaps: { readonly start: number; readonly end: number; readonly shownAt: number }[] = [];
  let shown = '';
  let at = start;
  for (const region of scene.hiddenOf(file, text)) {
    if (region.end <= start || region.start >= end) continue;
    shown += harmless(text.slice(at, Math.max(at, region.start)));
    gaps.push({ start: Math.max(start, region.start), end: Math.min(end, region.end), shownAt: shown.length });
    shown += DOTS;
    at = Math.min(end, region.end);
  }
  shown += harmless(text.slice(at, end));
  const place = (offset: number): number => {
    const before = gaps.filter((gap) => gap.start <= offset).at(-1);
    if (before === undefined) return Math.max(0, Math.min(offset, end) - start);
    return offset < before.end ? before.shownAt : before.shownAt + DOTS.length + Math.min(offset, end) - before.end;
  };
  return { shown, end, place };
}

/** A tab takes one column in excerpts; control characters (escape sequences of a hostile file) none of their power. */
function harmless(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => (char === '\t' ? ' ' : '�'));
}
