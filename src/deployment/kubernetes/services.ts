import { entriesOfNode, itemsOfNode, type ManifestNode, nameOfNode, nodeAt, opennessOf, textOfNode, textsAlike } from './node.ts';
import type { ManifestObject } from './object.ts';

/** Entries that a template makes: equal texts on both sides are equal entries. */
export const TEMPLATE_ENTRIES = 'a template makes more entries';

/** A container as services see it. */
export interface Endpoint<P> {
  readonly process: P;
  /** Labels of its pod. */
  readonly labels: ManifestNode | null;
  readonly namespace: string | null;
  /** `ports` of the container. */
  readonly ports: ManifestNode | null;
  /** Listens on a port itself: what a service is meant for when its port is not declared. */
  readonly serves: boolean;
}

/** Where a port of a service leads; null when it is not known. */
export interface Target<P> {
  readonly process: P;
  readonly port: number | null;
}

/** Whether a service picks the pods with these labels. */
export function selects(service: ManifestObject, endpoint: Pick<Endpoint<unknown>, 'labels' | 'namespace'>): boolean {
  const selector = nodeAt(service.root, 'spec', 'selector');
  const wanted = entriesOfNode(selector);
  const openness = opennessOf(selector);
  if (wanted.length === 0 || (openness !== null && openness !== TEMPLATE_ENTRIES)) return false;
  if ((service.namespace ?? '') !== (endpoint.namespace ?? '') && service.namespace !== null && endpoint.namespace !== null) return false;
  return wanted.every(([key, { value }]) => textsAlike(nodeAt(endpoint.labels, key), value));
}

/** The container behind a port of a service, by number or name. */
export function targetOf<P>(service: ManifestObject, port: string | null, endpoints: readonly Endpoint<P>[]): Target<P> | null {
  const picked = endpoints.filter((one) => selects(service, one));
  const ports = itemsOfNode(nodeAt(service.root, 'spec', 'ports'));
  const entry =
    ports.find((one) => [nodeAt(one, 'port'), nodeAt(one, 'name')].some((node) => nameOfNode(node) === port)) ??
    (port === null && ports.length === 1 ? ports[0] : undefined);
  if (entry === undefined || picked.length === 0) return null;
  const written = nodeAt(entry, 'targetPort') ?? nodeAt(entry, 'port');
  const text = nameOfNode(written);
  for (const endpoint of picked) {
    const declared = itemsOfNode(endpoint.ports).find((one) =>
      [nodeAt(one, 'name'), nodeAt(one, 'containerPort')].some((node) => nameOfNode(node) === text),
    );
    if (declared !== undefined) return { process: endpoint.process, port: numberOf(nodeAt(declared, 'containerPort')) };
  }
  const only = picked.filter((one) => one.serves);
  const [found] = only.length === 1 ? only : picked.length === 1 ? picked : [];
  return found === undefined ? null : { process: found.process, port: numberOf(written) };
}

function numberOf(node: ManifestNode | null): number | null {
  const text = textOfNode(node);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** Names under which others reach the pods of a service. */
export function namesOfService({ name, namespace }: ManifestObject): readonly string[] {
  if (namespace === null) return [name];
  return [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
}

/** The service that a host name means: also with a namespace that the manifests do not name. */
export function serviceNamed(host: string, objects: readonly ManifestObject[]): ManifestObject | null {
  const services = objects.filter((one) => one.kind === 'Service');
  const exact = services.find((one) => namesOfService(one).includes(host));
  if (exact !== undefined) return exact;
  const [first = '', , third] = host.split('.');
  return (third === 'svc' ? services.find((one) => one.name === first && one.namespace === null) : undefined) ?? null;
}
