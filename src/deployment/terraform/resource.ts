import type { Answer, Data, Entry } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { bindValue, known, unknown, type Value } from '../../core/value.ts';
import type { HclBlock, HclBody, HclExpression } from '../../syntax/hcl/index.ts';
import { valueAt, withoutNull } from '../infrastructure/data.ts';
import type { InfrastructureResource } from '../model.ts';
import { evaluate } from './evaluate.ts';
import { JSON_ARGUMENTS, jsonArgument } from './json-argument.ts';
import type { Module } from './module.ts';
import { placeIn } from './places.ts';
import { referencesIn } from './references.ts';

type Path = readonly (string | number)[];

/** One block of resources (or of data, whose type then begins with "data.") in one instance of its module. */
export function resourceOf(block: HclBlock, module: Module): InfrastructureResource {
  const [type, name] = block.labels.map((one) => one.text);
  const before = new Map<string, Value<Data | undefined>>();
  const whole = new Map<HclExpression, Value<Data>>();
  const kind = `${block.type === 'data' ? 'data.' : ''}${type ?? ''}`;
  return {
    language: 'terraform',
    type: kind,
    name: name ?? '',
    address: `${module.path}/${kind}.${name ?? ''}`,
    file: block.head.file,
    at: block.head,
    exists: existsOf(block.body, module),
    get(...path) {
      const key = JSON.stringify(path);
      const value = before.get(key) ?? withoutNull(within(block.body, path, { module, head: block.head, whole }));
      before.set(key, value);
      return value;
    },
    placeOf: (...path) => placeIn(block.body, path, block.head),
    refersTo: (...path) => referencesIn(block.body, path, module),
  };
}

/** `count` and `for_each` may leave a resource out. */
export function existsOf(body: HclBody, module: Module): Answer {
  const own = body.attributes.find(({ name }) => name === 'count' || name === 'for_each');
  if (own === undefined) return module.exists;
  const value = evaluate(own.value, module);
  if (value.kind !== 'known') return 'maybe';
  const amount = amountOf(value.value);
  if (amount === 0) return 'no';
  return amount === null ? 'maybe' : module.exists;
}

/** How many a `count` or `for_each` makes, at least; null when it is not known. */
function amountOf(data: Data): number | null {
  if (typeof data === 'number') return data;
  if (typeof data !== 'object' || data === null) return null;
  if ('items' in data) return data.items.length > 0 || data.complete ? data.items.length : null;
  if ('entries' in data) return data.entries.length > 0 || data.complete ? data.entries.length : null;
  return null;
}

interface Within {
  readonly module: Module;
  readonly head: Span;
  /** Arguments that were asked before: JSON is read once. */
  readonly whole: Map<HclExpression, Value<Data>>;
}

function within(body: HclBody, path: Path, around: Within): Value<Data | undefined> {
  const { module, head, whole } = around;
  const [name, ...rest] = path;
  if (typeof name !== 'string') return known(undefined, textOrigin(head));
  const same = body.attributes.filter((one) => one.name === name);
  const [argument] = same;
  if (same.length > 1) return unknown('unsupported-syntax', textOrigin(head));
  if (argument !== undefined) {
    const value = whole.get(argument.value) ?? argumentOf(name, argument.value, module);
    whole.set(argument.value, value);
    return valueAt(value, rest);
  }
  const blocks = body.blocks.filter((one) => one.type === name);
  const made = body.blocks.some((one) => one.type === 'dynamic' && one.labels[0]?.text === name);
  const [first] = blocks;
  if (first === undefined) return made ? unknown('dynamic-call', textOrigin(head)) : known(undefined, textOrigin(head));
  if (rest.length === 0) return listOf(blocks, made, module);
  const [step, ...inner] = rest;
  if (made || (typeof step === 'string' && blocks.length > 1)) return unknown('dynamic-call', textOrigin(first.head));
  const block = typeof step === 'number' ? blocks[step] : first;
  if (block === undefined) return known(undefined, textOrigin(head));
  const deeper = typeof step === 'number' ? inner : rest;
  return deeper.length === 0 ? blockData(block, module) : within(block.body, deeper, { ...around, head: block.head });
}

function argumentOf(name: string, value: HclExpression, module: Module): Value<Data> {
  if (name === 'ignore_changes' && value.kind === 'list') return namesOf(value);
  const made = JSON_ARGUMENTS.has(name) ? jsonArgument(value, module) : evaluate(value, module);
  // A value that came a long way is reported where the resource takes it; the way stays in the chain.
  const here = textOrigin(value.span);
  return bindValue(made, (one) =>
    one.origin.step === 'text' && inside(one.origin.at, value.span) ? one : known(one.value, { ...here, via: one.origin }),
  );
}

/** Bare names of arguments. */
function namesOf({ items, span }: Extract<HclExpression, { readonly kind: 'list' }>): Value<Data> {
  const names = items.map(
    (one): Value<Data> =>
      one.kind === 'reference' ? known(one.root, textOrigin(one.span)) : unknown('unsupported-syntax', textOrigin(one.span)),
  );
  return known({ kind: 'list', items: names, complete: true }, textOrigin(span));
}

function inside(inner: Span, outer: Span): boolean {
  return inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end;
}

function listOf(blocks: readonly HclBlock[], more: boolean, module: Module): Value<Data> {
  const [first] = blocks;
  const origin = textOrigin(first?.head ?? { file: '', start: 0, end: 0 });
  return known({ kind: 'list', items: blocks.map((one) => blockData(one, module)), complete: !more }, origin);
}

/** A nested block as the mapping that the same words in JSON give. */
function blockData({ body, head }: HclBlock, module: Module): Value<Data> {
  const entries: Entry[] = body.attributes.map((one) => ({ key: one.name, value: argumentOf(one.name, one.value, module) }));
  const dynamic = new Set(body.blocks.flatMap((one) => (one.type === 'dynamic' ? [one.labels[0]?.text ?? ''] : [])));
  for (const type of new Set(body.blocks.flatMap((one) => (one.type === 'dynamic' ? [] : [one.type]))))
    entries.push({
      key: type,
      value: listOf(
        body.blocks.filter((one) => one.type === type),
        dynamic.has(type),
        module,
      ),
    });
  for (const type of dynamic)
    if (!entries.some(({ key }) => key === type)) entries.push({ key: type, value: unknown('dynamic-call', textOrigin(head)) });
  return known({ kind: 'dict', entries, complete: true }, textOrigin(head));
}
