import type { Data } from '../../core/data.ts';
import { MAX_ITEMS } from '../../core/limits.ts';
import { textOrigin } from '../../core/origin.ts';
import { bindValue, known, unknown, type Value } from '../../core/value.ts';
import { normalPath } from '../../files/paths.ts';
import type { HclExpression } from '../../syntax/hcl/index.ts';
import type { Module } from './module.ts';

type Call = Extract<HclExpression, { readonly kind: 'call' }>;
type Evaluate = (one: HclExpression, module: Module) => Value<Data>;

/** What a function of Terraform gives; those that are not listed give the unknown. */
export function called(call: Call, module: Module, evaluate: Evaluate): Value<Data> {
  const origin = textOrigin(call.span);
  const [first] = call.args;
  if (first === undefined || call.spreads) return unknown('dynamic-call', origin);
  const value = () => evaluate(first, module);
  switch (call.name) {
    // What is encoded stays data, so that policies and definitions can be looked into.
    case 'jsonencode':
    case 'yamlencode':
    case 'sensitive':
    case 'nonsensitive':
    case 'tolist':
    case 'toset':
    case 'tomap':
      return call.args.length === 1 ? value() : unknown('dynamic-call', origin);
    case 'tostring':
      return bindValue(value(), (one) => (isScalar(one.value) ? known(String(one.value), origin) : unknown('dynamic-call', origin)));
    case 'tonumber':
      return bindValue(value(), (one) => numberOf(one.value, origin));
    case 'tobool':
      return bindValue(value(), ({ value: data }) =>
        data === true || data === 'true'
          ? known(true, origin)
          : data === false || data === 'false'
            ? known(false, origin)
            : unknown('dynamic-call', origin),
      );
    case 'lower':
    case 'upper':
      return bindValue(value(), ({ value: data }) =>
        typeof data === 'string'
          ? known(call.name === 'lower' ? data.toLowerCase() : data.toUpperCase(), origin)
          : unknown('dynamic-call', origin),
      );
    case 'length':
      return bindValue(value(), ({ value: data }) => lengthOf(data, origin));
    case 'concat':
      return concatenated(
        call.args.map((one) => evaluate(one, module)),
        origin,
      );
    case 'merge':
      return merged(
        call.args.map((one) => evaluate(one, module)),
        origin,
      );
    case 'file':
    case 'templatefile':
      return bindValue(value(), ({ value: path }) => fileText(path, call.name === 'file', module, origin));
    default:
      return unknown('dynamic-call', origin);
  }
}

type At = ReturnType<typeof textOrigin>;

function isScalar(data: Data): boolean {
  return typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean';
}

function numberOf(data: Data, origin: At): Value<Data> {
  if (typeof data === 'number') return known(data, origin);
  return typeof data === 'string' && /^-?\d+(\.\d+)?$/.test(data) ? known(Number(data), origin) : unknown('dynamic-call', origin);
}

function lengthOf(data: Data, origin: At): Value<Data> {
  if (typeof data === 'string') return known(data.length, origin);
  if (typeof data !== 'object' || data === null) return unknown('dynamic-call', origin);
  if ('items' in data && data.complete) return known(data.items.length, origin);
  return 'entries' in data && data.complete ? known(data.entries.length, origin) : unknown('dynamic-call', origin);
}

function concatenated(lists: readonly Value<Data>[], origin: At): Value<Data> {
  let all: Value<Data> = known({ kind: 'list', items: [], complete: true }, origin);
  for (const list of lists)
    all = bindValue(all, (a) =>
      bindValue(list, (b) => {
        const one = a.value;
        const two = b.value;
        if (typeof one !== 'object' || one === null || !('items' in one)) return unknown('dynamic-call', origin);
        if (typeof two !== 'object' || two === null || !('items' in two)) return unknown('dynamic-call', origin);
        if (one.items.length + two.items.length > MAX_ITEMS) return unknown('limit', origin);
        return known({ kind: 'list', items: [...one.items, ...two.items], complete: one.complete && two.complete }, origin);
      }),
    );
  return all;
}

function merged(maps: readonly Value<Data>[], origin: At): Value<Data> {
  const entries = new Map<Data, Value<Data>>();
  let complete = true;
  for (const map of maps) {
    const data = map.kind === 'known' ? map.value : null;
    if (typeof data !== 'object' || data === null || !('entries' in data) || entries.size + data.entries.length > MAX_ITEMS) {
      // What is not known may replace every entry before it.
      for (const key of entries.keys()) entries.set(key, unknown('dynamic-call', origin));
      complete = false;
    } else {
      for (const { key, value } of data.entries) entries.set(key, value);
      complete &&= data.complete;
    }
  }
  return known({ kind: 'dict', entries: [...entries].map(([key, value]) => ({ key, value })), complete }, origin);
}

/** The text of a file of the repository; one that is a template is known when it has no hole. */
function fileText(path: Data, isPlain: boolean, module: Module, origin: At): Value<Data> {
  const found = fileAt(path, module);
  if (found === null) return unknown('missing-file', origin, [], 'str');
  const { file, text } = found;
  if (!isPlain && /[$%]\{/.test(text)) return unknown('dynamic-call', origin, [], 'str');
  return known(text, { step: 'text', at: { file, start: 0, end: text.length }, note: 'read from the file', via: origin });
}

/** A file by the path that a function is given: `path.module` is a folder of the tree, other paths begin where Terraform runs. */
export function fileAt(path: Data, module: Module): { readonly file: string; readonly text: string } | null {
  if (typeof path !== 'string') return null;
  const root = rootFolder(module);
  for (const candidate of [path, root === '' ? path : `${root}/${path}`]) {
    const file = normalPath(candidate);
    const text = file === null ? null : module.shared.read(file);
    if (file !== null && text !== null) return { file, text };
  }
  return null;
}

function rootFolder({ caller, source }: Module): string {
  return caller === null ? source.folder : rootFolder(caller);
}
