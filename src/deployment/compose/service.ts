import type { Answer, Collection } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import { mapValue, unknown, type Value } from '../../core/value.ts';
import { asString, entriesOf, get, isNull, itemsOf } from '../../syntax/yaml/index.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { EnvironmentLayer } from '../environment.ts';
import type { Dependency, Mount, PublishedPort } from '../model.ts';
import { pathIn } from '../repository-path.ts';
import { configMounts } from './configs.ts';
import { buildArguments, environmentLayers } from './environment.ts';
import { labelsOf } from './labels.ts';
import { lastAt, layersAt } from './layers.ts';
import { publishedPorts } from './ports.ts';
import { type ServiceRuntime, serviceRuntime } from './runtime.ts';
import { type ServiceReader, scalarText } from './scalar.ts';
import { mountsOf } from './volumes.ts';
import { type ArgvSetting, argvSetting } from './words.ts';

/** One service after merging and interpolation, before its image is looked at. */
export interface ComposeService {
  readonly name: string;
  readonly at: Span;
  readonly image: Value<string> | null;
  readonly build: ComposeBuild | null;
  readonly environment: readonly EnvironmentLayer[];
  readonly command: ArgvSetting;
  readonly entrypoint: ArgvSetting;
  readonly ports: readonly PublishedPort[];
  readonly mounts: Collection<Mount>;
  /** What its `configs` and `secrets` put in place. */
  readonly configs: readonly Mount[];
  readonly dependsOn: readonly Dependency[];
  readonly runtime: ServiceRuntime;
  readonly labels: ReadonlyMap<string, Value<string>>;
  readonly cpus: Value<number> | null;
  readonly memory: Value<string> | null;
  readonly replicas: Value<number>;
  readonly user: Value<string> | null;
  readonly workdir: Value<string> | null;
  readonly hostNetwork: Answer;
  readonly profiles: readonly string[];
}

export interface ComposeBuild {
  readonly at: Span;
  /** Null: not known, or not in the repository. */
  readonly context: string | null;
  readonly dockerfile: string | null;
  readonly target: string | null;
  readonly args: ReadonlyMap<string, Value<string>>;
}

export function readService(reader: ServiceReader): ComposeService {
  const { name, at, layers } = reader.service;
  const text = (...path: readonly string[]) => scalarText(reader, lastAt(layers, ...path), `services.${name}.${path.join('.')}`);
  return {
    name,
    at,
    image: text('image'),
    build: buildOf(reader),
    environment: environmentLayers(reader),
    command: argvSetting(reader, 'command'),
    entrypoint: argvSetting(reader, 'entrypoint'),
    ports: publishedPorts(reader),
    mounts: mountsOf(reader),
    configs: configMounts(reader),
    dependsOn: dependencies(reader),
    runtime: serviceRuntime(reader),
    labels: labelsOf(reader),
    cpus: numeric(text('deploy', 'resources', 'limits', 'cpus') ?? text('cpus')),
    memory: text('deploy', 'resources', 'limits', 'memory') ?? text('mem_limit'),
    replicas: numeric(text('scale') ?? text('deploy', 'replicas')) ?? usual(DEFAULTS.compose, 'replicas'),
    user: text('user'),
    workdir: text('working_dir'),
    hostNetwork: sharesNetwork(text('network_mode')),
    profiles: layersAt(layers, 'profiles').flatMap((one) => itemsOf(one).flatMap((item) => asString(item) ?? [])),
  };
}

function numeric(value: Value<string> | null): Value<number> | null {
  if (value === null) return null;
  const valid = value.kind !== 'known' || /^\d+(\.\d+)?$/.test(value.value.trim());
  return valid ? mapValue(value, Number) : unknown('unsupported-syntax', value.origin);
}

function sharesNetwork(mode: Value<string> | null): Answer {
  if (mode === null) return 'no';
  if (mode.kind !== 'known') return 'maybe';
  return mode.value === 'host' || /^(service|container):/.test(mode.value) ? 'yes' : 'no';
}

/** A text is the context; mappings of several files are one. */
function buildOf(reader: ServiceReader): ComposeBuild | null {
  const layers = layersAt(reader.service.layers, 'build').filter((one) => !isNull(one));
  const last = layers.at(-1);
  if (last === undefined) return null;
  const feeds = `services.${reader.service.name}.build`;
  const contexts = layers.map((one) => (one.kind === 'map' ? get(one, 'context') : one)).filter((one) => one !== undefined);
  const contextNode = contexts.at(-1);
  const written = scalarText(reader, contextNode, feeds);
  const context = contextNode === undefined ? reader.source.folder(last.span.file) : folderAt(reader, written, contextNode.span);
  const inline = lastAt(layers, 'dockerfile_inline') !== undefined;
  const dockerfile = scalarText(reader, lastAt(layers, 'dockerfile'), feeds);
  return {
    at: contextNode?.span ?? last.span,
    context,
    dockerfile: context === null || inline ? null : dockerfileAt(context, dockerfile),
    target: textOf(scalarText(reader, lastAt(layers, 'target'), feeds)),
    args: buildArguments(reader, layersAt(layers, 'args')),
  };
}

function textOf(value: Value<string> | null): string | null {
  return value?.kind === 'known' && value.value !== '' ? value.value : null;
}

function folderAt(reader: ServiceReader, written: Value<string> | null, at: Span): string | null {
  const text = textOf(written);
  return text === null || /^([a-z+]+:\/\/|git@|github\.com\/)/.test(text) ? null : pathIn(reader.source.folder(at.file), text);
}

function dockerfileAt(context: string, written: Value<string> | null): string | null {
  if (written === null) return pathIn(context, 'Dockerfile');
  return written.kind === 'known' ? pathIn(context, written.value === '' ? 'Dockerfile' : written.value) : null;
}

const CONDITIONS: ReadonlyMap<string, Dependency['condition']> = new Map([
  ['service_started', 'service_started'],
  ['service_healthy', 'service_healthy'],
  ['service_completed_successfully', 'service_completed_successfully'],
]);

/** `depends_on` as a list or a mapping; `links` and a shared network imply it. */
function dependencies(reader: ServiceReader): readonly Dependency[] {
  const found = new Map<string, Dependency>();
  for (const layer of layersAt(reader.service.layers, 'depends_on')) {
    for (const one of entriesOf(layer)) {
      const condition = CONDITIONS.get(asString(get(one.value, 'condition')) ?? '') ?? 'service_started';
      found.set(one.key, { on: one.key, condition, at: one.keySpan });
    }
    if (layer.kind === 'map') continue;
    for (const item of itemsOf(layer)) {
      const on = textOf(scalarText(reader, item, `services.${reader.service.name}.depends_on`));
      if (on !== null) found.set(on, { on, condition: 'service_started', at: item.span });
    }
  }
  for (const item of layersAt(reader.service.layers, 'links').flatMap((one) => itemsOf(one))) {
    const on = asString(item)?.split(':')[0];
    if (on !== undefined && !found.has(on)) found.set(on, { on, condition: 'service_started', at: item.span });
  }
  const network = lastAt(reader.service.layers, 'network_mode');
  const shared = /^service:(.+)$/.exec(asString(network) ?? '')?.[1];
  if (network !== undefined && shared !== undefined && !found.has(shared))
    found.set(shared, { on: shared, condition: 'service_started', at: network.span });
  return [...found.values()];
}
