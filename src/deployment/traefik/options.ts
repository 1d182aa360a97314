import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { YamlNode } from '../../syntax/yaml/index.ts';

/**
 * Options of Traefik as a tree, whichever way they are written: a file, flags (`--entryPoints.web.address=:80`), variables
 * (`TRAEFIK_API_INSECURE`) or labels. Traefik compares keys without regard to case.
 */
export interface Option {
  /** As written. */
  readonly name: string;
  readonly at: Span;
  /** Null for a key that only holds others. Items of a list are joined by commas, as flags and labels write them. */
  readonly value: Value<string> | null;
  readonly children: ReadonlyMap<string, Option>;
}

interface Growing {
  readonly name: string;
  readonly at: Span;
  value: Value<string> | null;
  readonly children: Map<string, Growing>;
}

/** One written option: its keys from the outermost one. */
export interface Written {
  readonly path: readonly string[];
  readonly value: Value<string> | null;
  readonly at: Span;
}

export function optionTree(written: readonly Written[], at: Span): Option {
  const root: Growing = { name: '', at, value: null, children: new Map() };
  for (const one of written) {
    let node = root;
    for (const name of one.path) {
      const key = name.toLowerCase();
      const next = node.children.get(key) ?? { name, at: one.at, value: null, children: new Map() };
      node.children.set(key, next);
      node = next;
    }
    node.value = one.value;
  }
  return root;
}

/** The options of a YAML file. */
export function writtenInYaml(node: YamlNode | null | undefined, path: readonly string[] = []): readonly Written[] {
  if (node === null || node === undefined) return [];
  if (node.kind === 'map')
    return node.entries.flatMap((one) => [
      ...(one.value.kind === 'map' && one.value.entries.length > 0 ? [] : [{ path: [...path, one.key], value: null, at: one.keySpan }]),
      ...writtenInYaml(one.value, [...path, one.key]).map((inner) => ({
        ...inner,
        at: inner.path.length === path.length + 1 ? one.keySpan : inner.at,
      })),
    ]);
  if (node.kind === 'seq') return writtenList(node.items, node.span, path);
  if (node.value === null && !node.hole) return [];
  return [{ path, at: node.span, value: scalarValue(node.hole, node.text, node.span) }];
}

function writtenList(items: readonly YamlNode[], at: Span, path: readonly string[]): readonly Written[] {
  const texts = items.map((one) => (one.kind === 'scalar' && !one.hole ? one.text : null));
  if (texts.every((one) => one !== null)) return [{ path, at, value: known(texts.join(','), textOrigin(at)) }];
  if (items.every((one) => one.kind === 'scalar')) return [{ path, at, value: scalarValue(true, '', at) }];
  return items.flatMap((one, index) => writtenInYaml(one, [...path, String(index)]));
}

function scalarValue(hole: boolean, text: string, at: Span): Value<string> {
  return hole ? unknown('unsupported-syntax', textOrigin(at), [], 'str') : known(text, textOrigin(at));
}

/** `--a.b=c`, `--a.b c` and `--a.b`, which is true. */
export function writtenInFlags(words: readonly Value<string>[], at: Span): readonly Written[] {
  const found: Written[] = [];
  words.forEach((word, index) => {
    const text = word.kind === 'known' ? word.value : '';
    const name = /^--?([^=\s-][^=]*)(?:=([\s\S]*))?$/.exec(text);
    if (word.kind !== 'known' || name?.[1] === undefined) return;
    const next = words[index + 1];
    const apart = name[2] === undefined && next?.kind === 'known' && !next.value.startsWith('-') ? next : null;
    const value = apart ?? known((name[2] ?? 'true').replace(/^(["'])(.*)\1$/, '$2'), word.origin);
    found.push({ path: name[1].split('.'), value, at: spanOf(word) ?? at });
  });
  return found;
}

export function spanOf(value: Value<string>): Span | null {
  if (value.kind === 'conditional') return null;
  const { origin } = value;
  return origin.step === 'text' ? origin.at : origin.step === 'env' ? (origin.at ?? origin.read ?? null) : null;
}

export function option(tree: Option | null | undefined, ...path: readonly string[]): Option | null {
  let at: Option | null = tree ?? null;
  for (const key of path) at = at?.children.get(key.toLowerCase()) ?? null;
  return at;
}

export function children(tree: Option | null | undefined, ...path: readonly string[]): readonly Option[] {
  return [...(option(tree, ...path)?.children.values() ?? [])];
}

/** The text of an option; null when it is absent or not known. */
export function text(tree: Option | null | undefined, ...path: readonly string[]): string | null {
  const value = option(tree, ...path)?.value;
  return value?.kind === 'known' ? value.value : null;
}

export function isTrue(tree: Option | null | undefined, ...path: readonly string[]): boolean {
  return /^(true|1|t)$/i.test(text(tree, ...path) ?? '');
}

/** Items of a list, which flags and labels part by commas. */
export function list(tree: Option | null | undefined, ...path: readonly string[]): readonly string[] {
  return (text(tree, ...path) ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
