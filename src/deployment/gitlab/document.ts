import { MAX_INCLUDE_DEPTH } from '../../core/limits.ts';
import { normalPath } from '../../files/paths.ts';
import {
  asMap,
  asText,
  entriesOf,
  get,
  itemsOf,
  type YamlEntry,
  type YamlFile,
  type YamlMap,
  type YamlNode,
} from '../../syntax/yaml/index.ts';
import type { Hidden } from '../model.ts';

/** A `.gitlab-ci.yml` with the local files it includes, merged as GitLab does: later ones over earlier, mappings by key. */
export interface GitlabDocument {
  readonly root: YamlMap;
  readonly hidden: Hidden | null;
}

/** How the files are found. */
export interface GitlabFiles {
  parse(path: string): YamlFile | null;
  /** Files of the tree that match a pattern of `include: local`. */
  matching(pattern: string): readonly string[];
}

export function gitlabDocument(file: string, files: GitlabFiles): GitlabDocument | null {
  const state: { hidden: Hidden | null; readonly seen: Set<string> } = { hidden: null, seen: new Set() };
  const load = (path: string, depth: number): YamlMap | null => {
    if (state.seen.has(path) || depth > MAX_INCLUDE_DEPTH) return null;
    state.seen.add(path);
    const documents = files.parse(path)?.documents ?? [];
    // A header (`spec:`) stands in a document of its own.
    const own = asMap(documents.findLast(({ root }) => root?.kind === 'map')?.root);
    if (own === undefined) return null;
    let whole: YamlMap | null = null;
    for (const one of itemsOf(get(own, 'include'))) {
      const local = asText(one) ?? asText(get(one, 'local'));
      const found = local === undefined || /^https?:/.test(local) ? [] : files.matching(normalPath(local.replace(/^\//, '')) ?? '');
      for (const path of found) whole = merged(whole, load(path, depth + 1));
      if (found.length === 0 && !isHarmless(one))
        state.hidden ??= { because: 'it includes a definition that is not in the repository', at: one.span };
    }
    return merged(whole, own);
  };
  const root = load(file, 0);
  return root === null ? null : { root, hidden: state.hidden };
}

/** Templates that only add scans. */
function isHarmless(node: YamlNode): boolean {
  return /^(Security|Jobs\/(SAST|Secret|Dependency|Container|Code-Quality|DAST|License))/.test(asText(get(node, 'template')) ?? '');
}

function merged(base: YamlMap | null, over: YamlMap | null): YamlMap | null {
  if (base === null || over === null) return over ?? base;
  return mergedMaps(base, over);
}

/** Deep for mappings; lists and scalars of the second win. */
export function mergedMaps(base: YamlMap, over: YamlMap): YamlMap {
  const entries = new Map<string, YamlEntry>(base.entries.map((one) => [one.key, one]));
  for (const one of over.entries) {
    const before = entries.get(one.key)?.value;
    const value = before?.kind === 'map' && one.value.kind === 'map' ? mergedMaps(before, one.value) : one.value;
    entries.set(one.key, { ...one, value });
  }
  return { ...over, entries: [...entries.values()] };
}

const MAX_REFERENCES = 10;

/** What `!reference [job, key]` and nested lists of a script come to; other nodes are themselves. */
export function flattened(node: YamlNode | undefined, root: YamlMap, depth = 0): readonly YamlNode[] {
  if (node === undefined || depth > MAX_REFERENCES) return [];
  if (node.kind !== 'seq') return itemsOf(node);
  if (node.tag === '!reference') return flattened(referenced(node.items, root), root, depth + 1);
  return node.items.flatMap((one) => (one.kind === 'seq' ? flattened(one, root, depth + 1) : [one]));
}

/** A key's value that may itself be a reference. */
export function dereferenced(node: YamlNode | undefined, root: YamlMap): YamlNode | undefined {
  let at = node;
  for (let i = 0; i < MAX_REFERENCES && at?.kind === 'seq' && at.tag === '!reference'; i++) at = referenced(at.items, root);
  return at;
}

function referenced(path: readonly YamlNode[], root: YamlMap): YamlNode | undefined {
  const keys = path.map((one) => asText(one) ?? '');
  const [job = '', ...rest] = keys;
  const body = jobBody(job, root)?.body;
  return body === undefined ? undefined : get(body, ...rest);
}

export interface JobBody {
  readonly body: YamlMap;
  /** A name that it extends and nothing in view defines. */
  readonly missing: string | null;
}

/** A job with what it extends laid under it. */
export function jobBody(name: string, root: YamlMap, depth = 0): JobBody | null {
  const own = asMap(get(root, name));
  if (own === undefined || depth > MAX_INCLUDE_DEPTH) return null;
  let base: YamlMap | null = null;
  let missing: string | null = null;
  for (const parent of itemsOf(get(own, 'extends')).flatMap((one) => asText(one) ?? [])) {
    const found = jobBody(parent, root, depth + 1);
    missing ??= found === null ? parent : found.missing;
    base = merged(base, found?.body ?? null);
  }
  const body = base === null ? own : mergedMaps(base, own);
  return { body: { ...body, span: own.span }, missing };
}

export const RESERVED: ReadonlySet<string> = new Set([
  'stages',
  'types',
  'variables',
  'default',
  'include',
  'image',
  'services',
  'before_script',
  'after_script',
  'cache',
  'workflow',
  'spec',
]);

/** Entries of the document that are jobs; hidden ones only serve others. */
export function jobEntries(root: YamlMap): readonly YamlEntry[] {
  return entriesOf(root).filter(({ key, value }) => !key.startsWith('.') && !RESERVED.has(key) && value.kind === 'map');
}
