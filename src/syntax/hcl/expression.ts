import { type Cursor, deeper, endOfStatement, expectText, match, peek, Refused, skipBlanks, spanFrom, take } from './cursor.ts';
import type { HclEntry, HclExpression, HclStep } from './document.ts';
import { heredoc, quotedText } from './template.ts';

export const NAME = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const NUMBER = /\d+(\.\d+)?([eE][-+]?\d+)?/y;

const OPERATORS: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['>=', '<=', '>', '<'], ['+', '-'], ['*', '/', '%']];

/** One expression; throws Refused where there is none. */
export function expression(cursor: Cursor): HclExpression {
  return deeper(cursor, () => {
    skipBlanks(cursor);
    const start = cursor.at;
    const test = operation(cursor, 0);
    skipBlanks(cursor);
    if (!take(cursor, '?')) return test;
    const yes = expression(cursor);
    skipBlanks(cursor);
    expectText(cursor, ':');
    const no = expression(cursor);
    return { kind: 'conditional', test, yes, no, span: spanFrom(cursor, start) };
  });
}

function operation(cursor: Cursor, level: number): HclExpression {
  const operators = OPERATORS[level];
  if (operators === undefined) return unary(cursor);
  skipBlanks(cursor);
  const start = cursor.at;
  let left = operation(cursor, level + 1);
  for (;;) {
    skipBlanks(cursor);
    const operator = operators.find((one) => take(cursor, one));
    if (operator === undefined) return left;
    const right = operation(cursor, level + 1);
    left = { kind: 'operation', operator, left, right, span: spanFrom(cursor, start) };
  }
}

function unary(cursor: Cursor): HclExpression {
  skipBlanks(cursor);
  const start = cursor.at;
  const operator = peek(cursor);
  if (operator !== '!' && operator !== '-') return postfix(cursor);
  cursor.at++;
  const left = deeper(cursor, () => unary(cursor));
  if (operator === '-' && left.kind === 'literal' && typeof left.value === 'number')
    return { kind: 'literal', value: -left.value, span: spanFrom(cursor, start) };
  return { kind: 'operation', operator, left, right: null, span: spanFrom(cursor, start) };
}

function postfix(cursor: Cursor): HclExpression {
  const start = cursor.at;
  const of = term(cursor);
  const path = stepsAfter(cursor);
  if (path.length === 0) return of;
  const span = spanFrom(cursor, start);
  return of.kind === 'reference' ? { ...of, path: [...of.path, ...path], span } : { kind: 'member', of, path, span };
}

/** `.name`, `.0`, `.*`, `["key"]`, `[0]`, `[*]`, `[expression]`. */
function stepsAfter(cursor: Cursor): readonly HclStep[] {
  const path: HclStep[] = [];
  for (;;) {
    const char = peek(cursor);
    if (char === '.' && peek(cursor, 1) !== '.') {
      cursor.at++;
      if (take(cursor, '*')) path.push({ kind: 'splat' });
      else path.push(nameOrIndex(cursor));
    } else if (char === '[') path.push(indexed(cursor));
    else return path;
  }
}

function nameOrIndex(cursor: Cursor): HclStep {
  const name = match(cursor, NAME);
  if (name !== null) return name;
  const digits = match(cursor, /\d+/y);
  if (digits === null) throw new Refused(cursor.at, 'A name is expected here.');
  return Number(digits);
}

function indexed(cursor: Cursor): HclStep {
  cursor.at++;
  return withoutLines(cursor, (): HclStep => {
    skipBlanks(cursor);
    if (take(cursor, '*')) {
      skipBlanks(cursor);
      expectText(cursor, ']');
      return { kind: 'splat' };
    }
    const by = expression(cursor);
    skipBlanks(cursor);
    expectText(cursor, ']');
    const literal = by.kind === 'literal' ? by.value : null;
    return typeof literal === 'string' || typeof literal === 'number' ? literal : { kind: 'index', by };
  });
}

function withoutLines<T>(cursor: Cursor, read: () => T): T {
  const { lines } = cursor;
  cursor.lines = false;
  const made = read();
  cursor.lines = lines;
  return made;
}

function term(cursor: Cursor): HclExpression {
  const start = cursor.at;
  const char = peek(cursor);
  if (char === '"') return quotedText(cursor, expression);
  if (char === '(') return inParentheses(cursor);
  if (char === '[') return bracketed(cursor);
  if (char === '{') return braced(cursor);
  const text = char === '<' ? heredoc(cursor, expression) : null;
  if (text !== null) return text;
  const number = match(cursor, NUMBER);
  if (number !== null) return { kind: 'literal', value: Number(number), span: spanFrom(cursor, start) };
  const name = match(cursor, NAME);
  if (name === null) throw new Refused(cursor.at, 'A value is expected here.');
  if (peek(cursor) === '(') return call(cursor, name, start);
  const span = spanFrom(cursor, start);
  if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true', span };
  return name === 'null' ? { kind: 'literal', value: null, span } : { kind: 'reference', root: name, path: [], span };
}

