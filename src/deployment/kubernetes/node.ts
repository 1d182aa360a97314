import type { Data } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { YamlNode } from '../../syntax/yaml/index.ts';

/** A part of a manifest after overlays and templates. A hole is something that is there and whose value is not known. */
export type ManifestNode = ManifestMap | ManifestList | ManifestScalar | ManifestHole;

export interface ManifestMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, ManifestEntry>;
  readonly at: Span;
  /** Why there may be more entries than these; null when there are none. */
  readonly open: string | null;
}

export interface ManifestEntry {
  readonly keyAt: Span;
  readonly value: ManifestNode;
}

export interface ManifestList {
  readonly kind: 'list';
  readonly items: readonly ManifestNode[];
  readonly at: Span;
  readonly open: string | null;
}

export interface ManifestScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, without quotes. */
  readonly text: string;
  readonly at: Span;
}

export interface ManifestHole {
  readonly kind: 'hole';
  /** As written: two holes with one text hold the same. */
  readonly text: string;
  readonly at: Span;
}

export function textNode(text: string, at: Span): ManifestScalar {
  return { kind: 'scalar', value: text, text, at };
}

export function mapNode(entries: Iterable<readonly [string, ManifestEntry]>, at: Span, open: string | null = null): ManifestMap {
  return { kind: 'map', entries: new Map(entries), at, open };
}

/** The node at a path of keys and indexes; null when nothing stands there. A hole on the way is the answer. */
export function nodeAt(node: ManifestNode | null, ...path: readonly (string | number)[]): ManifestNode | null {
  let at: ManifestNode | null = node;
  for (const key of path) {
    if (at === null || at.kind === 'hole') return at;
    if (at.kind === 'map') {
      const found: ManifestNode | undefined = at.entries.get(String(key))?.value;
      at = found ?? (at.open === null ? null : { kind: 'hole', text: `${at.open}:${String(key)}:${at.at.file}:${at.at.start}`, at: at.at });
    } else at = at.kind === 'list' && typeof key === 'number' ? (at.items[key] ?? null) : null;
  }
  return at?.kind === 'scalar' && at.value === null ? null : at;
}

/** The text of a scalar that is known. */
export function textOfNode(node: ManifestNode | null): string | null {
  return node?.kind === 'scalar' && node.value !== null ? node.text : null;
}

/** A name, or the text of the template that makes it: equal texts mean the same object. */
export function nameOfNode(node: ManifestNode | null): string | null {
  return node?.kind === 'hole' ? node.text : textOfNode(node);
}

export function entriesOfNode(node: ManifestNode | null): readonly (readonly [string, ManifestEntry])[] {
  return node?.kind === 'map' ? [...node.entries] : [];
}

export function itemsOfNode(node: ManifestNode | null): readonly ManifestNode[] {
  return node?.kind === 'list' ? node.items : [];
}

/** Why a node may hold more than it shows; null when all of it is in view. */
export function opennessOf(node: ManifestNode | null): string | null {
  if (node === null || node.kind === 'scalar') return null;
  return node.kind === 'hole' ? 'a template fills it in' : node.open;
}

/** The value of a text; null when nothing stands there. */
export function textValue(node: ManifestNode | null): Value<string> | null {
  if (node === null || (node.kind === 'scalar' && node.value === null)) return null;
  if (node.kind === 'scalar') return known(node.text, textOrigin(node.at));
  return unknown('opaque-env', textOrigin(node.at, 'a template fills it in'), [], 'str');
}

export function numberValue(node: ManifestNode | null): Value<number> | null {
  const text = textValue(node);
  if (text === null) return null;
  if (text.kind !== 'known') return unknown('opaque-env', textOrigin(node?.at ?? { file: '', start: 0, end: 0 }), [], 'int');
  return /^\d+(\.\d+)?$/.test(text.value) ? known(Number(text.value), text.origin) : unknown('unsupported-syntax', text.origin);
}

/** Whether a switch is on; what stands for an absent one is given. */
export function booleanOf(node: ManifestNode | null, absent: boolean): boolean | null {
  if (node === null) return absent;
  return node.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : null;
}

/** A node as rules see it. */
export function dataOf(node: ManifestNode): Value<Data> {
  const origin = textOrigin(node.at);
  switch (node.kind) {
    case 'hole':
      return unknown('opaque-env', textOrigin(node.at, 'a template fills it in'), []);
    case 'scalar':
      return known(node.value, origin);
    case 'list':
      return known({ kind: 'list', items: node.items.map(dataOf), complete: node.open === null }, origin);
    case 'map': {
      const entries = [...node.entries].map(([key, one]) => ({ key, value: dataOf(one.value) }));
      return known({ kind: 'dict', entries, complete: node.open === null }, origin);
    }
  }
}

/** What a pipeline puts in before it applies a manifest: `${TAG}`, `$TAG`, `__TAG__`, `<tag>`. */
const FILLED_IN = /\$\{[A-Za-z_]\w*(:?[-=][^}]*)?\}|^\$[A-Z_][A-Z0-9_]*$|^__\w+__$|^<[^<>]+>$|\bREPLACE_ME\b/;

/** A plain manifest. Words of commands keep their dollar signs: they are for a shell. */
export function plainNode(node: YamlNode, inCommand = false): ManifestNode {
  const at = node.span;
  switch (node.kind) {
    case 'scalar':
      if (node.hole) return { kind: 'hole', text: node.text, at };
      if (!inCommand && typeof node.value === 'string' && FILLED_IN.test(node.text) && !node.text.includes('\n'))
        return { kind: 'hole', text: node.text, at };
      return { kind: 'scalar', value: node.value, text: node.text, at };
    case 'seq':
      return { kind: 'list', items: node.items.map((one) => plainNode(one, inCommand)), at, open: null };
    case 'map': {
      const entries = node.entries.map((one) => {
        const command = inCommand || one.key === 'command' || one.key === 'args';
        return [one.key, { keyAt: one.keySpan, value: plainNode(one.value, command) }] as const;
      });
      return mapNode(entries, at, node.entries.some((one) => one.keyHole) ? 'a template names an entry' : null);
    }
  }
}

/** Whether two names are the same text, written or made by the same template. */
export function textsAlike(a: ManifestNode | null, b: ManifestNode | null): boolean {
  const text = nameOfNode(a);
  return text !== null && text === nameOfNode(b);
}
