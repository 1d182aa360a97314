import type { Span } from '../../core/span.ts';
import { unknown, type Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { YamlNode, YamlScalar } from '../../syntax/yaml/node.ts';
import { printedByGo } from '../../syntax/yaml/plain.ts';
import type { ComposeFacts } from '../model.ts';
import { alignment } from '../shell/alignment.ts';
import { interpolate } from './interpolation.ts';
import type { ComposeSource, ServiceLayers } from './source.ts';
import { substitutionsIn } from './substitutions.ts';

/** What the readers of one service's keys share. */
export interface ServiceReader {
  readonly tree: SourceTree;
  readonly source: ComposeSource;
  readonly service: ServiceLayers;
  readonly unset: ComposeFacts['unsetVariables'][number][];
  readonly missing: ComposeFacts['missingEnvFiles'][number][];
  readonly substitutions: ComposeFacts['substitutions'][number][];
  readonly envFiles: ComposeFacts['envFiles'][number][];
  readonly booleans: ComposeFacts['booleans'][number][];
}

/** The text of a scalar after interpolation; null for YAML's null. `feeds` names the key it ends in. */
export function scalarText(reader: ServiceReader, node: YamlNode | undefined, feeds: string): Value<string> | null {
  if (node === undefined || node.kind !== 'scalar') return node === undefined ? null : notRead(node);
  if (node.value === null && !node.hole) return null;
  const text = printedByGo(node);
  return text === null ? notRead(node) : textIn(reader, text, node, node.span, feeds);
}

function notRead(node: YamlNode): Value<string> {
  return unknown('unsupported-syntax', { step: 'text', at: node.span }, [], 'str');
}

/** Interpolates a text that stands in a scalar, at a place of its own. */
export function textIn(reader: ServiceReader, text: string, node: YamlScalar, at: Span, feeds: string): Value<string> {
  const { value, unset } = interpolate(text, at, reader.source.interpolation(at.file));
  for (const name of unset) {
    const found = variableSpan(reader.source.text(at.file), node.span, name);
    if (!reader.unset.some((one) => one.name === name && one.feeds === feeds)) reader.unset.push({ name, at: found, feeds });
  }
  reader.substitutions.push(...substitutionsIn(text, { reader, within: node.span, at, feeds }));
  return value;
}

function variableSpan(source: string, within: Span, name: string): Span {
  const found = new RegExp(`\\$(?:${name}\\b|\\{${name}\\})`).exec(source.slice(within.start, within.end));
  if (found === null) return within;
  const start = within.start + found.index;
  return { file: within.file, start, end: start + found[0].length };
}

/** Places of the characters of a scalar's text in its file. */
export function scalarPlaces(reader: ServiceReader, node: YamlScalar): (index: number) => number {
  const quote = node.style === 'single' || node.style === 'double' ? 1 : 0;
  const { start, end } = node.span;
  if (end - start - 2 * quote === node.text.length && node.style !== 'literal' && node.style !== 'folded') {
    return (index) => Math.min(start + quote + index, end);
  }
  const source = reader.source.text(node.span.file);
  const head = node.style === 'literal' || node.style === 'folded' ? source.indexOf('\n', start) : start + quote;
  return alignment(node.text, source, head === -1 ? start : head, end);
}

/** The part of a scalar's text from one index to another, as a span of the file. */
export function partSpan(reader: ServiceReader, node: YamlScalar, from: number, to: number): Span {
  if (to <= from) return node.span;
  const place = scalarPlaces(reader, node);
  const start = place(from);
  return { file: node.span.file, start, end: Math.max(start, place(to - 1) + 1) };
}
