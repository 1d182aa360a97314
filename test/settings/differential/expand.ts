import { variableOf } from './environment.ts';
import { EXPRESSIONS } from './expressions.ts';
import { isType, type Production, TYPES, type Type } from './grammar.ts';
import { anyOf, type Random } from './random.ts';
import { STATEMENTS } from './statements.ts';

/**
 * Turns productions into Python. Holes: `«str»` an expression of a type, `«str!»` a literal, `«str&»` a name that holds one,
 * `«str x:int»` an expression that may use `x`; `«new str»` a name that is assigned, `«new1 str»` the same one in each branch;
 * `«body x:str»`, `«locals x:str»`, `«classbody»` statements; `«env int»` a variable; `«n»` a number of its own; `«pick a|b»` one of some texts.
 */

export interface Callable {
  readonly name: string;
  readonly takes: readonly Type[];
  readonly returns: Type;
}

export interface Scope {
  readonly kind: 'module' | 'function' | 'class';
  /** Statements of a block that may not run: names that they make are not relied upon. */
  readonly conditional: boolean;
  readonly variables: Map<string, Type>;
  readonly inner: ReadonlyMap<string, Type>;
  readonly callables: Callable[];
}

export interface Generator {
  readonly random: Random;
  readonly libraries: ReadonlySet<string>;
  counter: number;
  /** What the statement at hand is made of. */
  tags: Set<string>;
  reads: Set<string>;
  writes: Set<string>;
}

const KEYS = ['a', 'b', 'k', 'name', 'NAME', 'x y', '1', ''] as const;
const WORDS = ['a', 'b', 'x', 'Web', 'a,b', 'on', '42', 'a/b.c', 'é', ' pad ', '', 'prod', 'it is', 'UPPER', 'a-b_c'] as const;
const SETTINGS = ['A1', 'A2', 'A3', 'B1', 'B2', 'DEBUG', 'ALLOWED_HOSTS', 'STATIC_ROOT', 'C_CONF', 'APPS', 'SECRET_KEY', 'DB'] as const;
const FILES = ['data.json', 'words.txt', '.env', 'missing.txt', 'folder', 'folder/inner.txt', '.'] as const;
const URLS = [
  "'https://u:p@e.org:8443/a/b;p?q=1&r=2#f'",
  "'postgres://u:p@db:5432/app'",
  "'//host/path'",
  "'/only/path?x'",
  "'sqlite:///db.sqlite3'",
] as const;

const LITERALS: Readonly<Record<Type, readonly string[]>> = {
  str: WORDS.map((word) => `'${word}'`),
  optstr: ["'a'", "'x'", 'None'],
  int: ['0', '1', '2', '3', '7', '-1', '-5', '10', '42', '8000'],
  float: ['0.5', '1.0', '2.25', '-1.5', '1e3', '0.1', '3.0'],
  bool: ['True', 'False'],
  strs: ["['a', 'b']", "['x']", '[]', "['b', 'a', 'b']", "['é', '']", "['a,b', 'Web', 'x']"],
  ints: ['[1, 2, 3]', '[]', '[3, -1, 2]', '[0]', '[10, 7]'],
  dict: ["{'a': 1}", "{'a': 'x', 'b': [1, 2], 'k': None}", '{}', "{'name': 'n', 'a': {'b': 1.5}}"],
  counts: ["{'a': 1, 'b': 2}", "{'k': 0}", '{}'],
  conf: ["{'default': {'NAME': 'db', 'PORT': 5432}}", "{'default': {'NAME': 'n', 'HOST': 'h', 'OPTIONS': {'a': 1}}, 'other': {}}"],
  tuple: ["('a', 1)", '()', '(1,)', "(1, 'x', None, 2.5)"],
  set: ["{'a', 'b'}", 'set()', "{'x'}", "frozenset(['a', 'q'])"],
  path: ["Path('/srv/app')", "Path('rel/x.txt')", 'Path(BASE_DIR)'],
  any: ['None', 'True', '0', '1', "'a'", '1.5', '[]', '{}', '()', "''", "['a']", "{'a': 1}", '0.0', '-1', "'1'", '...'],
};

/** An expression of a type. */
export function expression(g: Generator, scope: Scope, type: Type, depth: number): string {
  const { random } = g;
  if (depth <= 0 || random.chance(12)) return leaf(g, scope, type);
  if (random.chance(10)) {
    const call = called(g, scope, type, depth);
    if (call !== undefined) return call;
  }
  if (type === 'any' && random.chance(50)) return expression(g, scope, anyOf(random, TYPES) ?? 'str', depth);
  for (let tries = 0; tries < 8; tries++) {
    const production = anyOf(random, EXPRESSIONS[type]);
    if (production === undefined || !offered(g, production)) continue;
    const text = expanded(g, scope, production, depth - 1);
    if (text !== null) return text;
  }
  return leaf(g, scope, type);
}

