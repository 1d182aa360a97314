import { entriesOfNode, type ManifestEntry, type ManifestList, type ManifestMap, type ManifestNode, nodeAt, textOfNode } from './node.ts';

/** By what Kubernetes tells the items of a list apart when it merges two of them; the other lists are replaced. */
const MERGE_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['containers', ['name']],
  ['initContainers', ['name']],
  ['ephemeralContainers', ['name']],
  ['env', ['name']],
  ['volumes', ['name']],
  ['volumeMounts', ['mountPath']],
  ['ports', ['containerPort', 'port']],
  ['imagePullSecrets', ['name']],
  ['hostAliases', ['ip']],
  ['topologySpreadConstraints', ['topologyKey']],
]);

/** A strategic merge patch over an object; null when it deletes it. */
export function merged(base: ManifestMap, patch: ManifestMap): ManifestMap | null {
  const directive = textOfNode(nodeAt(patch, '$patch'));
  if (directive === 'delete') return null;
  const entries = new Map<string, ManifestEntry>(directive === 'replace' ? [] : base.entries);
  for (const [key, entry] of patch.entries) {
    if (key.startsWith('$')) continue;
    const value = mergedValue(key, entries.get(key)?.value ?? null, entry.value);
    if (value === null) entries.delete(key);
    else entries.set(key, { keyAt: entry.value.kind === 'scalar' ? entry.keyAt : (entries.get(key)?.keyAt ?? entry.keyAt), value });
  }
  return { kind: 'map', entries, at: base.at, open: base.open ?? patch.open };
}

function mergedValue(key: string, base: ManifestNode | null, patch: ManifestNode): ManifestNode | null {
  if (patch.kind === 'scalar' && patch.value === null) return null;
  if (patch.kind === 'map') return base?.kind === 'map' ? merged(base, patch) : merged({ ...patch, entries: new Map() }, patch);
  if (patch.kind === 'list') return mergedList(key, base?.kind === 'list' ? base : null, patch);
  return patch;
}

function mergedList(key: string, base: ManifestList | null, patch: ManifestList): ManifestList {
  const keys = MERGE_KEYS.get(key);
  const replaces = patch.items.some((one) => textOfNode(nodeAt(one, '$patch')) === 'replace');
  if (keys === undefined || base === null || replaces)
    return { ...patch, items: patch.items.filter((one) => nodeAt(one, '$patch') === null || one.kind !== 'map') };
  let items: readonly ManifestNode[] = base.items;
  for (const one of patch.items) {
    if (one.kind !== 'map') continue;
    const same = items.findIndex((other) => keys.some((name) => isSame(nodeAt(other, name), nodeAt(one, name))));
    const old = items[same];
    const next = old?.kind === 'map' ? merged(old, one) : merged({ ...one, entries: new Map() }, one);
    items =
      same === -1 ? (next === null ? items : [...items, next]) : items.flatMap((other, index) => (index === same ? (next ?? []) : other));
  }
  return { ...base, items, open: base.open ?? patch.open };
}

function isSame(a: ManifestNode | null, b: ManifestNode | null): boolean {
  const text = textOfNode(a);
  return text !== null && text === textOfNode(b);
}

/** The operations of a JSON patch over an object; what cannot be applied is left out. */
export function patched(base: ManifestMap, operations: ManifestNode): ManifestMap {
  let root: ManifestMap = base;
  if (operations.kind !== 'list') return root;
  for (const one of operations.items) {
    const op = textOfNode(nodeAt(one, 'op'));
    const path = textOfNode(nodeAt(one, 'path'));
    if (op === null || path === null) continue;
    const keys = path.split('/').slice(1).map(unescaped);
    const value = operand(one, op, root);
    if (op === 'remove' || op === 'move') root = asMap(changed(root, op === 'move' ? keysOf(nodeAt(one, 'from')) : keys, null), root);
    if (op !== 'remove' && op !== 'test' && value !== null) root = asMap(changed(root, keys, value, op === 'add'), root);
  }
  return root;
}

function operand(operation: ManifestNode, op: string, root: ManifestMap): ManifestNode | null {
  if (op === 'copy' || op === 'move') return nodeAt(root, ...keysOf(nodeAt(operation, 'from')).map(indexed));
  const entry = entriesOfNode(operation).find(([key]) => key === 'value');
  return entry?.[1].value ?? null;
}

function keysOf(node: ManifestNode | null): readonly string[] {
  return (textOfNode(node) ?? '').split('/').slice(1).map(unescaped);
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function indexed(key: string): string | number {
  return /^\d+$/.test(key) ? Number(key) : key;
}

function asMap(node: ManifestNode, otherwise: ManifestMap): ManifestMap {
  return node.kind === 'map' ? node : otherwise;
}

/** The node with what stands at a path set, or taken away for null. */
export function changed(node: ManifestNode, keys: readonly string[], value: ManifestNode | null, inserts = false): ManifestNode {
  const [key, ...rest] = keys;
  if (key === undefined || node.kind === 'hole' || node.kind === 'scalar') return node;
  if (node.kind === 'list') return changedList(node, key, rest, value, inserts);
  const entries = new Map(node.entries);
  const old = entries.get(key);
  if (rest.length === 0) {
    if (value === null) entries.delete(key);
    else entries.set(key, { keyAt: value.at, value });
  } else {
    const inner = old?.value ?? (value === null ? null : ({ kind: 'map', entries: new Map(), at: value.at, open: null } as const));
    if (inner !== null) entries.set(key, { keyAt: old?.keyAt ?? inner.at, value: changed(inner, rest, value, inserts) });
  }
  return { ...node, entries };
}

function changedList(node: ManifestList, key: string, rest: readonly string[], value: ManifestNode | null, inserts: boolean): ManifestList {
  const items = [...node.items];
  const index = key === '-' ? items.length : Number(key);
  if (!Number.isInteger(index) || index > items.length) return node;
  const old = items[index];
  if (rest.length > 0) {
    if (old !== undefined) items[index] = changed(old, rest, value, inserts);
  } else if (value === null) items.splice(index, 1);
  else items.splice(index, inserts ? 0 : 1, value);
  return { ...node, items };
}
