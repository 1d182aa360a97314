import type { Data } from '../core/data.ts';
import { isSecretName, maskUrls, Secret } from '../core/secret.ts';
import type { Value } from '../core/value.ts';

/** How values are written. */
export interface EncodeOptions {
  readonly showSecrets: boolean;
  /** The setting or variable the value belongs to: a secret name hides its text. */
  readonly name?: string;
}

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Settled data as the JSON of `settings` writes it. */
export function encodeValue(data: Data, options: EncodeOptions): Json {
  if (typeof data === 'string' && options.name !== undefined && isHidden(options.name, options)) return dataOf(new Secret(data), options);
  return dataOf(data, options);
}

/** A value as the JSON of `settings` writes it; what is not settled becomes `{ "$unknown": true }`. */
export function encodeSettled(value: Value<Data>, options: EncodeOptions): Json {
  return value.kind === 'known' ? dataOf(value.value, options) : { $unknown: true };
}

function text(one: string, options: EncodeOptions): string {
  return options.showSecrets ? one : maskUrls(one);
}

function dataOf(data: Data, options: EncodeOptions): Json {
  if (data === null || typeof data === 'boolean') return data;
  if (typeof data === 'number')
    return Number.isFinite(data) ? data : { $type: 'float', value: Number.isNaN(data) ? 'nan' : data > 0 ? 'inf' : '-inf' };
  if (typeof data === 'string') return text(data, options);
  if (data instanceof Secret) {
    if (!options.showSecrets) return { $secret: true, length: data.lengthClass };
    return data.isBytes ? { $type: 'bytes', value: data.reveal() } : data.reveal();
  }
  switch (data.kind) {
    case 'list':
    case 'tuple':
    case 'set': {
      const items = data.items.map((item) => encodeSettled(item, options));
      const gaps = data.complete ? [] : (data.gaps ?? [items.length]);
      for (const at of [...gaps].reverse()) items.splice(at, 0, { $unknown: true, many: true });
      return data.kind === 'list' ? items : { $type: data.kind, items };
    }
    case 'dict':
      return encodeDict(data, options);
    case 'path':
      return { $type: 'path', value: text(data.value, options) };
    case 'bytes':
      return { $type: 'bytes', value: text(data.value, options) };
    case 'timedelta':
      return { $type: 'timedelta', seconds: data.seconds };
    case 'datetime':
      return { $type: 'datetime', value: data.value };
    case 'regex':
      return { $type: 'regex', pattern: data.pattern };
    case 'lazy':
      return { $type: 'lazy', value: text(data.value, options) };
    case 'object':
      return { $type: 'object', class: data.name };
    default:
      return { $type: data.kind, name: data.name };
  }
}

function encodeDict(data: Extract<Data, { kind: 'dict' }>, options: EncodeOptions): Json {
  const many = { $unknown: true, many: true };
  if (data.entries.every((entry) => typeof entry.key === 'string')) {
    const pairs = data.entries.map((entry): readonly [string, Json] => [String(entry.key), encodeSettled(entry.value, options)]);
    return Object.fromEntries(data.complete ? pairs : [...pairs, ['$unknown', many]]);
  }
  const items: Json[] = data.entries.map((entry) => [dataOf(entry.key, options), encodeSettled(entry.value, options)]);
  return { $type: 'dict', items: data.complete ? items : [...items, many] };
}

function isHidden(name: string, options: EncodeOptions): boolean {
  return !options.showSecrets && isSecretName(name);
}
