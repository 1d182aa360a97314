import { MAX_NESTING } from '../../core/limits.ts';
import type { InputProblem } from '../../files/tree.ts';
import type { NginxArg, NginxDirective, NginxFile } from './directive.ts';
import { lex, type Token } from './lexer.ts';

interface Open {
  /** Null for the file itself. */
  readonly head: Head | null;
  readonly directives: NginxDirective[];
}
interface Head {
  readonly name: Token;
  readonly args: readonly NginxArg[];
}

interface State {
  readonly file: string;
  readonly problems: InputProblem[];
  readonly open: Open[];
  pending: Token[];
}

/** Reads a configuration; never throws. After a fault it goes on at the next `;` or `}`. `file` only goes into the spans. */
export function parseNginx(text: string, file: string): NginxFile {
  const { tokens, comments, templated } = lex(text, file);
  const root: Open = { head: null, directives: [] };
  const state: State = { file, problems: [], open: [root], pending: [] };
  for (const token of tokens) step(token, state);
  if (state.pending.length > 0) unterminated(state, text.length);
  for (const one of state.open.slice(1)) problem(state, one.head?.name.start ?? 0, 'A block is not closed before the end of the file.');
  while (state.open.length > 1) closeBlock(state, text.length);
  return { directives: root.directives, comments, problems: state.problems, templated };
}

function step(token: Token, state: State): void {
  const [first] = state.pending;
  switch (token.kind) {
    case 'word':
    case 'quoted':
      if (!token.closed) problem(state, token.start, 'A quoted string or Lua block is not closed before the end of the file.');
      state.pending.push(token);
      return;
    case ';':
      if (first === undefined) problem(state, token.start, 'A `;` stands where a directive is expected.');
      else finish(state, token.end);
      return;
    case '{':
      if (first === undefined) problem(state, token.start, 'A `{` stands where a directive is expected.');
      openBlock(state, first ?? token);
      return;
    case '}':
      if (first !== undefined) unterminated(state, token.start);
      if (state.open.length === 1) problem(state, token.start, 'A `}` closes no block.');
      else closeBlock(state, token.end);
  }
}

function openBlock(state: State, name: Token): void {
  const head = { name, args: argsOf(state) };
  if (state.open.length === MAX_NESTING) problem(state, name.start, `Nesting is deeper than ${MAX_NESTING} levels.`, 'input/limit');
  state.open.push({ head, directives: [] });
  state.pending = [];
}

/** What lies deeper than the limit is dropped: its braces are still counted. */
function closeBlock(state: State, end: number): void {
  const done = state.open.pop();
  const parent = state.open[state.open.length - 1];
  if (!done?.head || !parent || state.open.length > MAX_NESTING) return;
  parent.directives.push(directive(state, done.head.name, done.head.args, done.directives, end));
}

function finish(state: State, end: number): void {
  const [name] = state.pending;
  const parent = state.open[state.open.length - 1];
  if (name && parent) parent.directives.push(directive(state, name, argsOf(state), null, end));
  state.pending = [];
}

/** A directive without `;` is kept when a block ends after it: nginx refuses the file, a person meant this. */
function unterminated(state: State, end: number): void {
  const [name] = state.pending;
  const last = state.pending[state.pending.length - 1];
  problem(state, name?.start ?? end, 'A directive is not terminated by `;`.');
  finish(state, last?.end ?? end);
}

function directive(
  state: State,
  name: Token,
  args: readonly NginxArg[],
  block: readonly NginxDirective[] | null,
  end: number,
): NginxDirective {
  const nameSpan = { file: state.file, start: name.start, end: name.end };
  return { name: name.text, nameSpan, args, block, span: { file: state.file, start: name.start, end } };
}

function argsOf(state: State): readonly NginxArg[] {
  const [name, ...rest] = state.pending;
  const args = rest.map((token) => ({
    text: token.text,
    span: { file: state.file, start: token.start, end: token.end },
    quote: token.quote,
    hole: token.hole,
  }));
  return name?.text === 'if' ? withoutParentheses(args) : args;
}

/** `if ($a = b)` has the arguments `$a`, `=`, `b`. */
function withoutParentheses(args: readonly NginxArg[]): readonly NginxArg[] {
  const [first] = args;
  const last = args[args.length - 1];
  if (!first?.text.startsWith('(') || !last?.text.endsWith(')') || first.quote || last.quote) return args;
  const opened = args.map((arg, i) => (i === 0 ? cut(arg, 1, 0) : arg));
  return opened.map((arg, i) => (i === args.length - 1 ? cut(arg, 0, 1) : arg)).filter((arg) => arg.text !== '' || arg.quote !== null);
}

function cut(arg: NginxArg, head: number, tail: number): NginxArg {
  const text = arg.text.slice(head, arg.text.length - tail);
  return { ...arg, text, span: { ...arg.span, start: arg.span.start + head, end: arg.span.end - tail } };
}

/** Problems of one file that are told; more say nothing new. */
const MAX_PROBLEMS = 100;

function problem(state: State, at: number, message: string, id: InputProblem['id'] = 'input/syntax-error'): void {
  if (state.problems.length < MAX_PROBLEMS) state.problems.push({ id, file: state.file, at, message });
}