function offered(g: Generator, production: Production): boolean {
  return production.library === null || g.libraries.has(production.library);
}

function leaf(g: Generator, scope: Scope, type: Type): string {
  const name = g.random.chance(65) ? variable(g, scope, type, false) : undefined;
  return name ?? literal(g, type);
}

function literal(g: Generator, type: Type): string {
  return anyOf(g.random, LITERALS[type]) ?? 'None';
}

function called(g: Generator, scope: Scope, type: Type, depth: number): string | undefined {
  const callable = anyOf(
    g.random,
    scope.callables.filter((one) => one.returns === type),
  );
  if (callable === undefined) return undefined;
  g.tags.add('call');
  return `${callable.name}(${callable.takes.map((one) => expression(g, scope, one, depth - 2)).join(', ')})`;
}

/** A name that holds a value of the type; the innermost are preferred. */
function variable(g: Generator, scope: Scope, type: Type, ownOnly: boolean): string | undefined {
  const of = (names: ReadonlyMap<string, Type>) =>
    [...names].filter(([, has]) => has === type || (type === 'any' && has !== 'set')).map(([name]) => name);
  const inner = of(scope.inner);
  if (inner.length > 0 && g.random.chance(75)) return anyOf(g.random, inner);
  const outer = ownOnly && scope.kind !== 'module' ? of(scope.variables).filter((name) => name.startsWith('v')) : of(scope.variables);
  const name = anyOf(g.random, outer) ?? anyOf(g.random, inner);
  if (name !== undefined) g.reads.add(name);
  return name;
}

interface Expansion {
  readonly g: Generator;
  readonly scope: Scope;
  readonly production: Production;
  readonly depth: number;
  readonly number: number;
  readonly shared: Map<string, string>;
  /** Names that hold after the statement. */
  readonly made: Map<string, Type>;
  failed: boolean;
}

/** The text of a production, null when it needs a name that there is not. */
export function expanded(g: Generator, scope: Scope, production: Production, depth: number): string | null {
  const one: Expansion = { g, scope, production, depth, number: g.counter++, shared: new Map(), made: new Map(), failed: false };
  const [text = '', promise] = production.text.split('\n=> ');
  const result = text.replace(/«([^»]*)»/g, (_all, hole: string, at: number) => filled(one, hole, text, at));
  if (one.failed) return null;
  g.tags.add(production.tag);
  for (const [name, type] of one.made) scope.variables.set(name, type);
  if (promise !== undefined) scope.callables.push(promised(promise, one.number));
  return result;
}

function promised(text: string, number: number): Callable {
  const [, name = '', takes = '', returns = ''] = /^(\w+)«n»\((.*)\) (\w+)$/.exec(text) ?? [];
  return { name: `${name}${number}`, takes: takes.split(',').filter(isType), returns: isType(returns) ? returns : 'any' };
}

function filled(one: Expansion, hole: string, text: string, at: number): string {
  const { g, scope } = one;
  const space = hole.indexOf(' ');
  const head = space === -1 ? hole : hole.slice(0, space);
  const rest = space === -1 ? '' : hole.slice(space + 1);
  switch (head) {
    case 'n':
      return String(one.number);
    case 'pick':
      return (anyOf(g.random, rest.split('|')) ?? '').replaceAll('‖', '|');
    case 'word':
      return anyOf(g.random, WORDS) ?? '';
    case 'envword':
      return anyOf(g.random, ['prod', 'debug', 'a', 'x', '']) ?? '';
    case 'key':
      return anyOf(g.random, KEYS) ?? '';
    case 'small':
      return String(g.random.next(5));
    case 'digit':
      return String(g.random.next(10));
    case 'file':
      return anyOf(g.random, FILES) ?? '';
    case 'url':
    case 'url!':
      return anyOf(g.random, URLS) ?? '';
    case 'env':
      g.tags.add('reads-environment');
      return variableOf(g.random, rest);
    case 'global':
      return target(one, 'str', lineIndent(text, at) > 0, true);
    case 'body':
      return body(one, rest, lineIndent(text, at), scope.kind);
    case 'locals':
      return body(one, rest, lineIndent(text, at), 'function');
    case 'classbody':
      return body(one, rest, lineIndent(text, at), 'class');
    default:
      return typed(one, head, rest, text, at);
  }
}

