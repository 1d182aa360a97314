import { textOrigin } from '../../core/origin.ts';
import { known, type Value } from '../../core/value.ts';
import type { Probe, Process } from '../model.ts';
import { itemsOfNode, type ManifestMap, type ManifestNode, nodeAt, opennessOf, textOfNode, textValue } from './node.ts';

const KINDS = [
  ['startupProbe', 'startup'],
  ['readinessProbe', 'readiness'],
  ['livenessProbe', 'liveness'],
] as const;

/** The probes of a container; of one that a template may make nothing is known but that it may be there. */
export function probesOf(container: ManifestMap): readonly Probe[] {
  return KINDS.flatMap(([key, kind]): readonly Probe[] => {
    const entry = container.entries.get(key);
    if (entry?.value.kind === 'map' && entry.value.open === null) return [{ kind, ...asked(entry.value), at: entry.keyAt }];
    const hidden = entry === undefined ? container.open !== null : opennessOf(entry.value) !== null;
    return hidden ? [{ kind, http: null, argv: null, at: entry?.keyAt ?? container.at }] : [];
  });
}

function asked(node: ManifestMap): Pick<Probe, 'http' | 'argv'> {
  const command = nodeAt(node, 'exec', 'command');
  const argv = command === null ? null : itemsOfNode(command).flatMap((one) => textValue(one) ?? []);
  const http = nodeAt(node, 'httpGet');
  if (http === null) return { http: null, argv };
  const path = textValue(nodeAt(http, 'path')) ?? known('/', textOrigin(http.at));
  const headers = new Map<string, Value<string>>();
  for (const one of itemsOfNode(nodeAt(http, 'httpHeaders'))) {
    const name = textOfNode(nodeAt(one, 'name'))?.toLowerCase();
    const value = textValue(nodeAt(one, 'value'));
    if (name !== undefined && value !== null) headers.set(name, value);
  }
  return {
    argv: null,
    http: {
      path,
      port: textValue(nodeAt(http, 'port')) ?? known('80', textOrigin(http.at)),
      scheme: textOfNode(nodeAt(http, 'scheme')) === 'HTTPS' ? 'https' : 'http',
      host: headers.get('host') ?? textValue(nodeAt(http, 'host')),
      headers,
    },
  };
}

/** `containerPort`s of a container. */
export function exposedBy(container: ManifestMap): Process['exposed'] {
  return itemsOfNode(nodeAt(container, 'ports')).flatMap((one) => {
    const port = textValue(nodeAt(one, 'containerPort'));
    const number: Value<number> | null =
      port?.kind === 'known' ? known(Number(port.value), port.origin) : port === null ? null : { ...portHole(port) };
    return number === null ? [] : [{ port: number, name: textOfNode(nodeAt(one, 'name')), at: one.at }];
  });
}

function portHole(port: Value<string>): Value<number> {
  return port.kind === 'unknown'
    ? { ...port, type: 'int' }
    : { kind: 'unknown', why: 'opaque-env', names: [], origin: { step: 'default', of: 'nothing' } };
}

/** What is asked of the scheduler, as written. */
export function requestsOf(container: ManifestMap): Process['requests'] {
  const resources = nodeAt(container, 'resources');
  const requests = nodeAt(resources, 'requests');
  const limits = nodeAt(resources, 'limits');
  // A limit without a request is the request as well.
  const cpu = textValue(nodeAt(requests, 'cpu') ?? nodeAt(limits, 'cpu'));
  const memory = textValue(nodeAt(requests, 'memory') ?? nodeAt(limits, 'memory'));
  return cpu === null && memory === null ? null : { cpu, memory };
}

/** "500m" is half a core. */
export function coresOf(node: ManifestNode | null): Value<number> | null {
  const text = textValue(node);
  if (text === null || text.kind !== 'known') return text === null ? null : portHole(text);
  const [, number = '', milli] = /^(\d+(?:\.\d+)?)(m)?$/.exec(text.value) ?? [];
  if (number === '') return { kind: 'unknown', why: 'unsupported-syntax', names: [], origin: text.origin };
  return known(milli === undefined ? Number(number) : Number(number) / 1000, text.origin);
}
