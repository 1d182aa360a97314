import { MAX_NESTING, MAX_PATTERN_TEXT } from '../../core/limits.ts';

/** What a variable is: a text, definitely not set (null), or not known (undefined). */
export type Lookup = (name: string) => string | null | undefined;

export type Expanded =
  | { readonly kind: 'known'; readonly value: string }
  /** It depends on variables that are not known. */
  | { readonly kind: 'unknown'; readonly names: readonly string[] }
  /** The tool refuses: a required variable is missing, or the text is not a template. */
  | { readonly kind: 'error'; readonly message: string; readonly variable: string | null };

const START = /\$(?:\$|[_a-z][_a-z0-9]*|\{)/gi;
const NAME = /[_a-z][_a-z0-9]*/iy;

/** Compose's interpolation: `$A`, `${A}`, `${A:-d}`, `${A-d}`, `${A:?m}`, `${A?m}`, `${A:+r}`, `${A+r}`, `$$`, nested. */
export function expandTemplate(text: string, lookup: Lookup): Expanded {
  return expand(text, lookup, 0);
}

function expand(text: string, lookup: Lookup, depth: number): Expanded {
  if (depth > MAX_NESTING || text.length > MAX_PATTERN_TEXT) return { kind: 'unknown', names: [] };
  const parts: Expanded[] = [];
  const starts = new RegExp(START);
  let done = 0;
  for (let found = starts.exec(text); found !== null; found = starts.exec(text)) {
    parts.push({ kind: 'known', value: text.slice(done, found.index) });
    const [part, end] = substitution(text, found.index, found[0], lookup, depth);
    if (part.kind === 'error') return part;
    parts.push(part);
    done = end;
    starts.lastIndex = end;
  }
  parts.push({ kind: 'known', value: text.slice(done) });
  return joined(parts);
}

/** An error counts even beside the unknown: nothing can make the tool accept the text. */
export function joined(parts: readonly Expanded[]): Expanded {
  const error = parts.find((part) => part.kind === 'error');
  if (error !== undefined) return error;
  const unknown = parts.filter((part) => part.kind === 'unknown');
  if (unknown.length > 0) return { kind: 'unknown', names: [...new Set(unknown.flatMap((part) => part.names))] };
  return { kind: 'known', value: parts.map((part) => (part.kind === 'known' ? part.value : '')).join('') };
}

function substitution(text: string, at: number, start: string, lookup: Lookup, depth: number): readonly [Expanded, number] {
  if (start === '$$') return [{ kind: 'known', value: '$' }, at + 2];
  if (start !== '${') return [valueFor(start.slice(1), lookup), at + start.length];
  NAME.lastIndex = at + 2;
  const name = NAME.exec(text)?.[0];
  const after = at + 2 + (name?.length ?? 0);
  if (name === undefined) return [invalid(), at + 2];
  if (text[after] === '}') return [valueFor(name, lookup), after + 1];
  const operator = /^:?[-+?]/.exec(text.slice(after, after + 2))?.[0];
  const close = operator === undefined ? -1 : closingBrace(text, at);
  if (operator === undefined || close === -1) return [invalid(), at + 2];
  return [applied(operator, name, text.slice(after + operator.length, close), lookup, depth), close + 1];
}

function invalid(): Expanded {
  return { kind: 'error', message: 'The text is not a valid template.', variable: null };
}

function valueFor(name: string, lookup: Lookup): Expanded {
  const value = lookup(name);
  return value === undefined ? { kind: 'unknown', names: [name] } : { kind: 'known', value: value ?? '' };
}

/**
 * The brace that closes the one after the `$` at this offset. The substitution ends on its line; like compose-go this
 * counts every brace and skips the character after an opening one.
 */
function closingBrace(text: string, at: number): number {
  let open = 0;
  let i = at;
  for (; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '}' && --open === 0) return i;
    if (text[i] === '{') {
      open++;
      if (text[i + 1] !== '\n') i++;
    }
  }
  const greedy = text.lastIndexOf('}', i - 1);
  return greedy > at ? greedy : -1;
}

function applied(operator: string, name: string, rest: string, lookup: Lookup, depth: number): Expanded {
  const value = lookup(name);
  if (value === undefined) return { kind: 'unknown', names: [name] };
  const present = value !== null && (operator.length === 1 || value !== '');
  if (operator.endsWith('+')) return present ? expand(rest, lookup, depth + 1) : { kind: 'known', value: value ?? '' };
  if (present) return { kind: 'known', value: value ?? '' };
  if (operator.endsWith('-')) return expand(rest, lookup, depth + 1);
  return { kind: 'error', message: `The required variable ${name} is missing.`, variable: name };
}
