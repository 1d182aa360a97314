import type { Span } from '../../core/span.ts';
import { asText, entriesOf, get, itemsOf, type YamlNode } from '../../syntax/yaml/index.ts';
import type { Trigger } from '../model.ts';

/** The events under `on:`, whichever of its three forms it has. */
export function triggersOf(root: YamlNode | null, file: string): readonly Trigger[] {
  // YAML 1.1 would read the key `on` as true; the file is read as 1.2, where it is text.
  const on = get(root, 'on') ?? get(root, 'true');
  if (on === undefined) return [];
  if (on.kind === 'map') return entriesOf(on).map((one) => trigger(one.key, one.keySpan, one.value));
  return itemsOf(on).flatMap((one) => {
    const event = asText(one);
    return event === undefined ? [] : [trigger(event, { ...one.span, file }, undefined)];
  });
}

function trigger(event: string, at: Span, node: YamlNode | undefined): Trigger {
  const branches = patterns(get(node, 'branches'));
  const tags = patterns(get(node, 'tags'));
  const others = get(node, 'branches-ignore') === undefined ? null : ['**'];
  return {
    event,
    branches: branches ?? others ?? (tags === null && get(node, 'tags-ignore') === undefined ? null : []),
    tags,
    types: patterns(get(node, 'types')) ?? [],
    workflows: patterns(get(node, 'workflows')) ?? [],
    at,
  };
}

function patterns(node: YamlNode | undefined): readonly string[] | null {
  return node === undefined ? null : itemsOf(node).flatMap((one) => asText(one) ?? []);
}
