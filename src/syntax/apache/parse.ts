import { MAX_NESTING } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';
import { holeFinder, holesOf } from '../yaml/holes.ts';
import type { ApacheArg, ApacheDirective, ApacheFile } from './directive.ts';
import { type LogicalLine, logicalLines } from './lines.ts';

interface Head {
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly ApacheArg[];
  readonly rest: string;
  readonly start: number;
}

interface Open {
  /** Null for the file itself. */
  readonly head: Head | null;
  readonly directives: ApacheDirective[];
}

interface State {
  readonly file: string;
  readonly problems: InputProblem[];
  readonly open: Open[];
}

/** Reads a configuration of httpd; never throws. After a fault it goes on at the next line. `file` only goes into the spans. */
export function parseApache(text: string, file: string): ApacheFile {
  const root: Open = { head: null, directives: [] };
  const state: State = { file, problems: [], open: [root] };
  let templated = false;
  let last = 0;
  for (const line of logicalLines(text)) {
    last = line.offset(line.text.length);
    // Only what the template language takes out of the line is left out: `{% if x %}ServerName y{% endif %}` is a line with holes.
    if (/^(\{%.*%\}|\{#.*#\}|<%(?!=).*%>)$/.test(line.text)) templated ||= !line.text.startsWith('{#');
    else step(line, state);
  }
  for (const one of state.open.slice(1)) problem(state, one.head?.start ?? 0, 'A section is not closed before the end of the file.');
  while (state.open.length > 1) close(state, last);
  return { directives: root.directives, problems: state.problems, templated };
}

function step(line: LogicalLine, state: State): void {
  const { text } = line;
  const closing = /^<\/\s*([^\s>]*)/.exec(text);
  if (closing !== null) {
    closeNamed(closing[1] ?? '', line, state);
    return;
  }
  const head = headOf(line, state.file);
  if (head === null) problem(state, line.offset(0), 'A section has no name.');
  else if (text.startsWith('<')) {
    if (!text.includes('>')) problem(state, head.start, `\`<${head.name}\` has no \`>\`.`);
    if (state.open.length === MAX_NESTING) problem(state, head.start, `Nesting is deeper than ${MAX_NESTING} levels.`, 'input/limit');
    state.open.push({ head, directives: [] });
  } else state.open[state.open.length - 1]?.directives.push(directive(head, null, line.offset(text.length), state));
}

function headOf(line: LogicalLine, file: string): Head | null {
  const section = line.text.startsWith('<');
  const found = (section ? /^<\s*([^\s>]+)/ : /^(\S+)/).exec(line.text);
  const name = found?.[1];
  if (found === null || name === undefined) return null;
  const from = found[0].length;
  const bracket = section ? line.text.lastIndexOf('>') : -1;
  const to = bracket >= from ? bracket : line.text.length;
  const nameSpan = { file, start: line.offset(from - name.length), end: line.offset(from) };
  return { name, nameSpan, args: wordsOf(line, from, to, file), rest: line.text.slice(from, to).trim(), start: line.offset(0) };
}

/** Splits as `ap_getword_conf`: a quote counts at the start of a word only, and a backslash inside quotes escapes it and itself. */
function wordsOf(line: LogicalLine, from: number, to: number, file: string): readonly ApacheArg[] {
  const { text } = line;
  const holeAt = holeFinder(text);
  const words: ApacheArg[] = [];
  for (let at = from; at < to; ) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    const quote = char === '"' || char === "'" ? char : null;
    let end = at + 1;
    if (quote === null) {
      // A hole belongs to its word, blanks and all.
      for (end = at; end < to && !/\s/.test(text.charAt(end)); ) end = holeAt(end)?.end ?? end + 1;
    } else while (end < to && text.charAt(end) !== quote) end += text.charAt(end) === '\\' ? 2 : 1;
    end = Math.min(end, to);
    const inner =
      quote === null
        ? text.slice(at, end)
        : text.slice(at + 1, end).replace(/\\(["'\\])/g, (all, one) => (one === '\\' || one === quote ? one : all));
    const stop = quote === null ? end : Math.min(end + 1, to);
    words.push({
      text: inner,
      span: { file, start: line.offset(at), end: line.offset(stop) },
      quote,
      hole: holesOf(inner).length > 0 || /<%/.test(inner),
    });
    at = stop;
  }
  return words;
}

function closeNamed(name: string, line: LogicalLine, state: State): void {
  const open = state.open[state.open.length - 1]?.head ?? null;
  if (open !== null && open.name.toLowerCase() === name.toLowerCase()) {
    close(state, line.offset(line.text.length));
    return;
  }
  problem(state, line.offset(0), `\`</${name}>\` closes no open section.`);
  const index = state.open.findLastIndex((one) => one.head?.name.toLowerCase() === name.toLowerCase());
  if (index <= 0) return;
  while (state.open.length > index) close(state, line.offset(line.text.length));
}

/** What lies deeper than the limit is dropped: its tags are still counted. */
function close(state: State, end: number): void {
  const done = state.open.pop();
  const parent = state.open[state.open.length - 1];
  if (!done?.head || parent === undefined || state.open.length > MAX_NESTING) return;
  parent.directives.push(directive(done.head, done.directives, end, state));
}

function directive(head: Head, block: readonly ApacheDirective[] | null, end: number, { file }: State): ApacheDirective {
  const { name, nameSpan, args, rest, start } = head;
  return { name, nameSpan, args, rest, block, span: { file, start, end } };
}

/** Problems of one file that are told; more say nothing new. */
const MAX_PROBLEMS = 100;

function problem(state: State, at: number, message: string, id: InputProblem['id'] = 'input/syntax-error'): void {
  if (state.problems.length < MAX_PROBLEMS) state.problems.push({ id, file: state.file, at, message });
}
