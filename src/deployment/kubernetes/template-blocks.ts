import type { Answer } from '../../core/data.ts';
import { type Hole, holesOf } from '../../syntax/yaml/holes.ts';

/** A part of a template between `if`, `with` or `range`, `else` and `end`. */
export interface TemplateBlock {
  readonly start: number;
  readonly end: number;
  readonly kind: 'if' | 'with' | 'range' | 'define';
  /** The condition or list, as written. */
  readonly over: string;
  /** What stands behind `else` holds when the condition does not. */
  readonly negated: boolean;
  /** There is another branch. */
  readonly chained: boolean;
}

/** An expression that stands on a line of its own. */
export interface TemplateLine {
  readonly at: number;
  readonly end: number;
  readonly expression: string;
  /** How deep its result is indented. */
  readonly depth: number;
}

export interface TemplateText {
  readonly blocks: readonly TemplateBlock[];
  readonly lines: readonly TemplateLine[];
  /** What the variables of the file stand for; null for one that is set more than once. */
  readonly locals: ReadonlyMap<string, string | null>;
}

export function innerOf(text: string): string {
  return text.replace(/^\{\{-?\s*|\s*-?\}\}$/g, '');
}

/** What the Go templates of a text decide, and where they put in more than a value. */
export function templateText(text: string): TemplateText {
  const blocks: TemplateBlock[] = [];
  const lines: TemplateLine[] = [];
  const stack: Open[] = [];
  const locals = new Map<string, string | null>();
  for (const hole of holesOf(text)) {
    if (hole.kind !== '{{') continue;
    const inner = innerOf(text.slice(hole.start, hole.end));
    const [, local, given = ''] = /^\$(\w+)\s*:?=\s*([\s\S]*)$/.exec(inner) ?? [];
    if (local !== undefined) locals.set(local, locals.has(local) ? null : given.trim());
    const [, word = '', rest = ''] = /^(if|with|range|define|block|else|end)\b\s*([\s\S]*)$/.exec(inner) ?? [];
    if (word === 'end') close(stack.pop(), hole, blocks);
    else if (word === 'else') branch(stack, hole, rest, blocks);
    else if (word !== '') stack.push({ start: hole.end, kind: kindOf(word), over: rest.trim(), negated: false, chained: false });
    else if (!/^(\/\*|\$\w+\s*:?=)/.test(inner)) lines.push(...lineOf(text, hole, inner));
  }
  // What is never closed reaches to the end.
  for (const open of stack) blocks.push({ ...open, end: text.length });
  return { blocks, lines, locals };
}

type Open = Omit<TemplateBlock, 'end'>;

function kindOf(word: string): TemplateBlock['kind'] {
  return word === 'with' || word === 'range' || word === 'if' ? word : 'define';
}

function close(open: Open | undefined, hole: Hole, blocks: TemplateBlock[]): void {
  if (open !== undefined) blocks.push({ ...open, end: hole.start });
}

function branch(stack: Open[], hole: Hole, rest: string, blocks: TemplateBlock[]): void {
  const open = stack.pop();
  if (open === undefined) return;
  blocks.push({ ...open, end: hole.start, chained: true });
  const again = /^if\b\s*([\s\S]*)$/.exec(rest);
  // A further condition is not followed: it holds only where the first does not.
  const over = again === null && !open.chained ? open.over : '?';
  stack.push({ ...open, start: hole.end, kind: open.kind === 'range' ? 'range' : 'if', over, negated: true, chained: true });
}

function lineOf(text: string, hole: Hole, inner: string): readonly TemplateLine[] {
  const head = text.slice(text.lastIndexOf('\n', hole.start - 1) + 1, hole.start);
  const newline = text.indexOf('\n', hole.end);
  const tail = text.slice(hole.end, newline === -1 ? text.length : newline);
  if (/\S/.test(head) || /[^\s\r]/.test(tail)) return [];
  const indented = /\bn?indent\s+(\d+)/.exec(inner)?.[1];
  return [{ at: hole.start, end: hole.end, expression: inner, depth: indented === undefined ? head.length : Number(indented) }];
}

/** Three-valued `not`. */
export function negated(answer: Answer): Answer {
  return answer === 'maybe' ? 'maybe' : answer === 'yes' ? 'no' : 'yes';
}