function typed(one: Expansion, head: string, rest: string, text: string, at: number): string {
  const { g, scope, depth } = one;
  if (head.startsWith('new')) return isType(rest) ? newName(one, head, rest, text, at) : '';
  const type = head.replace(/[!&]$/, '');
  if (!isType(type)) throw new Error(`no such hole: ${head}`);
  if (rest.startsWith('nonempty'))
    return type === 'strs' ? (anyOf(g.random, ["['a', 'b']", "['a']", "['x', 'a']"]) ?? '') : literal(g, type);
  if (rest === 'a!') return "{'a': 1}";
  if (head.endsWith('!')) return literal(g, type);
  if (head.endsWith('&')) {
    const after = text.slice(text.indexOf('»', at) + 1);
    const stores = /^ (?:[-+*%/&|^]|\/\/|«pick [^»]*»)?=(?!=)/.test(after) || one.production.tag === 'unpack';
    const name = variable(g, scope, type, stores);
    if (name === undefined) one.failed = true;
    else g.writes.add(name);
    return name ?? '';
  }
  const inner = rest === '' ? scope.inner : new Map([...scope.inner, ...declared(rest, one.number)]);
  return expression(g, { ...scope, inner }, type, depth);
}

function declared(text: string, number: number): readonly (readonly [string, Type])[] {
  return text.split(',').flatMap((one) => {
    const [name = '', type] = one.split(':');
    return isType(type) ? [[name.replace('#', String(number)), type] as const] : [];
  });
}

function newName(one: Expansion, head: string, type: Type, text: string, at: number): string {
  const old = one.shared.get(head);
  if (head !== 'new' && old !== undefined) return old;
  const start = text.lastIndexOf('\n', at) + 1;
  const indented = /^\s/.test(text.slice(start));
  const name = target(one, type, indented && head === 'new', false);
  one.shared.set(head, name);
  return name;
}

/** A name to assign to. Where the assignment may not run, one that holds the same type already or one that nothing relies upon. */
function target(one: Expansion, type: Type, conditional: boolean, always: boolean): string {
  const { g, scope, made } = one;
  const unsure = scope.conditional || conditional;
  const old = [...scope.variables]
    .filter(([name, has]) => (!unsure || has === type) && (scope.kind === 'module' || name.startsWith('v')))
    .map(([name]) => name);
  const reuse = scope.kind !== 'class' && g.random.chance(always ? 80 : 35) ? anyOf(g.random, old) : undefined;
  const name = reuse ?? freshName(g, scope.kind === 'module' || always, unsure);
  g.writes.add(name);
  if (!unsure && scope.kind !== 'class') made.set(name, type);
  return name;
}

function freshName(g: Generator, setting: boolean, unsure: boolean): string {
  if (!setting) return `v${g.counter++}`;
  if (unsure)
    return g.random.chance(30) ? `M${g.counter++}` : (anyOf(g.random, ['MAYBE_A', 'MAYBE_B', 'TIME_ZONE', 'STATIC_URL']) ?? 'MAYBE_A');
  return g.random.chance(60) ? (anyOf(g.random, SETTINGS) ?? 'A1') : `S${g.counter++}`;
}

function lineIndent(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at) + 1);
}

const MODULE_ONLY = new Set(['exec', 'globals-store', 'delete-name']);

/** A statement, null when the grammar found none. */
export function statement(g: Generator, scope: Scope, depth: number, from: readonly Production[] = STATEMENTS): string | null {
  for (let tries = 0; tries < 10; tries++) {
    const production = anyOf(g.random, from);
    if (production === undefined || !offered(g, production)) continue;
    if (scope.kind !== 'module' && MODULE_ONLY.has(production.tag)) continue;
    if (depth <= 0 && production.text.includes('«body')) continue;
    if (scope.kind === 'class' && /«\w+&»/.test(production.text)) continue;
    const text = expanded(g, scope, production, depth);
    if (text !== null) return text;
  }
  return null;
}

function body(one: Expansion, locals: string, indent: number, kind: Scope['kind']): string {
  const { g, scope, depth } = one;
  const inner = new Map([...scope.inner, ...declared(locals, one.number)]);
  const own = kind === 'function' && scope.kind !== 'function';
  const nested: Scope = {
    kind,
    conditional: kind === scope.kind,
    variables: new Map(scope.variables),
    inner,
    callables: scope.callables,
  };
  const count = own || kind === 'class' ? g.random.next(3) : 1 + g.random.next(2);
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const text = statement(g, own ? { ...nested, conditional: false } : nested, depth - 1);
    if (text !== null) texts.push(text);
  }
  const pad = ' '.repeat(indent);
  return (texts.length === 0 ? 'pass' : texts.join('\n')).replaceAll('\n', `\n${pad}`);
}
