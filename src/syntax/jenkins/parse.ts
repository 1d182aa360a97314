import { MAX_NESTING } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import type { JenkinsArgument, JenkinsCall, Jenkinsfile, JenkinsNode, JenkinsValue } from './document.ts';
import { type JenkinsToken, jenkinsTokens } from './lexer.ts';

interface Reader {
  readonly tokens: readonly JenkinsToken[];
  readonly source: string;
  readonly file: string;
  at: number;
  depth: number;
}

/** Reads a Jenkinsfile; never throws. What is no call or assignment is passed over as `other`. */
export function parseJenkins(source: string, file: string): Jenkinsfile {
  const reader: Reader = { tokens: jenkinsTokens(source, file), source, file, at: 0, depth: 0 };
  const nodes: JenkinsNode[] = [];
  while (reader.at < reader.tokens.length) {
    nodes.push(...block(reader));
    // A closing brace without an opening one.
    reader.at++;
  }
  return { nodes };
}

function peek(reader: Reader, ahead = 0): JenkinsToken | undefined {
  return reader.tokens[reader.at + ahead];
}

function isMark(token: JenkinsToken | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text;
}

/** Statements up to the closing brace, which is left standing. */
function block(reader: Reader): readonly JenkinsNode[] {
  const nodes: JenkinsNode[] = [];
  for (let token = peek(reader); token !== undefined && !isMark(token, '}'); token = peek(reader)) {
    const before = reader.at;
    if (token.kind === 'line') reader.at++;
    else nodes.push(...statement(reader));
    if (reader.at === before) reader.at++;
  }
  return nodes;
}

const TYPES = /^(def|final|static|private|public|String|boolean|int|List|Map|void)$/;

function statement(reader: Reader): readonly JenkinsNode[] {
  const first = peek(reader);
  if (first?.kind !== 'word') return passOver(reader);
  if (TYPES.test(first.text) && peek(reader, 1)?.kind === 'word') {
    const isFunction = isMark(peek(reader, 2), '(');
    if (isFunction) return definition(reader);
    reader.at++;
    return statement(reader);
  }
  const start = peek(reader)?.span ?? first.span;
  const name = dotted(reader);
  if (isMark(peek(reader), '=') && !isMark(peek(reader, 1), '=')) {
    reader.at++;
    const read = value(reader);
    finishLine(reader);
    return [{ kind: 'assignment', name, value: read, span: joined(start, read.span) }];
  }
  return [call(reader, name, start)];
}

/** `def name(…) { … }`: runs only where it is called, which is not followed. */
function definition(reader: Reader): readonly JenkinsNode[] {
  const start = peek(reader)?.span ?? end(reader);
  reader.at += 2;
  balanced(reader);
  if (isMark(afterLines(reader), '{')) {
    skipLines(reader);
    balanced(reader);
  }
  return [{ kind: 'other', span: joined(start, end(reader)) }];
}

function dotted(reader: Reader): string {
  let name = peek(reader)?.text ?? '';
  reader.at++;
  while (isMark(peek(reader), '.') && peek(reader, 1)?.kind === 'word') {
    name += `.${peek(reader, 1)?.text ?? ''}`;
    reader.at += 2;
  }
  return name;
}

function call(reader: Reader, first: string, start: Span): JenkinsCall {
  let name = first;
  const nameSpan = joined(start, end(reader));
  let args: readonly JenkinsArgument[] = [];
  if (isMark(peek(reader), '(')) {
    reader.at++;
    args = list(reader, ')');
    while (isMark(peek(reader), '.') && peek(reader, 1)?.kind === 'word') {
      reader.at++;
      name += `.${dotted(reader)}`;
      if (isMark(peek(reader), '(')) balanced(reader);
    }
  } else if (!isMark(peek(reader), '{') && peek(reader)?.kind !== 'line' && peek(reader) !== undefined) args = bare(reader);
  const hasBlock = isMark(peek(reader), '{') || (isMark(afterLines(reader), '{') && args.length > 0);
  let body: readonly JenkinsNode[] | null = null;
  if (hasBlock) {
    skipLines(reader);
    body = braced(reader);
  } else finishLine(reader);
  return { kind: 'call', name, nameSpan, args, body, span: joined(start, end(reader)) };
}

function braced(reader: Reader): readonly JenkinsNode[] {
  if (reader.depth >= MAX_NESTING) {
    balanced(reader);
    return [];
  }
  reader.at++;
  reader.depth++;
  const nodes = block(reader);
  reader.depth--;
  if (isMark(peek(reader), '}')) reader.at++;
  return nodes;
}

