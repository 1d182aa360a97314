import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import { known, unknown } from '../../core/value.ts';
import { folderOf } from '../../files/paths.ts';
import { asText, entriesOf, get, hasHole, type YamlNode } from '../../syntax/yaml/index.ts';
import type { Mount, PlatformFacts, Probe, Role } from '../model.ts';
import { pathIn } from '../repository-path.ts';

/** A command line as a manifest writes it: a shell of the platform runs it. */
export interface WrittenCommand {
  readonly text: string;
  readonly at: Span;
}

/** One process type of a manifest. */
export interface PlatformService {
  readonly name: string;
  readonly at: Span;
  /** What the platform takes it for; null when only its command tells. */
  readonly role: Role | null;
  /** Built from a Dockerfile, or from the sources of a folder by the platform itself. */
  readonly from:
    | { readonly kind: 'image'; readonly dockerfile: string; readonly context: string }
    | { readonly kind: 'slug'; readonly folder: string };
  /** Null: that of the image, or one that the manifest does not show. */
  readonly command: WrittenCommand | null;
  /** What runs while it is built, and before each release goes live. */
  readonly before: readonly WrittenCommand[];
  readonly variables: readonly (readonly [string, Value<string>, Span])[];
  readonly replicas: Value<number> | null;
  readonly mounts: readonly Mount[];
  readonly probes: readonly Probe[];
  /** The port that the router sends requests to. */
  readonly port: { readonly value: Value<number>; readonly at: Span } | null;
}

/** What one manifest of a platform says. */
export interface PlatformManifest {
  readonly file: string;
  readonly facts: PlatformFacts;
  readonly services: readonly PlatformService[];
}

export const NO_SERVICE = {
  role: null,
  command: null,
  before: [],
  variables: [],
  replicas: null,
  mounts: [],
  probes: [],
  port: null,
} as const;

/** A command that stands in a scalar; null for anything else. */
export function commandIn(node: YamlNode | undefined): WrittenCommand | null {
  if (node?.kind === 'seq') {
    const parts = node.items.map((one) => asText(one));
    return parts.length > 0 && parts.every((one) => one !== undefined) ? { text: parts.join(' && '), at: node.span } : null;
  }
  return node?.kind === 'scalar' && node.text.trim() !== '' && !node.hole ? { text: node.text, at: node.span } : null;
}

/** Variables of a mapping of names to values. */
export function variablesOf(node: YamlNode | undefined): PlatformService['variables'] {
  return entriesOf(node).map(({ key, keySpan, value }) => [key, textValue(value), keySpan] as const);
}

/** The text of a scalar as a variable holds it; unknown when a template gives it. */
export function textValue(node: YamlNode | undefined): Value<string> {
  const at = node?.span ?? { file: '', start: 0, end: 0 };
  const text = asText(node);
  if (node === undefined || text === undefined || hasHole(node) || /\$\{/.test(text))
    return unknown('opaque-env', textOrigin(at), [], 'str');
  return known(text, textOrigin(at));
}

export function numberIn(node: YamlNode | undefined): Value<number> | null {
  if (node === undefined) return null;
  const text = asText(node);
  return text !== undefined && /^\d+$/.test(text)
    ? known(Number(text), textOrigin(node.span))
    : unknown('host', textOrigin(node.span), [], 'int');
}

/** The Dockerfile that a service names, or the one of its folder. */
export function imageFrom(file: string, context: string | undefined, dockerfile: string | undefined): PlatformService['from'] | null {
  const folder = context === undefined ? folderOf(file) : pathIn('', context.replace(/^\.?\//, ''));
  if (folder === null) return null;
  const path = pathIn(dockerfile === undefined ? folder : '', (dockerfile ?? 'Dockerfile').replace(/^\.?\//, ''));
  return path === null ? null : { kind: 'image', dockerfile: path, context: folder };
}

/** A check over HTTP that a path stands for. */
export function pathProbe(node: YamlNode | undefined, port: string | null): readonly Probe[] {
  const path = asText(node);
  if (node === undefined || path === undefined) return [];
  const at = node.span;
  const origin = textOrigin(at);
  const http = {
    path: known(path, origin),
    port: port === null ? unknown('host', origin, [], 'str') : known(port, origin),
    scheme: 'http',
    host: unknown('third-party', origin, [], 'str'),
    headers: new Map(),
  } as const;
  return [{ kind: 'health', http, argv: null, at }];
}

export function diskMount(source: string, target: string, at: Span): Mount {
  return { kind: 'named', source, target, readOnly: false, at };
}

/** The first place of a file. */
export function headOf(file: string): Span {
  return { file, start: 0, end: 0 };
}

/** `get` over several spellings of a key. */
export function anyOf(node: YamlNode | undefined, ...keys: readonly string[]): YamlNode | undefined {
  return keys.map((key) => get(node, key)).find((one) => one !== undefined);
}
