import { itemsOfNode, type ManifestEntry, type ManifestMap, type ManifestNode, nodeAt, textOfNode } from './node.ts';
import { type ManifestObject, objectsOf } from './object.ts';

/**
 * What `kustomize build` puts in from elsewhere is not followed: the fields that a replacement or a variable fills in are
 * holes, and where the field cannot be told, all that the object says.
 */

/** The objects with a hole in every field that one of the replacements may fill in. */
export function withReplacements(objects: readonly ManifestObject[], replacements: readonly ManifestNode[]): readonly ManifestObject[] {
  let all = objects;
  for (const one of replacements) {
    const targets = nodeAt(one, 'targets');
    // A replacement that cannot be read may fill in anything.
    if (targets?.kind !== 'list') all = all.map(opaqueObject);
    for (const [index, target] of itemsOfNode(targets).entries()) all = replaced(all, target, holeText(one, target, index));
  }
  return all;
}

/** Fields that one source fills in whole hold the same; a part of a field is its own. */
function holeText(replacement: ManifestNode, target: ManifestNode, index: number): string {
  const { file, start } = replacement.at;
  const part = nodeAt(target, 'options', 'delimiter') === null ? '' : `, ${index}`;
  return `{{ replacement ${file}:${start}${part} }}`;
}

function replaced(objects: readonly ManifestObject[], target: ManifestNode, text: string): readonly ManifestObject[] {
  const select = nodeAt(target, 'select');
  const written = nodeAt(target, 'fieldPaths');
  const paths = written === null ? [['metadata', 'name']] : itemsOfNode(written).map((one) => fieldPath(textOfNode(one)));
  return objects.map((object) => {
    if (!mayBeSelected(object, select)) return object;
    if (written !== null && written.kind !== 'list') return opaqueObject(object);
    return paths.reduce((one, path) => (path === null ? opaqueObject(one) : changedObject(one, filledIn(one.root, path, text))), object);
  });
}

/** What is left out of a selection is not looked at: an object too many only leaves more unknown. */
function mayBeSelected(object: ManifestObject, select: ManifestNode | null): boolean {
  const matches = (key: string, actual: readonly string[]) => {
    const wanted = textOfNode(nodeAt(select, key));
    // A name may be one that an overlay between changed, or a pattern.
    return wanted === null || !/^[\w-]+$/.test(wanted) || actual.some((one) => one.includes(wanted));
  };
  return matches('kind', [object.kind]) && matches('name', [object.name, object.original ?? object.name]);
}

/** The keys of `spec.containers.[name=web].image`, where `\.` is a dot of a key; null when it is written in another way. */
function fieldPath(text: string | null): readonly string[] | null {
  const keys = text?.match(/\[[^\]]*\]|(?:\\.|[^.[\\])+/g) ?? [];
  return keys.length === 0 || keys.join('.') !== text ? null : keys.map((one) => (one.startsWith('[') ? one : one.replaceAll('\\.', '.')));
}

function filledIn(node: ManifestNode, [key, ...rest]: readonly string[], text: string): ManifestNode {
  // A scalar on the way is a text that holds YAML or JSON of its own.
  if (key === undefined || node.kind === 'scalar') return { kind: 'hole', text, at: node.at };
  if (node.kind === 'hole') return node;
  if (node.kind === 'list') {
    const items = node.items.map((one, index) => (isMeant(one, index, key) ? filledIn(one, rest, text) : one));
    const grows = !/^(\d+|\*)$/.test(key) && !node.items.some((one, index) => isMeant(one, index, key));
    return { ...node, items, open: grows ? (node.open ?? 'a replacement may add an item') : node.open };
  }
  const old = key === '*' ? [...node.entries.keys()] : [key];
  const entries = new Map<string, ManifestEntry>(node.entries);
  for (const name of old) {
    const entry = entries.get(name);
    const isPlain = rest.every((one) => !/^(\[|\*$|-$|\d+$)/.test(one));
    const absent: ManifestNode = isPlain
      ? { kind: 'map', entries: new Map(), at: node.at, open: null }
      : { kind: 'hole', text, at: node.at };
    const value = filledIn(entry?.value ?? absent, rest, text);
    entries.set(name, { keyAt: entry?.keyAt ?? node.at, value });
  }
  return { ...node, entries };
}

function isMeant(item: ManifestNode, index: number, key: string): boolean {
  if (key === '*' || key === String(index)) return true;
  const [, name, wanted = ''] = /^\[([^=\]]*)=([^\]]*)\]$/.exec(key) ?? [];
  if (name === undefined) return false;
  const inner = name === '' ? item : nodeAt(item, ...name.split('.'));
  return inner?.kind === 'hole' || textOfNode(inner) === wanted;
}

/** The objects with a hole for every text that refers to one of the variables, as `$(NAME)`. */
export function withVariables(objects: readonly ManifestObject[], names: ReadonlySet<string>): readonly ManifestObject[] {
  return names.size === 0 ? objects : objects.map((one) => changedObject(one, withoutVariables(one.root, names)));
}

function withoutVariables(node: ManifestNode, names: ReadonlySet<string>): ManifestNode {
  switch (node.kind) {
    case 'hole':
      return node;
    case 'scalar': {
      const used = node.text.includes('$(') && [...node.text.matchAll(/\$\(([^()]{1,200})\)/g)].some(([, name = '']) => names.has(name));
      return used ? { kind: 'hole', text: node.text, at: node.at } : node;
    }
    case 'list':
      return { ...node, items: node.items.map((one) => withoutVariables(one, names)) };
    case 'map':
      return {
        ...node,
        entries: new Map([...node.entries].map(([key, one]) => [key, { ...one, value: withoutVariables(one.value, names) }])),
      };
  }
}

/** An object of which no more than its kind and name is known. */
export function opaqueObject(object: ManifestObject): ManifestObject {
  const hole = (entry: ManifestEntry, key: string): ManifestEntry => {
    const { file, start } = entry.keyAt;
    return { ...entry, value: { kind: 'hole', text: `{{ ${key} ${file}:${start} }}`, at: entry.value.at } };
  };
  const entries = [...object.root.entries].map(([key, entry]): readonly [string, ManifestEntry] => {
    if (key === 'apiVersion' || key === 'kind') return [key, entry];
    if (key !== 'metadata' || entry.value.kind !== 'map') return [key, hole(entry, key)];
    const inner = [...entry.value.entries].map(([name, one]) => [name, /^name(space)?$/.test(name) ? one : hole(one, name)] as const);
    return [key, { ...entry, value: { ...entry.value, entries: new Map(inner), open: OPAQUE } }];
  });
  return changedObject(object, { ...object.root, entries: new Map(entries), open: OPAQUE });
}

const OPAQUE = 'what kustomize puts in is not known';

function changedObject(object: ManifestObject, root: ManifestNode): ManifestObject {
  const [next = object] = root.kind === 'map' ? objectsOf(root satisfies ManifestMap, object.conditional) : [];
  return object.original === undefined ? next : { ...next, original: object.original };
}
