import type { Answer } from '../../core/data.ts';
import { MAX_INCLUDE_DEPTH } from '../../core/limits.ts';
import { joinPath } from '../../files/paths.ts';
import { pathIn } from '../repository-path.ts';
import { generated } from './generators.ts';
import { inlineDocuments } from './inline.ts';
import { changed, merged, patched } from './merge.ts';
import {
  entriesOfNode,
  itemsOfNode,
  type ManifestMap,
  type ManifestNode,
  nameOfNode,
  nodeAt,
  opennessOf,
  textNode,
  textOfNode,
} from './node.ts';
import { type ManifestObject, objectsOf } from './object.ts';
import { fits } from './patch-target.ts';
import { renamed } from './rename.ts';
import { opaqueObject, withReplacements, withVariables } from './replacements.ts';
import { KUSTOMIZATION, type ManifestSource, type ObjectSet } from './source.ts';

/** The kustomization file of a folder; null when it has none. */
export function kustomizationOf(folder: string, source: ManifestSource): string | null {
  return source.tree.list(folder).find((name) => KUSTOMIZATION.test(name)) ?? null;
}

/** Folders and files that a kustomization builds upon, as far as they lie in the repository. */
export function referencedBy(folder: string, source: ManifestSource): readonly string[] {
  const root = rootOf(folder, source);
  return ['resources', 'bases', 'components']
    .flatMap((key) => itemsOfNode(nodeAt(root, key)))
    .flatMap((one) => pathIn(folder, textOfNode(one) ?? '..') ?? []);
}

/** Whether the folder holds a component: a part that others take in. */
export function isComponent(folder: string, source: ManifestSource): boolean {
  return textOfNode(nodeAt(rootOf(folder, source), 'kind')) === 'Component';
}

function rootOf(folder: string, source: ManifestSource): ManifestNode | null {
  const name = kustomizationOf(folder, source);
  return name === null ? null : (source.documents(joinPath(folder, name))[0] ?? null);
}

/** What `kustomize build` makes of a folder. */
export function buildKustomization(folder: string, source: ManifestSource): ObjectSet {
  const { objects, files, open, variables } = built(folder, source, NOTHING, 0);
  return { objects: withVariables(objects, variables), files, open };
}

/** Variables of a base hold for everything that is built with it. */
interface Accumulated extends ObjectSet {
  readonly variables: ReadonlySet<string>;
}

const NOTHING: Accumulated = { objects: [], files: [], open: null, variables: new Set() };

function built(folder: string, source: ManifestSource, before: Accumulated, depth: number): Accumulated {
  const name = kustomizationOf(folder, source);
  const root = rootOf(folder, source);
  if (name === null || root?.kind !== 'map' || depth > MAX_INCLUDE_DEPTH) return { ...before, open: 'a base is not in the repository' };
  const file = joinPath(folder, name);
  let set: Accumulated = { ...before, files: [...before.files, file] };
  for (const key of ['resources', 'bases']) {
    for (const one of itemsOfNode(nodeAt(root, key))) set = joined(set, resource(one, folder, source, depth));
  }
  for (const one of itemsOfNode(nodeAt(root, 'components'))) {
    const path = pathIn(folder, textOfNode(one) ?? '..');
    set = path === null ? { ...set, open: 'a component is not in the repository' } : built(path, source, set, depth + 1);
  }
  const hidden = ['helmCharts', 'helmChartInflationGenerator', 'generators', 'transformers', 'replacements', 'vars'].find(
    (key) => nodeAt(root, key) !== null,
  );
  const open = set.open ?? (hidden === undefined ? opennessOf(root) : `${file} uses \`${hidden}\``);
  const variables = new Set([
    ...set.variables,
    ...itemsOfNode(nodeAt(root, 'vars')).flatMap((one) => textOfNode(nodeAt(one, 'name')) ?? []),
  ]);
  const objects = transformed(root, folder, source, withGenerated(root, folder, source, set.objects));
  return { objects, files: set.files, open, variables };
}

function joined(a: Accumulated, b: Accumulated): Accumulated {
  return {
    objects: [...a.objects, ...b.objects],
    files: [...a.files, ...b.files],
    open: a.open ?? b.open,
    variables: new Set([...a.variables, ...b.variables]),
  };
}

function resource(node: ManifestNode, folder: string, source: ManifestSource, depth: number): Accumulated {
  const text = textOfNode(node);
  const path = text === null || /:\/\/|^github\.com\/|^git@|\?ref=/.test(text) ? null : pathIn(folder, text);
  const kind = path === null ? null : source.tree.kindOf(path);
  if (path === null || kind === null) return { ...NOTHING, open: `${text ?? 'a base'} is not in the repository` };
  if (kind === 'file') return { ...NOTHING, objects: source.objects(path), files: [path] };
  return built(path, source, NOTHING, depth + 1);
}

