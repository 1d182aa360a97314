import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import { asMap, asScalar, entriesOf, get, itemsOf, type YamlNode } from '../../syntax/yaml/index.ts';
import { givenBy } from '../environment.ts';

export type Variables = ReadonlyMap<string, Value<string>>;

/** Variables of a mapping, or of a list of mappings. `value:` beside a description counts; `$NAME` of another one is put in. */
export function variablesOf(node: YamlNode | undefined, from: string, before: Variables = new Map()): Variables {
  const out = new Map<string, Value<string>>(before);
  const entries = node?.kind === 'seq' ? itemsOf(node).flatMap((one) => entriesOf(one)) : entriesOf(node);
  const own = new Map(
    entries.flatMap(({ key, value }) => {
      const scalar = asScalar(asMap(value) === undefined ? value : get(value, 'value'));
      return scalar === undefined ? [] : [[key, scalar] as const];
    }),
  );
  const read = (key: string, depth: number): Value<string> | undefined => {
    const scalar = own.get(key);
    if (scalar === undefined || depth > 8) return before.get(key);
    if (scalar.hole) return unknown('unsupported-syntax', textOrigin(scalar.span), [key], 'str');
    return expanded(scalar.value === null ? '' : scalar.text, key, scalar.span, (name) =>
      name === key ? before.get(key) : read(name, depth + 1),
    );
  };
  for (const [key, { span }] of own) {
    const value = read(key, 0);
    if (value !== undefined) out.set(key, givenBy(key, value, span, from));
  }
  return out;
}

/** `$NAME` and `${NAME}` as CI systems put them in; one that the definition does not give is not known. */
function expanded(text: string, key: string, at: Span, read: (name: string) => Value<string> | undefined): Value<string> {
  const parts: string[] = [];
  let from = 0;
  for (const found of text.matchAll(/\$\$|\$(\w+)|\$\{(\w+)\}|<<[^>]*>>/g)) {
    parts.push(text.slice(from, found.index));
    from = found.index + found[0].length;
    const name = found[1] ?? found[2];
    const value = name === undefined ? undefined : read(name);
    if (found[0] === '$$') parts.push('$');
    else if (value?.kind === 'known') parts.push(value.value);
    else return unknown('opaque-env', textOrigin(at), [name ?? key], 'str');
  }
  return known(parts.join('') + text.slice(from), textOrigin(at));
}

/** The environment of a job of which the settings of the CI system may hold more: any name may be given there. */
export function openEnvironment(variables: Variables, given: readonly string[], because: string, at: Span): Environment {
  const fixed = given.map((name) => [name, known('true', textOrigin(at, 'set by the runner'))] as const);
  return { variables: new Map([...fixed, ...variables]), closed: { because, at } };
}
