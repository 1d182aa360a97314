import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { MAX_ALIAS_NODES, MAX_NESTING } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';
import type { YamlDialect, YamlEntry, YamlNode, YamlScalar } from './node.ts';
import { plainValue } from './plain.ts';
import { hasMask, type MaskedText, unmask } from './template.ts';

/** What one file's conversion shares. */
export interface Source {
  readonly text: string;
  readonly file: string;
  readonly masked: MaskedText;
  readonly dialect: YamlDialect;
  readonly problems: InputProblem[];
}

interface State extends Source {
  readonly anchors: Map<string, YamlNode>;
  readonly sizes: WeakMap<YamlNode, number>;
  aliased: number;
}

type Composed = Node | Pair | null | undefined;

/** Our tree of one document of the library. */
export function convertDocument(document: Document.Parsed, source: Source): YamlNode | null {
  const state: State = { ...source, anchors: new Map(), sizes: new WeakMap(), aliased: 0 };
  return document.contents === null ? null : convert(document.contents, state, 0, document.range?.[0] ?? 0);
}

function convert(node: Composed, state: State, depth: number, at: number): YamlNode {
  if (depth > MAX_NESTING) return unread(state, spanOf(node, state, at), 'input/limit', `Nesting is deeper than ${MAX_NESTING} levels.`);
  if (isAlias(node)) return alias(node.source, spanOf(node, state, at), state);
  const made = isMap(node)
    ? mapping(node, state, depth)
    : isSeq(node)
      ? sequence(node.items, spanOf(node, state, at), tagOf(node), state, depth)
      : isScalar(node)
        ? scalar(node, state, at)
        : emptyScalar(spanOf(undefined, state, at));
  if (isMap(node) || isSeq(node) || isScalar(node)) {
    if (node.anchor !== undefined) state.anchors.set(node.anchor, made);
  }
  state.sizes.set(made, sizeOf(made, state));
  return made;
}

function sizeOf(node: YamlNode, state: State): number {
  const sum = (total: number, one: YamlNode) => total + (state.sizes.get(one) ?? 1);
  if (node.kind === 'seq') return node.items.reduce(sum, 1);
  if (node.kind === 'map') return node.entries.map((one) => one.value).reduce(sum, 1);
  return 1;
}

/** The very node of the anchor: nothing is copied, but what a reader would visit is counted. */
function alias(name: string, span: Span, state: State): YamlNode {
  const target = state.anchors.get(name);
  if (target === undefined) return unread(state, span, 'input/syntax-error', 'An alias names no anchor that stands before it.');
  state.aliased += state.sizes.get(target) ?? 1;
  if (state.aliased <= MAX_ALIAS_NODES) return target;
  return unread(state, span, 'input/limit', `Aliases expand to more than ${MAX_ALIAS_NODES} nodes.`);
}

function mapping(node: YAMLMap, state: State, depth: number): YamlNode {
  const own = new Map<string, YamlEntry>();
  const merged: YamlNode[] = [];
  const span = spanOf(node, state, 0);
  for (const pair of node.items) {
    const made = convertPair(pair, state, depth, span.start);
    if (made.key === '<<' && isPlain(pair.key)) merged.push(made.value);
    else {
      // Branches of a template repeat keys rightly.
      if (own.has(made.key) && state.masked.template !== 'structure')
        problem(state, made.keySpan.start, `Key \`${made.key}\` stands twice in one mapping; the last one is used.`);
      own.delete(made.key);
      own.set(made.key, made);
    }
  }
  for (const one of merged.flatMap((value) => (value.kind === 'seq' ? value.items : [value]))) mergeInto(own, one, state, span);
  return { kind: 'map', entries: [...own.values()], span, tag: tagOf(node) };
}

function mergeInto(own: Map<string, YamlEntry>, source: YamlNode, state: State, span: Span): void {
  if (source.kind !== 'map') {
    if (source.kind === 'seq' || !source.hole) problem(state, span.start, 'A merge key (`<<`) takes mappings only.');
    return;
  }
  for (const one of source.entries) if (!own.has(one.key)) own.set(one.key, { ...one, merged: true });
}

function isPlain(key: unknown): boolean {
  return isScalar(key) && (key.type === 'PLAIN' || key.type === undefined);
}

