import type { Options } from './config.ts';
import type { Field, FieldType, Generation } from './types.ts';
import { folded } from './variables.ts';

/** Under which names a field is looked up, and what becomes of the text that is found. */

export type Complexity = 'yes' | 'union' | 'no' | 'unknown';

/** Whether a text is decoded as JSON; `union`: when it is none, the text stays. */
export function complexity(type: FieldType, generation: Generation): Complexity {
  switch (type.k) {
    case 'list':
    case 'set':
    case 'frozenset':
    case 'dict':
    case 'model':
      return 'yes';
    case 'tuple':
      return type.bare && generation === 1 ? 'no' : 'yes';
    case 'optional': {
      const inner = complexity(type.of, generation);
      return inner === 'yes' && generation === 2 ? 'union' : inner;
    }
    case 'layered':
      return complexity(type.of, generation);
    case 'union': {
      const all = type.of.map((one) => complexity(one, generation));
      return all.includes('unknown') ? 'unknown' : all.some((one) => one !== 'no') ? 'union' : 'no';
    }
    case 'opaque':
      return 'unknown';
    default:
      return 'no';
  }
}

export interface Names {
  readonly folded: string;
  readonly written: string;
}

/** The names under which a field is looked up, in order. */
export function lookups(field: Field, options: Options, generation: Generation): readonly Names[] {
  const own = (): Names => {
    const name = options.prefix + field.name;
    return { folded: folded(options, name), written: options.caseSensitive ? name : name.toUpperCase() };
  };
  const named = (names: readonly string[]) => names.map((name) => ({ folded: folded(options, name), written: name }));
  if (generation === 1) return field.env === null ? [own()] : named(field.env);
  if (field.aliases === null) return [own()];
  return options.byName ? [...named(field.aliases), own()] : named(field.aliases);
}
