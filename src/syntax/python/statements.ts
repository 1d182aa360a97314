import type { Expr, Handler, ImportName, MatchCase, Pattern, Stmt, WithItem } from './ast.ts';
import { callArgs, expression, expressions, isBinaryOp, operands, parameters, type Source, textOf } from './expressions.ts';
import { field, type Node } from './tree.ts';

/** The statements of a block or module node. */
export function statements(node: Node | undefined, source: Source): readonly Stmt[] {
  if (node === undefined) return [];
  return operands(node).map((child) => statement(child, source));
}

function unreadable(node: Node, source: Source, what = node.type): Stmt {
  const names = [...textOf(node, source).matchAll(/^[ \t]*([A-Za-z_]\w*)[ \t]*(?:[-+*/|&]|:[^=\n]*)?=(?!=)/gm)].map(
    (match) => match[1] ?? '',
  );
  return { kind: 'unsupported', what, names, start: node.start + source.base, end: node.end + source.base };
}

function statement(node: Node, source: Source): Stmt {
  const at = { start: node.start + source.base, end: node.end + source.base };
  switch (node.type) {
    case 'expression_statement':
      return expressionStatement(node, source);
    case 'if_statement':
      return {
        kind: 'if',
        test: expression(field(node, 'condition'), source),
        body: blockOf(node, source),
        orelse: otherwise(node, source),
        ...at,
      };
    case 'for_statement':
      return {
        kind: 'for',
        target: expression(field(node, 'left'), source),
        iter: expression(field(node, 'right'), source),
        body: blockOf(node, source),
        orelse: otherwise(node, source),
        async: isAsync(node),
        ...at,
      };
    case 'while_statement':
      return {
        kind: 'while',
        test: expression(field(node, 'condition'), source),
        body: blockOf(node, source),
        orelse: otherwise(node, source),
        ...at,
      };
    case 'try_statement':
      return tryStatement(node, source);
    case 'with_statement':
      return { kind: 'with', items: withItems(node, source), body: blockOf(node, source), async: isAsync(node), ...at };
    case 'decorated_definition': {
      const decorators = node.children.filter((child) => child.type === 'decorator').map((child) => expression(operands(child)[0], source));
      return definition(field(node, 'definition') ?? node, source, decorators);
    }
    case 'function_definition':
    case 'class_definition':
      return definition(node, source, []);
    case 'match_statement':
      return matchStatement(node, source);
    default:
      return simpleStatement(node, source);
  }
}

function simpleStatement(node: Node, source: Source): Stmt {
  const at = { start: node.start + source.base, end: node.end + source.base };
  switch (node.type) {
    case 'pass_statement':
      return { kind: 'pass', ...at };
    case 'break_statement':
      return { kind: 'break', ...at };
    case 'continue_statement':
      return { kind: 'continue', ...at };
    case 'return_statement': {
      const [value] = operands(node);
      return { kind: 'return', value: value === undefined ? null : expression(value, source), ...at };
    }
    case 'import_statement':
      return { kind: 'import', names: importNames(node, source), ...at };
    case 'future_import_statement':
      return { kind: 'pass', ...at };
    case 'import_from_statement':
      return importFrom(node, source);
    case 'global_statement':
    case 'nonlocal_statement':
      return {
        kind: node.type === 'global_statement' ? 'global' : 'nonlocal',
        names: operands(node).map((child) => textOf(child, source)),
        ...at,
      };
    case 'delete_statement': {
      const targets = operands(node).flatMap((child) =>
        child.type === 'expression_list' ? [...expressions(child, source)] : [expression(child, source)],
      );
      return { kind: 'del', targets, ...at };
    }
    case 'assert_statement': {
      const [test, message] = operands(node);
      return { kind: 'assert', test: expression(test, source), message: message === undefined ? null : expression(message, source), ...at };
    }
    case 'raise_statement': {
      const value = operands(node).find((child) => child.field !== 'cause');
      return { kind: 'raise', value: value === undefined ? null : expression(value, source), ...at };
    }
    default:
      return unreadable(node, source);
  }
}

