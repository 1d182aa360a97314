import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { SourceTree } from '../../files/tree.ts';
import { asBoolean, asString, entriesOf, entry, get, itemsOf, type YamlNode } from '../../syntax/yaml/index.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import {
  anyOf,
  commandIn,
  diskMount,
  imageFrom,
  NO_SERVICE,
  numberIn,
  type PlatformManifest,
  type PlatformService,
  pathProbe,
  variablesOf,
} from './manifest.ts';

/** fly.toml: Fly's proxy ends TLS where a service listens with it, and sends plain requests to HTTPS when `force_https` says so. */
export function flyManifest(file: string, root: YamlNode, tree: SourceTree): PlatformManifest | null {
  const app = entry(root, 'app');
  if (app === undefined && get(root, 'http_service') === undefined && get(root, 'services') === undefined) return null;
  const at = app?.keySpan ?? root.span;
  const from = imageOf(file, root, tree);
  const redirect = redirects(root);
  const facts = { name: 'fly', file, at, endsTls: endsTls(root), redirectsToHttps: redirect, ephemeralDisk: 'yes' } as const;
  return { file, facts, services: from === null ? [] : processesOf(root, from) };
}

function imageOf(file: string, root: YamlNode, tree: SourceTree): PlatformService['from'] | null {
  const build = get(root, 'build');
  if (get(build, 'image') !== undefined) return null;
  const from = imageFrom(file, undefined, asString(get(build, 'dockerfile')));
  if (from?.kind !== 'image') return null;
  return tree.kindOf(from.dockerfile) === 'file' && get(build, 'builder') === undefined ? from : null;
}

function httpServices(root: YamlNode): readonly YamlNode[] {
  return [...itemsOf(get(root, 'http_service')), ...itemsOf(get(root, 'services'))];
}

function endsTls(root: YamlNode): Answer {
  if (get(root, 'http_service') !== undefined) return 'yes';
  const handlers = itemsOf(get(root, 'services')).flatMap((one) =>
    itemsOf(get(one, 'ports')).flatMap((port) => itemsOf(get(port, 'handlers'))),
  );
  return handlers.some((one) => asString(one) === 'tls') ? 'yes' : 'maybe';
}

function redirects(root: YamlNode): { readonly answer: Answer; readonly at: Span | null } {
  const places = [...itemsOf(get(root, 'http_service')), ...itemsOf(get(root, 'services')).flatMap((one) => itemsOf(get(one, 'ports')))];
  const forced = places.map((one) => entry(one, 'force_https')).find((one) => one !== undefined && asBoolean(one.value) === true);
  if (forced !== undefined) return { answer: 'yes', at: forced.keySpan };
  return { answer: places.length > 0 ? 'no' : 'maybe', at: null };
}

function processesOf(root: YamlNode, from: PlatformService['from']): readonly PlatformService[] {
  const written = entriesOf(get(root, 'processes'));
  const named = written.length > 0 ? written.map((one) => ({ name: one.key, at: one.keySpan, command: commandIn(one.value) })) : [];
  const head = entry(root, 'app')?.keySpan ?? root.span;
  const all = named.length > 0 ? named : [{ name: 'app', at: head, command: null }];
  const release = commandIn(get(root, 'deploy', 'release_command'));
  const common = { ...NO_SERVICE, from, variables: variablesOf(get(root, 'env')) };
  const services = all.map((one): PlatformService => {
    const routed = httpServices(root).find((service) => serves(service, one.name));
    const port = get(routed, 'internal_port');
    return {
      ...common,
      ...one,
      mounts: mountsOf(root, one.name),
      probes: itemsOf(anyOf(routed, 'checks', 'http_checks')).flatMap((check) => pathProbe(get(check, 'path'), null)),
      port:
        routed === undefined
          ? null
          : port === undefined
            ? { value: usual(DEFAULTS.fly, 'internal_port'), at: routed.span }
            : { value: numberIn(port) ?? usual(DEFAULTS.fly, 'internal_port'), at: port.span },
    };
  });
  return release === null ? services : [...services, { ...common, name: 'release', at: release.at, role: 'task', command: release }];
}

/** A service without a list of processes serves the only group. */
function serves(service: YamlNode, name: string): boolean {
  const names = itemsOf(get(service, 'processes')).map(asString);
  return names.length === 0 ? name === 'app' : names.includes(name);
}

function mountsOf(root: YamlNode, name: string): PlatformService['mounts'] {
  const written = [...itemsOf(get(root, 'mounts')), ...itemsOf(get(root, 'mount'))];
  return written.flatMap((one) => {
    const target = asString(get(one, 'destination'));
    return target === undefined || !serves(one, name) ? [] : [diskMount(asString(get(one, 'source')) ?? 'volume', target, one.span)];
  });
}
