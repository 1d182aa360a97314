import type { Arg, BinaryOp, CompareOp, CompClause, DictItem, Expr, Interpolation, Param } from './ast.ts';
import { floatOf, integerOf, quotesOf, unescaped } from './literals.ts';
import { field, type Node } from './tree.ts';

/** What every conversion needs: the text that offsets point into, and where the parsed piece starts in the file. */
export interface Source {
  readonly text: string;
  /** Added to every offset of the tree, for pieces that were parsed on their own. */
  readonly base: number;
}

export function textOf(node: Node, source: Source): string {
  return source.text.slice(node.start + source.base, node.end + source.base);
}

const BINARY = new Set<string>(['+', '-', '*', '/', '//', '%', '**', '@', '&', '|', '^', '<<', '>>']);
const COMPARE = new Set<string>(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'is not']);

export function isBinaryOp(text: string): text is BinaryOp {
  return BINARY.has(text);
}
function isCompareOp(text: string): text is CompareOp {
  return COMPARE.has(text);
}

/** Children that are expressions: everything named but comments. */
export function operands(node: Node): readonly Node[] {
  return node.children.filter((child) => child.named && child.type !== 'comment');
}

function place(node: Node, source: Source): { readonly start: number; readonly end: number } {
  return { start: node.start + source.base, end: node.end + source.base };
}

function unsupported(node: Node, source: Source, what = node.type): Expr {
  return { kind: 'unsupported', what, ...place(node, source) };
}

export function expression(node: Node | undefined, source: Source): Expr {
  if (node === undefined) return { kind: 'unsupported', what: 'nothing', start: source.base, end: source.base };
  if (node.missing) return unsupported(node, source, 'missing text');
  const at = place(node, source);
  switch (node.type) {
    case 'identifier':
      return { kind: 'name', name: textOf(node, source), ...at };
    case 'keyword_identifier':
      return { kind: 'name', name: textOf(node, source), ...at };
    case 'integer': {
      const value = integerOf(textOf(node, source));
      return value === undefined ? unsupported(node, source) : { kind: 'int', value, ...at };
    }
    case 'float': {
      const value = floatOf(textOf(node, source));
      return value === undefined ? unsupported(node, source) : { kind: 'float', value, ...at };
    }
    case 'true':
      return { kind: 'const', value: true, ...at };
    case 'false':
      return { kind: 'const', value: false, ...at };
    case 'none':
      return { kind: 'const', value: null, ...at };
    case 'ellipsis':
      return { kind: 'const', value: '...', ...at };
    case 'string':
      return string(node, source);
    case 'concatenated_string':
      return concatenated(node, source);
    case 'parenthesized_expression':
      return expression(operands(node)[0], source);
    case 'list':
    case 'list_pattern':
      return { kind: 'list', items: expressions(node, source), ...at };
    case 'tuple':
    case 'tuple_pattern':
    case 'expression_list':
    case 'pattern_list':
      return { kind: 'tuple', items: expressions(node, source), ...at };
    case 'set':
      return { kind: 'set', items: expressions(node, source), ...at };
    case 'dictionary':
      return { kind: 'dict', items: dictItems(node, source), ...at };
    case 'list_splat':
    case 'list_splat_pattern':
      return { kind: 'star', value: expression(operands(node)[0], source), ...at };
    default:
      return starOutside(operation(node, source));
  }
}

/** `[*a.b + c]` with that one item reaches us as `(*a).b + c`, which is no Python: the star is over the whole. */
function starOutside(made: Expr): Expr {
  switch (made.kind) {
    case 'attr':
    case 'index':
      return made.value.kind === 'star' ? { ...made.value, end: made.end, value: { ...made, value: made.value.value } } : made;
    case 'call':
      return made.func.kind === 'star' ? { ...made.func, end: made.end, value: { ...made, func: made.func.value } } : made;
    case 'binary':
    case 'bool':
      return made.left.kind === 'star' ? { ...made.left, end: made.end, value: { ...made, left: made.left.value } } : made;
    case 'compare':
      return made.first.kind === 'star' ? { ...made.first, end: made.end, value: { ...made, first: made.first.value } } : made;
    case 'ternary':
      return made.yes.kind === 'star' ? { ...made.yes, end: made.end, value: { ...made, yes: made.yes.value } } : made;
    default:
      return made;
  }
}

