import type { Origin } from '../../core/origin.ts';
import { known, mapValue, unknown, type Value } from '../../core/value.ts';

/** What `${{ … }}` can refer to in one place of a workflow. */
export interface ExpressionScope {
  readonly variables: ReadonlyMap<string, Value<string>>;
  /** Matrix keys that have one value only. */
  readonly matrix: ReadonlyMap<string, string>;
}

const EXPRESSION = /\$\{\{((?:[^}]|\}(?!\}))*)\}\}/g;

/** A text of a workflow with its expressions put in. A secret is given, but its value is not known. */
export function expressionValue(text: string, name: string, origin: Origin, scope: ExpressionScope): Value<string> {
  let value: Value<string> = known('', origin);
  let from = 0;
  for (const found of text.matchAll(EXPRESSION)) {
    value = joined(value, text.slice(from, found.index), partValue(found[1] ?? '', name, origin, scope));
    from = found.index + found[0].length;
  }
  return joined(value, text.slice(from), known('', origin));
}

function joined(head: Value<string>, text: string, tail: Value<string>): Value<string> {
  if (head.kind !== 'known') return head;
  return mapValue(tail, (one) => head.value + text + one);
}

function partValue(expression: string, name: string, origin: Origin, scope: ExpressionScope): Value<string> {
  const text = expression.trim();
  const literal = /^'((?:[^']|'')*)'$/.exec(text);
  if (literal !== null) return known((literal[1] ?? '').replaceAll("''", "'"), origin);
  const reference = /^(env|matrix)\.([A-Za-z0-9_-]+)$/.exec(text);
  const key = reference?.[2] ?? '';
  if (reference?.[1] === 'env') return scope.variables.get(key) ?? unknown('missing-env', origin, [key], 'str');
  const single = reference?.[1] === 'matrix' ? scope.matrix.get(key) : undefined;
  return single === undefined ? unknown('opaque-env', origin, [name], 'str') : known(single, origin);
}
