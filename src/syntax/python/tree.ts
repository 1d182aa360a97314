import { Language, Parser } from 'web-tree-sitter';
import { MAX_NESTING } from '../../core/limits.ts';

/** A node copied out of the parser's memory: crossing into wasm happens once per node, here. */
export interface Node {
  readonly type: string;
  readonly field: string | null;
  readonly start: number;
  readonly end: number;
  readonly children: readonly Node[];
  readonly named: boolean;
  readonly missing: boolean;
}

/** Bytes of the two wasm modules; reading them is the caller's business. */
export interface PythonBackend {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}

interface Loaded {
  readonly parser: Parser;
  readonly types: readonly string[];
  readonly named: readonly boolean[];
  readonly fields: readonly (string | null)[];
}

let loaded: Loaded | undefined;

/** Loads the parser; must have been awaited once before `parsePython`. */
export async function initPython(backend: PythonBackend): Promise<void> {
  if (loaded !== undefined) return;
  // The emscripten loader takes the bytes under this name; its typings leave it out.
  const options: object = { wasmBinary: backend.runtime };
  await Parser.init(options);
  const language = await Language.load(backend.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  const types: string[] = [];
  const named: boolean[] = [];
  for (let id = 0; id < language.nodeTypeCount; id++) {
    types.push(language.nodeTypeForId(id) ?? '');
    named.push(language.nodeTypeIsNamed(id));
  }
  loaded = { parser, types, named, fields: language.fields };
}

export interface ParsedTree {
  readonly root: Node;
  readonly hasError: boolean;
}

/** Punctuation that says nothing a node's kind does not say. */
const SKIP = new Set([
  ',',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '.',
  ';',
  'def',
  'class',
  'if',
  'import',
  'from',
  '"',
  'string_start',
  'string_end',
]);
/** What is nested deeper is left out: the expression it belongs to becomes an unsupported one. */
const MAX_TREE_DEPTH = 3 * MAX_NESTING;

/** Parses a text and copies the tree; the parser's own is freed before this returns. */
export function parseTree(text: string): ParsedTree {
  if (loaded === undefined) throw new Error('initPython was not awaited');
  const tree = loaded.parser.parse(text);
  if (tree === null) return { root: emptyRoot(text.length), hasError: true };
  const hasError = tree.rootNode.hasError;
  const root = copyTree(tree.walk(), loaded, hasError);
  tree.delete();
  return { root, hasError };
}

function emptyRoot(end: number): Node {
  return { type: 'module', field: null, start: 0, end, children: [], named: true, missing: false };
}

interface OpenNode extends Node {
  readonly children: Node[];
}

function copyTree(cursor: ReturnType<NonNullable<ReturnType<Parser['parse']>>['walk']>, from: Loaded, errors: boolean): Node {
  const root: OpenNode = { ...emptyRoot(0), end: cursor.endIndex, children: [] };
  const stack: OpenNode[] = [root];
  let more = cursor.gotoFirstChild();
  while (more || stack.length > 1) {
    if (!more) {
      stack.pop();
      cursor.gotoParent();
      more = cursor.gotoNextSibling();
      continue;
    }
    const id = cursor.nodeTypeId;
    const type = from.types[id] ?? 'ERROR';
    const named = from.named[id] ?? true;
    const parent = stack[stack.length - 1] ?? root;
    if (SKIP.has(type)) {
      more = cursor.gotoNextSibling();
      continue;
    }
    const fieldId = cursor.currentFieldId;
    const node: OpenNode = {
      type,
      field: fieldId === 0 ? null : (from.fields[fieldId] ?? null),
      start: cursor.startIndex,
      end: cursor.endIndex,
      children: [],
      named,
      missing: errors && cursor.nodeIsMissing,
    };
    parent.children.push(node);
    if (named && type !== 'identifier' && type !== 'string_content' && stack.length < MAX_TREE_DEPTH && cursor.gotoFirstChild())
      stack.push(node);
    else more = cursor.gotoNextSibling();
  }
  cursor.delete();
  return root;
}

export function field(node: Node, name: string): Node | undefined {
  return node.children.find((child) => child.field === name);
}