function operation(node: Node, source: Source): Expr {
  const at = place(node, source);
  switch (node.type) {
    case 'attribute': {
      const name = field(node, 'attribute');
      if (name === undefined) return unsupported(node, source);
      return {
        kind: 'attr',
        value: expression(field(node, 'object'), source),
        name: textOf(name, source),
        nameStart: name.start + source.base,
        ...at,
      };
    }
    case 'subscript': {
      const indices = node.children.filter((child) => child.field === 'subscript').map((child) => expression(child, source));
      const [only] = indices;
      const comma = /,\s*\]$/.test(textOf(node, source));
      const index: Expr = only !== undefined && indices.length === 1 && !comma ? only : { kind: 'tuple', items: indices, ...at };
      return { kind: 'index', value: expression(field(node, 'value'), source), index, ...at };
    }
    case 'slice':
      return slice(node, source);
    case 'call':
      return { kind: 'call', func: expression(field(node, 'function'), source), args: callArgs(field(node, 'arguments'), source), ...at };
    case 'unary_operator': {
      const op = textOf(field(node, 'operator') ?? node, source);
      if (op !== '-' && op !== '+' && op !== '~') return unsupported(node, source);
      return { kind: 'unary', op, value: expression(field(node, 'argument'), source), ...at };
    }
    case 'not_operator':
      return { kind: 'unary', op: 'not', value: expression(field(node, 'argument'), source), ...at };
    case 'boolean_operator': {
      const op = textOf(field(node, 'operator') ?? node, source);
      if (op !== 'and' && op !== 'or') return unsupported(node, source);
      return { kind: 'bool', op, left: expression(field(node, 'left'), source), right: expression(field(node, 'right'), source), ...at };
    }
    case 'binary_operator': {
      const op = textOf(field(node, 'operator') ?? node, source);
      if (!isBinaryOp(op)) return unsupported(node, source);
      return { kind: 'binary', op, left: expression(field(node, 'left'), source), right: expression(field(node, 'right'), source), ...at };
    }
    case 'comparison_operator':
      return comparison(node, source);
    case 'conditional_expression': {
      const [yes, test, no] = operands(node);
      const ternary = { kind: 'ternary' as const, test: expression(test, source), no: expression(no, source), ...at };
      // The grammar reads `x := a if b else c` as `(x := a) if b else c`; Python names the whole.
      const bound = yes?.type === 'named_expression' ? expression(yes, source) : undefined;
      if (bound?.kind === 'walrus') return { ...bound, value: { ...ternary, yes: bound.value }, ...at };
      return { ...ternary, yes: expression(yes, source) };
    }
    case 'named_expression': {
      const name = field(node, 'name');
      if (name === undefined) return unsupported(node, source);
      return { kind: 'walrus', name: textOf(name, source), value: expression(field(node, 'value'), source), ...at };
    }
    case 'lambda':
      return {
        kind: 'lambda',
        params: parameters(field(node, 'parameters'), source),
        body: expression(field(node, 'body'), source),
        ...at,
      };
    case 'list_comprehension':
    case 'set_comprehension':
    case 'generator_expression':
    case 'dictionary_comprehension':
      return comprehension(node, source);
    case 'yield': {
      const [value] = operands(node);
      const from = /^yield\s+from\b/.test(textOf(node, source));
      const inner = value === undefined ? null : expression(value, source);
      return { kind: 'yield', value: from && inner !== null ? { kind: 'star', value: inner, ...at } : inner, ...at };
    }
    case 'type':
      return expression(operands(node)[0], source);
    case 'generic_type':
      return genericType(node, source);
    case 'union_type': {
      const [left, right] = operands(node);
      return { kind: 'binary', op: '|', left: expression(left, source), right: expression(right, source), ...at };
    }
    case 'await':
      return { kind: 'await', value: expression(operands(node)[0], source), ...at };
    default:
      return unsupported(node, source);
  }
}

/** `list[str]` in an annotation. */
function genericType(node: Node, source: Source): Expr {
  const [value, parameter] = operands(node);
  const indices = parameter === undefined ? [] : expressions(parameter, source);
  const [only] = indices;
  const at = place(node, source);
  const index: Expr = only !== undefined && indices.length === 1 ? only : { kind: 'tuple', items: indices, ...at };
  return { kind: 'index', value: expression(value, source), index, ...at };
}