function isAsync(node: Node): boolean {
  return node.children.some((child) => child.type === 'async');
}

function blockOf(node: Node, source: Source): readonly Stmt[] {
  return statements(field(node, 'body') ?? field(node, 'consequence') ?? node.children.find((child) => child.type === 'block'), source);
}

/** `elif` becomes an `if` inside the else part. */
function otherwise(node: Node, source: Source, from = 0): readonly Stmt[] {
  const clauses = node.children.filter(
    (child) => child.field === 'alternative' || child.type === 'else_clause' || child.type === 'elif_clause',
  );
  const clause = clauses[from];
  if (clause === undefined) return [];
  if (clause.type !== 'elif_clause') return blockOf(clause, source);
  return [
    {
      kind: 'if',
      test: expression(field(clause, 'condition'), source),
      body: blockOf(clause, source),
      orelse: otherwise(node, source, from + 1),
      start: clause.start + source.base,
      end: clause.end + source.base,
    },
  ];
}

function expressionStatement(node: Node, source: Source): Stmt {
  const parts = operands(node);
  const [first] = parts;
  const at = { start: node.start + source.base, end: node.end + source.base };
  if (first === undefined) return unreadable(node, source);
  if (first.type === 'assignment') return assignment(first, source);
  if (first.type === 'augmented_assignment') {
    const op = textOf(field(first, 'operator') ?? first, source).replace(/=$/, '');
    if (!isBinaryOp(op)) return unreadable(node, source);
    return {
      kind: 'augment',
      target: expression(field(first, 'left'), source),
      op,
      value: expression(field(first, 'right'), source),
      ...at,
    };
  }
  if (parts.length === 1) return { kind: 'expr', value: expression(first, source), ...at };
  return { kind: 'expr', value: { kind: 'tuple', items: expressions(node, source), ...at }, ...at };
}

function assignment(node: Node, source: Source): Stmt {
  const at = { start: node.start + source.base, end: node.end + source.base };
  const targets: Expr[] = [];
  let one = node;
  let right = field(one, 'right');
  const type = field(one, 'type');
  if (type !== undefined) {
    const value = right === undefined ? null : expression(right, source);
    const annotation = expression(type.type === 'type' ? operands(type)[0] : type, source);
    return { kind: 'annotate', target: expression(field(one, 'left'), source), annotation, value, ...at };
  }
  targets.push(expression(field(one, 'left'), source));
  while (right?.type === 'assignment') {
    one = right;
    targets.push(expression(field(one, 'left'), source));
    right = field(one, 'right');
  }
  return { kind: 'assign', targets, value: expression(right, source), ...at };
}

function tryStatement(node: Node, source: Source): Stmt {
  const handlers: Handler[] = [];
  for (const child of node.children) {
    if (child.type !== 'except_clause' && child.type !== 'except_group_clause') continue;
    const value = field(child, 'value') ?? operands(child).find((part) => part.type !== 'block');
    const alias = value?.type === 'as_pattern' ? field(value, 'alias') : field(child, 'alias');
    const type = value?.type === 'as_pattern' ? operands(value)[0] : value;
    handlers.push({
      type: type === undefined ? null : expression(type, source),
      name: alias === undefined ? null : textOf(alias, source),
      body: statements(
        child.children.find((part) => part.type === 'block'),
        source,
      ),
      start: child.start + source.base,
      group: child.type === 'except_group_clause',
    });
  }
  const last = node.children.find((child) => child.type === 'finally_clause');
  return {
    kind: 'try',
    body: statements(field(node, 'body'), source),
    handlers,
    orelse: otherwise(node, source),
    finally: last === undefined ? [] : blockOf(last, source),
    start: node.start + source.base,
    end: node.end + source.base,
  };
}

