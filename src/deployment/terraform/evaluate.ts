import type { Data, Entry } from '../../core/data.ts';
import { both } from '../../core/guard.ts';
import { MAX_CALL_DEPTH, MAX_NESTING, MAX_STRING } from '../../core/limits.ts';
import { type Origin, type TextStep, textOrigin } from '../../core/origin.ts';
import { bindValue, type Case, casesOf, fromCases, known, unknown, type Value } from '../../core/value.ts';
import type { HclExpression, HclStep } from '../../syntax/hcl/index.ts';
import { valueAt } from '../infrastructure/data.ts';
import { called } from './functions.ts';
import type { Module } from './module.ts';
import { operated } from './operators.ts';

type Of<K extends HclExpression['kind']> = Extract<HclExpression, { readonly kind: K }>;

/** What an expression gives in a module: literal where variables, locals and outputs lead to literals, else unknown. */
export function evaluate(one: HclExpression, module: Module): Value<Data> {
  const { shared } = module;
  const origin = textOrigin(one.span);
  // Names lead from one expression into the next: all of them lie upon one another.
  if (shared.nesting >= MAX_NESTING) return unknown('limit', origin);
  shared.nesting++;
  const made = evaluated(one, module, origin);
  shared.nesting--;
  return made;
}

function evaluated(one: HclExpression, module: Module, origin: TextStep): Value<Data> {
  switch (one.kind) {
    case 'literal':
      return known(one.value, origin);
    case 'template':
      return templated(one, module, origin);
    case 'list':
      return known({ kind: 'list', items: one.items.map((item) => evaluate(item, module)), complete: true }, origin);
    case 'object':
      return objectOf(one, module, origin);
    case 'call':
      return called(one, module, evaluate);
    case 'conditional':
      return chosen(one, module);
    case 'operation': {
      const left = evaluate(one.left, module);
      return operated(one.operator, left, one.right === null ? null : evaluate(one.right, module), origin);
    }
    case 'reference':
      return referred(one, module, origin);
    case 'member':
      return stepped(evaluate(one.of, module), one.path, module, origin);
    case 'opaque':
      return unknown('unsupported-syntax', origin);
  }
}

/** Terraform writes numbers and truth values into a text; one hole alone keeps its type. */
function templated(one: Of<'template'>, module: Module, origin: Origin): Value<Data> {
  if (!one.plain) return unknown('unsupported-syntax', origin, [], 'str');
  const [only] = one.parts;
  if (one.parts.length === 1 && only !== undefined && typeof only !== 'string') return evaluate(only, module);
  let text: Value<string> = known('', origin);
  for (const part of one.parts) {
    const next: Value<Data> = typeof part === 'string' ? known(part, origin) : evaluate(part, module);
    text = bindValue(text, (before) => bindValue(next, (after) => joined(before.value, after.value, origin)));
  }
  return text.kind === 'unknown' ? unknown(text.why, origin, text.names, 'str') : text;
}

function joined(before: string, after: Data, origin: Origin): Value<string> {
  if (typeof after !== 'string' && typeof after !== 'number' && typeof after !== 'boolean')
    return unknown('unsupported-syntax', origin, [], 'str');
  const text = `${before}${after}`;
  return text.length > MAX_STRING ? unknown('limit', origin, [], 'str') : known(text, origin);
}

function objectOf(one: Of<'object'>, module: Module, origin: Origin): Value<Data> {
  const entries: Entry[] = [];
  let complete = true;
  for (const { key, value } of one.entries) {
    const name = evaluate(key, module);
    if (name.kind === 'known' && typeof name.value === 'string') entries.push({ key: name.value, value: evaluate(value, module) });
    else complete = false;
  }
  return known({ kind: 'dict', entries, complete }, origin);
}

/** Both sides stay where the test is not known. */
function chosen(one: Of<'conditional'>, module: Module): Value<Data> {
  const { span } = one.test;
  const text = (module.source.texts.get(span.file) ?? '').slice(span.start, span.end).replace(/\s+/g, ' ');
  const sides = (holds: boolean): readonly Case<Data>[] =>
    casesOf(evaluate(holds ? one.yes : one.no, module)).flatMap(({ when, then }) => {
      const guards = both([{ on: 'text', key: `${module.path}:${text}`, text, holds }], when);
      return guards === undefined ? [] : [{ when: guards, then }];
    });
  const test = evaluate(one.test, module);
  if (test.kind === 'known' && typeof test.value === 'boolean') return evaluate(test.value ? one.yes : one.no, module);
  if (test.kind === 'conditional')
    return bindValue(test, ({ value, origin }) =>
      typeof value === 'boolean' ? evaluate(value ? one.yes : one.no, module) : unknown('unsupported-syntax', origin),
    );
  return fromCases([...sides(true), ...sides(false)]);
}

function referred(one: Of<'reference'>, module: Module, origin: Origin): Value<Data> {
  const [first, ...rest] = one.path;
  if (typeof first !== 'string') return unknown('dynamic-call', origin);
  switch (one.root) {
    case 'var':
      return stepped(variable(first, module), rest, module, origin);
    case 'local':
      return stepped(remembered(`local.${first}`, module.locals.get(first), module, origin), rest, module, origin);
    case 'module':
      return outputOf(first, rest, module, origin);
    case 'path':
      return known(first === 'module' ? module.source.folder || '.' : first === 'root' ? rootOf(module).source.folder || '.' : '.', origin);
    case 'data':
    case 'each':
    case 'count':
    case 'self':
    case 'terraform':
      return unknown('host', origin);
    default:
      return attributeOf(one.root, first, rest, module, origin);
  }
}

