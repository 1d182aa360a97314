import type { Span } from '../../core/span.ts';
import { asBoolean, asScalar, asText, entriesOf, get, itemsOf, type YamlNode } from '../../syntax/yaml/index.ts';
import type { Concurrency, Condition, Job, TokenPermissions } from '../model.ts';

/** `permissions:` of a workflow or job; null when it says nothing. */
export function permissionsOf(node: YamlNode | undefined): TokenPermissions | null {
  if (node === undefined) return null;
  const text = asText(node);
  if (text !== undefined)
    return { at: node.span, all: text === 'write-all' ? 'write' : text === 'read-all' ? 'read' : null, scopes: new Map() };
  const scopes = new Map(entriesOf(node).map(({ key, value }) => [key, asText(value) ?? '']));
  return { at: node.span, all: scopes.size === 0 ? 'none' : null, scopes };
}

export function concurrencyOf(node: YamlNode | undefined): Concurrency | null {
  if (node === undefined) return null;
  const group = asText(node) ?? asText(get(node, 'group')) ?? null;
  const cancel = get(node, 'cancel-in-progress');
  const flag = asBoolean(cancel);
  return { at: node.span, group, cancels: cancel === undefined || flag === false ? 'no' : flag === true ? 'yes' : 'maybe' };
}

export function conditionOf(node: YamlNode | undefined): Condition | null {
  const scalar = asScalar(node);
  return scalar === undefined || scalar.value === null ? null : { text: scalar.text, at: scalar.span };
}

/** The place of a flag that is literally true. */
export function flagOf(node: YamlNode | undefined): Span | null {
  const text = asScalar(node)?.text.trim();
  return node !== undefined && (text === 'true' || /^\$\{\{\s*true\s*\}\}$/.test(text ?? '')) ? node.span : null;
}

/** The values of each key of a matrix, those of `include` as well. A computed matrix has none. */
export function matrixOf(node: YamlNode | undefined): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  const add = (key: string, value: YamlNode) => {
    const text = asText(value);
    if (text !== undefined) values.set(key, [...(values.get(key) ?? []), text]);
  };
  for (const { key, value } of entriesOf(node)) {
    if (key === 'exclude') continue;
    if (key !== 'include') for (const one of itemsOf(value)) add(key, one);
    else for (const one of itemsOf(value)) for (const inner of entriesOf(one)) add(inner.key, inner.value);
  }
  return values;
}

/** The labels of `runs-on:`, one for each value of a matrix that it names. */
export function runnersOf(node: YamlNode | undefined, matrix: Job['matrix']): Job['runners'] {
  // A group of runners is the owner's; its labels say nothing of GitHub's images.
  const labels = node?.kind === 'map' ? [] : itemsOf(node);
  return labels.flatMap((one) => {
    const text = asText(one);
    const key = /^\$\{\{\s*matrix\.([\w-]+)\s*\}\}$/.exec(text ?? '')?.[1];
    if (key !== undefined) return (matrix.get(key) ?? []).map((label) => ({ label, at: one.span }));
    return text === undefined || text.includes('${{') ? [] : [{ label: text, at: one.span }];
  });
}

/** Names of the secrets that a definition reads. GitHub takes them in any case, and keeps them in upper case. */
export function secretsIn(node: YamlNode | undefined, source: string): readonly string[] {
  if (node === undefined) return [];
  const text = source.slice(node.span.start, node.span.end);
  return [
    ...new Set([...text.matchAll(/\bsecrets\.([A-Za-z_]\w*)|\bsecrets\[\s*'(\w+)'\s*\]/g)].map(([, a, b]) => (a ?? b ?? '').toUpperCase())),
  ];
}