function withItems(node: Node, source: Source): readonly WithItem[] {
  const clause = node.children.find((child) => child.type === 'with_clause');
  if (clause === undefined) return [];
  return operands(clause)
    .filter((child) => child.type === 'with_item')
    .map((item) => {
      const value = field(item, 'value') ?? operands(item)[0];
      if (value?.type !== 'as_pattern') return { value: expression(value, source), target: null };
      const alias = field(value, 'alias');
      const target = alias === undefined ? undefined : operands(alias)[0];
      return { value: expression(operands(value)[0], source), target: target === undefined ? null : expression(target, source) };
    });
}

function definition(node: Node, source: Source, decorators: readonly Expr[]): Stmt {
  const at = { start: node.start + source.base, end: node.end + source.base };
  const name = field(node, 'name');
  if (name === undefined) return unreadable(node, source);
  const body = statements(field(node, 'body'), source);
  if (node.type === 'class_definition') {
    return { kind: 'class', name: textOf(name, source), args: callArgs(field(node, 'superclasses'), source), body, decorators, ...at };
  }
  const params = parameters(field(node, 'parameters'), source);
  return { kind: 'def', name: textOf(name, source), params, body, decorators, async: isAsync(node), ...at };
}

function importNames(node: Node, source: Source): readonly ImportName[] {
  return node.children
    .filter((child) => child.field === 'name')
    .map((child) => {
      if (child.type !== 'aliased_import') return { name: compact(textOf(child, source)), as: null };
      const alias = field(child, 'alias');
      const name = field(child, 'name');
      return { name: name === undefined ? '' : compact(textOf(name, source)), as: alias === undefined ? null : textOf(alias, source) };
    });
}

function compact(name: string): string {
  return name.replace(/\s+/g, '');
}

function importFrom(node: Node, source: Source): Stmt {
  const at = { start: node.start + source.base, end: node.end + source.base };
  const from = compact(textOf(field(node, 'module_name') ?? { ...node, end: node.start }, source));
  const level = /^\.*/.exec(from)?.[0].length ?? 0;
  const star = node.children.some((child) => child.type === 'wildcard_import');
  return { kind: 'from', level, module: from.slice(level), names: star ? null : importNames(node, source), ...at };
}

function matchStatement(node: Node, source: Source): Stmt {
  const subjects = node.children.filter((child) => child.field === 'subject');
  const [subject] = subjects;
  const block = field(node, 'body');
  if (subject === undefined || block === undefined) return unreadable(node, source);
  const at = { start: node.start + source.base, end: node.end + source.base };
  const comma = /^match\b[^\n]*,\s*:/.test(textOf(node, source));
  const matched: Expr =
    subjects.length === 1 && !comma
      ? expression(subject, source)
      : { kind: 'tuple', items: subjects.map((one) => expression(one, source)), start: at.start, end: at.end };
  const cases = block.children
    .filter((child) => child.type === 'case_clause')
    .map((child): MatchCase => {
      const guard = field(child, 'guard');
      const patterns = child.children.filter((part) => part.type === 'case_pattern');
      const [only] = patterns;
      return {
        pattern:
          patterns.length === 1 && only !== undefined
            ? pattern(only, source)
            : { kind: 'sequence', items: patterns.map((part) => pattern(part, source)) },
        guard: guard === undefined ? null : expression(operands(guard)[0], source),
        body: statements(field(child, 'consequence'), source),
      };
    });
  return { kind: 'match', subject: matched, cases, ...at };
}

const LITERALS = new Set(['string', 'concatenated_string', 'integer', 'float', 'true', 'false', 'none']);

