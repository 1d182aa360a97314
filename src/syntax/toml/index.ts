import type { AST } from 'toml-eslint-parser';
import { MAX_TOML_TEXT } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';

export type TomlValue =
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'number'; readonly value: number; readonly span: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'date'; readonly text: string; readonly span: Span }
  | { readonly kind: 'array'; readonly items: readonly TomlValue[]; readonly span: Span }
  | TomlTable;

export interface TomlTable {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, TomlEntry>;
  readonly span: Span;
}

export interface TomlEntry {
  readonly keySpan: Span;
  readonly value: TomlValue;
}

export interface TomlDocument {
  readonly file: string;
  /** Without entries when the text is not valid TOML: the parser stops at the first error. */
  readonly root: TomlTable;
  readonly problems: readonly InputProblem[];
}

type Parser = typeof import('toml-eslint-parser');

export interface TomlReader {
  parse(file: string, text: string): TomlDocument;
}

/** Loads the parser, which is only worth its time when there is a TOML file to read. */
export async function loadToml(): Promise<TomlReader> {
  const parser = await import('toml-eslint-parser');
  return { parse: (file, text) => parseWith(parser, file, text) };
}

function parseWith(parser: Parser, file: string, text: string): TomlDocument {
  const span = { file, start: 0, end: text.length };
  if (text.length > MAX_TOML_TEXT) {
    const message = `The file has more than the ${MAX_TOML_TEXT} characters that are parsed.`;
    return { file, root: { kind: 'table', entries: new Map(), span }, problems: [{ id: 'input/limit', file, at: 0, message }] };
  }
  try {
    const program = parser.parseTOML(text);
    return { file, root: tableOf(program.body[0].body, file, span), problems: [] };
  } catch (error) {
    const index = error instanceof parser.ParseError ? error.index : 0;
    const at = Math.max(0, Math.min(index, text.length));
    const message = `The file is not valid TOML${error instanceof parser.ParseError ? `: ${error.message}` : '.'}`;
    return { file, root: { kind: 'table', entries: new Map(), span }, problems: [{ id: 'input/syntax-error', file, at, message }] };
  }
}

interface Building {
  readonly kind: 'building';
  readonly entries: Map<string, { readonly keySpan: Span; value: Building | Building[] | TomlValue }>;
  readonly span: Span;
}

function building(span: Span): Building {
  return { kind: 'building', entries: new Map(), span };
}

function tableOf(body: readonly (AST.TOMLKeyValue | AST.TOMLTable)[], file: string, span: Span): TomlTable {
  const root = building(span);
  for (const node of body) {
    if (node.type === 'TOMLKeyValue') assign(root, node, file);
    else {
      const table = openTable(root, node, file);
      for (const inner of node.body) assign(table, inner, file);
    }
  }
  return finished(root);
}

function namesOf(key: AST.TOMLKey, file: string): readonly { readonly name: string; readonly span: Span }[] {
  return key.keys.map((one) => ({ name: one.type === 'TOMLBare' ? one.name : one.value, span: spanOf(one, file) }));
}

function spanOf(node: { readonly range: readonly [number, number] }, file: string): Span {
  return { file, start: node.range[0], end: node.range[1] };
}

function openTable(root: Building, node: AST.TOMLTable, file: string): Building {
  const names = namesOf(node.key, file);
  const span = spanOf(node, file);
  let table = root;
  names.forEach(({ name, span: keySpan }, i) => {
    const last = i === names.length - 1;
    const known = table.entries.get(name);
    if (last && node.kind === 'array') {
      const fresh = building(span);
      if (known !== undefined && isList(known.value)) known.value.push(fresh);
      else table.entries.set(name, { keySpan, value: [fresh] });
      table = fresh;
    } else table = stepInto(table, name, keySpan, span);
  });
  return table;
}

function isList(value: unknown): value is Building[] {
  return Array.isArray(value);
}

/** The table of a name, made when absent; of an array of tables the last one. */
function stepInto(table: Building, name: string, keySpan: Span, span: Span): Building {
  const known = table.entries.get(name)?.value;
  if (known !== undefined && isList(known)) return known.at(-1) ?? building(span);
  if (known !== undefined && !isList(known) && known.kind === 'building') return known;
  const fresh = building(span);
  if (known === undefined) table.entries.set(name, { keySpan, value: fresh });
  return fresh;
}

function assign(table: Building, node: AST.TOMLKeyValue, file: string): void {
  const names = namesOf(node.key, file);
  let target = table;
  names.forEach(({ name, span }, i) => {
    if (i < names.length - 1) target = stepInto(target, name, span, spanOf(node, file));
    else if (!target.entries.has(name)) target.entries.set(name, { keySpan: span, value: contentOf(node.value, file) });
  });
}

function contentOf(node: AST.TOMLContentNode, file: string): TomlValue | Building {
  const span = spanOf(node, file);
  if (node.type === 'TOMLArray') {
    const items = node.elements.map((element) => contentOf(element, file));
    return { kind: 'array', items: items.map((item) => (item.kind === 'building' ? finished(item) : item)), span };
  }
  if (node.type === 'TOMLInlineTable') {
    const table = building(span);
    for (const inner of node.body) assign(table, inner, file);
    return table;
  }
  switch (node.kind) {
    case 'string':
      return { kind: 'string', value: node.value, span };
    case 'integer':
    case 'float':
      return { kind: 'number', value: node.value, span };
    case 'boolean':
      return { kind: 'boolean', value: node.value, span };
    default:
      return { kind: 'date', text: node.datetime, span };
  }
}

function finished(table: Building): TomlTable {
  const entries = new Map<string, TomlEntry>();
  for (const [name, { keySpan, value }] of table.entries) {
    if (isList(value)) {
      const items = value.map(finished);
      entries.set(name, { keySpan, value: { kind: 'array', items, span: items[0]?.span ?? table.span } });
    } else entries.set(name, { keySpan, value: value.kind === 'building' ? finished(value) : value });
  }
  return { kind: 'table', entries, span: table.span };
}

/** The value at a path of keys; undefined when a key is absent or what holds it is no table. */
export function tomlAt(table: TomlTable, ...path: readonly string[]): TomlValue | undefined {
  let value: TomlValue | undefined = table;
  for (const key of path) value = value?.kind === 'table' ? value.entries.get(key)?.value : undefined;
  return value;
}
