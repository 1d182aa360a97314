import { textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import { type EnvironmentLayer, givenBy, layerOf, lookUp, withLayers } from '../environment.ts';
import { configData } from './config.ts';
import {
  booleanOf,
  itemsOfNode,
  type ManifestMap,
  type ManifestNode,
  nameOfNode,
  nodeAt,
  opennessOf,
  textOfNode,
  textValue,
} from './node.ts';
import type { ManifestObject } from './object.ts';

/** What the variables of a container come from. */
export interface EnvironmentSources {
  readonly objects: readonly ManifestObject[];
  readonly owner: ManifestObject;
  /** The pod's `spec`. */
  readonly pod: ManifestMap;
}

/** The image's variables, then those of services, `envFrom` and `env`, each over the one before. */
export function containerEnvironment(base: Environment, container: ManifestMap, sources: EnvironmentSources): Environment {
  const from = itemsOfNode(nodeAt(container, 'envFrom')).map((one) => sourceLayer(one, sources));
  const opaque = opennessOf(nodeAt(container, 'envFrom'));
  const at = container.at;
  const layers = [serviceLayer(sources), ...from, ...(opaque === null ? [] : [layerOf([], { because: opaque, at })])];
  return ownVariables(withLayers(base, layers), nodeAt(container, 'env'), sources);
}

/** What Kubernetes itself sets for each service of the namespace, unless the pod turns that off. */
function serviceLayer({ objects, owner, pod }: EnvironmentSources): EnvironmentLayer {
  const links = nodeAt(pod, 'enableServiceLinks');
  if (booleanOf(links, true) === false) return layerOf([]);
  const names = new Map<string, Value<string>>();
  for (const service of objects) {
    if (service.kind !== 'Service' || (service.namespace ?? '') !== (owner.namespace ?? '')) continue;
    for (const name of serviceVariables(service)) {
      const via = textOrigin(nodeAt(service.root, 'metadata', 'name')?.at ?? service.root.at);
      const origin = { step: 'env' as const, name, state: 'given' as const, from: `Kubernetes, for the service ${service.name}`, via };
      names.set(name, unknown('host', origin, [name], 'str'));
    }
  }
  return layerOf(names);
}

/** Names of the variables that Kubernetes sets in every pod for a service; none for one without an address of its own. */
export function serviceVariables({ root, name }: ManifestObject): readonly string[] {
  if (textOfNode(nodeAt(root, 'spec', 'clusterIP')) === 'None' || textOfNode(nodeAt(root, 'spec', 'type')) === 'ExternalName') return [];
  if (!/^[a-z][a-z0-9-]*$/.test(name)) return [];
  const upper = name.toUpperCase().replaceAll('-', '_');
  const names = [`${upper}_SERVICE_HOST`, `${upper}_SERVICE_PORT`, `${upper}_PORT`];
  for (const port of itemsOfNode(nodeAt(root, 'spec', 'ports'))) {
    const number = textOfNode(nodeAt(port, 'port'));
    const protocol = textOfNode(nodeAt(port, 'protocol')) ?? 'TCP';
    if (number === null) continue;
    const base = `${upper}_PORT_${number}_${protocol.toUpperCase()}`;
    names.push(base, `${base}_PROTO`, `${base}_PORT`, `${base}_ADDR`);
    const label = textOfNode(nodeAt(port, 'name'));
    if (label !== null) names.push(`${upper}_SERVICE_PORT_${label.toUpperCase().replaceAll('-', '_')}`);
  }
  return names;
}

/** One entry of `envFrom`. What the manifests do not make may hold any name. */
function sourceLayer(node: ManifestNode, sources: EnvironmentSources): EnvironmentLayer {
  const config = nodeAt(node, 'configMapRef');
  const reference = config ?? nodeAt(node, 'secretRef');
  const kind = config === null ? 'Secret' : 'ConfigMap';
  const name = nameOfNode(nodeAt(reference, 'name'));
  const data = name === null ? null : configData(kind, name, sources.objects);
  const at = reference?.at ?? node.at;
  if (data === null) return layerOf([], { because: `the ${kind} ${name ?? 'of envFrom'} is not in the repository`, at });
  const prefix = textOfNode(nodeAt(node, 'prefix')) ?? '';
  const from = `${kind} ${name ?? ''}`;
  const values = [...data.entries].map(
    ([key, one]) => [prefix + key, givenBy(prefix + key, one.value, one.written.value.at, from)] as const,
  );
  return layerOf(values, data.open === null ? null : { because: `${from}: ${data.open}`, at });
}

/** `env`, where each entry sees those before it as `$(NAME)`. */
function ownVariables(base: Environment, list: ManifestNode | null, sources: EnvironmentSources): Environment {
  let environment = base;
  const open = opennessOf(list);
  if (open !== null && list !== null) environment = withLayers(environment, [layerOf([], { because: open, at: list.at })]);
  for (const one of itemsOfNode(list)) {
    const name = textOfNode(nodeAt(one, 'name'));
    if (name === null) {
      environment = withLayers(environment, [layerOf([], { because: 'a template names a variable', at: one.at })]);
      continue;
    }
    const at = nodeAt(one, 'value')?.at ?? nodeAt(one, 'valueFrom')?.at ?? one.at;
    const value = variableValue(name, one, environment, sources);
    const from = `env of ${sources.owner.name}`;
    environment = withLayers(environment, [layerOf([[name, givenBy(name, value, at, from)]])]);
  }
  return environment;
}

function variableValue(name: string, node: ManifestNode, before: Environment, sources: EnvironmentSources): Value<string> {
  const source = nodeAt(node, 'valueFrom');
  const opaque = (at = node.at) => unknown('opaque-env', textOrigin(at), [name], 'str');
  if (source === null) {
    const value = nodeAt(node, 'value');
    return value === null ? known('', textOrigin(node.at)) : expanded(textValue(value) ?? known('', textOrigin(value.at)), before);
  }
  if (source.kind === 'hole') return opaque(source.at);
  const config = nodeAt(source, 'configMapKeyRef');
  const reference = config ?? nodeAt(source, 'secretKeyRef');
  if (reference === null) return fieldValue(name, nodeAt(source, 'fieldRef'), sources) ?? opaque(source.at);
  const owner = nameOfNode(nodeAt(reference, 'name'));
  const key = textOfNode(nodeAt(reference, 'key'));
  if (owner === null || key === null) return opaque(reference.at);
  return configData(config === null ? 'Secret' : 'ConfigMap', owner, sources.objects)?.entries.get(key)?.value ?? opaque(reference.at);
}

/** Fields of the pod itself: its namespace is written, its address and name are not known before it runs. */
function fieldValue(name: string, field: ManifestNode | null, { owner }: EnvironmentSources): Value<string> | null {
  const path = textOfNode(nodeAt(field, 'fieldPath'));
  if (path === null || field === null) return null;
  const origin = { step: 'env' as const, name, state: 'given' as const, at: field.at, from: path };
  if (path === 'metadata.namespace' && owner.namespace !== null) return known(owner.namespace, origin);
  return unknown('host', origin, [name], 'str');
}

/** Puts in what `$(NAME)` names, as Kubernetes does: `$$` is a dollar sign, an unknown name stays as it is. */
export function expanded(value: Value<string>, environment: Environment): Value<string> {
  if (value.kind !== 'known' || !value.value.includes('$(')) return value;
  let missing: string | null = null;
  const text = value.value.replace(/\$\$|\$\(([-._A-Za-z][-._A-Za-z0-9]*)\)/g, (all, name: string | undefined) => {
    if (name === undefined) return '$';
    const found = lookUp(environment, name);
    if (found === null) return all;
    if (found.kind === 'known') return found.value;
    missing = name;
    return '';
  });
  return missing === null ? known(text, value.origin) : unknown('opaque-env', value.origin, [missing], 'str');
}
