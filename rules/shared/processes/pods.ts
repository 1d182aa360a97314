import type { Answer, Data, KubernetesFacts, KubernetesObject, Process, Span, Value } from '../../../src/rule.ts';
import { isSequence } from '../values/data.ts';

/** Where an object keeps the pods that it starts. */
const PODS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Deployment', ['spec', 'template', 'spec']],
  ['StatefulSet', ['spec', 'template', 'spec']],
  ['DaemonSet', ['spec', 'template', 'spec']],
  ['ReplicaSet', ['spec', 'template', 'spec']],
  ['DeploymentConfig', ['spec', 'template', 'spec']],
  ['Rollout', ['spec', 'template', 'spec']],
  ['Job', ['spec', 'template', 'spec']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
  ['Pod', ['spec']],
]);

/** A container in the object that starts it. */
export interface PodContainer {
  readonly object: KubernetesObject;
  /** The pod's `spec`. */
  readonly pod: readonly string[];
  readonly path: readonly (string | number)[];
  readonly at: Span;
}

/** Every container of every workload. */
export function podContainers({ objects }: KubernetesFacts): readonly PodContainer[] {
  return objects.items.flatMap((object) => containersOf(object));
}

export function containersOf(object: KubernetesObject): readonly PodContainer[] {
  const pod = PODS.get(object.kind);
  if (pod === undefined) return [];
  return (['containers', 'initContainers'] as const).flatMap((key) => {
    const list = known(object.get(...pod, key));
    if (!isSequence(list)) return [];
    return list.items.map((_, index) => {
      const path = [...pod, key, index];
      return { object, pod, path, at: object.placeOf(...path, 'name') };
    });
  });
}

/** The container that a process is; null when it is none of a manifest. */
export function containerOf(process: Process, facts: KubernetesFacts): PodContainer | null {
  return podContainers(facts).find(({ at }) => at.file === process.at.file && at.start === process.at.start) ?? null;
}

function known(value: Value<Data | undefined>): Data | undefined {
  return value.kind === 'known' ? value.value : undefined;
}

/** What stands at a key of a pod or container: 'no' when nothing does, 'maybe' when a template may put something there. */
export function stands(object: KubernetesObject, ...path: readonly (string | number)[]): Answer {
  const value = object.get(...path);
  if (value.kind !== 'known') return 'maybe';
  return value.value === undefined || value.value === null ? 'no' : 'yes';
}
