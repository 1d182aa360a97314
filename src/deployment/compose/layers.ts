import type { Span } from '../../core/span.ts';
import { entry } from '../../syntax/yaml/index.ts';
import type { YamlEntry, YamlNode } from '../../syntax/yaml/node.ts';

/**
 * One thing as several files say it, the strongest last. Readers merge as compose does for their key; `!reset` and
 * `!override` have already cut the list.
 */
export type Layers = readonly YamlNode[];

/** The entries of a key in each layer that has it. */
export function entriesAt(layers: Layers, key: string): readonly YamlEntry[] {
  let found: YamlEntry[] = [];
  for (const layer of layers) {
    const one = entry(layer, key);
    if (one === undefined) continue;
    if (one.value.tag === '!reset') found = [];
    else if (one.value.tag === '!override') found = [one];
    else found.push(one);
  }
  return found;
}

export function layersAt(layers: Layers, ...path: readonly string[]): Layers {
  let at = layers;
  for (const key of path) at = entriesAt(at, key).map((one) => one.value);
  return at;
}

/** The strongest value of a key that later layers replace as a whole. */
export function lastAt(layers: Layers, ...path: readonly string[]): YamlNode | undefined {
  return layersAt(layers, ...path).at(-1);
}

/** Where the key stands whose value counts. */
export function keySpanAt(layers: Layers, key: string): Span | undefined {
  return entriesAt(layers, key).at(-1)?.keySpan;
}
