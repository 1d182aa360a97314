import { MAX_NESTING } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';
import type { CaddyBlock, CaddyDirective, CaddyFile, CaddySite, CaddyWord } from './document.ts';
import { lex, type Token } from './lexer.ts';

interface State {
  readonly file: string;
  readonly length: number;
  readonly tokens: readonly Token[];
  readonly problems: InputProblem[];
  at: number;
}

/** Reads a Caddyfile; never throws. `file` only goes into the spans. */
export function parseCaddy(text: string, file: string): CaddyFile {
  const state: State = { file, length: text.length, tokens: lex(text), problems: [], at: 0 };
  let options: CaddyBlock | null = null;
  const snippets = new Map<string, CaddyBlock>();
  const sites: CaddySite[] = [];
  const loose: CaddyDirective[] = [];
  for (const token of state.tokens)
    if (!token.closed) problem(state, token.start, 'A quoted text is not closed before the end of the file.');
  while (state.at < state.tokens.length) {
    const head = state.tokens[state.at];
    if (head === undefined) break;
    if (isOpening(head)) {
      const block = optionsBlock(state, head);
      if (options === null && sites.length === 0) options = block;
      else problem(state, head.start, 'A block of options stands only at the head of the file.');
    } else if (isClosing(head)) {
      problem(state, head.start, 'A `}` closes no block.');
      state.at++;
    } else if (head.text === 'import' && head.quote === null) loose.push(directive(state, 0));
    else {
      const site = readSite(state);
      const snippet = /^&?\((.+)\)$/.exec(site.addresses[0]?.text ?? '')?.[1];
      if (snippet === undefined) sites.push(site);
      else snippets.set(snippet, site);
    }
  }
  return { options, snippets, sites, loose, problems: state.problems };
}

/** Reads a file that is only a part of sites: every line is a directive. */
export function parseCaddyLines(text: string, file: string): readonly CaddyDirective[] {
  const state: State = { file, length: text.length, tokens: lex(text), problems: [], at: 0 };
  const directives: CaddyDirective[] = [];
  while (state.at < state.tokens.length) {
    const token = state.tokens[state.at];
    if (isClosing(token) || isOpening(token)) state.at++;
    else directives.push(directive(state, 0));
  }
  return directives;
}

function isOpening(token: Token | undefined): boolean {
  return token?.text === '{' && token.quote === null;
}

function isClosing(token: Token | undefined): boolean {
  return token?.text === '}' && token.quote === null;
}

function optionsBlock(state: State, open: Token): CaddyBlock {
  state.at++;
  return { at: spanOf(state, open), directives: body(state, 0, open) };
}

/** Addresses up to `{` or the end of the line; one site needs no braces, and then all the rest is its own. */
function readSite(state: State): CaddySite {
  const addresses: CaddyWord[] = [];
  const head = state.tokens[state.at];
  const start = head?.start ?? 0;
  let goesOn = true;
  for (let token = head; token !== undefined && !isOpening(token); token = state.tokens[state.at]) {
    if (token.first && !goesOn) break;
    goesOn = token.quote === null && token.text.endsWith(',');
    for (const word of addressWords(state, token)) addresses.push(word);
    state.at++;
  }
  const at = addresses[0]?.span ?? { file: state.file, start, end: start };
  const open = state.tokens[state.at];
  if (open !== undefined && isOpening(open)) {
    state.at++;
    const directives = body(state, 0, open);
    return { addresses, at, directives, span: { file: state.file, start, end: lastEnd(state) } };
  }
  const directives: CaddyDirective[] = [];
  while (state.at < state.tokens.length) {
    if (isClosing(state.tokens[state.at])) state.at++;
    else directives.push(directive(state, 0));
  }
  return { addresses, at, directives, span: { file: state.file, start, end: lastEnd(state) } };
}

/** `a.example,b.example` are two addresses; a comma may stand anywhere between them, but not inside of `{$NAME:a,b}`. */
function addressWords(state: State, token: Token): readonly CaddyWord[] {
  if (token.quote !== null) return [wordOf(state, token)];
  const { text } = token;
  const words: CaddyWord[] = [];
  const lastClose = text.lastIndexOf('}');
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < lastClose && text.startsWith('{$', at)) at = text.indexOf('}', at);
    else if (at === text.length || text.charAt(at) === ',') {
      const span = { file: state.file, start: token.start + from, end: token.start + at };
      if (at > from) words.push({ text: text.slice(from, at), quote: null, span });
      from = at + 1;
    }
  }
  return words;
}

/** The lines up to the closing brace of the block that `open` began. */
function body(state: State, depth: number, open: Token): readonly CaddyDirective[] {
  const directives: CaddyDirective[] = [];
  while (state.at < state.tokens.length) {
    if (isClosing(state.tokens[state.at])) {
      state.at++;
      return directives;
    }
    directives.push(directive(state, depth));
  }
  problem(state, open.start, 'A block is not closed before the end of the file.');
  return directives;
}

function directive(state: State, depth: number): CaddyDirective {
  const name = state.tokens[state.at];
  state.at++;
  const args: CaddyWord[] = [];
  let block: readonly CaddyDirective[] | null = null;
  for (let token = state.tokens[state.at]; token !== undefined && !token.first && !isClosing(token); token = state.tokens[state.at]) {
    state.at++;
    if (!isOpening(token)) args.push(wordOf(state, token));
    else {
      block = depth >= MAX_NESTING ? tooDeep(state, token) : body(state, depth + 1, token);
      break;
    }
  }
  const nameSpan = name === undefined ? { file: state.file, start: state.length, end: state.length } : spanOf(state, name);
  return { name: name?.text ?? '', nameSpan, args, block, span: { ...nameSpan, end: Math.max(lastEnd(state), nameSpan.end) } };
}

/** What lies deeper than the limit is dropped: its braces are still counted. */
function tooDeep(state: State, open: Token): readonly CaddyDirective[] {
  problem(state, open.start, `Nesting is deeper than ${MAX_NESTING} levels.`, 'input/limit');
  for (let depth = 1; depth > 0 && state.at < state.tokens.length; state.at++) {
    if (isOpening(state.tokens[state.at])) depth++;
    if (isClosing(state.tokens[state.at])) depth--;
  }
  return [];
}

function lastEnd(state: State): number {
  return state.tokens[state.at - 1]?.end ?? 0;
}

function spanOf(state: State, token: Token): Span {
  return { file: state.file, start: token.start, end: token.end };
}

function wordOf(state: State, token: Token): CaddyWord {
  return { text: token.text, span: spanOf(state, token), quote: token.quote };
}

/** Problems of one file that are told; more say nothing new. */
const MAX_PROBLEMS = 100;

function problem(state: State, at: number, message: string, id: InputProblem['id'] = 'input/syntax-error'): void {
  if (state.problems.length < MAX_PROBLEMS) state.problems.push({ id, file: state.file, at, message });
}
