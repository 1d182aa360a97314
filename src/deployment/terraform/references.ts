import type { HclBody, HclExpression } from '../../syntax/hcl/index.ts';
import type { ResourceReference } from '../model.ts';
import type { Module } from './module.ts';

/** Resources that the arguments at a path refer to, through variables, locals and outputs. */
export function referencesIn(body: HclBody, path: readonly (string | number)[], module: Module): readonly ResourceReference[] {
  const found = new Map<string, ResourceReference>();
  const search: Search = { found, seen: new Set() };
  for (const one of expressionsAt(body, path)) walk(one, module, search);
  return [...found.values()];
}

interface Search {
  readonly found: Map<string, ResourceReference>;
  readonly seen: Set<HclExpression>;
}

function expressionsAt(body: HclBody, path: readonly (string | number)[]): readonly HclExpression[] {
  const [name, ...rest] = path;
  if (name === undefined) return [...body.attributes.map((one) => one.value), ...body.blocks.flatMap((one) => expressionsAt(one.body, []))];
  const argument = body.attributes.find((one) => one.name === name);
  if (argument !== undefined) return [narrowed(argument.value, rest)];
  const blocks = body.blocks.filter((one) => one.type === name || (one.type === 'dynamic' && one.labels[0]?.text === name));
  const [step, ...inner] = rest;
  if (typeof step !== 'number') return blocks.flatMap((one) => expressionsAt(one.type === 'dynamic' ? { ...one.body } : one.body, rest));
  const block = blocks[step];
  return block === undefined ? [] : expressionsAt(block.body, inner);
}

function narrowed(value: HclExpression, [step, ...rest]: readonly (string | number)[]): HclExpression {
  if (value.kind === 'list' && typeof step === 'number') return narrowed(value.items[step] ?? value, rest);
  if (value.kind !== 'object' || step === undefined) return value;
  const entry = value.entries.find(({ key }) => key.kind === 'literal' && key.value === step);
  return entry === undefined ? value : narrowed(entry.value, rest);
}

/** With a stack of its own: a chain of names may be as long as a file. */
function walk(start: HclExpression, home: Module, { found, seen }: Search): void {
  const open: (readonly [HclExpression, Module])[] = [[start, home]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [one, module] = next;
    if (one.kind === 'reference') {
      for (const target of targetsOf(one, module, found)) {
        if (!seen.has(target[0])) open.push(target);
        seen.add(target[0]);
      }
    } else for (const part of partsOf(one)) open.push([part, module]);
  }
}

function partsOf(one: HclExpression): readonly HclExpression[] {
  switch (one.kind) {
    case 'literal':
    case 'reference':
      return [];
    case 'template':
      return one.parts.filter((part) => typeof part !== 'string');
    case 'list':
      return one.items;
    case 'object':
      return one.entries.flatMap(({ key, value }) => [key, value]);
    case 'call':
      return one.args;
    case 'conditional':
      return [one.test, one.yes, one.no];
    case 'operation':
      return one.right === null ? [one.left] : [one.left, one.right];
    case 'member':
      return [one.of];
    case 'opaque':
      return one.parts;
  }
}

type Reference = Extract<HclExpression, { readonly kind: 'reference' }>;

/** What a name leads to: more expressions, or a resource, which is noted. */
function targetsOf(one: Reference, module: Module, found: Map<string, ResourceReference>): readonly (readonly [HclExpression, Module])[] {
  const [first, second, third] = one.path;
  if (typeof first !== 'string') return [];
  if (one.root === 'local') return leading(module.locals.get(first), module);
  if (one.root === 'var') return module.caller === null ? [] : leading(module.inputs.get(first), module.caller);
  if (one.root === 'module') {
    const child = module.children.get(first) ?? null;
    // A module that is not in the repository stands for itself.
    if (child === null) note('module', first, module, found);
    return child === null ? [] : leading(typeof second === 'string' ? child.outputs.get(second) : undefined, child);
  }
  if (one.root === 'data') {
    if (typeof second === 'string') note(`data.${first}`, second, module, found);
    return [];
  }
  if (module.resources.has(`${one.root}.${first}`) || third !== undefined || /_/.test(one.root)) note(one.root, first, module, found);
  return [];
}

function leading(next: HclExpression | undefined, module: Module): readonly (readonly [HclExpression, Module])[] {
  return next === undefined ? [] : [[next, module]];
}

function note(type: string, name: string, module: Module, found: Map<string, ResourceReference>): void {
  const address = `${module.path}/${type}.${name}`;
  found.set(address, { type, name, address });
}
