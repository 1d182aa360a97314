import { textOrigin } from '../../core/origin.ts';
import { unknown, type Value } from '../../core/value.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import { itemsOfNode, type ManifestMap, type ManifestNode, nameOfNode, nodeAt, numberValue, textsAlike } from './node.ts';
import type { ManifestObject } from './object.ts';

/** The pods that one object starts. */
export interface Pods {
  readonly owner: ManifestObject;
  /** `containers`, `volumes`, …. */
  readonly spec: ManifestMap;
  readonly labels: ManifestNode | null;
  readonly replicas: Value<number>;
  /** Runs to its end: a Job or CronJob. */
  readonly isTask: boolean;
}

const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ['Deployment', ['spec', 'template']],
  ['StatefulSet', ['spec', 'template']],
  ['DaemonSet', ['spec', 'template']],
  ['ReplicaSet', ['spec', 'template']],
  ['DeploymentConfig', ['spec', 'template']],
  ['Rollout', ['spec', 'template']],
  ['Job', ['spec', 'template']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  ['Pod', []],
]);

/** The pods of every object that starts some. */
export function podsOf(objects: readonly ManifestObject[]): readonly Pods[] {
  return objects.flatMap((owner) => {
    const path = TEMPLATES.get(owner.kind);
    if (path === undefined) return [];
    const template = nodeAt(owner.root, ...path);
    const spec = nodeAt(template, 'spec');
    if (spec?.kind !== 'map') return [];
    const isTask = owner.kind === 'Job' || owner.kind === 'CronJob';
    return [{ owner, spec, labels: nodeAt(template, 'metadata', 'labels'), replicas: replicasOf(owner, objects), isTask }];
  });
}

/** The most that run at once: an autoscaler may raise what the object says. */
function replicasOf(owner: ManifestObject, objects: readonly ManifestObject[]): Value<number> {
  const at = textOrigin(owner.root.at);
  if (owner.kind === 'DaemonSet') return unknown('host', at, [], 'int');
  if (owner.kind === 'Job' || owner.kind === 'CronJob' || owner.kind === 'Pod') return usual(DEFAULTS.kubernetes, 'replicas');
  const scaler = objects.find(
    (one) =>
      (one.kind === 'HorizontalPodAutoscaler' || one.kind === 'ScaledObject') &&
      textsAlike(nodeAt(one.root, 'spec', 'scaleTargetRef', 'name'), nodeAt(owner.root, 'metadata', 'name')),
  );
  const most =
    scaler === undefined
      ? null
      : numberValue(nodeAt(scaler.root, 'spec', scaler.kind === 'ScaledObject' ? 'maxReplicaCount' : 'maxReplicas'));
  if (most !== null && scaler?.conditional !== true) return most;
  return numberValue(nodeAt(owner.root, 'spec', 'replicas')) ?? usual(DEFAULTS.kubernetes, 'replicas');
}

export interface Container {
  readonly name: string;
  readonly node: ManifestMap;
}

export function containersIn(spec: ManifestMap, key: 'containers' | 'initContainers'): readonly Container[] {
  return itemsOfNode(nodeAt(spec, key)).flatMap((node) =>
    node.kind === 'map' ? [{ name: nameOfNode(nodeAt(node, 'name')) ?? '', node }] : [],
  );
}
