import type { Collection } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { Mount } from '../model.ts';
import { cleanPath } from '../repository-path.ts';
import { configData } from './config.ts';
import { fileOfEntry } from './generators.ts';
import {
  booleanOf,
  itemsOfNode,
  type ManifestMap,
  type ManifestNode,
  nameOfNode,
  nodeAt,
  opennessOf,
  textOfNode,
  textsAlike,
} from './node.ts';
import type { ManifestObject } from './object.ts';

/** Where the mounts of a container come from. */
export interface VolumeSources {
  readonly objects: readonly ManifestObject[];
  readonly owner: ManifestObject;
  readonly pod: ManifestMap;
}

interface Place {
  readonly target: string;
  readonly readOnly: boolean;
  readonly at: Span;
}

/** The volumes that a container sees. */
export function mountsOf(container: ManifestMap, sources: VolumeSources): Collection<Mount> {
  const list = nodeAt(container, 'volumeMounts');
  const because = opennessOf(list);
  let hidden: string | null = because;
  const items = itemsOfNode(list).flatMap((node) => {
    const path = textOfNode(nodeAt(node, 'mountPath'));
    if (path === null) {
      hidden = 'a volume of the pod is not known';
      return [];
    }
    const place: Place = { target: cleanPath(path), readOnly: booleanOf(nodeAt(node, 'readOnly'), false) === true, at: node.at };
    return mounts(node, place, sources);
  });
  return { items, complete: hidden === null ? true : { because: hidden } };
}

function mounts(node: ManifestNode, place: Place, sources: VolumeSources): readonly Mount[] {
  const name = nodeAt(node, 'name');
  const subPath = textOfNode(nodeAt(node, 'subPath')) ?? '';
  const label = nameOfNode(name) ?? '';
  const claimed = itemsOfNode(nodeAt(sources.owner.root, 'spec', 'volumeClaimTemplates')).some((one) =>
    textsAlike(nodeAt(one, 'metadata', 'name'), name),
  );
  if (claimed) return [{ kind: 'named', source: below(label, subPath), ...place }];
  const volume = itemsOfNode(nodeAt(sources.pod, 'volumes')).find((one) => textsAlike(nodeAt(one, 'name'), name)) ?? null;
  const claim = nodeAt(volume, 'persistentVolumeClaim');
  if (claim !== null) return [{ kind: 'named', source: below(nameOfNode(nodeAt(claim, 'claimName')) ?? label, subPath), ...place }];
  const host = nodeAt(volume, 'hostPath');
  if (host !== null) return [{ kind: 'bind', source: cleanPath(`/${textOfNode(nodeAt(host, 'path')) ?? label}/${subPath}`), ...place }];
  if (nodeAt(volume, 'nfs') !== null) return [{ kind: 'named', source: below(label, subPath), ...place }];
  const empty = nodeAt(volume, 'emptyDir');
  // Lives as long as its pod; the containers of the pod share it.
  if (empty !== null) {
    const memory = textOfNode(nodeAt(empty, 'medium')) === 'Memory';
    return [{ kind: memory ? 'tmpfs' : 'anonymous', source: below(`${sources.owner.name}/${label}`, subPath), ...place }];
  }
  return configMounts(volume, subPath, place, sources);
}

function below(source: string, subPath: string): string {
  return subPath === '' ? source : `${source}/${subPath}`;
}

/** Keys of a ConfigMap stand as files under its place, those that are files of the repository as what they are. */
function configMounts(volume: ManifestNode | null, subPath: string, place: Place, { objects }: VolumeSources): readonly Mount[] {
  const nobody: Mount = { kind: 'anonymous', source: '', ...place, readOnly: true };
  const config = nodeAt(volume, 'configMap');
  const name = nameOfNode(nodeAt(config, 'name'));
  const data = name === null ? null : configData('ConfigMap', name, objects);
  if (config === null || data === null) return [nobody];
  const files = [...data.entries].flatMap(([key, one]) => {
    const file = fileOfEntry(one.written);
    return file === null ? [] : [[keyPath(key, config), file] as const];
  });
  if (subPath !== '') {
    const only = files.find(([path]) => path === subPath);
    return [only === undefined ? nobody : { ...nobody, kind: 'bind', source: only[1] }];
  }
  return [
    nobody,
    ...files.map(([path, file]): Mount => ({ ...nobody, kind: 'bind', source: file, target: cleanPath(`${place.target}/${path}`) })),
  ];
}

function keyPath(key: string, config: ManifestNode): string {
  const item = itemsOfNode(nodeAt(config, 'items')).find((one) => textOfNode(nodeAt(one, 'key')) === key);
  return textOfNode(nodeAt(item ?? null, 'path')) ?? key;
}
