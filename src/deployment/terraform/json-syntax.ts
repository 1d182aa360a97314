import type { Span } from '../../core/span.ts';
import { type HclAttribute, type HclBlock, type HclBody, type HclExpression, parseHclTemplate } from '../../syntax/hcl/index.ts';
import { entriesOf, type YamlNode } from '../../syntax/yaml/index.ts';

/** How many labels a block of each kind has. */
const LABELS: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  variable: 1,
  output: 1,
  module: 1,
  provider: 1,
  locals: 0,
  terraform: 0,
};

/** A `*.tf.json` file as the body that the same words in HCL give. */
export function bodyOfJson(root: YamlNode, span: Span): HclBody {
  const blocks = entriesOf(root).flatMap(({ key, value, keySpan }) => {
    const labels = LABELS[key];
    return labels === undefined ? [] : blocksIn(key, keySpan, value, labels, []);
  });
  return { attributes: [], blocks, span };
}

/** The plain arguments of a JSON file: `terraform.tfvars.json`. */
export function attributesOfJson(node: YamlNode): readonly HclAttribute[] {
  return entriesOf(node).map(({ key, keySpan, value }) => ({
    name: key,
    nameSpan: keySpan,
    value: expressionOf(value),
    span: { ...keySpan, end: value.span.end },
  }));
}

function blocksIn(type: string, head: Span, node: YamlNode, labels: number, before: HclBlock['labels']): readonly HclBlock[] {
  if (node.kind === 'seq') return node.items.flatMap((one) => blocksIn(type, head, one, labels, before));
  if (labels > 0)
    return entriesOf(node).flatMap(({ key, keySpan, value }) =>
      blocksIn(type, keySpan, value, labels - 1, [...before, { text: key, span: keySpan }]),
    );
  const body: HclBody = { attributes: attributesOfJson(node), blocks: [], span: node.span };
  return [{ type, labels: before, body, head, span: { ...head, end: node.span.end } }];
}

function expressionOf(node: YamlNode): HclExpression {
  const { span } = node;
  if (node.kind === 'seq') return { kind: 'list', items: node.items.map(expressionOf), span };
  if (node.kind === 'map')
    return {
      kind: 'object',
      span,
      entries: node.entries.map((one) => ({ key: { kind: 'literal', value: one.key, span: one.keySpan }, value: expressionOf(one.value) })),
    };
  if (node.hole) return { kind: 'opaque', parts: [], span };
  return typeof node.value === 'string' ? parseHclTemplate(node.value, span) : { kind: 'literal', value: node.value, span };
}
