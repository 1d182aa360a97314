import type { Data, Entry } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { bindValue, known, unknown, type Value } from '../../core/value.ts';
import type { ParseYaml, YamlNode } from '../../syntax/yaml/index.ts';

/** A part of a JSON text that a template fills: offsets in the file. */
export interface JsonHole {
  readonly start: number;
  readonly end: number;
  readonly value: Value<Data>;
}

export interface JsonPlace {
  readonly file: string;
  readonly offset: number;
  /** Where everything in it is said to stand: the text was escaped, so that its offsets are none of the file. */
  readonly all?: Span;
}

/** A JSON text with holes, as the value it will be. It stands at `offset` of the file. Unknown when it is no JSON. */
export function jsonData(text: string, place: JsonPlace, holes: readonly JsonHole[], parseYaml: ParseYaml): Value<Data> {
  const origin = textOrigin(place.all ?? { file: place.file, start: place.offset, end: place.offset + text.length });
  if (!/^\s*[[{]/.test(text)) return unknown('unsupported-syntax', origin);
  let masked = '';
  let at = 0;
  for (const { start, end } of holes) {
    // What the reader of YAML takes for a hole, at the same place.
    masked += `${text.slice(at, start - place.offset)}{{${' '.repeat(Math.max(0, end - start - 4))}}}`;
    at = end - place.offset;
  }
  masked += text.slice(at);
  const { documents, problems } = parseYaml(masked, place.file, '1.2');
  const root = documents[0]?.root ?? null;
  if (root === null || problems.length > 0 || documents.length > 1) return unknown('unsupported-syntax', origin);
  return dataOf(root, place, holes);
}

function dataOf(node: YamlNode, place: JsonPlace, holes: readonly JsonHole[]): Value<Data> {
  const at = place.all ?? { file: place.file, start: node.span.start + place.offset, end: node.span.end + place.offset };
  const origin = textOrigin(at);
  if (node.kind === 'seq')
    return known({ kind: 'list', items: node.items.map((one) => dataOf(one, place, holes)), complete: true }, origin);
  if (node.kind === 'map') {
    const entries = node.entries.flatMap((one): readonly Entry[] =>
      one.keyHole ? [] : [{ key: one.key, value: dataOf(one.value, place, holes) }],
    );
    return known({ kind: 'dict', entries, complete: entries.length === node.entries.length }, origin);
  }
  if (!node.hole) return known(node.value, origin);
  const inside = holes.filter(({ start, end }) => start >= at.start && end <= at.end);
  const [only] = inside;
  if (only === undefined || inside.length > 1 || !/^\{\{[^}]*\}\}$/.test(node.text.trim()))
    return unknown('dynamic-call', origin, [], 'str');
  return only.value.kind === 'unknown'
    ? unknown(only.value.why, origin, only.value.names)
    : bindValue(only.value, (one) => known(one.value, { ...origin, via: one.origin }));
}