function rootOf(module: Module): Module {
  return module.caller === null ? module : rootOf(module.caller);
}

function outputOf(name: string, [output, ...rest]: readonly HclStep[], module: Module, origin: Origin): Value<Data> {
  const child = module.children.get(name) ?? null;
  if (child === null || typeof output !== 'string') return unknown('third-party', origin);
  return stepped(remembered(`output.${output}`, child.outputs.get(output), child, origin), rest, module, origin);
}

/** An argument that another resource is given; what the provider makes itself is unknown. */
function attributeOf(type: string, name: string, [argument, ...rest]: readonly HclStep[], module: Module, origin: Origin): Value<Data> {
  const block = module.resources.get(`${type}.${name}`);
  if (block === undefined || typeof argument !== 'string' || block.body.attributes.some((one) => /^(count|for_each)$/.test(one.name)))
    return unknown('third-party', origin);
  const found = block.body.attributes.find((one) => one.name === argument);
  const key = `${type}.${name}.${argument}`;
  return found === undefined ? unknown('third-party', origin) : stepped(remembered(key, found.value, module, origin), rest, module, origin);
}

/** Each name is evaluated once; a circle, and a chain that is too long, end in the unknown. */
function remembered(key: string, one: HclExpression | undefined, module: Module, origin: Origin): Value<Data> {
  if (one === undefined) return unknown('unsupported-syntax', origin);
  return memorized(key, module, origin, () => evaluate(one, module));
}

function memorized(key: string, module: Module, origin: Origin, make: () => Value<Data>): Value<Data> {
  const { memory, shared } = module;
  const before = memory.get(key);
  if (before !== undefined) return before;
  if (shared.depth >= MAX_CALL_DEPTH) return unknown('limit', origin);
  memory.set(key, unknown('unsupported-syntax', origin));
  shared.depth++;
  const made = make();
  shared.depth--;
  memory.set(key, made);
  return made;
}

/** What a variable holds: the argument of the caller, a value of a variable file, or its default. */
function variable(name: string, module: Module): Value<Data> {
  const block = module.variables.get(name);
  const declared = block?.body.attributes.find((one) => one.name === 'default')?.value;
  const at = textOrigin(block?.head ?? { file: '', start: 0, end: 0 });
  const { caller } = module;
  return memorized(`var.${name}`, module, at, () => {
    if (caller !== null) {
      const input = module.inputs.get(name);
      if (input !== undefined) return orDefault(evaluate(input, caller), declared, module);
      return declared === undefined ? unknown('unsupported-syntax', at) : evaluate(declared, module);
    }
    return rootVariable(name, declared, module, at);
  });
}

/** A module that is given null keeps its default only when it says `nullable = false`; which one holds is then left open. */
function orDefault(value: Value<Data>, declared: HclExpression | undefined, module: Module): Value<Data> {
  if (value.kind === 'known' && value.value === null && declared !== undefined) {
    const fallback = evaluate(declared, module);
    return fallback.kind === 'known' && fallback.value === null ? value : unknown('unsupported-syntax', value.origin);
  }
  return value;
}

function rootVariable(name: string, declared: HclExpression | undefined, module: Module, at: Origin): Value<Data> {
  const environment = `TF_VAR_${name}`;
  const open = unknown('missing-env', at, [environment]);
  const given = module.files?.values.get(name) ?? [];
  const [first] = given;
  if (first !== undefined) {
    const values = given.map((one) => evaluate(one, module));
    const same = values.every((one) => isPlain(dataOf(one)) && dataOf(one) === dataOf(values[0]));
    return values.length === 1 || same ? (values.at(-1) ?? open) : open;
  }
  if (declared === undefined) return open;
  const fallback = evaluate(declared, module);
  if (module.files?.inView === true && !module.shared.givenElsewhere().has(name)) return fallback;
  const unset = casesOf(fallback).flatMap(({ when, then }) => {
    const guards = both([{ on: 'env', name: environment, is: 'unset' }], when);
    return guards === undefined ? [] : [{ when: guards, then }];
  });
  return fromCases([{ when: [{ on: 'env', name: environment, is: 'set' }], then: open }, ...unset]);
}

function isPlain(data: Data | undefined): boolean {
  return data === null || (data !== undefined && typeof data !== 'object');
}

function dataOf(value: Value<Data> | undefined): Data | undefined {
  return value?.kind === 'known' ? value.value : undefined;
}

function stepped(value: Value<Data>, path: readonly HclStep[], module: Module, origin: Origin): Value<Data> {
  const plain: (string | number)[] = [];
  for (const step of path) {
    const made = typeof step === 'object' && step.kind === 'index' ? dataOf(evaluate(step.by, module)) : step;
    if (typeof made !== 'string' && typeof made !== 'number') return unknown('dynamic-call', origin);
    plain.push(made);
  }
  if (plain.length === 0) return value;
  return bindValue(valueAt(value, plain), (one) =>
    one.value === undefined ? unknown('unsupported-syntax', origin) : known(one.value, one.origin),
  );
}
