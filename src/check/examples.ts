import type { Rule, RuleMeta } from '../rule.ts';
import { BUILTIN_RULES } from './builtin.ts';

/** The examples of every rule by id; the build keeps them out of what a check loads, for they are long. */
export async function loadExamples(): Promise<ReadonlyMap<string, RuleMeta['examples']>> {
  const { rules } = await import('../../rules/index.ts');
  const all: readonly Pick<RuleMeta, 'id' | 'examples'>[] = rules.map((rule: Rule) => rule);
  return new Map([...all, ...BUILTIN_RULES].map(({ id, examples }) => [id.toString(), examples]));
}
