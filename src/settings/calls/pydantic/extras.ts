import type { Slot } from '../../values/object.ts';
import type { Options } from './config.ts';
import { complexity, lookups } from './lookups.ts';
import type { Model } from './types.ts';
import { folded, type Variables } from './variables.ts';

/** Variables of the env files that no field asks for: pydantic-settings hands them over too. */

export interface Extra {
  readonly slot: Slot;
  readonly variable: string;
}

export function fileExtras(model: Model, options: Options, files: Variables['entries']): Map<string, Extra> {
  const extras = new Map<string, Extra>();
  const prefix = folded(options, options.prefix);
  for (const [name, { variable, slot }] of files) {
    if (slot.k === 'absent' || (slot.k === 'known' && slot.obj.t === 'str' && slot.obj.v === '')) continue;
    if ((options.prefix !== '' && model.fields.has(name)) || isUsed(model, options, name)) continue;
    const bare = options.extra !== 'forbid' && name.startsWith(prefix) ? name.slice(prefix.length) : name;
    extras.set(bare, { slot, variable });
  }
  return extras;
}

function isUsed(model: Model, options: Options, name: string): boolean {
  return [...model.fields.values()].some((field) =>
    lookups(field, options, 2).some(
      (one) =>
        one.folded === name ||
        (options.delimiter !== null && complexity(field.type, 2) !== 'no' && name.startsWith(`${one.folded}${options.delimiter}`)),
    ),
  );
}

/** Whether earlier releases may see other extras: they counted empty values, and took prefixes and nested names apart differently. */
export function extrasDiffer(model: Model, options: Options, files: Variables['entries'], extras: ReadonlyMap<string, Extra>): boolean {
  if (options.latest || options.extra === 'ignore') return false;
  const isPlain = options.prefix === '' && options.delimiter === null;
  if (extras.size > 0) {
    // What began like a field counted as its own.
    const names = [...model.fields.values()].flatMap((field) => lookups(field, options, 2).map((one) => one.folded));
    const alike = [...extras.keys()].filter((name) => names.some((one) => name.startsWith(one)));
    return (!isPlain && !options.recent) || alike.length === extras.size || (options.extra === 'allow' && alike.length > 0);
  }
  if (options.recent) return false;
  const first = new Set([...model.fields.values()].map((field) => lookups(field, options, 2)[0]?.folded));
  return files.size > 0 && (!isPlain || [...files.keys()].some((name) => !first.has(name)));
}
