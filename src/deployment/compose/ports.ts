import { defaultOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, mapValue, originOf, unknown, type Value } from '../../core/value.ts';
import { get, itemsOf } from '../../syntax/yaml/index.ts';
import type { YamlNode, YamlScalar } from '../../syntax/yaml/node.ts';
import type { PublishedPort } from '../model.ts';
import { layersAt } from './layers.ts';
import { type ServiceReader, scalarText, textIn } from './scalar.ts';

/** A published port with the protocol, which tells apart what is otherwise equal. */
interface Port extends PublishedPort {
  readonly protocol: string;
}

/** `ports` of a service: files add up, equal ones count once, and a range becomes one port each. */
export function publishedPorts(reader: ServiceReader): readonly PublishedPort[] {
  const seen = new Map<string, Port>();
  for (const node of layersAt(reader.service.layers, 'ports').flatMap((one) => itemsOf(one))) {
    for (const port of node.kind === 'map' ? longForm(reader, node) : shortForm(reader, node)) {
      const key = JSON.stringify([textKey(port.address), port.published && textKey(port.published), textKey(port.target), port.protocol]);
      if (!seen.has(key)) seen.set(key, port);
    }
  }
  return [...seen.values()].map(({ address, published, target, at }) => ({ address, published, target, at }));
}

function textKey(value: Value<string | number>): unknown {
  return value.kind === 'known' ? value.value : originOf(value);
}

function feedsOf(reader: ServiceReader): string {
  return `services.${reader.service.name}.ports`;
}

const EVERYWHERE: Value<string> = known('', defaultOrigin('Compose'));

function longForm(reader: ServiceReader, node: YamlNode): readonly Port[] {
  const feeds = feedsOf(reader);
  const target = scalarText(reader, get(node, 'target'), feeds);
  if (target === null) return [];
  const published = scalarText(reader, get(node, 'published'), feeds);
  return ranges(
    {
      address: scalarText(reader, get(node, 'host_ip'), feeds) ?? EVERYWHERE,
      published: published?.kind === 'known' && published.value === '' ? null : published,
      target,
      protocol: textOr(scalarText(reader, get(node, 'protocol'), feeds), 'tcp'),
    },
    node.span,
  );
}

function textOr(value: Value<string> | null, otherwise: string): string {
  return value?.kind === 'known' && value.value !== '' ? value.value : otherwise;
}

interface Parts {
  readonly address: Value<string>;
  readonly published: Value<string> | null;
  readonly target: Value<string>;
  readonly protocol: string;
}

/** `[[address:]published:]target[/protocol]`, an address in brackets, a range in either port. */
function shortForm(reader: ServiceReader, node: YamlNode): readonly Port[] {
  if (node.kind !== 'scalar') return [];
  const whole = scalarText(reader, node, feedsOf(reader));
  if (whole === null) return [];
  if (whole.kind !== 'known') return node.hole ? [] : unknownParts(reader, node);
  const { fields, protocol } = splitPort(whole.value);
  const value = (text: string): Value<string> => known(text, whole.origin);
  const [address, published, target] = fields;
  if (target === '') return [];
  return ranges(
    {
      address: address === '' ? EVERYWHERE : value(address),
      published: published === '' ? null : value(published),
      target: value(target),
      protocol,
    },
    node.span,
  );
}

/** A variable that is not known hides only its own field. */
function unknownParts(reader: ServiceReader, node: YamlScalar): readonly Port[] {
  const { fields, protocol } = splitPort(node.text);
  const part = (text: string): Value<string> => textIn(reader, text, node, node.span, feedsOf(reader));
  const [address, published, target] = fields;
  return ranges(
    {
      address: address === '' ? EVERYWHERE : part(address),
      published: published === '' ? null : part(published),
      target: part(target),
      protocol,
    },
    node.span,
  );
}

function splitPort(text: string): { readonly fields: readonly [string, string, string]; readonly protocol: string } {
  const slash = /^(.*)\/([a-z]+)$/.exec(text);
  const pieces = (slash?.[1] ?? text).match(/(?:\$\{[^}]*\}|\[[^\]]*\]|[^:])+|(?<=:)(?=:|$)|^(?=:)/g) ?? [];
  const [target = '', published = ''] = [...pieces].reverse();
  const address = pieces
    .slice(0, -2)
    .join(':')
    .replace(/^\[(.*)\]$/, '$1');
  return { fields: [address, pieces.length > 1 ? published : '', target], protocol: slash?.[2] ?? 'tcp' };
}

const MAX_RANGE = 256;

function ranges({ address, published, target, protocol }: Parts, at: Span): readonly Port[] {
  const targets = target.kind === 'known' ? portRange(target.value) : null;
  if (target.kind === 'known' && targets === null) return [];
  if (targets === null || targets.length === 1) return [{ address, published, target: mapValue(target, Number), protocol, at }];
  const outer = published?.kind === 'known' ? portRange(published.value) : null;
  return targets.slice(0, MAX_RANGE).map((port, index) => ({
    address,
    published: publishedOf(published, outer, index, targets.length),
    target: mapValue(target, () => port),
    protocol,
    at,
  }));
}

function publishedOf(published: Value<string> | null, outer: readonly number[] | null, index: number, count: number): Value<string> | null {
  if (published === null) return null;
  const port = outer?.length === count ? outer[index] : undefined;
  return port === undefined ? unknown('unsupported-syntax', originOf(published), [], 'str') : mapValue(published, () => String(port));
}

function portRange(text: string): readonly number[] | null {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text.trim());
  if (found === null) return null;
  const first = Number(found[1]);
  const last = Number(found[2] ?? found[1]);
  return last < first || last > 65_535
    ? null
    : Array.from({ length: Math.min(last - first + 1, MAX_RANGE) }, (_none, index) => first + index);
}
