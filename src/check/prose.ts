import type { Rule, RuleMeta } from '../rule.ts';
import { BUILTIN_RULES } from './builtin.ts';

/** What a rule says to people. The build keeps it out of the chunk that every run loads, as data. */
export type Prose = Pick<RuleMeta, 'why' | 'fix' | 'links'>;

/** The prose of every rule by id, the engine's own rules included; loaded only by who prints it. */
export async function loadProse(): Promise<ReadonlyMap<string, Prose>> {
  const { rules } = await import('../../rules/index.ts');
  const all: readonly (Prose & { readonly id: string })[] = rules.map((rule: Rule) => rule);
  return new Map([...all, ...BUILTIN_RULES].map(({ id, why, fix, links }) => [id, { why, fix, links }]));
}
