import { known, type Value } from '../../core/value.ts';
import { asBoolean, asText, entriesOf, get, itemsOf } from '../../syntax/yaml/index.ts';
import type { YamlNode } from '../../syntax/yaml/node.ts';
import { readEnvFile } from '../env-file.ts';
import { type EnvironmentLayer, givenBy, layerOf, type Opaque } from '../environment.ts';
import { pathIn } from '../repository-path.ts';
import { inherited } from './interpolation.ts';
import { layersAt } from './layers.ts';
import { partSpan, type ServiceReader, scalarText, textIn } from './scalar.ts';

/** The sources of a service's environment above its image, weakest first: each env file, then `environment`. */
export function environmentLayers(reader: ServiceReader): readonly EnvironmentLayer[] {
  const own = pairsOf(reader, layersAt(reader.service.layers, 'environment'), 'environment');
  const files: EnvironmentLayer[] = [];
  for (const node of layersAt(reader.service.layers, 'env_file').flatMap((one) => itemsOf(one)))
    files.push(envFile(reader, node, own, files));
  return [...files, own];
}

/** Build arguments: the same two forms and the same meaning of a name without value. */
export function buildArguments(reader: ServiceReader, layers: readonly YamlNode[]): ReadonlyMap<string, Value<string>> {
  const pairs = pairsOf(reader, layers, 'build.args').variables;
  return new Map([...pairs].flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
}

function pairsOf(reader: ServiceReader, layers: readonly YamlNode[], key: string): EnvironmentLayer {
  const variables = new Map<string, Value<string> | null>();
  let opaque: Opaque | null = null;
  for (const layer of layers) {
    if (layer.kind === 'map') mapPairs(reader, layer, key, variables);
    else opaque = listPairs(reader, layer, key, variables) ?? opaque;
    if (layer.kind === 'scalar' && layer.hole) opaque = { because: 'a template fills it in', at: layer.span };
  }
  return layerOf(variables, opaque);
}

function mapPairs(reader: ServiceReader, layer: YamlNode, key: string, variables: Map<string, Value<string> | null>): void {
  for (const one of entriesOf(layer)) {
    if (one.value.tag === '!reset') variables.delete(one.key);
    else {
      const value = scalarText(reader, one.value, feedsOf(reader, key, one.key));
      const from = sourceOf(reader, one.keySpan.file, key);
      noteBoolean(reader, one.key, one.value, key);
      if (value !== null) variables.set(one.key, givenBy(one.key, value, one.value.span, from));
      else variables.set(one.key, inherited(one.key, one.keySpan, reader.source.interpolation(one.keySpan.file)));
    }
  }
}

function noteBoolean(reader: ServiceReader, name: string, node: YamlNode, key: string): void {
  if (key !== 'environment' || node.kind !== 'scalar' || typeof node.value !== 'boolean' || node.quoted || node.hole) return;
  reader.booleans.push({ name, written: node.text, at: node.span, service: reader.service.name });
}

function feedsOf(reader: ServiceReader, key: string, name: string): string {
  return `services.${reader.service.name}.${key}.${name}`;
}

function sourceOf(reader: ServiceReader, file: string, key: string): string {
  return `${file}, ${key} of ${reader.service.name}`;
}

/** `- NAME=value` keeps everything after the sign as it is, quotes included. */
function listPairs(reader: ServiceReader, layer: YamlNode, key: string, variables: Map<string, Value<string> | null>): Opaque | null {
  let opaque: Opaque | null = null;
  for (const item of itemsOf(layer)) {
    if (item.kind !== 'scalar') continue;
    const equals = item.text.indexOf('=');
    const name = equals === -1 ? item.text : item.text.slice(0, equals);
    if (name.includes('$') || (item.hole && !/^[A-Za-z_]\w*$/.test(name))) {
      opaque = { because: 'the name of a variable is computed', at: item.span };
      continue;
    }
    const feeds = feedsOf(reader, key, name);
    if (equals === -1) variables.set(name, inherited(name, item.span, reader.source.interpolation(item.span.file)));
    else {
      const at = partSpan(reader, item, equals + 1, item.text.length);
      const value = item.hole ? scalarText(reader, item, feeds) : textIn(reader, item.text.slice(equals + 1), item, at, feeds);
      variables.set(name, givenBy(name, value ?? known('', { step: 'text', at }), at, sourceOf(reader, item.span.file, key)));
    }
  }
  return opaque;
}

function envFile(reader: ServiceReader, node: YamlNode, own: EnvironmentLayer, earlier: readonly EnvironmentLayer[]): EnvironmentLayer {
  const service = reader.service.name;
  const named = node.kind === 'map' ? get(node, 'path') : node;
  const text = scalarText(reader, named, `services.${service}.env_file`);
  const at = named?.span ?? node.span;
  const written = text?.kind === 'known' ? text.value : null;
  const path = written === null ? null : pathIn(reader.source.folder(at.file), written);
  const raw = asText(get(node, 'format')) === 'raw';
  const file = readEnvFile({
    tree: reader.tree,
    path,
    dialect: 'compose',
    raw,
    lookup: (name) => lookUpFor(reader, at.file, name, own, earlier),
    namedAt: at,
    namedAs: path ?? written ?? 'An env file whose name is not known',
    purpose: `env_file of ${service}`,
  });
  if (file.state === 'read' && path !== null) reader.envFiles.push({ path, raw, at, service });
  if (file.state === 'absent' && written !== null) {
    reader.missing.push({ path: path ?? written, required: asBoolean(get(node, 'required')) !== false, at, service });
  }
  return file.layer;
}

/** What a template in an env file sees: the project's variables, then the service's own, then (not settled here) earlier files. */
function lookUpFor(
  reader: ServiceReader,
  file: string,
  name: string,
  own: EnvironmentLayer,
  earlier: readonly EnvironmentLayer[],
): string | null | undefined {
  const interpolation = reader.source.interpolation(file);
  const value = interpolation.variables.get(name) ?? own.variables.get(name);
  if (value !== undefined && value !== null) return value.kind === 'known' ? value.value : undefined;
  if (earlier.some((one) => one.variables.has(name) || one.opaque !== null)) return undefined;
  return null;
}