export function expressions(node: Node, source: Source): readonly Expr[] {
  return operands(node).map((child) => expression(child, source));
}

function dictItems(node: Node, source: Source): readonly DictItem[] {
  return operands(node).map((child) => {
    if (child.type === 'pair') return { key: expression(field(child, 'key'), source), value: expression(field(child, 'value'), source) };
    if (child.type === 'dictionary_splat') return { key: null, value: expression(operands(child)[0], source) };
    return { key: null, value: unsupported(child, source) };
  });
}

function slice(node: Node, source: Source): Expr {
  const parts: (Expr | null)[] = [null, null, null];
  let index = 0;
  for (const child of node.children) {
    if (child.type === ':') index++;
    else if (child.named && child.type !== 'comment') parts[index] = expression(child, source);
  }
  return { kind: 'slice', low: parts[0] ?? null, high: parts[1] ?? null, step: parts[2] ?? null, ...place(node, source) };
}

export function callArgs(node: Node | undefined, source: Source): readonly Arg[] {
  if (node === undefined) return [];
  if (node.type === 'generator_expression') return [{ kind: 'plain', name: '', value: comprehension(node, source) }];
  return operands(node).map((child): Arg => {
    if (child.type === 'keyword_argument') {
      const name = field(child, 'name');
      return { kind: 'keyword', name: name === undefined ? '' : textOf(name, source), value: expression(field(child, 'value'), source) };
    }
    if (child.type === 'list_splat') return { kind: 'star', name: '', value: expression(operands(child)[0], source) };
    if (child.type === 'dictionary_splat') return { kind: 'doublestar', name: '', value: expression(operands(child)[0], source) };
    return { kind: 'plain', name: '', value: expression(child, source) };
  });
}

function comparison(node: Node, source: Source): Expr {
  const values: Expr[] = [];
  const ops: CompareOp[] = [];
  for (const child of node.children) {
    if (child.field === 'operators') {
      const op = textOf(child, source).replace(/\s+/g, ' ');
      if (!isCompareOp(op)) return unsupported(node, source);
      ops.push(op);
    } else if (child.named && child.type !== 'comment') values.push(expression(child, source));
  }
  const [first, ...others] = values;
  if (first === undefined || others.length !== ops.length) return unsupported(node, source);
  const rest = others.flatMap((value, i) => {
    const op = ops[i];
    return op === undefined ? [] : [{ op, value }];
  });
  return { kind: 'compare', first, rest, ...place(node, source) };
}

function comprehension(node: Node, source: Source): Expr {
  const clauses: CompClause[] = [];
  for (const child of node.children) {
    if (child.type === 'for_in_clause') {
      const right = child.children.filter((part) => part.field === 'right');
      if (right.length !== 1) return unsupported(node, source);
      clauses.push({
        kind: 'for',
        target: expression(field(child, 'left'), source),
        iter: expression(right[0], source),
        async: child.children.some((part) => part.type === 'async'),
      });
    } else if (child.type === 'if_clause') clauses.push({ kind: 'if', test: expression(operands(child)[0], source) });
  }
  const body = field(node, 'body');
  const at = place(node, source);
  if (node.type === 'dictionary_comprehension') {
    if (body?.type !== 'pair') return unsupported(node, source);
    return {
      kind: 'dictcomp',
      key: expression(field(body, 'key'), source),
      value: expression(field(body, 'value'), source),
      clauses,
      ...at,
    };
  }
  const of = node.type === 'list_comprehension' ? 'list' : node.type === 'set_comprehension' ? 'set' : 'generator';
  return { kind: 'comp', of, body: expression(body, source), clauses, ...at };
}