function pattern(node: Node, source: Source): Pattern {
  if (node.type === 'case_pattern') {
    const [inner] = node.children.filter((child) => child.type !== 'comment');
    if (inner === undefined || textOf(node, source) === '_') return { kind: 'any' };
    if (inner.type === '-') return signed(node, source);
    return pattern(inner, source);
  }
  if (LITERALS.has(node.type)) return { kind: 'value', value: expression(node, source) };
  switch (node.type) {
    case 'dotted_name':
      return dottedPattern(node, source);
    case 'union_pattern': {
      if (node.children.some((child) => child.type === '-')) return { kind: 'unsupported' };
      return { kind: 'or', options: operands(node).map((child) => pattern(child, source)) };
    }
    case 'as_pattern': {
      const [inner, name] = operands(node);
      if (inner === undefined || name === undefined) return { kind: 'unsupported' };
      return { kind: 'as', pattern: pattern(inner, source), name: textOf(name, source) };
    }
    case 'list_pattern':
    case 'tuple_pattern': {
      const items = operands(node).map((child) => pattern(child, source));
      const comma = /,\s*\)$/.test(textOf(node, source));
      const [only] = items;
      return node.type === 'tuple_pattern' && items.length === 1 && only !== undefined && !comma ? only : { kind: 'sequence', items };
    }
    case 'dict_pattern':
      return mappingPattern(node, source);
    case 'class_pattern':
      return classPattern(node, source);
    case 'splat_pattern': {
      const text = textOf(node, source);
      if (text.startsWith('**')) return { kind: 'unsupported' };
      const name = text.slice(1).trim();
      return { kind: 'rest', name: name === '_' ? null : name };
    }
    default:
      return { kind: 'unsupported' };
  }
}

function mappingPattern(node: Node, source: Source): Pattern {
  const items: { key: Expr; pattern: Pattern }[] = [];
  let rest: string | null = null;
  let key: Expr | undefined;
  for (const child of node.children) {
    if (child.type === 'splat_pattern') rest = textOf(child, source).slice(2).trim();
    else if (child.field === 'key') {
      const text = textOf(child, source);
      key = child.type === '-' || text.startsWith('-') ? undefined : expression(child, source);
    } else if (child.field === 'value') {
      if (key === undefined) return { kind: 'unsupported' };
      items.push({ key, pattern: pattern(child, source) });
    }
  }
  return { kind: 'mapping', items, rest };
}

function classPattern(node: Node, source: Source): Pattern {
  const [name, ...parts] = operands(node);
  if (name === undefined) return { kind: 'unsupported' };
  const items: Pattern[] = [];
  const keywords: { name: string; pattern: Pattern }[] = [];
  for (const part of parts) {
    const [inner] = operands(part);
    if (inner?.type !== 'keyword_pattern') {
      items.push(pattern(part, source));
      continue;
    }
    const [key, value] = operands(inner);
    if (key !== undefined && value === undefined && /=\s*_$/.test(textOf(inner, source))) continue;
    if (key === undefined || value === undefined || inner.children.some((child) => child.type === '-')) return { kind: 'unsupported' };
    keywords.push({ name: textOf(key, source), pattern: pattern(value, source) });
  }
  return { kind: 'class', cls: dottedName(name, source), items, keywords };
}

/** `a.b.c` as an expression. */
function dottedName(node: Node, source: Source): Expr {
  const [first, ...rest] = operands(node);
  let value: Expr = expression(first ?? node, source);
  for (const part of rest) {
    value = {
      kind: 'attr',
      value,
      name: textOf(part, source),
      nameStart: part.start + source.base,
      start: value.start,
      end: part.end + source.base,
    };
  }
  return value;
}

function signed(node: Node, source: Source): Pattern {
  const number = node.children.find((child) => child.type === 'integer' || child.type === 'float');
  if (number === undefined || operands(node).length !== 1) return { kind: 'unsupported' };
  const value = expression(number, source);
  return { kind: 'value', value: { kind: 'unary', op: '-', value, start: node.start + source.base, end: node.end + source.base } };
}

function dottedPattern(node: Node, source: Source): Pattern {
  const names = operands(node);
  const [first, ...rest] = names;
  if (first === undefined) return { kind: 'unsupported' };
  if (rest.length === 0) {
    const name = textOf(first, source);
    return name === '_' ? { kind: 'any' } : { kind: 'capture', name };
  }
  return { kind: 'value', value: dottedName(node, source) };
}