/** Arguments without parentheses: to the end of the line, or to a block. */
function bare(reader: Reader): readonly JenkinsArgument[] {
  const args: JenkinsArgument[] = [];
  for (let token = peek(reader); token !== undefined; token = peek(reader)) {
    if (token.kind === 'line' || isMark(token, '{') || isMark(token, '}') || isMark(token, ')')) break;
    if (isMark(token, ',')) {
      reader.at++;
      skipLines(reader);
      continue;
    }
    const before = reader.at;
    args.push(argument(reader));
    if (reader.at === before) reader.at++;
  }
  return args;
}

function list(reader: Reader, close: string): readonly JenkinsArgument[] {
  const args: JenkinsArgument[] = [];
  for (let token = peek(reader); token !== undefined && !isMark(token, close); token = peek(reader)) {
    const before = reader.at;
    if (token.kind === 'line' || isMark(token, ',')) reader.at++;
    else args.push(argument(reader));
    if (reader.at === before) reader.at++;
  }
  if (isMark(peek(reader), close)) reader.at++;
  return args;
}

function argument(reader: Reader): JenkinsArgument {
  const [first, second] = [peek(reader), peek(reader, 1)];
  const isNamed = (first?.kind === 'word' || first?.kind === 'text') && isMark(second, ':');
  if (isNamed) {
    reader.at += 2;
    skipLines(reader);
  }
  return { name: isNamed ? (first?.text ?? null) : null, value: value(reader) };
}

/** One value; an expression of several parts is `other`. */
function value(reader: Reader): JenkinsValue {
  const first = peek(reader);
  const from = first?.span ?? end(reader);
  const read = reader.depth >= MAX_NESTING ? null : simpleValue(reader);
  const rest = peek(reader);
  const isWhole = rest === undefined || rest.kind === 'line' || (rest.kind === 'mark' && /[,)\]}{]/.test(rest.text));
  if (read !== null && isWhole) return read;
  for (let token = peek(reader); token !== undefined; token = peek(reader)) {
    if (token.kind === 'line' || (token.kind === 'mark' && /[,)\]}]/.test(token.text))) break;
    if (token.kind === 'mark' && /[([{]/.test(token.text)) balanced(reader);
    else reader.at++;
  }
  const span = joined(from, end(reader));
  return { kind: 'other', text: reader.source.slice(span.start, span.end), span };
}

function simpleValue(reader: Reader): JenkinsValue | null {
  const token = peek(reader);
  if (token?.kind === 'text') {
    reader.at++;
    return { kind: 'text', text: token.text, interpolates: token.interpolates, span: token.inside };
  }
  if (isMark(token, '[') && token !== undefined) {
    reader.at++;
    reader.depth++;
    const items = list(reader, ']');
    reader.depth--;
    return { kind: 'list', items, span: joined(token.span, end(reader)) };
  }
  if (token?.kind !== 'word') return null;
  const start = token.span;
  const name = dotted(reader);
  const nameSpan = joined(start, end(reader));
  if (!isMark(peek(reader), '(')) return { kind: 'other', text: name, span: nameSpan };
  reader.at++;
  reader.depth++;
  const args = list(reader, ')');
  reader.depth--;
  const span = joined(start, end(reader));
  return { kind: 'call', call: { kind: 'call', name, nameSpan, args, body: null, span }, span };
}

/** Passes over a bracket with all that it holds. */
function balanced(reader: Reader): void {
  let open = 0;
  for (let token = peek(reader); token !== undefined; token = peek(reader)) {
    if (token.kind === 'mark' && /[([{]/.test(token.text)) open++;
    if (token.kind === 'mark' && /[)\]}]/.test(token.text)) open--;
    reader.at++;
    if (open <= 0) return;
  }
}

/** What is left of a line, brackets as a whole. */
function finishLine(reader: Reader): void {
  for (let token = peek(reader); token !== undefined; token = peek(reader)) {
    if (token.kind === 'line' || isMark(token, '}')) return;
    if (token.kind === 'mark' && /[([{]/.test(token.text)) balanced(reader);
    else reader.at++;
  }
}

function passOver(reader: Reader): readonly JenkinsNode[] {
  const start = peek(reader)?.span ?? end(reader);
  finishLine(reader);
  return [{ kind: 'other', span: joined(start, end(reader)) }];
}

function skipLines(reader: Reader): void {
  while (peek(reader)?.kind === 'line') reader.at++;
}

function afterLines(reader: Reader): JenkinsToken | undefined {
  let at = reader.at;
  while (reader.tokens[at]?.kind === 'line') at++;
  return reader.tokens[at];
}

/** The place of the last token that was read. */
function end(reader: Reader): Span {
  return reader.tokens[Math.max(0, reader.at - 1)]?.span ?? { file: reader.file, start: 0, end: 0 };
}

function joined(from: Span, to: Span): Span {
  return { ...from, end: Math.max(from.end, to.end) };
}
