import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import { entriesOfNode, itemsOfNode, type ManifestEntry, type ManifestNode, nameOfNode, nodeAt, opennessOf, textOfNode } from './node.ts';
import type { ManifestObject } from './object.ts';

/** What a ConfigMap or Secret holds. */
export interface ConfigData {
  readonly entries: ReadonlyMap<string, ConfigEntry>;
  /** Why there may be more keys; null when these are all. */
  readonly open: string | null;
}

export interface ConfigEntry {
  readonly value: Value<string>;
  readonly at: Span;
  readonly written: ManifestEntry;
}

const HIDDEN = 'its value is kept elsewhere';

/** The contents of the ConfigMap or Secret of a name; null when the manifests do not make it. */
export function configData(kind: 'ConfigMap' | 'Secret', name: string, objects: readonly ManifestObject[]): ConfigData | null {
  const plain = objects.find((one) => one.kind === kind && one.name === name);
  if (plain !== undefined) return plainData(plain);
  if (kind === 'ConfigMap') return null;
  for (const one of objects) {
    if (one.kind === 'SealedSecret' && [one.name, nameOfNode(nodeAt(one.root, 'spec', 'template', 'metadata', 'name'))].includes(name))
      return sealedData(one);
    if (one.kind === 'ExternalSecret' && (nameOfNode(nodeAt(one.root, 'spec', 'target', 'name')) ?? one.name) === name)
      return externalData(one);
  }
  return null;
}

function plainData(object: ManifestObject): ConfigData {
  const entries = new Map<string, ConfigEntry>();
  const isEncrypted = nodeAt(object.root, 'sops') !== null;
  let open: string | null = object.conditional ? 'a template decides whether it is there' : null;
  for (const part of ['binaryData', 'data', 'stringData']) {
    const node = nodeAt(object.root, part);
    open ??= opennessOf(node);
    for (const [key, written] of entriesOfNode(node)) {
      const base64 = part === 'binaryData' || (part === 'data' && object.kind === 'Secret');
      entries.set(key, { value: isEncrypted ? hidden(key, written.keyAt) : entryValue(key, written, base64), at: written.keyAt, written });
    }
  }
  return { entries, open };
}

function entryValue(key: string, { value, keyAt }: ManifestEntry, base64: boolean): Value<string> {
  if (value.kind !== 'scalar') return hidden(key, keyAt);
  if (!base64) return known(value.text, textOrigin(value.text === '' ? keyAt : value.at));
  const decoded = decodedText(value.text);
  return decoded === null ? hidden(key, keyAt) : known(decoded, textOrigin(value.at));
}

function hidden(key: string, at: Span): Value<string> {
  return unknown('opaque-env', textOrigin(at, HIDDEN), [key], 'str');
}

/** Base64 as Kubernetes reads it; null for what is none or no text. */
export function decodedText(text: string): string | null {
  const packed = text.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || packed.length % 4 !== 0) return null;
  try {
    const binary = atob(packed);
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  } catch {
    return null;
  }
}

function named(names: readonly (readonly [string, Span])[], open: string | null): ConfigData {
  const entries = names.map(([name, at]) => {
    const written: ManifestEntry = { keyAt: at, value: { kind: 'hole', text: HIDDEN, at } };
    return [name, { value: hidden(name, at), at, written }] as const;
  });
  return { entries: new Map(entries), open };
}

function sealedData({ root }: ManifestObject): ConfigData {
  const node = nodeAt(root, 'spec', 'encryptedData');
  const names = entriesOfNode(node).map(([key, one]) => [key, one.keyAt] as const);
  const more = nodeAt(root, 'spec', 'template', 'data') === null ? null : 'its template makes more';
  return named(names, opennessOf(node) ?? more);
}

function externalData({ root }: ManifestObject): ConfigData {
  const list = nodeAt(root, 'spec', 'data');
  const names = itemsOfNode(list).flatMap((one): readonly (readonly [string, Span])[] => {
    const key = nodeAt(one, 'secretKey');
    const text = textOfNode(key);
    return text === null || key === null ? [] : [[text, key.at]];
  });
  const template: ManifestNode | null = nodeAt(root, 'spec', 'target', 'template');
  const all = nodeAt(root, 'spec', 'dataFrom') === null && template === null ? null : 'it takes whole secrets from a store outside';
  return named(names, opennessOf(list) ?? all);
}
