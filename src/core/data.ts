import type { Secret } from './secret.ts';
import type { Unknown, Value } from './value.ts';

/** What a setting can hold, as rules see it. Python's None is null; int and float are numbers; the rest says its kind. */
export type Data = null | boolean | number | string | Secret | Sequence | Mapping | PathData | Special;

/** A list, tuple or set. `complete` is false when more items may stand in it than are listed. */
export interface Sequence {
  readonly kind: 'list' | 'tuple' | 'set';
  readonly items: readonly Value<Data>[];
  readonly complete: boolean;
  /** Indices of `items` before which any number of unknown items may stand, when the places are known. */
  readonly gaps?: readonly number[];
}

export interface Mapping {
  readonly kind: 'dict';
  readonly entries: readonly Entry[];
  /** False when it may have keys that are not listed. */
  readonly complete: boolean;
  /** Why the values of keys that are not listed are unknown. */
  readonly rest?: Unknown;
}
export interface Entry {
  readonly key: Data;
  readonly value: Value<Data>;
}

/** A pathlib path. Under the repository it starts with ROOT. */
export interface PathData {
  readonly kind: 'path';
  readonly value: string;
}

export type Special =
  | { readonly kind: 'bytes'; readonly value: string }
  | { readonly kind: 'timedelta'; readonly seconds: number }
  | { readonly kind: 'datetime'; readonly value: string }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'lazy'; readonly value: string }
  /** A class, function or instance, by its dotted name. */
  | { readonly kind: 'class' | 'callable' | 'object' | 'module'; readonly name: string };

/** Stands at the start of every path (and string made from one) that lies in the repository: where it will be deployed is another matter. */
export const ROOT = '<ROOT>';

/** A collection whose members may not all be known. Absence is claimed only through `ctx.none`. */
export interface Collection<T> {
  readonly items: readonly T[];
  /** True, or the reason why there may be more. */
  readonly complete: true | { readonly because: string };
}

export type Answer = 'yes' | 'no' | 'maybe';
