import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from './node.ts';

/** The entry of a key; undefined when the node is no mapping or has none. */
export function entry(node: YamlNode | null | undefined, key: string): YamlEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((one) => one.key === key) : undefined;
}

/** The value of a key, or of a path of keys; undefined when one of them is absent. */
export function get(node: YamlNode | null | undefined, ...path: readonly string[]): YamlNode | undefined {
  let at: YamlNode | undefined = node ?? undefined;
  for (const key of path) at = entry(at, key)?.value;
  return at;
}

export function asMap(node: YamlNode | null | undefined): YamlMap | undefined {
  return node?.kind === 'map' ? node : undefined;
}

export function asScalar(node: YamlNode | null | undefined): YamlScalar | undefined {
  return node?.kind === 'scalar' ? node : undefined;
}

/** The text of a string scalar that is no hole; undefined for numbers, booleans, null and collections. */
export function asString(node: YamlNode | null | undefined): string | undefined {
  return node?.kind === 'scalar' && !node.hole && typeof node.value === 'string' ? node.value : undefined;
}

/** The text of any scalar that is no hole and not null, as written (`8000` → "8000", `010` → "010"). */
export function asText(node: YamlNode | null | undefined): string | undefined {
  return node?.kind === 'scalar' && !node.hole && node.value !== null ? node.text : undefined;
}

export function asNumber(node: YamlNode | null | undefined): number | undefined {
  return node?.kind === 'scalar' && !node.hole && typeof node.value === 'number' ? node.value : undefined;
}

export function asBoolean(node: YamlNode | null | undefined): boolean | undefined {
  return node?.kind === 'scalar' && !node.hole && typeof node.value === 'boolean' ? node.value : undefined;
}

/** True for `key:` without value, `~` and `null`. */
export function isNull(node: YamlNode | null | undefined): boolean {
  return node?.kind === 'scalar' && !node.hole && node.value === null;
}

/** Items of a sequence; a scalar alone counts as a list of one, null and absence as none. */
export function itemsOf(node: YamlNode | null | undefined): readonly YamlNode[] {
  if (node === null || node === undefined || isNull(node)) return [];
  return node.kind === 'seq' ? node.items : [node];
}

/** Entries of a mapping; none for anything else. */
export function entriesOf(node: YamlNode | null | undefined): readonly YamlEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

/** Whether a template hole stands anywhere in the node, its keys included. */
export function hasHole(node: YamlNode): boolean {
  if (node.kind === 'scalar') return node.hole;
  if (node.kind === 'seq') return node.items.some(hasHole);
  return node.entries.some((one) => one.keyHole || hasHole(one.value));
}
