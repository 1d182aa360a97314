import { rules } from '../../rules/index.ts';
import { runExample, unmark } from '../../test/helpers/run-example.ts';
import { indexPage, rulePage, type Shown } from './page.ts';

/** All pages under docs/rules by their path there. */
export async function makePages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map([['README.md', indexPage(rules)]]);
  for (const rule of rules) {
    const bad: Shown[] = [];
    for (const example of rule.examples.bad) {
      const { files } = unmark(example);
      const { findings } = await runExample(files, rules);
      bad.push({ files, findings: findings.filter((one) => one.rule === rule.id) });
    }
    pages.set(`${rule.id}.md`, rulePage(rule, bad));
  }
  return pages;
}

/** Ids of all rules, for the schemas. */
export const ruleIds = rules.map((rule) => rule.id);