function convertPair(pair: Pair, state: State, depth: number, from: number): YamlEntry {
  const keySpan = spanOf(pair.key, state, from);
  const key = isAlias(pair.key) || isScalar(pair.key) ? convert(pair.key, state, depth + 1, from) : undefined;
  const value = convert(nodeOf(pair.value), state, depth + 1, keySpan.end);
  if (key?.kind === 'scalar') return { key: key.text, keySpan, keyHole: key.hole, value, merged: false };
  const text = state.text.slice(keySpan.start, keySpan.end);
  return { key: text, keySpan, keyHole: hasMask(state.masked.text.slice(keySpan.start, keySpan.end)), value, merged: false };
}

function nodeOf(value: unknown): Composed {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : undefined;
}

function sequence(items: readonly unknown[], span: Span, tag: string | null, state: State, depth: number): YamlNode {
  const made = items.map((item) =>
    isPairLike(item) ? pairAsMap(item, state, depth + 1, span) : convert(nodeOf(item), state, depth + 1, span.start),
  );
  return { kind: 'seq', items: made, span, tag };
}

function isPairLike(item: unknown): item is Pair {
  return typeof item === 'object' && item !== null && 'key' in item && 'value' in item && nodeOf(item) === undefined;
}

function pairAsMap(pair: Pair, state: State, depth: number, outer: Span): YamlNode {
  const one = convertPair(pair, state, depth, outer.start);
  const span = { ...one.keySpan, end: Math.max(one.keySpan.end, one.value.span.end) };
  return { kind: 'map', entries: [one], span, tag: null };
}

const STYLES: Readonly<Record<string, YamlScalar['style']>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

function scalar(node: Scalar, state: State, at: number): YamlScalar {
  const span = spanOf(node, state, at);
  const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
  const raw = contentOf(node, span, state);
  const hole = hasMask(raw);
  const text = hole ? unmask(raw, state.text, state.masked, span.start) : raw;
  const tag = tagOf(node);
  const standard = node.tag?.startsWith('tag:yaml.org,2002:') ? node.tag.slice('tag:yaml.org,2002:'.length) : null;
  const value = hole || standard === 'str' || standard === 'binary' ? text : typed(text, style, standard, state.dialect);
  return { kind: 'scalar', value, text, quoted: style !== 'plain', style, span, tag, hole };
}

/** At the end of a file without line break the library adds one to a block scalar; libyaml does not. */
function contentOf(node: Scalar, span: Span, state: State): string {
  const raw = node.source ?? (typeof node.value === 'string' ? node.value : '');
  const added = node.type?.startsWith('BLOCK') && span.end === state.text.length && !state.text.endsWith('\n');
  return added ? raw.replace(/\n$/, '') : raw;
}

/** An explicit `!!int`, `!!bool`, … types a quoted scalar as if it were plain. */
function typed(text: string, style: YamlScalar['style'], standard: string | null, dialect: YamlDialect): YamlScalar['value'] {
  const explicit = standard === 'int' || standard === 'float' || standard === 'bool' || standard === 'null';
  return style === 'plain' || explicit ? plainValue(text, dialect) : text;
}

function emptyScalar(span: Span): YamlScalar {
  return { kind: 'scalar', value: null, text: '', quoted: false, style: 'plain', span, tag: null, hole: false };
}

function tagOf(node: { readonly tag?: string | undefined }): string | null {
  const tag = node.tag;
  return tag === undefined || tag === '!' || tag.startsWith('tag:yaml.org,2002:') ? null : tag;
}

/** Something that cannot be read stands for the unknown: a scalar that is a hole. */
function unread(state: State, span: Span, id: InputProblem['id'], message: string): YamlScalar {
  state.problems.push({ id, file: state.file, at: span.start, message });
  return { ...emptyScalar(span), value: '', hole: true };
}

function problem(state: State, at: number, message: string): void {
  state.problems.push({ id: 'input/syntax-error', file: state.file, at, message });
}

function spanOf(node: unknown, state: State, at: number): Span {
  const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
  const clamp = (offset: number) => Math.max(0, Math.min(offset, state.text.length));
  const start = clamp(range?.[0] ?? at);
  return { file: state.file, start, end: Math.max(start, clamp(range?.[1] ?? at)) };
}
