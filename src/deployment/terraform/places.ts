import type { Span } from '../../core/span.ts';
import type { HclBody, HclExpression } from '../../syntax/hcl/index.ts';

/** Where the innermost part of a path that exists is written; `head` for none of it. */
export function placeIn(body: HclBody, path: readonly (string | number)[], head: Span): Span {
  const [name, ...rest] = path;
  const argument = body.attributes.find((one) => one.name === name);
  if (argument !== undefined) return rest.length === 0 ? argument.span : inValue(argument.value, rest, argument.span);
  const blocks = body.blocks.filter((one) => one.type === name || (one.type === 'dynamic' && one.labels[0]?.text === name));
  const [step, ...inner] = rest;
  const block = typeof step === 'number' ? blocks[step] : blocks[0];
  if (block === undefined) return blocks[0]?.head ?? head;
  return placeIn(block.body, typeof step === 'number' ? inner : rest, block.head);
}

function inValue(value: HclExpression, path: readonly (string | number)[], around: Span): Span {
  const [step, ...rest] = path;
  if (step === undefined) return value.span;
  if (value.kind === 'list' && typeof step === 'number') {
    const item = value.items[step];
    return item === undefined ? around : inValue(item, rest, item.span);
  }
  if (value.kind === 'call' && value.args.length === 1 && value.args[0] !== undefined) return inValue(value.args[0], path, around);
  if (value.kind !== 'object') return around;
  const entry = value.entries.find(({ key }) => key.kind === 'literal' && key.value === step);
  return entry === undefined ? around : inValue(entry.value, rest, { ...entry.key.span, end: entry.value.span.end });
}
