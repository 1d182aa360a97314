import { textOrigin } from '../../core/origin.ts';
import { unknown } from '../../core/value.ts';
import { folderOf } from '../../files/paths.ts';
import { asString, asText, entry, get, isNull, itemsOf, type YamlNode } from '../../syntax/yaml/index.ts';
import type { Role } from '../model.ts';
import {
  commandIn,
  diskMount,
  imageFrom,
  NO_SERVICE,
  numberIn,
  type PlatformManifest,
  type PlatformService,
  pathProbe,
  textValue,
} from './manifest.ts';

/** A Blueprint of Render. Its router ends TLS and sends plain requests to HTTPS; disks are lost unless one is mounted. */
export function renderManifest(file: string, root: YamlNode): PlatformManifest | null {
  const services = get(root, 'services');
  if (services?.kind !== 'seq') return null;
  const at = entry(root, 'services')?.keySpan ?? root.span;
  return {
    file,
    facts: { name: 'render', file, at, endsTls: 'yes', redirectsToHttps: { answer: 'yes', at }, ephemeralDisk: 'yes' },
    services: services.items.flatMap((one) => serviceOf(file, one) ?? []),
  };
}

const ROLES: ReadonlyMap<string, Role> = new Map([
  ['web', 'web'],
  ['pserv', 'web'],
  ['worker', 'worker'],
  ['cron', 'task'],
]);

function serviceOf(file: string, node: YamlNode): PlatformService | null {
  const type = asString(get(node, 'type')) ?? '';
  const runtime = asString(get(node, 'runtime')) ?? asString(get(node, 'env')) ?? '';
  if (!ROLES.has(type) || runtime === 'static' || (runtime !== 'docker' && !/^python/.test(runtime))) return null;
  const folder = asString(get(node, 'rootDir'))?.replace(/^\.?\/|\/$/g, '') ?? folderOf(file);
  const from =
    runtime === 'docker'
      ? imageFrom(file, asString(get(node, 'dockerContext')) ?? folder, asString(get(node, 'dockerfilePath')))
      : ({ kind: 'slug', folder } as const);
  if (from === null) return null;
  const disk = get(node, 'disk');
  const target = asString(get(disk, 'mountPath'));
  const replicas = numberIn(get(node, 'numInstances'));
  return {
    ...NO_SERVICE,
    name: asText(get(node, 'name')) ?? type,
    at: entry(node, 'name')?.value.span ?? node.span,
    role: type === 'cron' ? 'task' : null,
    from,
    command: commandIn(get(node, runtime === 'docker' ? 'dockerCommand' : 'startCommand')),
    before: [commandIn(get(node, 'buildCommand')), commandIn(get(node, 'preDeployCommand'))].filter((one) => one !== null),
    variables: itemsOf(get(node, 'envVars')).flatMap(variableOf),
    replicas: get(node, 'scaling') === undefined ? replicas : unknown('host', textOrigin(node.span)),
    mounts: disk === undefined || target === undefined ? [] : [diskMount(asText(get(disk, 'name')) ?? 'disk', target, disk.span)],
    probes: pathProbe(get(node, 'healthCheckPath'), null),
  };
}

/** A value of the file, or one that another service, a generator or the dashboard gives. */
function variableOf(node: YamlNode): PlatformService['variables'] {
  const key = entry(node, 'key');
  const name = asText(key?.value);
  if (key === undefined || name === undefined) return [];
  const value = get(node, 'value');
  const at = key.value.span;
  return [[name, value === undefined || isNull(value) ? unknown('opaque-env', textOrigin(at), [name], 'str') : textValue(value), at]];
}
