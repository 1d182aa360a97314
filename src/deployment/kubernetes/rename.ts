import { type ManifestEntry, type ManifestNode, textNode, textOfNode } from './node.ts';
import { type ManifestObject, objectsOf } from './object.ts';

/** Fields that name another object: of which kind, and under which key the name stands. */
const REFERENCES: ReadonlyMap<string, readonly [kind: string, key: string]> = new Map([
  ['configMapRef', ['ConfigMap', 'name']],
  ['configMapKeyRef', ['ConfigMap', 'name']],
  ['configMap', ['ConfigMap', 'name']],
  ['secretRef', ['Secret', 'name']],
  ['secretKeyRef', ['Secret', 'name']],
  ['secret', ['Secret', 'secretName']],
  ['persistentVolumeClaim', ['PersistentVolumeClaim', 'claimName']],
  ['service', ['Service', 'name']],
  ['scaleTargetRef', ['', 'name']],
]);

/** The objects under new names, with what refers to them. */
export function renamed(objects: readonly ManifestObject[], by: (name: string) => string): readonly ManifestObject[] {
  const known = new Set(objects.flatMap((one) => [`${one.kind}/${one.name}`, `/${one.name}`]));
  return objects.map((object) => {
    const root = rewritten(object.root, known, by);
    if (root.kind !== 'map') return object;
    const metadata = root.entries.get('metadata');
    const entries = new Map(root.entries);
    if (metadata?.value.kind === 'map') entries.set('metadata', { ...metadata, value: renamedKey(metadata.value, 'name', by) });
    const next = objectsOf({ ...root, entries }, object.conditional)[0];
    return next === undefined ? object : { ...next, original: object.original ?? object.name };
  });
}

function renamedKey(node: ManifestNode, key: string, by: (name: string) => string): ManifestNode {
  if (node.kind !== 'map') return node;
  const entry = node.entries.get(key);
  const text = textOfNode(entry?.value ?? null);
  if (entry === undefined || text === null) return node;
  return { ...node, entries: new Map([...node.entries, [key, { ...entry, value: textNode(by(text), entry.value.at) }]]) };
}

function rewritten(node: ManifestNode, known: ReadonlySet<string>, by: (name: string) => string): ManifestNode {
  if (node.kind === 'list') return { ...node, items: node.items.map((one) => rewritten(one, known, by)) };
  if (node.kind !== 'map') return node;
  const entries = [...node.entries].map(([key, one]): readonly [string, ManifestEntry] => {
    const inner = rewritten(one.value, known, by);
    const reference = REFERENCES.get(key);
    if (reference === undefined || inner.kind !== 'map') return [key, { ...one, value: inner }];
    const name = textOfNode(inner.entries.get(reference[1])?.value ?? null);
    const isKnown = name !== null && known.has(`${reference[0]}/${name}`);
    return [key, { ...one, value: isKnown ? renamedKey(inner, reference[1], by) : inner }];
  });
  return { ...node, entries: new Map(entries) };
}
