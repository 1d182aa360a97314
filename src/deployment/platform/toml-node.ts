import type { TomlTable, TomlValue } from '../../syntax/toml/index.ts';
import type { YamlMap, YamlNode } from '../../syntax/yaml/index.ts';

/** A TOML table as the node that it would be in YAML, so that one reader serves both spellings of a manifest. */
export function tomlNode(table: TomlTable): YamlMap {
  const entries = [...table.entries].map(([key, { keySpan, value }]) => ({
    key,
    keySpan,
    keyHole: false,
    value: nodeOf(value),
    merged: false,
  }));
  return { kind: 'map', entries, span: table.span, tag: null };
}

function nodeOf(value: TomlValue): YamlNode {
  if (value.kind === 'table') return tomlNode(value);
  if (value.kind === 'array') return { kind: 'seq', items: value.items.map(nodeOf), span: value.span, tag: null };
  const plain = value.kind === 'date' ? value.text : value.value;
  const isText = typeof plain === 'string';
  return {
    kind: 'scalar',
    value: plain,
    text: String(plain),
    quoted: isText,
    style: isText ? 'double' : 'plain',
    span: value.span,
    tag: null,
    hole: isText && /\{\{|\{%/.test(plain),
  };
}
