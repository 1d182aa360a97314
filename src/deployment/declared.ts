import { type Purpose, purposeOf } from './project/naming.ts';

/** What the configuration says of production, over what names, places and scripts of the repository say. Ids are those of `topology`. */
export interface DeclaredProduction {
  /** Not empty: these are production, and nothing else is. */
  readonly only: readonly string[];
  /** These are production as well. */
  readonly add: readonly string[];
  /** These are not; `*` stands for any characters but `/`, `**` for any. */
  readonly exclude: readonly string[];
  /** Id → the name a team calls it by. */
  readonly names: ReadonlyMap<string, string>;
}

export const NOTHING_DECLARED: DeclaredProduction = { only: [], add: [], exclude: [], names: new Map() };

/** Ids that are production by declaration. */
export function declaredIds({ only, add }: DeclaredProduction): readonly string[] {
  return [...new Set([...only, ...add])];
}

/** The manifests of an id: `a.yml+b.yml#web` is made of a.yml and b.yml. */
export function filesOfId(id: string): readonly string[] {
  return id.replace(/#[^#/]*$/, '').split('+');
}

/** The purpose of a path: what the configuration says of it, else what its words say. */
export function purposeUnder(declared: DeclaredProduction): (path: string) => Purpose {
  const files = new Set(declaredIds(declared).flatMap(filesOfId));
  return (path) => (files.has(path) ? 'production' : purposeOf(path));
}

/** Why the configuration keeps a deployment from production; null when it does not. */
export function leftOut(id: string, { only, exclude }: DeclaredProduction): string | null {
  if (exclude.some((pattern) => fits(id, pattern))) return 'the configuration excludes it';
  return only.length > 0 && !only.includes(id) ? 'the configuration names others' : null;
}

function fits(id: string, pattern: string): boolean {
  if (id === pattern) return true;
  const expression = pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replace(/\*+/g, (stars) => (stars.length > 1 ? '.*' : '[^/]*'));
  return new RegExp(`^${expression}$`).test(id);
}
