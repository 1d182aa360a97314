import type { Finding } from '../core/finding.ts';
import type { Rule } from '../rule.ts';

/** A subject that replaces whatever the replaced rules say in the same deployment. */
const EVERYTHING = '*';

/**
 * Drops findings whose root cause another finding names. All findings take part, also those that are themselves
 * dropped or ignored later, so that the result depends on no order and ignoring a cause brings no symptom back.
 */
export function dropReplaced(findings: readonly Finding[], rules: readonly Rule[]): readonly Finding[] {
  const replacedBy = new Map(rules.flatMap((rule) => (rule.replaces ? [[rule.id.toString(), rule.replaces] as const] : [])));
  const replacers = findings.filter((one) => replacedBy.has(one.rule));
  return findings.filter((finding) => !replacers.some((by) => replaces(by, replacedBy.get(by.rule) ?? [], finding)));
}

function replaces(by: Finding, replaced: readonly string[], finding: Finding): boolean {
  if (by === finding || !replaced.includes(finding.rule)) return false;
  return (by.subject === EVERYTHING || by.subject === finding.subject) && meet(by.deployments, finding.deployments);
}

/** What concerns the repository concerns each of its deployments. */
function meet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((id) => b.includes(id));
}

/** Rules that must run so that the selected ones lose what another cause explains. */
export function withReplacers(rules: readonly Rule[], selected: ReadonlySet<string>): readonly Rule[] {
  const wanted = new Set(selected);
  let before = -1;
  while (wanted.size !== before) {
    before = wanted.size;
    for (const rule of rules) if (rule.replaces?.some((id) => wanted.has(id))) wanted.add(rule.id);
  }
  return rules.filter((rule) => wanted.has(rule.id));
}
