import { MAX_FILE_BYTES } from '../../core/limits.ts';
import type { InputProblem } from '../../files/tree.ts';
import type { Comment, PythonModule, Stmt } from './ast.ts';
import type { Source } from './expressions.ts';
import { statements } from './statements.ts';
import { type Node, parseTree } from './tree.ts';

export interface ParsedPython {
  readonly module: PythonModule;
  readonly problems: readonly InputProblem[];
}

/** Parses one file. Total: what cannot be parsed becomes an `unsupported` statement and a problem, the rest survives. */
export function parsePython(file: string, text: string): ParsedPython {
  if (text.length > MAX_FILE_BYTES) {
    const problem: InputProblem = { id: 'input/too-large', file, at: 0, message: 'This Python file is too large to be read.' };
    return { module: { file, text, body: [], comments: [], valid: false }, problems: [problem] };
  }
  const parsed = parseTree(text);
  if (!parsed.hasError) {
    const source: Source = { text, base: 0 };
    return { module: { file, text, body: statements(parsed.root, source), comments: comments(parsed.root, 0), valid: true }, problems: [] };
  }
  return parseInPieces(file, text);
}

function comments(node: Node, base: number): readonly Comment[] {
  const found: Comment[] = [];
  const stack: Node[] = [node];
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (one.type === 'comment') found.push({ start: one.start + base, end: one.end + base });
    for (let i = one.children.length - 1; i >= 0; i--) {
      const child = one.children[i];
      if (child !== undefined) stack.push(child);
    }
  }
  return found;
}

/** Lines that continue the statement before them although they start in column 0. */
const CONTINUES = /^(?:\s|$|#|[)\]}]|else\b|elif\b|except\b|finally\b)/;

/** After a syntax error: the file is cut where a line starts in column 0, and each piece is parsed on its own. */
function parseInPieces(file: string, text: string): ParsedPython {
  const body: Stmt[] = [];
  const remarks: Comment[] = [];
  const problems: InputProblem[] = [];
  let inString = false;
  let from = 0;
  const flush = (to: number): boolean => {
    const piece = text.slice(from, to);
    const parsed = parseTree(piece);
    const source: Source = { text, base: from };
    if (parsed.hasError) return false;
    body.push(...statements(parsed.root, source));
    remarks.push(...comments(parsed.root, from));
    from = to;
    return true;
  };
  const starts = pieceStarts(text);
  for (let i = 1; i <= starts.length; i++) {
    const to = starts[i] ?? text.length;
    const piece = text.slice(from, to);
    // A piece that opens a triple quote ends where the quote does; one that never ends is given up at once.
    inString = opensTripleQuote(piece) && closesLater(text, piece, to);
    if (inString) continue;
    if (!flush(to)) {
      problems.push({ id: 'input/syntax-error', file, at: errorOffset(text.slice(from, to), from), message: 'This is not valid Python.' });
      body.push(broken(text, from, to));
      from = to;
    }
  }
  return { module: { file, text, body, comments: remarks, valid: false }, problems: problems.slice(0, 20) };
}

function pieceStarts(text: string): readonly number[] {
  const starts: number[] = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (at + 1 < text.length && !CONTINUES.test(text.slice(at + 1, at + 12)) && text[at + 1] !== '@') starts.push(at + 1);
    else if (text[at + 1] === '@') starts.push(at + 1);
  }
  // A decorator belongs to what it decorates.
  return starts.filter((_start, i) => i === 0 || text[starts[i - 1] ?? 0] !== '@');
}

const COMPLETE = /"""[\s\S]*?"""|'''[\s\S]*?'''|(?<!")"(?!"")(?:\\.|[^"\\\n])*"|(?<!')'(?!'')(?:\\.|[^'\\\n])*'|#[^\n]*/g;

function opensTripleQuote(piece: string): boolean {
  return /"""|'''/.test(piece.replace(COMPLETE, ''));
}

function closesLater(text: string, piece: string, to: number): boolean {
  const quote = piece.lastIndexOf('"""') > piece.lastIndexOf("'''") ? '"""' : "'''";
  return text.indexOf(quote, to) !== -1;
}

function errorOffset(piece: string, base: number): number {
  const stack: Node[] = [parseTree(piece).root];
  let first = piece.length;
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (one.type === 'ERROR' || one.missing) first = Math.min(first, one.start);
    stack.push(...one.children);
  }
  return base + (first === piece.length ? 0 : first);
}

function broken(text: string, start: number, end: number): Stmt {
  const names = [...text.slice(start, end).matchAll(/^[ \t]*([A-Za-z_]\w*)[ \t]*(?:[-+*/|&]|:[^=\n]*)?=(?!=)/gm)].map(
    (match) => match[1] ?? '',
  );
  return { kind: 'unsupported', what: 'syntax error', names, start, end };
}
