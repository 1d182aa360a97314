import { MAX_INCLUDE_DEPTH } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import { folderOf } from '../../files/paths.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import { asString, entriesOf, entry, get, itemsOf } from '../../syntax/yaml/index.ts';
import type { ParseYaml, YamlNode } from '../../syntax/yaml/node.ts';
import { pathIn } from '../repository-path.ts';
import { FILE_ELEMENTS } from './configs.ts';
import { type Interpolation, interpolate, readInterpolation } from './interpolation.ts';
import { entriesAt, type Layers } from './layers.ts';
import type { ComposeOptions } from './set.ts';

/** A set of compose files with `extends` and `include` followed, not yet read key by key. */
export interface ComposeSource {
  readonly services: ReadonlyMap<string, ServiceLayers>;
  readonly volumes: ReadonlySet<string>;
  /** `file` of the top-level configs and secrets, by "configs name" and "secrets name". */
  readonly elements: ReadonlyMap<string, YamlNode>;
  readonly version: Span | null;
  readonly problems: readonly InputProblem[];
  /** Folder from which the relative paths of a file are seen. */
  folder(file: string): string;
  interpolation(file: string): Interpolation;
  text(file: string): string;
}

export interface ServiceLayers {
  readonly name: string;
  /** The key in the first file that has it. */
  readonly at: Span;
  readonly layers: Layers;
}

interface Place {
  readonly folder: string;
  readonly interpolation: Interpolation;
}

interface Loading {
  readonly tree: SourceTree;
  readonly parse: ParseYaml;
  readonly places: Map<string, Place>;
  readonly texts: Map<string, string>;
  readonly documents: Map<string, readonly YamlNode[]>;
  readonly services: Map<string, { at: Span; layers: YamlNode[] }>;
  readonly volumes: Set<string>;
  readonly elements: Map<string, YamlNode>;
  readonly problems: InputProblem[];
  version: Span | null;
}

export function loadCompose(tree: SourceTree, files: readonly string[], parse: ParseYaml, options: ComposeOptions = {}): ComposeSource {
  const folder = folderOf(files[0] ?? '');
  const given: ReadonlyMap<string, Value<string>> = options.variables ?? new Map();
  const interpolation = readInterpolation(tree, options.envFiles ?? [pathIn(folder, '.env') ?? '.env'], given);
  const place: Place = { folder, interpolation };
  const loading: Loading = {
    tree,
    parse,
    places: new Map(),
    texts: new Map(),
    documents: new Map(),
    services: new Map(),
    volumes: new Set(),
    elements: new Map(),
    problems: [],
    version: null,
  };
  for (const file of files) loadFile(loading, file, place, given, 0);
  return {
    services: new Map([...loading.services].map(([name, one]) => [name, { name, at: one.at, layers: one.layers }])),
    volumes: loading.volumes,
    elements: loading.elements,
    version: loading.version,
    problems: loading.problems,
    folder: (file) => loading.places.get(file)?.folder ?? folder,
    interpolation: (file) => loading.places.get(file)?.interpolation ?? interpolation,
    text: (file) => loading.texts.get(file) ?? '',
  };
}

function rootsOf(loading: Loading, file: string): readonly YamlNode[] {
  const before = loading.documents.get(file);
  if (before !== undefined) return before;
  const read = loading.tree.read(file);
  let roots: readonly YamlNode[] = [];
  if (!read.ok) loading.problems.push(read.problem);
  else {
    const parsed = loading.parse(read.text, file, 'go');
    loading.problems.push(...parsed.problems);
    loading.texts.set(file, read.text);
    roots = parsed.documents.flatMap((one) => (one.root === null ? [] : [one.root]));
  }
  loading.documents.set(file, roots);
  return roots;
}

function loadFile(loading: Loading, file: string, place: Place, given: ReadonlyMap<string, Value<string>>, depth: number): void {
  if (!loading.places.has(file)) loading.places.set(file, place);
  for (const root of rootsOf(loading, file)) {
    loading.version ??= entry(root, 'version')?.keySpan ?? null;
    for (const item of itemsOf(get(root, 'include'))) if (depth < MAX_INCLUDE_DEPTH) include(loading, item, place, given, depth);
    for (const one of entriesOf(get(root, 'volumes'))) loading.volumes.add(one.key);
    for (const kind of FILE_ELEMENTS) {
      for (const one of entriesOf(get(root, kind))) {
        const path = get(one.value, 'file');
        if (path !== undefined) loading.elements.set(`${kind} ${one.key}`, path);
      }
    }
    for (const one of entriesAt([root], 'services').flatMap((found) => entriesOf(found.value))) {
      const stack = loading.services.get(one.key) ?? { at: one.keySpan, layers: [] };
      loading.services.set(one.key, stack);
      if (one.value.tag === '!reset' || one.value.tag === '!override') stack.layers.length = 0;
      if (one.value.tag !== '!reset') stack.layers.push(...extended(loading, one.value, file, place, 0));
    }
  }
}

/** The layers of a service: those of what it extends, then its own. */
function extended(loading: Loading, service: YamlNode, file: string, place: Place, depth: number): Layers {
  const node = get(service, 'extends');
  if (node === undefined || depth >= MAX_INCLUDE_DEPTH) return [service];
  const name = asString(node) ?? asString(get(node, 'service'));
  const other = get(node, 'file');
  const path = other === undefined ? file : pathOf(other, place);
  if (name === undefined || path === null) return [service];
  const own: Place = other === undefined ? place : { folder: folderOf(path), interpolation: place.interpolation };
  if (!loading.places.has(path)) loading.places.set(path, own);
  const base = rootsOf(loading, path).flatMap((root) => get(root, 'services', name) ?? []);
  return [...base.filter((one) => one !== service).flatMap((one) => extended(loading, one, path, own, depth + 1)), service];
}

function pathOf(node: YamlNode, place: Place): string | null {
  const text = asString(node);
  const value = text === undefined ? undefined : interpolate(text, node.span, place.interpolation).value;
  return value?.kind === 'known' ? pathIn(place.folder, value.value) : null;
}

function include(loading: Loading, item: YamlNode, place: Place, given: ReadonlyMap<string, Value<string>>, depth: number): void {
  const paths = itemsOf(item.kind === 'map' ? get(item, 'path') : item).flatMap((one) => pathOf(one, place) ?? []);
  const [first] = paths;
  if (first === undefined) return;
  const named = get(item, 'project_directory');
  const folder = (named === undefined ? null : pathOf(named, place)) ?? folderOf(first);
  const envFiles = itemsOf(get(item, 'env_file')).flatMap((one) => pathOf(one, place) ?? []);
  const own = readInterpolation(loading.tree, envFiles.length > 0 ? envFiles : [pathIn(folder, '.env') ?? '.env'], given);
  const { variables, closed } = place.interpolation;
  const interpolation = { variables: new Map([...own.variables, ...variables]), closed: closed || own.closed };
  for (const path of paths) loadFile(loading, path, { folder, interpolation }, given, depth + 1);
}
