import type { Data, Entry } from '../../core/data.ts';
import { both } from '../../core/guard.ts';
import { MAX_STRING } from '../../core/limits.ts';
import { textOrigin } from '../../core/origin.ts';
import { bindValue, type Case, casesOf, fromCases, known, unknown, type Value } from '../../core/value.ts';
import { asString, entriesOf, get, itemsOf, type YamlNode } from '../../syntax/yaml/index.ts';

/** One template and what its parameters default to. */
export interface Template {
  readonly file: string;
  readonly root: YamlNode;
}

/** An intrinsic function: its short tag or its long key. */
export interface Intrinsic {
  /** "Ref", "Sub", "GetAtt", "If". */
  readonly name: string;
  readonly argument: YamlNode;
}

/** The function that stands at a node; null for plain data. */
export function intrinsicAt(node: YamlNode): Intrinsic | null {
  if (node.tag !== null && /^![A-Z]\w*$/.test(node.tag)) return { name: node.tag.slice(1), argument: node };
  if (node.kind !== 'map' || node.entries.length !== 1) return null;
  const [only] = node.entries;
  if (only === undefined || !/^(Ref|Condition|Fn::\w+)$/.test(only.key)) return null;
  return { name: only.key.replace(/^Fn::/, ''), argument: only.value };
}

/** The value of a node; parameters give their default where nothing else is said when the stack is made. */
export function nodeValue(node: YamlNode, template: Template): Value<Data | undefined> {
  const origin = textOrigin(node.span);
  const call = intrinsicAt(node);
  if (call !== null) return intrinsicValue(call, template, origin);
  if (node.kind === 'scalar') return node.hole ? unknown('dynamic-call', origin) : known(node.value, origin);
  if (node.kind === 'seq') return known({ kind: 'list', items: node.items.map((one) => dataValue(one, template)), complete: true }, origin);
  const entries = node.entries.flatMap((one): readonly Entry[] =>
    one.keyHole ? [] : [{ key: one.key, value: dataValue(one.value, template) }],
  );
  return known({ kind: 'dict', entries, complete: entries.length === node.entries.length }, origin);
}

/** Inside of lists and mappings what `AWS::NoValue` takes away is not followed. */
function dataValue(node: YamlNode, template: Template): Value<Data> {
  return bindValue(nodeValue(node, template), (one) =>
    one.value === undefined ? unknown('dynamic-call', one.origin) : known(one.value, one.origin),
  );
}

type At = ReturnType<typeof textOrigin>;

function intrinsicValue({ name, argument }: Intrinsic, template: Template, origin: At): Value<Data | undefined> {
  switch (name) {
    case 'Ref':
      return referred(textIn(argument) ?? '', template, origin);
    case 'Sub':
      return substituted(argument, template, origin);
    case 'If':
      return chosen(argument, template, origin);
    default:
      return unknown('dynamic-call', origin);
  }
}

/** The text of a scalar whose tag is an intrinsic as well. */
export function textIn(node: YamlNode): string | undefined {
  return node.kind === 'scalar' && !node.hole ? node.text : asString(node);
}

function referred(name: string, template: Template, origin: At): Value<Data | undefined> {
  if (name === 'AWS::NoValue') return known(undefined, origin);
  const parameter = get(template.root, 'Parameters', name);
  if (parameter === undefined) return unknown('host', origin);
  const fallback = get(parameter, 'Default');
  const open = unknown('missing-env', origin, [name]);
  const node = fallback?.kind === 'scalar' && !fallback.hole ? fallback : null;
  if (node === null) return open;
  // Parameters are texts; CloudFormation takes "true" and "7" where it wants truth values and numbers.
  const value = known<Data>(typed(node.text, asString(get(parameter, 'Type')) ?? 'String'), { ...origin, via: textOrigin(node.span) });
  return fromCases([
    { when: [{ on: 'env', name, is: 'set' }], then: open },
    { when: [{ on: 'env', name, is: 'unset' }], then: value },
  ]);
}

function typed(text: string, type: string): Data {
  return type === 'Number' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function substituted(argument: YamlNode, template: Template, origin: At): Value<Data | undefined> {
  const [head, variables] = argument.kind === 'seq' ? argument.items : [argument];
  const text = head === undefined ? undefined : textIn(head);
  if (text === undefined) return unknown('dynamic-call', origin);
  let made: Value<string> = known('', origin);
  for (const part of text.split(/(\$\{[^}]*\})/)) {
    const name = /^\$\{([^!}][^}]*)\}$/.exec(part)?.[1]?.trim();
    const given = name === undefined ? undefined : get(variables, name);
    const next: Value<Data | undefined> =
      name === undefined
        ? known(part.replace(/^\$\{!/, '${'), origin)
        : given === undefined
          ? referred(name, template, origin)
          : nodeValue(given, template);
    made = bindValue(made, (before) => bindValue(next, (after) => joined(before.value, after.value, origin)));
  }
  return made.kind === 'unknown' ? { ...made, type: 'str' } : made;
}

function joined(before: string, after: Data | undefined, origin: At): Value<string> {
  if (typeof after !== 'string' && typeof after !== 'number' && typeof after !== 'boolean')
    return unknown('dynamic-call', origin, [], 'str');
  return before.length + String(after).length > MAX_STRING ? unknown('limit', origin, [], 'str') : known(`${before}${after}`, origin);
}

/** `!If [name, yes, no]`: both sides, under the name of the condition. */
function chosen(argument: YamlNode, template: Template, origin: At): Value<Data | undefined> {
  const [name, yes, no] = itemsOf(argument);
  const text = name === undefined ? undefined : textIn(name);
  if (text === undefined || yes === undefined || no === undefined) return unknown('dynamic-call', origin);
  const side = (node: YamlNode, holds: boolean): readonly Case<Data | undefined>[] =>
    casesOf(nodeValue(node, template)).flatMap(({ when, then }) => {
      const guards = both([{ on: 'text', key: `${template.file}:${text}`, text, holds }], when);
      return guards === undefined ? [] : [{ when: guards, then }];
    });
  return fromCases([...side(yes, true), ...side(no, false)]);
}

/** Names of resources that a node refers to. */
export function namesIn(node: YamlNode): readonly string[] {
  const found: string[] = [];
  const open: YamlNode[] = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const call = intrinsicAt(next);
    const text = call === null ? undefined : textIn(call.argument);
    if (call !== null && text !== undefined) {
      if (call.name === 'Ref') found.push(text);
      else if (call.name === 'GetAtt') found.push(text.split('.')[0] ?? '');
      else if (call.name === 'Sub') found.push(...[...text.matchAll(/\$\{([\w]+)[.}]/g)].map((one) => one[1] ?? ''));
    }
    if (call?.name === 'GetAtt' && call.argument.kind === 'seq') found.push(textIn(call.argument.items[0] ?? call.argument) ?? '');
    else if (next.kind === 'seq') open.push(...next.items);
    else if (next.kind === 'map') open.push(...entriesOf(next).map((one) => one.value));
  }
  return found;
}