function withGenerated(
  root: ManifestMap,
  folder: string,
  source: ManifestSource,
  objects: readonly ManifestObject[],
): readonly ManifestObject[] {
  let all = objects;
  for (const [key, kind] of [
    ['configMapGenerator', 'ConfigMap'],
    ['secretGenerator', 'Secret'],
  ] as const) {
    for (const node of itemsOfNode(nodeAt(root, key))) {
      const made = generated(kind, node, folder, source);
      if (made === null) continue;
      const { object, behavior } = made;
      const old = all.find((one) => one.kind === kind && one.name === object.name);
      if (old === undefined || behavior === 'create') all = [...all, object];
      else
        all = all.map((one) =>
          one === old ? (behavior === 'replace' ? object : rerooted(one, merged(one.root, object.root) ?? one.root)) : one,
        );
    }
  }
  return all;
}

function rerooted(object: ManifestObject, root: ManifestMap): ManifestObject {
  const next = objectsOf(root, object.conditional)[0] ?? object;
  return object.original === undefined ? next : { ...next, original: object.original };
}

function transformed(
  root: ManifestMap,
  folder: string,
  source: ManifestSource,
  before: readonly ManifestObject[],
): readonly ManifestObject[] {
  let objects = before;
  for (const one of itemsOfNode(nodeAt(root, 'patchesStrategicMerge'))) objects = withPatch(objects, one, null, folder, source);
  for (const key of ['patches', 'patchesJson6902']) {
    for (const one of itemsOfNode(nodeAt(root, key))) {
      const written = nodeAt(one, 'patch') ?? nodeAt(one, 'path');
      if (written !== null) objects = withPatch(objects, written, nodeAt(one, 'target'), folder, source);
    }
  }
  objects = withImages(withReplicas(withLabels(objects, root), nodeAt(root, 'replicas')), nodeAt(root, 'images'));
  const namespace = nodeAt(root, 'namespace');
  if (namespace !== null)
    objects = objects.map((one) => rerooted(one, asMap(changed(one.root, ['metadata', 'namespace'], namespace), one)));
  const prefix = textOfNode(nodeAt(root, 'namePrefix')) ?? '';
  const suffix = textOfNode(nodeAt(root, 'nameSuffix')) ?? '';
  if (prefix !== '' || suffix !== '') objects = renamed(objects, (name) => `${prefix}${name}${suffix}`);
  objects = withReplacements(objects, replacementsOf(root, folder, source));
  // Programs and files of configuration that may change any field.
  return nodeAt(root, 'transformers') === null ? objects : objects.map(opaqueObject);
}

/** `replacements` as they stand, and those of the files that it names. */
function replacementsOf(root: ManifestMap, folder: string, source: ManifestSource): readonly ManifestNode[] {
  return itemsOfNode(nodeAt(root, 'replacements')).flatMap((one) => {
    const path = nodeAt(one, 'path');
    if (path === null) return [one];
    const file = pathIn(folder, textOfNode(path) ?? '..');
    if (file === null || source.tree.kindOf(file) !== 'file') return [one];
    return source.documents(file).flatMap((document) => (document.kind === 'list' ? document.items : [document]));
  });
}

/** A patch that is not in the repository may say anything of its target. */
function withPatch(
  before: readonly ManifestObject[],
  written: ManifestNode,
  target: ManifestNode | null,
  folder: string,
  source: ManifestSource,
): readonly ManifestObject[] {
  const patches = patchDocuments(written, folder, source);
  if (patches === null) return before.map((one) => (target === null || fits(one, target) !== 'no' ? opaqueObject(one) : one));
  let objects = before;
  for (const patch of patches) objects = patch.kind === 'list' ? operated(objects, patch, target) : strategic(objects, patch, target);
  return objects;
}

function asMap(node: ManifestNode, object: ManifestObject): ManifestMap {
  return node.kind === 'map' ? node : object.root;
}

/** A patch is a path or the text itself; null when it is not in view. */
function patchDocuments(node: ManifestNode, folder: string, source: ManifestSource): readonly ManifestNode[] | null {
  const text = textOfNode(node);
  if (text === null || node.kind !== 'scalar') return null;
  if (text.includes('\n') || text.includes('{') || text.includes(': ')) return inlineDocuments(node, source.tree, source.parse);
  const path = pathIn(folder, text.trim());
  return path !== null && source.tree.kindOf(path) === 'file' ? source.documents(path) : null;
}

