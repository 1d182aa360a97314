import type { Data } from '../../core/data.ts';
import { type Origin, textOrigin } from '../../core/origin.ts';
import { isSecretName, Secret } from '../../core/secret.ts';
import { known, originOf, unknown, type Value } from '../../core/value.ts';
import type { YamlNode, YamlScalar } from '../../syntax/yaml/index.ts';
import { filledText, HOLE } from '../filled-text.ts';

/** What a name of a template stands for; null when nothing that is read defines it. */
export type VariableLookup = (name: string) => Value<Data> | null;

const EXPRESSION = /\{\{-?([^{}]*)-?\}\}/g;
const STATEMENT = /\{%|\{#/;

/** A YAML node as Ansible hands it to a module: templates filled in as far as their variables are known, vault texts unknown. */
export function dataOf(node: YamlNode, lookup: VariableLookup): Value<Data> {
  const origin = textOrigin(node.span);
  if (node.tag === '!vault' || node.tag === '!vault-encrypted') return unknown('opaque-env', origin, [], 'str');
  if (node.kind === 'seq') return known({ kind: 'list', items: node.items.map((one) => dataOf(one, lookup)), complete: true }, origin);
  if (node.kind === 'map') {
    const entries = node.entries.map((one) => ({ key: one.key, value: named(one.key, dataOf(one.value, lookup)) }));
    return known({ kind: 'dict', entries, complete: !node.entries.some((one) => one.keyHole) }, origin);
  }
  return scalarOf(node, lookup);
}

/** No output may show what stands under the name of a secret. */
export function named(name: string, value: Value<Data>): Value<Data> {
  if (value.kind !== 'known' || typeof value.value !== 'string' || !isSecretName(name)) return value;
  return known(new Secret(value.value), value.origin);
}

function scalarOf(node: YamlScalar, lookup: VariableLookup): Value<Data> {
  const origin = textOrigin(node.span);
  if (node.tag === '!unsafe' || !/\{[{%#]/.test(node.text)) return known(node.value, origin);
  const whole = /^\s*\{\{-?([^{}]*)-?\}\}\s*$/.exec(node.text)?.[1];
  const value = whole === undefined ? null : expressionOf(whole, lookup, origin);
  if (whole !== undefined) return value ?? unknown('host', origin);
  const text = filled(node.text, lookup, origin);
  return text.includes(HOLE) ? unknown('host', origin, [], 'str') : known(text, origin);
}

/** The value of a template expression: a variable or a text; null when it is anything else, or not known. */
function expressionOf(expression: string, lookup: VariableLookup, origin: Origin): Value<Data> | null {
  const content = expression.trim();
  const literal = /^'([^'\\]*)'$|^"([^"\\]*)"$/.exec(content);
  if (literal !== null) return known(literal[1] ?? literal[2] ?? '', origin);
  const [name = '', ...path] = content.split('.');
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(content)) return null;
  return path.reduce<Value<Data> | null>((value, key) => memberOf(value, key), lookup(name));
}

function memberOf(value: Value<Data> | null, key: string): Value<Data> | null {
  if (value?.kind !== 'known' || value.value === null || typeof value.value !== 'object') return null;
  if (!('kind' in value.value) || value.value.kind !== 'dict') return null;
  return value.value.entries.find((one) => one.key === key)?.value ?? null;
}

/** A text with its expressions filled in; what is not known becomes a HOLE. */
export function filled(template: string, lookup: VariableLookup, origin: Origin): string {
  const { text } = filledText(template, EXPRESSION, (found) => printed(expressionOf(found[1] ?? '', lookup, origin)));
  return STATEMENT.test(text) ? text.replace(/\{%[^%]*%\}|\{#[^#]*#\}/g, (one) => HOLE.padEnd(one.length)) : text;
}

function printed(value: Value<Data> | null): string {
  if (value?.kind !== 'known') return HOLE;
  if (typeof value.value === 'string') return value.value;
  return typeof value.value === 'number' ? String(value.value) : HOLE;
}

/** The text of a value, null when it is none or not known. */
export function textOfData(value: Value<Data | undefined>): string | null {
  return value.kind === 'known' && typeof value.value === 'string' ? value.value : null;
}

/** A value of a key, by names and indexes; known undefined when it is not there. */
export function within(value: Value<Data | undefined>, path: readonly (string | number)[]): Value<Data | undefined> {
  let at: Value<Data | undefined> = value;
  for (const key of path) {
    if (at.kind !== 'known') return at;
    const data = at.value;
    if (data === null || data === undefined || typeof data !== 'object' || !('kind' in data)) return known(undefined, originOf(at));
    if (data.kind === 'dict') at = data.entries.find((one) => one.key === key)?.value ?? known(undefined, originOf(at));
    else if (data.kind === 'list' && typeof key === 'number') at = data.items[key] ?? known(undefined, originOf(at));
    else return known(undefined, originOf(at));
  }
  return at;
}
