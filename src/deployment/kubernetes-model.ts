import type { Collection, Data } from '../core/data.ts';
import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';

/** What the manifests of one Kubernetes deployment say beside their processes. */
export interface KubernetesFacts {
  readonly files: readonly string[];
  /** Every object after overlays and charts are applied; incomplete when a template or a remote base hides some. */
  readonly objects: Collection<KubernetesObject>;
}

/** One object. Holes of templates are unknown values. */
export interface KubernetesObject {
  /** "Deployment", "Ingress", "HorizontalPodAutoscaler". */
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly at: Span;
  readonly labels: ReadonlyMap<string, Value<string>>;
  readonly annotations: ReadonlyMap<string, Value<string>>;
  /** The value at a path of keys and indexes ("spec", "template"); known undefined when nothing stands there. */
  get(...path: readonly (string | number)[]): Value<Data | undefined>;
  /** Where the innermost part of the path that exists is written. */
  placeOf(...path: readonly (string | number)[]): Span;
}
