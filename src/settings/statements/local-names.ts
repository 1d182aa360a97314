import type { Expr, Param, Pattern, Stmt } from '../../syntax/python/index.ts';

/** What Python's compiler decides of the names in a function before it runs. */
export interface LocalNames {
  /** Bound somewhere in the body, parameters included: local to all of it. */
  readonly bound: ReadonlySet<string>;
  readonly globals: ReadonlySet<string>;
  readonly nonlocals: ReadonlySet<string>;
}

const KNOWN = new WeakMap<object, LocalNames>();

/** The names of one function; worked out once for each body. */
export function localNames(params: readonly Param[], body: readonly Stmt[] | Expr): LocalNames {
  const old = KNOWN.get(body);
  if (old !== undefined) return old;
  const bound = new Set(params.map((param) => param.name));
  const globals = new Set<string>();
  const nonlocals = new Set<string>();
  visit(body, { bound, globals, nonlocals });
  for (const name of [...globals, ...nonlocals]) bound.delete(name);
  const made = { bound, globals, nonlocals };
  KNOWN.set(body, made);
  return made;
}

interface Found {
  readonly bound: Set<string>;
  readonly globals: Set<string>;
  readonly nonlocals: Set<string>;
}

function targetNames(one: Expr, found: Found): void {
  if (one.kind === 'name') found.bound.add(one.name);
  else if (one.kind === 'tuple' || one.kind === 'list') for (const item of one.items) targetNames(item, found);
  else if (one.kind === 'star') targetNames(one.value, found);
}

function patternNames(pattern: Pattern, found: Found): void {
  if ('name' in pattern && pattern.name !== null) found.bound.add(pattern.name);
  for (const inner of Object.values(pattern)) {
    const all = Array.isArray(inner) ? inner : [inner];
    for (const one of all) if (isPattern(one)) patternNames(one, found);
  }
}

const PATTERNS = new Set(['any', 'capture', 'value', 'or', 'as', 'sequence', 'rest', 'mapping', 'class', 'unsupported']);

function isPattern(one: unknown): one is Pattern {
  return typeof one === 'object' && one !== null && 'kind' in one && typeof one.kind === 'string' && PATTERNS.has(one.kind);
}

function visit(node: readonly Stmt[] | Expr, found: Found): void {
  if (!isBlock(node)) walk(node, found);
  else for (const stmt of node) statement(stmt, found);
}

function isBlock(node: readonly Stmt[] | Expr): node is readonly Stmt[] {
  return Array.isArray(node);
}

function statement(stmt: Stmt, found: Found): void {
  switch (stmt.kind) {
    case 'def':
    case 'class':
      found.bound.add(stmt.name);
      return;
    case 'global':
      for (const name of stmt.names) found.globals.add(name);
      return;
    case 'nonlocal':
      for (const name of stmt.names) found.nonlocals.add(name);
      return;
    case 'assign':
      for (const target of stmt.targets) targetNames(target, found);
      break;
    case 'annotate':
    case 'augment':
    case 'for':
      targetNames(stmt.target, found);
      break;
    case 'del':
      for (const target of stmt.targets) targetNames(target, found);
      break;
    case 'with':
      for (const item of stmt.items) if (item.target !== null) targetNames(item.target, found);
      break;
    case 'try':
      for (const handler of stmt.handlers) if (handler.name !== null) found.bound.add(handler.name);
      break;
    case 'import':
      for (const one of stmt.names) found.bound.add(one.as ?? one.name.split('.')[0] ?? one.name);
      return;
    case 'from':
      for (const one of stmt.names ?? []) found.bound.add(one.as ?? one.name);
      return;
    case 'match':
      for (const one of stmt.cases) patternNames(one.pattern, found);
      break;
    case 'unsupported':
      for (const name of stmt.names) found.bound.add(name);
      return;
    default:
  }
  walk(stmt, found);
}

const STATEMENTS = new Set([
  ...['expr', 'assign', 'annotate', 'augment', 'if', 'while', 'try', 'with', 'def', 'class', 'return', 'import', 'from', 'global'],
  ...['nonlocal', 'del', 'assert', 'raise', 'match'],
]);

function isStatement(node: object): node is Stmt {
  if (!('kind' in node) || typeof node.kind !== 'string') return false;
  // A clause of a comprehension is called `for` as well; its target is local to the comprehension.
  return STATEMENTS.has(node.kind) || (node.kind === 'for' && 'body' in node);
}

/** Inner statements, and `:=` in expressions; lambdas are functions of their own. */
function walk(node: object, found: Found): void {
  for (const inner of Object.values(node)) {
    if (typeof inner !== 'object' || inner === null) continue;
    if (Array.isArray(inner)) {
      for (const one of inner) if (typeof one === 'object' && one !== null) enter(one, found);
    } else enter(inner, found);
  }
}

function enter(node: object, found: Found): void {
  if (isStatement(node)) statement(node, found);
  else if ('kind' in node && node.kind === 'lambda') return;
  else {
    if ('kind' in node && node.kind === 'walrus' && 'name' in node && typeof node.name === 'string') found.bound.add(node.name);
    walk(node, found);
  }
}
