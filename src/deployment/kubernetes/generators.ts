import type { Span } from '../../core/span.ts';
import { baseName } from '../../files/paths.ts';
import { textAt } from '../project/files.ts';
import { pathIn } from '../repository-path.ts';
import { itemsOfNode, type ManifestEntry, type ManifestNode, mapNode, nodeAt, textNode, textOfNode } from './node.ts';
import { type ManifestObject, objectsOf } from './object.ts';
import type { ManifestSource } from './source.ts';

/** What one entry of `configMapGenerator` or `secretGenerator` makes. */
export interface Generated {
  readonly object: ManifestObject;
  readonly behavior: 'create' | 'replace' | 'merge';
}

/** The object of one generator: literals, env files and files; those that are absent may give any name. */
export function generated(kind: 'ConfigMap' | 'Secret', node: ManifestNode, folder: string, source: ManifestSource): Generated | null {
  const name = nodeAt(node, 'name');
  if (node.kind !== 'map' || textOfNode(name) === null) return null;
  const entries = new Map<string, ManifestEntry>();
  let open: string | null = null;
  const envs = [...itemsOfNode(nodeAt(node, 'envs')), ...[nodeAt(node, 'env')].filter((one) => one !== null)];
  for (const one of envs) {
    const path = pathIn(folder, textOfNode(one) ?? '');
    if (path === null || source.tree.kindOf(path) !== 'file') open = `${path ?? 'an env file'} is not in the repository`;
    else for (const [key, entry] of envFileEntries(path, textAt(source.tree, path))) entries.set(key, entry);
  }
  for (const one of itemsOfNode(nodeAt(node, 'files'))) {
    const made = fileEntry(one, folder, source);
    if (made === null) open = 'a file of it is not in the repository';
    else entries.set(made[0], made[1]);
  }
  for (const one of itemsOfNode(nodeAt(node, 'literals'))) {
    const made = literalEntry(one);
    if (made === null) open = 'a template fills in an entry';
    else entries.set(made[0], made[1]);
  }
  const at = node.at;
  const entry = (value: ManifestNode): ManifestEntry => ({ keyAt: value.at, value });
  const root = mapNode(
    [
      ['apiVersion', entry(textNode('v1', at))],
      ['kind', entry(textNode(kind, at))],
      ['metadata', entry(mapNode([['name', entry(name ?? textNode('', at))]], at))],
      [kind === 'Secret' ? 'stringData' : 'data', entry(mapNode(entries, at, open))],
    ],
    at,
  );
  const [object] = objectsOf(root);
  const behavior = textOfNode(nodeAt(node, 'behavior'));
  return object === undefined ? null : { object, behavior: behavior === 'merge' || behavior === 'replace' ? behavior : 'create' };
}

function literalEntry(node: ManifestNode): readonly [string, ManifestEntry] | null {
  const text = node.kind === 'hole' ? node.text : textOfNode(node);
  const equals = text?.indexOf('=') ?? -1;
  if (text === null || equals < 1) return null;
  const value = text.slice(equals + 1).replace(/^(["'])(.*)\1$/s, '$2');
  const key = text.slice(0, equals);
  if (node.kind === 'hole') return /[${}]/.test(key) ? null : [key, { keyAt: node.at, value: { kind: 'hole', text: value, at: node.at } }];
  return [key, { keyAt: node.at, value: textNode(value, node.at) }];
}

/** Kustomize takes a line as it is: no quotes, no expansion. */
function envFileEntries(file: string, text: string): readonly (readonly [string, ManifestEntry])[] {
  return [...text.matchAll(/^[ \t]*([^\s#=][^=\r\n]*)=([^\r\n]*)/gm)].map(([all, key = '', value = ''], index, found) => {
    const start = (found[index]?.index ?? 0) + all.length - value.length;
    const at: Span = { file, start, end: start + value.length };
    const keyAt: Span = { file, start: start - 1 - key.length, end: start - 1 };
    return [key.trim(), { keyAt, value: textNode(value, value === '' ? keyAt : at) }];
  });
}

function fileEntry(node: ManifestNode, folder: string, source: ManifestSource): readonly [string, ManifestEntry] | null {
  const text = textOfNode(node);
  if (text === null) return null;
  const [, key, written = text] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  const path = pathIn(folder, written);
  if (path === null || source.tree.kindOf(path) !== 'file') return null;
  const content = textAt(source.tree, path);
  return [key ?? baseName(path), { keyAt: node.at, value: textNode(content, { file: path, start: 0, end: content.length }) }];
}

/** The file of the repository that an entry of a generated object is; null for texts of manifests. */
export function fileOfEntry(entry: ManifestEntry): string | null {
  const { value, keyAt } = entry;
  return value.kind === 'scalar' && value.at.start === 0 && value.at.file !== keyAt.file ? value.at.file : null;
}