function inParentheses(cursor: Cursor): HclExpression {
  cursor.at++;
  return withoutLines(cursor, () => {
    const inner = expression(cursor);
    skipBlanks(cursor);
    expectText(cursor, ')');
    return inner;
  });
}

/** The cursor stands at `(`; functions of providers have names with `::`, which are not followed. */
function call(cursor: Cursor, name: string, start: number): HclExpression {
  cursor.at++;
  return withoutLines(cursor, () => {
    const args: HclExpression[] = [];
    let spreads = false;
    for (;;) {
      skipBlanks(cursor);
      if (take(cursor, ')')) break;
      args.push(expression(cursor));
      skipBlanks(cursor);
      if (take(cursor, '...')) spreads = true;
      skipBlanks(cursor);
      if (!take(cursor, ',') && peek(cursor) !== ')') throw new Refused(cursor.at, 'A `,` or `)` is expected here.');
    }
    return { kind: 'call', name, args, spreads, span: spanFrom(cursor, start) };
  });
}

const FOR = /\s*for\s/y;

/** A list or `[for …]`. */
function bracketed(cursor: Cursor): HclExpression {
  const start = cursor.at;
  cursor.at++;
  FOR.lastIndex = cursor.at;
  if (FOR.test(cursor.text)) return skipped(cursor, start, ']');
  return withoutLines(cursor, () => {
    const items: HclExpression[] = [];
    for (;;) {
      skipBlanks(cursor);
      if (take(cursor, ']')) break;
      items.push(expression(cursor));
      skipBlanks(cursor);
      if (!take(cursor, ',') && peek(cursor) !== ']') throw new Refused(cursor.at, 'A `,` or `]` is expected here.');
    }
    return { kind: 'list', items, span: spanFrom(cursor, start) };
  });
}

/** An object or `{for …}`. */
function braced(cursor: Cursor): HclExpression {
  const start = cursor.at;
  cursor.at++;
  FOR.lastIndex = cursor.at;
  if (FOR.test(cursor.text)) return skipped(cursor, start, '}');
  const { lines } = cursor;
  const entries: HclEntry[] = [];
  for (;;) {
    skipBlanks(cursor, false);
    if (take(cursor, '}')) break;
    entries.push(entryOf(cursor));
    skipBlanks(cursor, true);
    if (!take(cursor, ',') && peek(cursor) !== '}' && peek(cursor) !== '\n') throw new Refused(cursor.at, 'A `,` or `}` is expected here.');
  }
  cursor.lines = lines;
  return { kind: 'object', entries, span: spanFrom(cursor, start) };
}

function entryOf(cursor: Cursor): HclEntry {
  cursor.lines = true;
  const start = cursor.at;
  const found = expression(cursor);
  const key: HclExpression =
    found.kind === 'reference' && found.path.length === 0 && peekAt(cursor, start) !== '('
      ? { kind: 'literal', value: found.root, span: found.span }
      : found;
  skipBlanks(cursor);
  if (!take(cursor, '=') && !take(cursor, ':')) throw new Refused(cursor.at, 'A `=` is expected here.');
  skipBlanks(cursor, false);
  return { key, value: expression(cursor) };
}

function peekAt(cursor: Cursor, at: number): string {
  return cursor.text.charAt(at);
}

const REFERENCE = /(?<![\w.-])([a-z]\w*)((?:\.[A-Za-z_][\w-]*)+)/g;

/** A `for` expression is kept as what it refers to. */
function skipped(cursor: Cursor, start: number, close: ']' | '}'): HclExpression {
  const whole = closingOf(cursor, start, close);
  cursor.at = whole;
  const span = spanFrom(cursor, start);
  const parts = [...cursor.text.slice(start, whole).matchAll(REFERENCE)].map(
    (found): HclExpression => ({
      kind: 'reference',
      root: found[1] ?? '',
      path: (found[2] ?? '').split('.').slice(1),
      span: { file: cursor.file, start: start + found.index, end: start + found.index + found[0].length },
    }),
  );
  return { kind: 'opaque', parts, span };
}

function closingOf(cursor: Cursor, start: number, close: ']' | '}'): number {
  let at = endOfStatement(cursor.text, start + 1, cursor.end);
  while (at < cursor.end && cursor.text.charAt(at) === '\n') at = endOfStatement(cursor.text, at + 1, cursor.end);
  if (cursor.text.charAt(at) !== close) throw new Refused(start, 'A `for` expression is not closed.');
  return at + 1;
}
