import { MAX_NESTING } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';
import { type Cursor, endOfStatement, match, peek, Refused, skipBlanks, spanFrom, take } from './cursor.ts';
import type { HclAttribute, HclBlock, HclExpression, HclFile } from './document.ts';
import { expression, NAME } from './expression.ts';
import { quotedText } from './template.ts';

/** Reads a text; never throws. What cannot be read is a problem and, in an attribute, an opaque value. `file` only goes into the spans. */
export function parseHcl(text: string, file: string): HclFile {
  const cursor: Cursor = { text, file, problems: [], at: 0, end: text.length, depth: 0, lines: true };
  const body = bodyOf(cursor, 0);
  while (cursor.at < cursor.end) {
    problem(cursor, cursor.at, 'A `}` closes no block.');
    cursor.at++;
    const more = bodyOf(cursor, 0);
    body.attributes.push(...more.attributes);
    body.blocks.push(...more.blocks);
  }
  return { body: { ...body, span: { file, start: 0, end: text.length } }, problems: cursor.problems };
}

/** The text of a template outside of quotes, as a JSON string or a template file holds it; its span is the whole. */
export function parseHclTemplate(text: string, at: Span): HclExpression {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  const cursor: Cursor = { text: quoteOutside(escaped), file: at.file, problems: [], at: 0, end: 0, depth: 0, lines: true };
  cursor.end = cursor.text.length;
  const made = attempt(cursor, () => quotedText(cursor, expression));
  return made instanceof Refused || cursor.at !== cursor.end ? { kind: 'opaque', parts: [], span: at } : placed(made, at);
}

/** Quotes in the literal part are escaped, those in `${…}` are not. */
function quoteOutside(text: string): string {
  let depth = 0;
  let made = '"';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (depth === 0 && (char === '$' || char === '%') && text.charAt(at + 1) === '{' && text.charAt(at - 1) !== char) depth = 1;
    else if (depth > 0 && char === '{' && text.charAt(at - 1) !== '$' && text.charAt(at - 1) !== '%') depth++;
    else if (depth > 0 && char === '}') depth--;
    made += depth === 0 && char === '"' ? '\\"' : char;
  }
  return `${made}"`;
}

/** Every span becomes the given one: offsets in a decoded text are none of the file. */
function placed(made: HclExpression, span: Span): HclExpression {
  switch (made.kind) {
    case 'template':
      return { ...made, span, parts: made.parts.map((one) => (typeof one === 'string' ? one : placed(one, span))) };
    default:
      return { ...made, span };
  }
}

interface OpenBody {
  readonly attributes: HclAttribute[];
  readonly blocks: HclBlock[];
  readonly span: Span;
}

/** Everything up to the `}` that closes the body, or the end. */
function bodyOf(cursor: Cursor, level: number): OpenBody {
  const attributes: HclAttribute[] = [];
  const blocks: HclBlock[] = [];
  const start = cursor.at;
  for (;;) {
    skipBlanks(cursor, false);
    if (cursor.at >= cursor.end || peek(cursor) === '}') return { attributes, blocks, span: spanFrom(cursor, start) };
    const before = cursor.at;
    statement(cursor, level, attributes, blocks);
    if (cursor.at === before) cursor.at++;
  }
}

function statement(cursor: Cursor, level: number, attributes: HclAttribute[], blocks: HclBlock[]): void {
  const start = cursor.at;
  const name = match(cursor, NAME);
  if (name === null) {
    problem(cursor, start, 'An argument or block is expected here.');
    leave(cursor, start);
    return;
  }
  const nameSpan = spanFrom(cursor, start);
  skipBlanks(cursor);
  if (peek(cursor) === '=' && peek(cursor, 1) !== '=') {
    cursor.at++;
    const value = assigned(cursor);
    attributes.push({ name, nameSpan, value, span: { ...nameSpan, end: value.span.end } });
  } else blockAt(cursor, level, nameSpan, name, blocks);
}

function assigned(cursor: Cursor): HclExpression {
  skipBlanks(cursor);
  const start = cursor.at;
  const value = attempt(cursor, () => {
    const made = expression(cursor);
    skipBlanks(cursor);
    if (cursor.at < cursor.end && peek(cursor) !== '\n' && peek(cursor) !== '}') throw new Refused(cursor.at, 'The line should end here.');
    return made;
  });
  if (!(value instanceof Refused)) return value;
  problem(cursor, value.at, value.message);
  leave(cursor, start);
  return { kind: 'opaque', parts: [], span: spanFrom(cursor, start) };
}

/** What is read, or why it is refused; the cursor then reads lines again. */
function attempt<T>(cursor: Cursor, read: () => T): T | Refused {
  const { end } = cursor;
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    Object.assign(cursor, { depth: 0, lines: true, end });
    return error;
  }
}

function leave(cursor: Cursor, start: number): void {
  cursor.at = endOfStatement(cursor.text, start, cursor.end);
}

function blockAt(cursor: Cursor, level: number, nameSpan: Span, type: string, blocks: HclBlock[]): void {
  const labels = labelsOf(cursor);
  if (labels === null || !take(cursor, '{')) {
    problem(cursor, cursor.at, 'A `=` or `{` is expected here.');
    leave(cursor, nameSpan.start);
    return;
  }
  const head = { ...nameSpan, end: cursor.at };
  if (level >= MAX_NESTING) {
    problem(cursor, nameSpan.start, `Nesting is deeper than ${MAX_NESTING} levels.`, 'input/limit');
    cursor.at = endOfStatement(cursor.text, head.end - 1, cursor.end);
    return;
  }
  const body = bodyOf(cursor, level + 1);
  if (!take(cursor, '}')) problem(cursor, nameSpan.start, 'A block is not closed before the end of the file.');
  blocks.push({ type, labels, body, head, span: { ...nameSpan, end: cursor.at } });
}

/** Names and quoted texts up to the `{`; null where something else stands. */
function labelsOf(cursor: Cursor): HclBlock['labels'] | null {
  const labels: { text: string; span: Span }[] = [];
  for (;;) {
    skipBlanks(cursor);
    const start = cursor.at;
    if (peek(cursor) === '{') return labels;
    const name = match(cursor, NAME);
    const text = name ?? (peek(cursor) === '"' ? quotedLabel(cursor) : null);
    if (text === null) return null;
    labels.push({ text, span: spanFrom(cursor, start) });
  }
}

function quotedLabel(cursor: Cursor): string | null {
  const label = attempt(cursor, () => quotedText(cursor, expression));
  return !(label instanceof Refused) && label.kind === 'literal' && typeof label.value === 'string' ? label.value : null;
}

/** Problems of one file that are told; more say nothing new. */
const MAX_PROBLEMS = 100;

function problem(cursor: Cursor, at: number, message: string, id: InputProblem['id'] = 'input/syntax-error'): void {
  if (cursor.problems.length < MAX_PROBLEMS) cursor.problems.push({ id, file: cursor.file, at, message });
}