export function parameters(node: Node | undefined, source: Source): readonly Param[] {
  if (node === undefined) return [];
  const params: Param[] = [];
  let starred = false;
  for (const child of operands(node)) {
    if (child.type === 'positional_separator') {
      params.forEach((param, i) => {
        params[i] = { ...param, kind: 'positional-only' };
      });
      continue;
    }
    if (child.type === 'keyword_separator') {
      starred = true;
      continue;
    }
    const inner = child.type === 'typed_parameter' ? (operands(child)[0] ?? child) : child;
    if (inner.type === 'list_splat_pattern') {
      params.push({ kind: 'args', name: textOf(operands(inner)[0] ?? inner, source), fallback: null });
      starred = true;
    } else if (inner.type === 'dictionary_splat_pattern') {
      params.push({ kind: 'kwargs', name: textOf(operands(inner)[0] ?? inner, source), fallback: null });
    } else {
      const name = field(child, 'name') ?? inner;
      const fallback = field(child, 'value');
      params.push({
        kind: starred ? 'keyword-only' : 'plain',
        name: textOf(name, source),
        fallback: fallback === undefined ? null : expression(fallback, source),
      });
    }
  }
  return params;
}

function concatenated(node: Node, source: Source): Expr {
  const parts = operands(node).map((child) => expression(child, source));
  const at = place(node, source);
  if (parts.every((part) => part.kind === 'str')) return { kind: 'str', value: parts.map((part) => part.value).join(''), ...at };
  if (parts.every((part) => part.kind === 'bytes')) return { kind: 'bytes', value: parts.map((part) => part.value).join(''), ...at };
  const joined: (string | Interpolation)[] = [];
  for (const part of parts) {
    if (part.kind === 'str') joined.push(part.value);
    else if (part.kind === 'fstring') joined.push(...part.parts);
    else return unsupported(node, source);
  }
  return { kind: 'fstring', parts: joined, ...at };
}

function string(node: Node, source: Source): Expr {
  const literal = textOf(node, source);
  const quotes = quotesOf(literal);
  const at = place(node, source);
  const raw = quotes.prefix.includes('r');
  if (quotes.prefix.includes('t')) return unsupported(node, source, 'template string');
  if (quotes.prefix.includes('f')) {
    const parts = template(node, node.start + quotes.from, node.start + quotes.to, source, raw);
    return parts === undefined ? unsupported(node, source, 'string escape') : { kind: 'fstring', parts, ...at };
  }
  const bytes = quotes.prefix.includes('b');
  const inside = literal.slice(quotes.from, quotes.to);
  const value = raw ? inside.replaceAll('\r\n', '\n') : unescaped(inside, bytes);
  if (value === undefined) return unsupported(node, source, 'string escape');
  return bytes ? { kind: 'bytes', value, ...at } : { kind: 'str', value, ...at };
}

/** The parts of an f-string or of a format specifier between two offsets of the tree. */
function template(node: Node, from: number, to: number, source: Source, raw: boolean): readonly (string | Interpolation)[] | undefined {
  const parts: (string | Interpolation)[] = [];
  let at = from;
  const literal = (until: number): boolean => {
    const piece = source.text
      .slice(at + source.base, until + source.base)
      .replaceAll('{{', '{')
      .replaceAll('}}', '}');
    const text = raw ? piece : unescaped(piece, false);
    if (text === undefined) return false;
    if (text !== '') parts.push(text);
    return true;
  };
  for (const child of node.children) {
    if (child.type !== 'interpolation' && child.type !== 'format_expression') continue;
    if (!literal(child.start)) return undefined;
    const one = interpolation(child, source, raw);
    if (one === undefined) return undefined;
    parts.push(one);
    at = child.end;
  }
  return literal(to) ? parts : undefined;
}

/** The blanks behind `=` belong to what `{x = }` shows. */
function spaceAfter(text: string, at: number): number {
  let end = at;
  while (/\s/.test(text.charAt(end))) end++;
  return end;
}

function interpolation(node: Node, source: Source, raw: boolean): Interpolation | undefined {
  const inner = field(node, 'expression');
  if (inner === undefined) return undefined;
  const conversion = textOf(node.children.find((child) => child.type === 'type_conversion') ?? { ...node, end: node.start }, source).slice(
    1,
  );
  const spec = node.children.find((child) => child.type === 'format_specifier');
  const format = spec === undefined ? null : template(spec, spec.start + 1, spec.end, source, raw);
  if (format === undefined) return undefined;
  const equals = node.children.find((child) => child.type === '=');
  return {
    value: expression(inner, source),
    debug: equals === undefined ? null : source.text.slice(node.start + source.base + 1, spaceAfter(source.text, equals.end + source.base)),
    conversion: conversion === 'r' || conversion === 's' || conversion === 'a' ? conversion : null,
    format,
  };
}