function strategic(objects: readonly ManifestObject[], patch: ManifestNode, target: ManifestNode | null): readonly ManifestObject[] {
  if (patch.kind !== 'map') return objects;
  const kind = textOfNode(nodeAt(patch, 'kind'));
  const name = textOfNode(nodeAt(patch, 'metadata', 'name'));
  // The name of a patch with a target says nothing.
  const inner: ManifestMap =
    target === null
      ? patch
      : {
          ...patch,
          entries: new Map(
            [...patch.entries].map(([key, one]) => [key, key === 'metadata' ? { ...one, value: changed(one.value, ['name'], null) } : one]),
          ),
        };
  return objects.flatMap((one) => {
    const own: Answer = one.kind === kind && (one.name === name || one.original === name) ? 'yes' : 'no';
    const meant = target === null ? own : fits(one, target);
    if (meant !== 'yes') return [meant === 'no' ? one : opaqueObject(one)];
    const next = merged(one.root, withoutKind(inner));
    return next === null ? [] : [{ ...rerooted(one, next), original: one.original ?? one.name }];
  });
}

/** `kind` stays where the object itself is written. */
function withoutKind(patch: ManifestMap): ManifestMap {
  return { ...patch, entries: new Map([...patch.entries].filter(([key]) => key !== 'kind' && key !== 'apiVersion')) };
}

function operated(objects: readonly ManifestObject[], patch: ManifestNode, target: ManifestNode | null): readonly ManifestObject[] {
  return objects.map((one) => {
    const meant = target === null ? 'no' : fits(one, target);
    return meant === 'no' ? one : meant === 'yes' ? rerooted(one, patched(one.root, patch)) : opaqueObject(one);
  });
}

function withLabels(objects: readonly ManifestObject[], root: ManifestMap): readonly ManifestObject[] {
  const pairs = entriesOfNode(nodeAt(root, 'commonLabels')).map((one) => ({ entry: one, selects: true }));
  for (const one of itemsOfNode(nodeAt(root, 'labels'))) {
    const selects = textOfNode(nodeAt(one, 'includeSelectors')) === 'true';
    pairs.push(...entriesOfNode(nodeAt(one, 'pairs')).map((entry) => ({ entry, selects })));
  }
  if (pairs.length === 0) return objects;
  return objects.map((object) => {
    let node: ManifestNode = object.root;
    for (const { entry, selects } of pairs) {
      const [key, { value }] = entry;
      node = changed(node, ['metadata', 'labels', key], value);
      if (!selects) continue;
      if (nodeAt(node, 'spec', 'template') !== null) node = changed(node, ['spec', 'template', 'metadata', 'labels', key], value);
      if (object.kind === 'Service' && nodeAt(node, 'spec', 'selector') !== null) node = changed(node, ['spec', 'selector', key], value);
    }
    return rerooted(object, asMap(node, object));
  });
}

function withReplicas(objects: readonly ManifestObject[], list: ManifestNode | null): readonly ManifestObject[] {
  let all = objects;
  for (const one of itemsOfNode(list)) {
    const name = nameOfNode(nodeAt(one, 'name'));
    const count = nodeAt(one, 'count');
    if (count === null) continue;
    all = all.map((object) =>
      (object.name === name || object.original === name) && /^(Deployment|StatefulSet|ReplicaSet)$/.test(object.kind)
        ? rerooted(object, asMap(changed(object.root, ['spec', 'replicas'], count), object))
        : object,
    );
  }
  return all;
}

function withImages(objects: readonly ManifestObject[], list: ManifestNode | null): readonly ManifestObject[] {
  const images = itemsOfNode(list);
  if (images.length === 0) return objects;
  return objects.map((object) => rerooted(object, asMap(imagesIn(object.root, images), object)));
}

function imagesIn(node: ManifestNode, images: readonly ManifestNode[]): ManifestNode {
  if (node.kind === 'list') return { ...node, items: node.items.map((one) => imagesIn(one, images)) };
  if (node.kind !== 'map') return node;
  const entries = [...node.entries].map(([key, one]) => {
    const value = key === 'image' && one.value.kind === 'scalar' ? imageOf(one.value, images) : imagesIn(one.value, images);
    return [key, { ...one, value }] as const;
  });
  return { ...node, entries: new Map(entries) };
}

function imageOf(node: ManifestNode, images: readonly ManifestNode[]): ManifestNode {
  const [, name = '', rest = ''] = /^(.*?)([:@][^/]*)?$/.exec(textOfNode(node) ?? '') ?? [];
  const found = images.find((one) => textOfNode(nodeAt(one, 'name')) === name);
  if (found === undefined) return node;
  const newName = nodeAt(found, 'newName');
  const newTag = nodeAt(found, 'newTag');
  const digest = nodeAt(found, 'digest');
  const base = newName === null ? name : (textOfNode(newName) ?? null);
  if (base === null) return { kind: 'hole', text: newName?.kind === 'hole' ? newName.text : '', at: node.at };
  const tag = digest !== null ? `@${textOfNode(digest) ?? 'sha256'}` : newTag !== null ? `:${textOfNode(newTag) ?? 'unknown'}` : rest;
  return textNode(`${base}${tag}`, (newName ?? newTag ?? digest ?? node).at);
}
