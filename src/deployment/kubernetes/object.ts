import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, type Value } from '../../core/value.ts';
import type { KubernetesObject } from '../model.ts';
import { dataOf, entriesOfNode, type ManifestMap, type ManifestNode, nameOfNode, nodeAt, textOfNode, textValue } from './node.ts';

/** One object of a manifest, as the readers of this folder pass it on. */
export interface ManifestObject {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly root: ManifestMap;
  /** A condition of a template decides whether it is there at all. */
  readonly conditional: boolean;
  /** The name before an overlay changed it. */
  readonly original?: string;
}

/** The objects of one document: itself, or the items of a List. */
export function objectsOf(node: ManifestNode, conditional = false): readonly ManifestObject[] {
  if (node.kind !== 'map') return [];
  const kind = textOfNode(nodeAt(node, 'kind'));
  if (kind === null) return [];
  const items = nodeAt(node, 'items');
  if (kind.endsWith('List') && items?.kind === 'list') return items.items.flatMap((one) => objectsOf(one, conditional));
  const apiVersion = textOfNode(nodeAt(node, 'apiVersion')) ?? '';
  const name = nameOfNode(nodeAt(node, 'metadata', 'name')) ?? nameOfNode(nodeAt(node, 'metadata', 'generateName')) ?? '';
  return [{ kind, apiVersion, name, namespace: nameOfNode(nodeAt(node, 'metadata', 'namespace')), root: node, conditional }];
}

/** An object as rules ask about it. */
export function factOf(object: ManifestObject): KubernetesObject {
  const { root, kind, apiVersion, name, namespace } = object;
  return {
    kind,
    apiVersion,
    name,
    namespace,
    at: headOf(root),
    labels: textsOf(nodeAt(root, 'metadata', 'labels')),
    annotations: textsOf(nodeAt(root, 'metadata', 'annotations')),
    get: (...path) => {
      const node = nodeAt(root, ...path);
      return node === null ? known(undefined, textOrigin(placeIn(root, path))) : dataOf(node);
    },
    placeOf: (...path) => placeIn(root, path),
  };
}

/** The `kind` of an object: where a person looks for it. */
export function headOf(root: ManifestMap): Span {
  return root.entries.get('kind')?.value.at ?? root.at;
}

export function textsOf(node: ManifestNode | null): ReadonlyMap<string, Value<string>> {
  const texts = new Map<string, Value<string>>();
  for (const [key, { value }] of entriesOfNode(node)) {
    const text = textValue(value);
    if (text !== null) texts.set(key, text);
  }
  return texts;
}

/** Where the innermost part of the path that exists is written. */
export function placeIn(root: ManifestMap, path: readonly (string | number)[]): Span {
  let at: ManifestNode = root;
  let place = headOf(root);
  for (const key of path) {
    if (at.kind === 'map') {
      const entry = at.entries.get(String(key));
      if (entry === undefined) return place;
      place = entry.keyAt;
      at = entry.value;
    } else if (at.kind === 'list' && typeof key === 'number') {
      const item: ManifestNode | undefined = at.items[key];
      if (item === undefined) return place;
      place = item.at;
      at = item;
    } else return place;
  }
  return at.kind === 'scalar' && path.length > 0 ? at.at : place;
}
