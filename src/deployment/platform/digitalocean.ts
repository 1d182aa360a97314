import { textOrigin } from '../../core/origin.ts';
import { unknown } from '../../core/value.ts';
import { asString, asText, entry, get, itemsOf, type YamlNode } from '../../syntax/yaml/index.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import {
  commandIn,
  imageFrom,
  NO_SERVICE,
  numberIn,
  type PlatformManifest,
  type PlatformService,
  pathProbe,
  textValue,
} from './manifest.ts';

/** An app specification of DigitalOcean's App Platform. Whether its router redirects is not written in it. */
export function digitaloceanManifest(file: string, root: YamlNode): PlatformManifest | null {
  const spec = get(root, 'spec') ?? root;
  if (get(spec, 'services') === undefined && get(spec, 'workers') === undefined) return null;
  const at = entry(spec, 'name')?.keySpan ?? spec.span;
  const shared = itemsOf(get(spec, 'envs')).flatMap(variableOf);
  const of = (key: string, role: PlatformService['role']) => itemsOf(get(spec, key)).flatMap((one) => serviceOf(one, role, shared) ?? []);
  return {
    file,
    facts: { name: 'digitalocean', file, at, endsTls: 'yes', redirectsToHttps: { answer: 'maybe', at: null }, ephemeralDisk: 'yes' },
    services: [...of('services', null), ...of('workers', null), ...of('jobs', 'task')],
  };
}

function serviceOf(node: YamlNode, role: PlatformService['role'], shared: PlatformService['variables']): PlatformService | null {
  if (get(node, 'image') !== undefined) return null;
  const folder = (asString(get(node, 'source_dir')) ?? '').replace(/^\.?\/|\/$/g, '');
  const dockerfile = asString(get(node, 'dockerfile_path'));
  const from = dockerfile === undefined ? ({ kind: 'slug', folder } as const) : imageFrom('', folder, dockerfile);
  if (from === null) return null;
  const port = get(node, 'http_port');
  const at = entry(node, 'name')?.value.span ?? node.span;
  return {
    ...NO_SERVICE,
    name: asText(get(node, 'name')) ?? 'service',
    at,
    role,
    from,
    command: commandIn(get(node, 'run_command')),
    before: [commandIn(get(node, 'build_command'))].filter((one) => one !== null),
    variables: [...shared, ...itemsOf(get(node, 'envs')).flatMap(variableOf)],
    replicas: get(node, 'autoscaling') === undefined ? numberIn(get(node, 'instance_count')) : unknown('host', textOrigin(at)),
    probes: pathProbe(get(node, 'health_check', 'http_path'), null),
    port:
      port === undefined
        ? { value: usual(DEFAULTS.appPlatform, 'http_port'), at }
        : { value: numberIn(port) ?? usual(DEFAULTS.appPlatform, 'http_port'), at: port.span },
  };
}

function variableOf(node: YamlNode): PlatformService['variables'] {
  const key = entry(node, 'key');
  const name = asText(key?.value);
  if (key === undefined || name === undefined) return [];
  const isSecret = asString(get(node, 'type')) === 'SECRET';
  const value = get(node, 'value');
  const at = key.value.span;
  return [[name, isSecret || value === undefined ? unknown('opaque-env', textOrigin(at), [name], 'str') : textValue(value), at]];
}
